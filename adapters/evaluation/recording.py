"""Prompts to a file, and answers from a file: to have a judge's prompt answered elsewhere (by
another model, or by hand) and scored here.

A recorded line: {"id", "messages", "schema"}; an answer: {"id", "answer"}, where the answer is the
model's text as it came, or the object in it. An id says nothing about the charter or the label,
and the lines stand in the ids' order: whoever answers shall have nothing but the prompt to go by.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from pydantic import ValidationError

from adapters.evaluation.data import BadData, LabelledFile, rows, wrong
from bot.ask.model import Judgement, Precedent
from bot.ask.ports import Asked
from bot.charter.model import InForce
from bot.errors import UserFacing
from bot.events import Frozen, Key


class Prompt(Protocol):
    """What the live judge sends, and how it reads the answer."""

    def messages(
        self, charter: InForce, asked: Asked, precedents: Sequence[Precedent]
    ) -> Sequence[Mapping[str, str]]:
        """The chat, exactly as it is sent."""
        ...

    def schema(self, charter: InForce) -> Mapping[str, object]:
        """The JSON Schema of an answer."""
        ...

    def parse(self, text: str, charter: InForce, model: str) -> Judgement:
        """The judgement in an answer. Raises NotJudged when there is none in it."""
        ...


class Recorded(Frozen):
    """What was answered, as JSON or as it came."""

    answer: str | dict[str, Any]

    @property
    def text(self) -> str:
        """The answer as a model would have sent it."""
        return self.answer if isinstance(self.answer, str) else json.dumps(self.answer)


class Answer(Recorded):
    """One line of a file of answers."""

    id: Key


def record(
    files: Sequence[LabelledFile], prompt: Prompt, to: Path, *, opposite: bool = False
) -> int:
    """Writes the prompt of every case, about doing it or about not doing it; returns how many.
    Raises UserFacing when it cannot."""
    prompts = [
        {
            "id": blind_id(charter.name, case.id),
            "messages": prompt.messages(
                charter.in_force, Asked(question=case.q, opposite=opposite), ()
            ),
            "schema": prompt.schema(charter.in_force),
        }
        for file in files
        for charter in file.charters
        for case in charter.cases
    ]
    prompts.sort(key=lambda row: str(row["id"]))
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in prompts)
    try:
        to.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserFacing(f"The prompts could not be written to {to}: {error.strerror}.") from error
    return len(prompts)


def blind_id(charter: str, case: str) -> str:
    """What a case is called outside: the same on every machine, and telling nothing."""
    return hashlib.sha256(f"{charter}\n{case}".encode()).hexdigest()[:12]


def answers(path: Path, files: Sequence[LabelledFile]) -> dict[tuple[str, str], str]:
    """The answers in a file, by charter and case. Raises BadData for the first thing wrong."""
    cases = {
        blind_id(charter.name, case.id): (charter.name, case.id)
        for file in files
        for charter in file.charters
        for case in charter.cases
    }
    found: dict[tuple[str, str], str] = {}
    for number, row in rows(path):
        where = f"{path}, line {number}"
        try:
            answer = Answer.model_validate_json(row)
        except ValidationError as error:
            raise BadData(f"{where}: {wrong(error)}.") from error
        if answer.id not in cases:
            raise BadData(
                f"{where}: the labelled charters have no case with the id {answer.id!r}; give "
                "the files that the prompts were recorded from."
            )
        if cases[answer.id] in found:
            raise BadData(f"{where}: {answer.id!r} is answered twice; keep one answer.")
        found[cases[answer.id]] = answer.text
    if not found:
        raise BadData(f"{path} has no answers; it should have one a line, as JSON.")
    return found
