"""What a language model is asked, and how its answer is read.

The system message depends on the charter version alone, so that servers can cache it; precedents
and the question follow in a user message. Everything people wrote goes in as JSON inside tags,
with `<`, `>` and `&` escaped: no text in it can end the tag it stands in.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ValidationError

from adapters.judging.rules import AGAIN, OPPOSITE, RULES, TASK
from bot.ask.model import LONGEST_QUESTION, Confidence, Judgement, Precedent, Stance, VerdictKind
from bot.ask.ports import Asked, NotJudged
from bot.charter.model import InForce, LineInForce
from bot.text import clean, one_line, shorten, without_links

MOST_PRECEDENTS = 5
LONGEST_PRECEDENT = 300
"""Characters of an earlier question, and of the reason given for the call."""
LONGEST_ADVICE = 200
LONGEST_ECHO = 6
"""Words in a row that advice and the rules may have in common by chance."""
MOST_CITED = 6
"""Lines a side: more do not help anybody to decide, and do not fit a phone."""


class Unusable(NotJudged):
    """An answer that was read and cannot be used; `correction` tells the model what is wrong."""

    def __init__(self, sentence: str, correction: str) -> None:
        super().__init__(sentence)
        self.correction = correction


def messages(
    charter: InForce, asked: Asked, precedents: Sequence[Precedent]
) -> list[dict[str, str]]:
    """The chat to send: a system message that is the same for every question on one version of
    the charter, and a user message with precedents, the earlier question and the question."""
    lines = "\n".join(_line(line) for line in charter.lines)
    system = f"{RULES}\n\n<charter>\n{_data({'name': charter.charter.name})}\n{lines}\n</charter>"
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


def asked_again(
    chat: Sequence[dict[str, str]], answer: str, unusable: Unusable, charter: InForce
) -> list[dict[str, str]]:
    """`chat` with the unusable answer and what is wrong with it, naming the ids that exist."""
    ids = _data([line.ref for line in charter.lines])
    correction = AGAIN.format(wrong=unusable.correction, ids=ids)
    return [
        *chat,
        {"role": "assistant", "content": shorten(clean(answer), 2000)},
        {"role": "user", "content": correction},
    ]


def schema(charter: InForce) -> dict[str, object]:
    """The JSON Schema of an answer, as strict servers want it: every field required, no others,
    line ids only from this charter; reasons before the verdict, as models write in this order."""
    line: dict[str, object] = {"type": "string"}
    if charter.lines:
        line["enum"] = [line.ref for line in charter.lines]
    reason = _object(
        line=line,
        because={"type": "string", "description": "at most 15 words"},
        stance={"type": "string", "enum": ["supports", "opposes"]},
    )
    return _object(
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
    answer = _read(text)
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


def _data(value: object) -> str:
    """JSON that cannot close a tag: outside strings JSON has no `<`, inside they are escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _line(line: LineInForce) -> str:
    facts = {"id": line.ref, "kind": line.line.kind, "text": one_line(line.line.text)}
    if line.line.horizon:
        facts["horizon"] = line.line.horizon
    if line.inherited:
        facts["inherited_from"] = one_line(line.charter)
    return _data(facts)


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
    return _data(facts)


def _question(text: str) -> str:
    return _data(clean(text[:LONGEST_QUESTION]).strip())


def _object(**properties: object) -> dict[str, object]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _word(value: object) -> object:
    """Small models write "Fits." or "fairly sure" for one of the words they were given."""
    if not isinstance(value, str):
        return value
    return value.strip(" .\"'").lower().replace(" ", "_").replace("-", "_")


class _Reason(BaseModel):
    line: str
    stance: Annotated[Stance, BeforeValidator(_word)]


class _Answer(BaseModel):
    reasons: list[_Reason]
    verdict: Annotated[VerdictKind, BeforeValidator(_word)]
    why_unclear: Annotated[
        Literal["not_unclear", "silent", "vague"],
        BeforeValidator(lambda value: _word(value) or "not_unclear"),
    ] = "not_unclear"
    would_fit_if: Annotated[str, BeforeValidator(lambda value: value or "")] = ""
    confidence: Annotated[Confidence, BeforeValidator(_word)] = "unsure"


def _read(text: str) -> _Answer:
    # A thinking model may put its thoughts first, others a fence or a sentence around the JSON.
    text = text.rpartition("</think>")[2]
    start, end = text.find("{"), text.rfind("}")
    try:
        return _Answer.model_validate_json(text[start : end + 1])
    except ValidationError as error:
        # Only the places are named: what stood there is the model's and may be anything.
        places = {".".join(str(part) for part in e["loc"]) or "the JSON" for e in error.errors()}
        raise Unusable(
            "The language model did not answer in the form I can read.",
            f"It is not the JSON object that was asked for; look at: {', '.join(sorted(places))}.",
        ) from None


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
