"""What every prompt to a language model has in common: how data goes in, the form of an answer, how
one is read, and how it is asked for again.

Everything people wrote goes in as JSON inside tags, with `<`, `>` and `&` escaped: no text in it
can end the tag it stands in.
"""

import json
from collections.abc import Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from adapters.judging.rules import AGAIN
from bot.ask.ports import NotJudged
from bot.charter.model import InForce, LineInForce
from bot.text import clean, one_line, shorten

A = TypeVar("A", bound=BaseModel)
Chat = Sequence[dict[str, str]]


class Unusable(NotJudged):
    """An answer that was read and cannot be used; `correction` tells the model what is wrong."""

    def __init__(self, sentence: str, correction: str) -> None:
        super().__init__(sentence)
        self.correction = correction


def as_data(value: object) -> str:
    """JSON that cannot close a tag: outside strings JSON has no `<`, inside they are escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def charter_as_data(charter: InForce) -> str:
    """The charter's name and its lines, one a row, in their tag."""
    lines = "\n".join(map(_line, charter.lines))
    return f"<charter>\n{as_data({'name': charter.charter.name})}\n{lines}\n</charter>"


def refs_of(charter: InForce) -> dict[str, object]:
    """The JSON Schema of a line's id: one of this charter's."""
    refs = [line.ref for line in charter.lines]
    return {"type": "string", "enum": refs} if refs else {"type": "string"}


def object_of(**properties: object) -> dict[str, object]:
    """The JSON Schema of an object, as strict servers want it: every field required, no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def asked_again(
    chat: Chat, answer: str, unusable: Unusable, charter: InForce
) -> list[dict[str, str]]:
    """`chat` with the unusable answer and what is wrong with it, naming the ids that exist."""
    ids = as_data([line.ref for line in charter.lines])
    correction = AGAIN.format(wrong=unusable.correction, ids=ids)
    return [
        *chat,
        {"role": "assistant", "content": shorten(clean(answer), 2000)},
        {"role": "user", "content": correction},
    ]


def word(value: object) -> object:
    """Small models write "Fits." or "fairly sure" for one of the words they were given."""
    if not isinstance(value, str):
        return value
    return value.strip(" .\"'").lower().replace(" ", "_").replace("-", "_")


def read_answer(text: str, form: type[A]) -> A:
    """The JSON object that `text` holds, in that form. Raises Unusable."""
    # A thinking model may put its thoughts first, others a fence or a sentence around the JSON.
    text = text.rpartition("</think>")[2]
    start, end = text.find("{"), text.rfind("}")
    try:
        return form.model_validate_json(text[start : end + 1])
    except ValidationError as error:
        # Only the places are named: what stood there is the model's and may be anything.
        places = {".".join(str(part) for part in e["loc"]) or "the JSON" for e in error.errors()}
        raise Unusable(
            "The language model did not answer in the form I can read.",
            f"It is not the JSON object that was asked for; look at: {', '.join(sorted(places))}.",
        ) from None


def _line(line: LineInForce) -> str:
    facts = {"id": line.ref, "kind": line.line.kind, "text": one_line(line.line.text)}
    if line.line.horizon:
        facts["horizon"] = line.line.horizon
    if line.inherited:
        facts["inherited_from"] = one_line(line.charter)
    return as_data(facts)
