"""Somebody's document, split into lines of a charter: a first reading, for a person to correct.

Headings decide where there are any ("## Our mission", "Non-goals:"); elsewhere a statement's own
words do ("we never …", "70 % of members …"). What fits nowhere is named, and nothing is invented.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.charter.model import LONGEST_LINE, Kind
from bot.text import one_line

_HEADINGS: Mapping[Kind, str] = {
    "non_goal": r"non[- ]?goals?|not doing|out of scope"
    r"|(?:what )?we (?:do not|don.?t|won.?t)(?: do)?",
    "mission": r"mission|purpose|why we exist|reason for being",
    "vision": r"vision|north star|where we are (?:going|heading)|ambition",
    "audience": r"audiences?|target (?:group|market|customer|user|audience)s?|customers?|users?"
    r"|who we serve|segments?|markets?|personas?",
    "principle": r"principles?|values?|guard ?rails?|rules?|beliefs?",
    "metric": r"metrics?|kpis?|measures?(?: of success)?|key results?|success|targets?",
    "pillar": r"strategy|strateg(?:ic|y) (?:pillars?|priorities|goals?|choices|bets)|pillars?"
    r"|priorities|goals?|bets?|objectives?|focus(?: areas?)?|initiatives?|roadmap|themes?",
}
"""What a heading may be called, apart from "our", "the", "product" and "statement" around it."""
_AROUND = r"(?:our|the|product|company|team|core|guiding|key)"
_HEADING = {
    kind: re.compile(rf"(?:{_AROUND}\s+)*(?:{names})(?:\s+statements?)?", re.IGNORECASE)
    for kind, names in _HEADINGS.items()
}
_MARKED = re.compile(r"^\s{0,3}#{1,6}\s+(?P<text>.+?)\s*#*$")
_WITH_COLON = re.compile(r"^(?P<head>[^:.!?]{2,40}):\s*(?P<rest>.*)$")
_ITEM = re.compile(r"^\s*(?:[-*•–+]|\d{1,3}[.)])\s+(?P<text>.+)$")
_STYLE = re.compile(r"(\*\*|__|`|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w))")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-Þ0-9“\"])")

_MISSION = re.compile(
    r"^(?:our|the) (?:mission|purpose)(?: is|:)?\s*(?:to\s+)?|^we exist to\s+", re.I
)
_VISION = re.compile(r"^(?:our|the) vision(?: is|:)?\s*(?:to\s+)?", re.I)
_SEES = re.compile(r"^(?:we (?:see|envision|imagine)|imagine|a world)\b", re.I)
_RULE = re.compile(r"\b(?:never|always|at all times|without exception)\b", re.I)
_NOT = re.compile(r"^(?:we (?:do not|don.?t|won.?t|will not)|no |not )", re.I)
_NUMBER = re.compile(
    r"\d+(?:[.,]\d+)?\s?(?:%|per ?cent|points?|x\b)|\bnps\b|\bout of (?:ten|\d+)\b", re.I
)
_PEOPLE = re.compile(
    r"^(?:we (?:serve|build for|work for|target|start with|begin with)|for |later )"
    r"|\b(?:customers?|users?|audience|segment)s? (?:is|are|first)\b"
    r"|\bfirst\b.*\b(?:then|later|after)\b",
    re.I,
)
_BEHIND_NAME = re.compile(r"\s*(?::|\||\s[-–—])\s*")
LONGEST_NAME = 80
LEAST_WORDS = 3
"""Of a statement; what is shorter is a label."""


@dataclass
class Pasted:
    """What was read: a name, a text a kind (as `sections.from_sections` reads it), and what was
    left out, with nothing lost in between."""

    name: str = ""
    lines: dict[Kind, list[str]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    @property
    def sections(self) -> Mapping[str, str]:
        """A text a kind, a statement a line."""
        return {kind: "\n".join(self.lines.get(kind, [])) for kind in _HEADINGS}

    def fitting(self, most: int) -> Mapping[str, str]:
        """The same, with as many lines each as `most` characters hold; the others are left out."""
        for kind, texts in self.lines.items():
            while len("\n".join(texts)) > most:
                self.left_out.append(self.lines[kind].pop())
        return self.sections

    @property
    def count(self) -> int:
        """How many statements were found."""
        return sum(map(len, self.lines.values()))

    def add(self, kind: Kind | None, text: str) -> None:
        """A statement; left out where it is no line, or there is one of its kind already."""
        taken = kind in ("mission", "vision") and kind in self.lines
        known = any(text in texts for texts in self.lines.values())
        if kind is None or taken or len(text) > LONGEST_LINE:
            self.left_out.append(text)
        elif not known:
            self.lines.setdefault(kind, []).append(text)


def read(document: str) -> Pasted:
    """The statements of the document."""
    found = Pasted()
    for heading, statements in _parts(document):
        kind = _kind_of_heading(heading)
        is_title = heading and not kind and not found.name and not found.count
        if is_title:
            found.name = _BEHIND_NAME.split(heading)[0][:LONGEST_NAME].strip()
        for statement in _joined(kind, statements):
            found.add(*_placed(kind, statement))
    return found


def _placed(kind: Kind | None, statement: str) -> tuple[Kind | None, str]:
    """The kind by heading; what stands below "Strategy" may say that it is more than a pillar."""
    if kind not in (None, "pillar"):
        return kind, _plain(kind, statement)
    own, text = _read(statement)
    if kind is None or own in ("audience", "principle", "non_goal"):
        return own, text
    return kind, _plain(kind, statement)


def _parts(document: str) -> Iterator[tuple[str, Sequence[str]]]:
    """Headings, each with the list items and paragraphs below it; "" before the first."""
    heading, below, paragraph = "", list[str](), list[str]()

    def end_paragraph() -> None:
        if paragraph:
            below.append(" ".join(paragraph))
            paragraph.clear()

    for raw in document.splitlines():
        line = one_line(_STYLE.sub("", raw))
        title, rest = _heading_in(raw, line)
        if title:
            end_paragraph()
            yield heading, tuple(below)
            heading, below = title, [rest] if rest else []
        elif item := _ITEM.match(line):
            end_paragraph()
            below.append(item["text"])
        elif line:
            paragraph.append(line)
        else:
            end_paragraph()
    end_paragraph()
    yield heading, tuple(below)


def _heading_in(raw: str, line: str) -> tuple[str, str]:
    """The line's heading and what stands behind it in the line; "" where it has none."""
    if marked := _MARKED.match(raw):
        return one_line(_STYLE.sub("", marked["text"])).rstrip(":"), ""
    if _ITEM.match(line):
        return "", ""
    if (colon := _WITH_COLON.match(line)) and _kind_of_heading(colon["head"]):
        return colon["head"], colon["rest"]
    return (line, "") if _kind_of_heading(line) else ("", "")


def _kind_of_heading(heading: str) -> Kind | None:
    words = heading.strip(" .:").replace("’", "'")
    return next((kind for kind, name in _HEADING.items() if name.fullmatch(words)), None)


def _joined(kind: Kind | None, statements: Sequence[str]) -> Iterator[str]:
    """A paragraph's sentences, each a statement; a mission or vision in several stays one."""
    for statement in statements:
        if kind in ("mission", "vision") and len(statement) <= LONGEST_LINE:
            yield statement
        else:
            yield from _SENTENCE.split(statement)


def _read(statement: str) -> tuple[Kind | None, str]:
    """Which kind of line a statement is by its own words, and its words without that."""
    if _MISSION.match(statement):
        return "mission", _plain("mission", statement)
    if _VISION.match(statement):
        return "vision", _plain("vision", statement)
    if len(statement.split()) < LEAST_WORDS:
        return None, statement
    cues: Sequence[tuple[Kind, re.Pattern[str]]] = (
        ("vision", _SEES),
        ("principle", _RULE),
        ("non_goal", _NOT),
        ("metric", _NUMBER),
        ("audience", _PEOPLE),
    )
    return next((kind for kind, cue in cues if cue.search(statement)), "pillar"), statement


def _plain(kind: Kind | None, statement: str) -> str:
    """Without "our mission is to" in front."""
    cue = {"mission": _MISSION, "vision": _VISION}.get(kind or "")
    text = cue.sub("", statement, count=1) if cue else statement
    return text[:1].upper() + text[1:]
