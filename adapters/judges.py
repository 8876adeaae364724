"""The language model that the settings name, or one on this machine: part of the wiring."""

import logging

from adapters.judging.language_model import LanguageModel
from adapters.judging.local.chosen import chosen
from adapters.judging.local.judge import LocalJudge
from adapters.judging.local.server import LocalServer
from adapters.judging.openai import OpenAIJudge
from adapters.judging.review import ModelReviewer
from adapters.settings import Settings
from bot.errors import UserFacing

log = logging.getLogger(__name__)

OPENAI = "https://api.openai.com/v1"
LONGER = 3
"""A whole charter takes so many times as long to judge as a question."""
LOCAL_SECONDS = 60.0
"""For one judgement on this machine, unless the settings say: processors are slower readers."""


def build_judge(settings: Settings) -> OpenAIJudge | LocalJudge | None:
    """The one that the settings name; else the model of this machine, if one was chosen; None where
    there is neither. Raises UserFacing where it cannot be one."""
    if not settings.judge_connected:
        return _local(settings)
    model = _named(settings, seconds=settings.missionbot_judge_timeout)
    return OpenAIJudge(model, twice=settings.missionbot_judge_twice)


def build_reviewer(settings: Settings) -> ModelReviewer | None:
    """The language model that the settings name, to look at whole charters; None where they name
    none. Raises UserFacing where it cannot be one."""
    if not settings.judge_connected:
        return None
    return ModelReviewer(_named(settings, seconds=LONGER * settings.missionbot_judge_timeout))


def judge_if_any(settings: Settings) -> OpenAIJudge | LocalJudge | None:
    """The same, for a bot that goes on without one where the machine's own model cannot run."""
    if settings.judge_connected:
        return build_judge(settings)
    try:
        return _local(settings)
    except UserFacing:
        log.warning("the model of this machine cannot run; `missionbot doctor` says why")
        return None


def _local(settings: Settings) -> LocalJudge | None:
    model = chosen(settings.missionbot_data)
    if model is None:
        return None
    server = LocalServer(file=model.file, log_file=settings.missionbot_data / "model-server.log")
    was_set = "missionbot_judge_timeout" in settings.model_fields_set
    asked = _model(
        settings,
        base_url=server.url,
        api_key=server.key,
        model=model.name,
        seconds=settings.missionbot_judge_timeout if was_set else LOCAL_SECONDS,
    )
    judge = OpenAIJudge(asked, twice=settings.missionbot_judge_twice)
    return LocalJudge(server=server, judge=judge)


def _named(settings: Settings, *, seconds: float) -> LanguageModel:
    """The one that the settings name."""
    key = settings.openai_api_key
    return _model(
        settings,
        base_url=settings.openai_base_url or OPENAI,
        api_key=key.get_secret_value() if key else "",
        model=settings.missionbot_judge_model,
        seconds=seconds,
    )


def _model(
    settings: Settings, *, base_url: str, api_key: str, model: str, seconds: float
) -> LanguageModel:
    try:
        return LanguageModel(
            base_url=base_url,
            api_key=api_key,
            model=model,
            seconds=seconds,
            most_tokens=settings.missionbot_judge_most_tokens,
            price_in=settings.missionbot_judge_price_in,
            price_out=settings.missionbot_judge_price_out,
        )
    except ValueError as error:
        raise UserFacing(str(error)) from None
