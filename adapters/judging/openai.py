"""The judge: a language model behind any OpenAI-compatible address.

OpenAI itself, Azure (its v1 address, `https://NAME.openai.azure.com/openai/v1/`, with the key as
API key and the deployment's name as model), vLLM, Ollama, llama.cpp and llama-cpp-python.
"""

import logging
from collections.abc import Sequence
from functools import partial

from adapters.judging.language_model import LanguageModel
from adapters.judging.prompt import LONGEST_PRECEDENT, MOST_PRECEDENTS, messages, parse, schema
from adapters.judging.tokens import Meter
from bot.ask.model import Judgement, Precedent, Tokens
from bot.ask.ports import Asked, NotJudged
from bot.charter.model import InForce

log = logging.getLogger(__name__)

NO_LINES = "The charter has no lines yet, so there is nothing to judge by."


class OpenAIJudge:
    """Judges by a language model; see `bot.ask.ports.Judge`. `close` it when done."""

    def __init__(self, model: LanguageModel, *, twice: bool = False) -> None:
        """`twice`: ask about not doing it as well, which takes up to as long again."""
        self._model = model
        self._twice = twice

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.name

    def estimate(self, charter: InForce, asked: Asked) -> Tokens:
        """The most that a judgement can take: both asks, precedents at their longest."""
        return self._model.most(
            messages(charter, asked, ()),
            schema(charter),
            more=MOST_PRECEDENTS * 3 * LONGEST_PRECEDENT,
            times=2 if self._twice else 1,
        )

    async def judge(
        self, charter: InForce, asked: Asked, precedents: Sequence[Precedent]
    ) -> Judgement:
        """A verdict that names only refs of `charter.lines`. Raises NotJudged, nothing else."""
        if not charter.lines:
            raise NotJudged(NO_LINES)
        meter = self._model.meter()
        judgement = await self._once(charter, asked, precedents, meter)
        if self._twice and judgement.why_unclear != "vague":
            opposite = asked.model_copy(update={"opposite": True})
            try:
                other = await self._once(charter, opposite, precedents, meter)
                judgement = judgement.model_copy(update={"opposite": other.kind})
            except NotJudged:
                # There is a verdict; that it was asked for in one way only is seen on it.
                log.warning("not judged the other way round")
        return judgement.model_copy(update={"tokens": meter.total})

    async def reachable(self) -> str | None:
        """None when the model can be asked; else a sentence for the operator. Takes 5 s at most."""
        return await self._model.reachable()

    async def close(self) -> None:
        """Close the connections to the server."""
        await self._model.close()

    async def _once(
        self, charter: InForce, asked: Asked, precedents: Sequence[Precedent], meter: Meter
    ) -> Judgement:
        return await self._model.ask(
            messages(charter, asked, precedents),
            schema(charter),
            partial(parse, charter=charter, model=self.name),
            charter=charter,
            meter=meter,
        )
