"""What `missionbot eval-check` does: rules and reader on planted charters, and a language model
live or by answers given elsewhere.

A recorded line: {"charter", "messages", "schema"}; an answer: {"charter", "answer"}, where the
answer is the model's text as it came, or the object in it. The prompts hold no planted faults.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from adapters.evaluation.check_data import PlantedCharter
from adapters.evaluation.check_figures import CheckFigures, Part, check_figures
from adapters.evaluation.data import BadData, rows, wrong
from adapters.evaluation.recording import Recorded
from bot.ask.ports import NotJudged, Reader
from bot.charter.model import InForce
from bot.check.findings import by_model, by_rule
from bot.check.findings_by_reader import by_reader, nearness
from bot.check.model import Finding, Review
from bot.check.ports import Reviewer
from bot.errors import UserFacing
from bot.events import Key

WORKSPACE = "eval"
LookedAt = list[tuple[PlantedCharter, Sequence[Finding]]]


class ReviewPrompt(Protocol):
    """What the live reviewer sends, and how it reads the answer."""

    def messages(self, charter: InForce) -> Sequence[Mapping[str, str]]:
        """The chat, exactly as it is sent."""
        ...

    def schema(self, charter: InForce) -> Mapping[str, object]:
        """The JSON Schema of an answer."""
        ...

    def parse(self, text: str, charter: InForce, model: str) -> Review:
        """The review in an answer. Raises NotJudged when there is none in it."""
        ...


@dataclass(frozen=True, kw_only=True)
class CheckTools:
    """What is measured. `reviewer` is None where no language model is connected."""

    reader: Reader
    reviewer: Reviewer | None
    prompt: ReviewPrompt


class Answer(Recorded):
    """One line of a file of answers."""

    charter: Key


async def rules_and_reader(
    charters: Sequence[PlantedCharter], reader: Reader
) -> dict[Part, CheckFigures]:
    """What works without a language model."""
    rules: LookedAt = [(charter, by_rule(charter.facts)) for charter in charters]
    read: LookedAt = [
        (charter, by_reader(charter.facts, await nearness(reader, WORKSPACE, charter.facts)))
        for charter in charters
    ]
    return {"rules": check_figures("rules", rules), "reader": check_figures("reader", read)}


async def reviewed(charters: Sequence[PlantedCharter], reviewer: Reviewer) -> CheckFigures:
    """What the connected language model finds."""
    reviews: dict[str, Review | str] = {}
    for charter in charters:
        try:
            reviews[charter.name] = await reviewer.review(charter.in_force)
        except NotJudged as error:
            reviews[charter.name] = error.sentence
    return _figures(charters, reviews)


def replayed(charters: Sequence[PlantedCharter], prompt: ReviewPrompt, path: Path) -> CheckFigures:
    """What answers given elsewhere find; charters that were not answered are left out."""
    reviews: dict[str, Review | str] = {}
    by_name = {charter.name: charter for charter in charters}
    for name, text in _answers(path, by_name).items():
        try:
            reviews[name] = prompt.parse(text, by_name[name].in_force, path.name)
        except NotJudged as error:
            reviews[name] = error.sentence
    return _figures(charters, reviews)


def record(charters: Sequence[PlantedCharter], prompt: ReviewPrompt, to: Path) -> int:
    """Writes the prompt of every charter; returns how many. Raises UserFacing when it cannot."""
    prompts = [
        {
            "charter": charter.name,
            "messages": prompt.messages(charter.in_force),
            "schema": prompt.schema(charter.in_force),
        }
        for charter in charters
    ]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in prompts)
    try:
        to.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserFacing(f"The prompts could not be written to {to}: {error.strerror}.") from error
    return len(prompts)


def _answers(path: Path, known: Mapping[str, PlantedCharter]) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, row in rows(path):
        where = f"{path}, line {number}"
        try:
            answer = Answer.model_validate_json(row)
        except ValidationError as error:
            raise BadData(f"{where}: {wrong(error)}.") from error
        if answer.charter not in known:
            raise BadData(
                f"{where}: there is no charter {answer.charter!r}; give the files that the prompts "
                "were recorded from."
            )
        if answer.charter in found:
            raise BadData(f"{where}: {answer.charter!r} is answered twice; keep one answer.")
        found[answer.charter] = answer.text
    if not found:
        raise BadData(f"{path} has no answers; it should have one a line, as JSON.")
    return found


def _figures(
    charters: Sequence[PlantedCharter], reviews: Mapping[str, Review | str]
) -> CheckFigures:
    looked_at: LookedAt = []
    unanswered = []
    for charter in charters:
        review = reviews.get(charter.name)
        if isinstance(review, Review):
            looked_at.append((charter, by_model(review, charter.in_force)))
        elif review is not None:
            looked_at.append((charter, ()))  # no usable answer finds nothing
            unanswered.append(f"{charter.name}: {review}")
    return check_figures("model", looked_at, unanswered)
