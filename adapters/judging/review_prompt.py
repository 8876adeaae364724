"""What a language model is asked about a whole charter, and how its answer is read.

Everything people wrote goes in as JSON inside tags, with `<`, `>` and `&` escaped: no text in it
can end the tag it stands in. The answer names line ids, kinds from a list, and one sentence each.
"""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, BeforeValidator

from adapters.judging.in_common import (
    Unusable,
    charter_as_data,
    object_of,
    read_answer,
    refs_of,
    word,
)
from adapters.judging.review_rules import RULES, TASK
from bot.charter.model import InForce, LineInForce
from bot.check.model import LONGEST_SENTENCE, Remark, RemarkKind, Review
from bot.text import shorten, without_links

MOST_REMARKS = 20
"""More than the twelve that are asked for are read up to here."""
_TWO: Sequence[RemarkKind] = ("tension", "contradiction")


def messages(charter: InForce) -> list[dict[str, str]]:
    """The chat to send; the same for everybody who looks at the same charters."""
    data = charter_as_data(charter)
    return [
        {"role": "system", "content": RULES},
        {"role": "user", "content": f"{data}\n\n{TASK}"},
    ]


def schema(charter: InForce) -> dict[str, object]:
    """The JSON Schema of an answer, as strict servers want it: every field required, no others,
    line ids only from these charters."""
    line = refs_of(charter)
    kinds = ["contradiction", "tension", "unsupported", "unserved", "vague"]
    remark = object_of(
        lines={"type": "array", "items": line, "description": "one line, or the two of a pair"},
        sentence={"type": "string", "description": "at most 20 words"},
        kind={"type": "string", "enum": kinds},
    )
    return object_of(remarks={"type": "array", "items": remark})


def parse(text: str, charter: InForce, model: str) -> Review:
    """The review that `text` holds. Raises Unusable when there is none in it, or when it names
    what is not in the charter or too many or too few lines for a kind.

    Repaired in silence: fences and words around the JSON, case, a line named twice, the order of a
    pair, tension for contradiction and the reverse, and remarks that the charter above would get.
    """
    remarks = [_remark(each, charter) for each in read_answer(text, _Answer).remarks[:MOST_REMARKS]]
    own = {line.ref for line in charter.lines if not line.inherited}
    return Review(
        remarks=tuple(dict.fromkeys(each for each in remarks if own & set(each.refs))), model=model
    )


class _Remark(BaseModel):
    lines: list[str]
    sentence: Annotated[str, BeforeValidator(lambda value: value or "")] = ""
    kind: Annotated[RemarkKind, BeforeValidator(word)]


class _Answer(BaseModel):
    remarks: list[_Remark]


def _remark(answer: _Remark, charter: InForce) -> Remark:
    found = [_named(ref, charter) for ref in answer.lines]
    lines = sorted({line.ref: line for line in found}.values(), key=lambda line: line.inherited)
    wanted = 2 if answer.kind in _TWO else 1
    if len(lines) != wanted:
        raise Unusable(
            "The language model contradicted itself, so I leave out what it said.",
            f'A remark of the kind "{answer.kind}" names {wanted} '
            f"line{'s' if wanted > 1 else ''}, and one names {len(lines)}.",
        )
    kind = answer.kind
    if kind in _TWO:
        kind = "contradiction" if any(line.inherited for line in lines) else "tension"
    return Remark(
        kind=kind,
        refs=tuple(line.ref for line in lines),
        sentence=shorten(without_links(answer.sentence), LONGEST_SENTENCE),
    )


def _named(ref: str, charter: InForce) -> LineInForce:
    bare = _bare(ref)
    line = charter.line(ref) or next((x for x in charter.lines if _bare(x.ref) == bare), None)
    if line is None:
        raise Unusable(
            "The language model named a line that is not in the charter, so I leave out what it "
            "said.",
            "It names a line id that is not in the charter.",
        )
    return line


def _bare(ref: str) -> str:
    return ref.strip(" .:\"'[]()").casefold()
