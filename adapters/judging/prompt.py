"""What a language model is asked, and how its answer is read.

The system message depends on the charter version alone, so that servers can cache it; precedents
and the question follow in a user message. Everything people wrote goes in as JSON inside tags,
with `<`, `>` and `&` escaped: no text in it can end the tag it stands in.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator

from adapters.judging.in_common import (
    Unusable,
    as_data,
    charter_as_data,
    object_of,
    read_answer,
    refs_of,
    word,
)
from adapters.judging.rules import OPPOSITE, RULES, TASK
from bot.ask.model import LONGEST_QUESTION, Confidence, Judgement, Precedent, Stance, VerdictKind
from bot.ask.ports import Asked
from bot.charter.model import InForce
from bot.text import clean, one_line, shorten, without_links

MOST_PRECEDENTS = 5
LONGEST_PRECEDENT = 300
"""Characters of an earlier question, and of the reason given for the call."""
LONGEST_ADVICE = 200
LONGEST_ECHO = 6
"""Words in a row that advice and the rules may have in common by chance."""
MOST_CITED = 6
"""Lines a side: more do not help anybody to decide, and do not fit a phone."""


def messages(
    charter: InForce, asked: Asked, precedents: Sequence[Precedent]
) -> list[dict[str, str]]:
    """The chat to send: a system message that is the same for every question on one version of
    the charter, and a user message with precedents, the earlier question and the question."""
    system = f"{RULES}\n\n{charter_as_data(charter)}"
    parts = []
    if precedents:
        earlier = "\n".join(_precedent(p) for p in precedents[:MOST_PRECEDENTS])
        parts.append(f"<precedents>\n{earlier}\n</precedents>")
    if asked.context:
        parts.append(f"<earlier_question>\n{_question(asked.context)}\n</earlier_question>")
    parts.append(f"<question>\n{_question(asked.question)}\n</question>")
    parts.append(OPPOSITE if asked.opposite else TASK)
    return [
        {"role": "system", "content": system},
        {"role": "user", "content": "\n\n".join(parts)},
    ]


def schema(charter: InForce) -> dict[str, object]:
    """The JSON Schema of an answer, as strict servers want it: every field required, no others,
    line ids only from this charter; reasons before the verdict, as models write in this order."""
    reason = object_of(
        line=refs_of(charter),
        because={"type": "string", "description": "at most 15 words"},
        stance={"type": "string", "enum": ["supports", "opposes"]},
    )
    return object_of(
        considered={"type": "string", "description": "what would be done: at most 30 words"},
        reasons={"type": "array", "items": reason},
        remains={"type": "string", "description": "at most 15 words, or empty"},
        verdict={"type": "string", "enum": ["fits", "partly", "conflicts", "unclear"]},
        why_unclear={"type": "string", "enum": ["not_unclear", "silent", "vague"]},
        would_fit_if={"type": "string", "description": "at most 25 words, or empty"},
        confidence={"type": "string", "enum": ["sure", "fairly_sure", "unsure"]},
    )


def parse(text: str, charter: InForce, model: str) -> Judgement:
    """The judgement that `text` holds. Raises NotJudged when there is none in it, when it cites
    what is not in the charter, or when verdict and cited lines contradict each other.

    Repaired in silence: fences and words around the JSON, case, a line cited twice, advice beside
    a verdict that needs none or that is none, and reasons beside "unclear" (which says that there
    are none).
    """
    answer = read_answer(text, _Answer)
    supports, opposes = _cited(answer.reasons, charter)
    if answer.verdict == "unclear":
        if answer.why_unclear == "not_unclear":
            raise _contradiction('"unclear" needs why_unclear to be "silent" or "vague".')
        return Judgement(
            kind="unclear",
            why_unclear=answer.why_unclear,
            confidence=answer.confidence,
            model=model,
        )
    _agree(answer.verdict, supports, opposes)
    return Judgement(
        kind=answer.verdict,
        supports=supports[:MOST_CITED],
        opposes=opposes[:MOST_CITED],
        would_fit_if="" if answer.verdict == "fits" else _advice(answer.would_fit_if),
        confidence=answer.confidence,
        model=model,
    )


def _precedent(precedent: Precedent) -> str:
    # No name goes out: who called it does not bear on what the charter says.
    words = shorten(one_line(precedent.question), LONGEST_PRECEDENT)
    facts: dict[str, object] = {"decision" if precedent.decision else "question": words}
    if precedent.kind:
        facts["verdict"] = precedent.kind
    if not precedent.decision:
        facts["called_by"] = "owner" if precedent.override else "person"
    facts["charter_version"] = precedent.version
    if precedent.outcome:
        facts["outcome"] = precedent.outcome
    if precedent.reason:
        facts["reason"] = shorten(one_line(precedent.reason), LONGEST_PRECEDENT)
    return as_data(facts)


def _question(text: str) -> str:
    return as_data(clean(text[:LONGEST_QUESTION]).strip())


class _Reason(BaseModel):
    line: str
    stance: Annotated[Stance, BeforeValidator(word)]


class _Answer(BaseModel):
    reasons: list[_Reason]
    verdict: Annotated[VerdictKind, BeforeValidator(word)]
    why_unclear: Annotated[
        Literal["not_unclear", "silent", "vague"],
        BeforeValidator(lambda value: word(value) or "not_unclear"),
    ] = "not_unclear"
    would_fit_if: Annotated[str, BeforeValidator(lambda value: value or "")] = ""
    confidence: Annotated[Confidence, BeforeValidator(word)] = "unsure"


def _cited(reasons: Iterable[_Reason], charter: InForce) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The refs cited for and against, each once, in the order given."""
    refs = {line.ref: line.ref for line in charter.lines}
    loose = {_bare(ref): ref for ref in refs}
    found: Mapping[Stance, dict[str, None]] = {"supports": {}, "opposes": {}}
    for reason in reasons:
        ref = refs.get(reason.line) or loose.get(_bare(reason.line))
        if ref is None:
            raise Unusable(
                "The language model cited a line that is not in the charter, so I show no verdict.",
                "It cites a line id that is not in the charter.",
            )
        found[reason.stance][ref] = None
    both = found["supports"].keys() & found["opposes"].keys()
    if both:
        raise _contradiction("It cites one line both as supporting and as opposing.")
    return tuple(found["supports"]), tuple(found["opposes"])


def _advice(words: str) -> str:
    """The one thing that is shown in the model's own words; empty where it is no advice: without
    words, with data in it, or a piece of what the model was told."""
    advice = without_links(words)
    if not re.search(r"\w", advice) or re.search(r"[{}<>]", advice) or _is_told(advice):
        return ""
    return shorten(advice, LONGEST_ADVICE)


def _is_told(advice: str) -> bool:
    told, said = _words(RULES), _words(advice)
    runs = (said[i : i + LONGEST_ECHO] for i in range(len(said) - LONGEST_ECHO + 1))
    return any(f" {' '.join(run)} " in f" {' '.join(told)} " for run in runs)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _bare(ref: str) -> str:
    return ref.strip(" .:\"'[]()").casefold()


def _agree(verdict: VerdictKind, supports: Sequence[str], opposes: Sequence[str]) -> None:
    """Raise when the lines cited do not carry the verdict."""
    wrong = ""
    if verdict == "fits" and (not supports or opposes):
        wrong = '"fits" needs at least one supporting line and no opposing one.'
    elif verdict == "partly" and not (supports and opposes):
        wrong = '"partly" needs at least one supporting and one opposing line.'
    elif verdict == "conflicts" and not opposes:
        wrong = '"conflicts" needs at least one opposing line.'
    if wrong:
        raise _contradiction(wrong)


def _contradiction(wrong: str) -> Unusable:
    return Unusable("The language model contradicted itself, so I show no verdict.", wrong)
