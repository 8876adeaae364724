"""The charter and its rules. A version is immutable; a line keeps its id for ever."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from bot.errors import UserFacing
from bot.events import Frozen, Key, Person
from bot.text import one_line, shorten

Kind = Literal["mission", "vision", "pillar", "audience", "principle", "metric", "non_goal"]
Horizon = Literal["now", "next", "later"]
Role = Literal["owner", "editor", "member"]

LETTER: Mapping[str, str] = {
    "mission": "M",
    "vision": "V",
    "pillar": "P",
    "audience": "A",
    "principle": "R",
    "metric": "K",
    "non_goal": "N",
}
"""The letter that a line's id begins with. The order is the order in which kinds are shown."""

KIND_NAMES: Mapping[str, str] = {
    "mission": "Mission",
    "vision": "Vision",
    "pillar": "Strategy pillars",
    "audience": "Audience",
    "principle": "Principles",
    "metric": "Metrics",
    "non_goal": "Non-goals",
}

LONGEST_LINE = 400
"""Characters. A longer statement is not remembered, and does not fit a phone."""
MOST_LINES = 200
ONE_OF_A_KIND = ("mission", "vision")
"""A charter has one of each; its own takes the place of one above."""
MOST_LEVELS = 5
"""Charters above one another; a longer chain is a loop or a mistake."""


class Line(Frozen):
    """One numbered statement. `id` is its letter and number ("P2"), never used again."""

    id: Annotated[str, Field(pattern=r"^[MVPARKN][1-9][0-9]{0,3}$")]
    kind: Kind
    text: Annotated[str, Field(min_length=1)]
    horizon: Horizon | None = None


class Version(Frozen):
    """An adopted state of a charter: immutable."""

    number: Annotated[int, Field(ge=1)]
    lines: tuple[Line, ...]
    adopted_at: datetime
    adopted_by: Person
    note: str = ""
    """Why, in the words of who adopted it."""
    key: str = ""
    """The event that made it, so that the same event again makes nothing."""
    proposed_by: Person | None = None
    """Who worded the change; None where whoever adopted it did."""
    approved_by: tuple[Person, ...] = ()
    """The owners who approved it; none where nobody had to."""


class ApprovalRule(Frozen):
    """Who must approve a change to a charter: one owner, all of them, or `number` of them."""

    who: Literal["one", "all", "some"] = "one"
    number: Annotated[int, Field(ge=2, le=50)] = 2


class Charter(Frozen):
    """A charter with the version in force. `highest` remembers the last number of each letter."""

    id: Key
    name: Annotated[str, Field(min_length=1, max_length=80)]
    parent: str | None = None
    """The id of the charter above (company over product over team)."""
    version: Version
    highest: Mapping[str, int]
    reviewed_at: datetime | None = None


class LineInForce(Frozen):
    """A line as it counts here: own, or inherited from a charter above.

    `ref` is how it is cited: its id, behind the charter's name where it is inherited.
    """

    ref: str
    line: Line
    charter: str
    version: int
    inherited: bool = False

    @property
    def source(self) -> str:
        """Where it stands, for people."""
        return f"{self.charter} v{self.version}"


class InForce(Frozen):
    """What holds in a conversation: the charter bound to it, own lines first, then inherited."""

    charter: Charter
    lines: tuple[LineInForce, ...]
    overridden: tuple[LineInForce, ...] = ()
    """Missions and visions from above in whose place a nearer one stands: nobody is judged by
    them, and they hold on their own level."""

    def line(self, ref: str) -> LineInForce | None:
        """The line cited as `ref`; None when there is none."""
        return next((line for line in self.lines if line.ref == ref), None)

    @property
    def beside_all_above(self) -> "InForce":
        """With the overridden lines among the others, for what is said about levels."""
        lines = (*self.lines, *self.overridden)
        return self.model_copy(update={"lines": lines, "overridden": ()})


class InvalidCharter(UserFacing):
    """What is wrong with the lines, a sentence each, in `problems`."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class Draft(Frozen):
    """A line as a person wrote it: the id may be missing (a new line) or mistyped."""

    kind: str
    text: str
    id: str | None = None
    horizon: str | None = None


def next_version(
    drafts: Iterable[Draft],
    *,
    before: Charter | None,
    by: Person,
    at: datetime,
    note: str = "",
    key: str = "",
    proposed_by: Person | None = None,
    approved_by: Sequence[Person] = (),
) -> tuple[Version, Mapping[str, int]]:
    """The version that `drafts` make, and the new `highest` numbers; new lines get fresh ids.

    Raises InvalidCharter with a sentence for everything that is wrong, all at once.
    """
    drafts = [d.model_copy(update={"text": one_line(d.text)}) for d in drafts]
    known = {line.id: line for line in before.version.lines} if before else {}
    highest = dict(before.highest) if before else {}
    problems = _problems(drafts, known, highest, imported=before is None)
    if problems:
        raise InvalidCharter(problems)
    if before is None:
        for draft in drafts:
            if draft.id:
                letter, number = draft.id[0], int(draft.id[1:])
                highest[letter] = max(highest.get(letter, 0), number)
    lines = []
    for draft in drafts:
        line_id = draft.id
        if line_id is None:
            letter = LETTER[draft.kind]
            highest[letter] = highest.get(letter, 0) + 1
            line_id = f"{letter}{highest[letter]}"
        lines.append(Line.model_validate({**draft.model_dump(), "id": line_id}))
    version = Version(
        number=before.version.number + 1 if before else 1,
        lines=tuple(sorted(lines, key=_reading_order)),
        adopted_at=at,
        adopted_by=by,
        note=one_line(note),
        key=key,
        proposed_by=proposed_by,
        approved_by=tuple(approved_by),
    )
    return version, highest


def _reading_order(line: Line) -> tuple[int, int]:
    return list(LETTER).index(line.kind), int(line.id[1:])


def _problems(
    drafts: Sequence[Draft], known: Mapping[str, Line], highest: Mapping[str, int], imported: bool
) -> list[str]:
    problems = [p for draft in drafts for p in _line_problems(draft, known, highest, imported)]
    for kind in ONE_OF_A_KIND:
        found = [d.text for d in drafts if d.kind == kind]
        if len(found) > 1:
            problems.append(
                f"There are {len(found)} {kind} lines, and a charter has one {kind}: "
                f"keep “{shorten(found[0], 60)}” or “{shorten(found[1], 60)}”."
            )
    if not any(d.kind in ONE_OF_A_KIND and d.text for d in drafts):
        problems.append("A charter needs a mission or a vision; write one of the two.")
    for what, values in (
        ("The id", [d.id for d in drafts if d.id]),
        ("The line", [d.text for d in drafts if d.text]),
    ):
        twice = sorted({v for v in values if values.count(v) > 1})
        problems += [f"{what} “{shorten(v, 60)}” stands there twice; keep one." for v in twice]
    if len(drafts) > MOST_LINES:
        problems.append(
            f"There are {len(drafts)} lines; a charter holds {MOST_LINES} at most. "
            "Keep what the team must remember."
        )
    return problems


def _line_problems(
    draft: Draft, known: Mapping[str, Line], highest: Mapping[str, int], imported: bool
) -> list[str]:
    name = f"“{shorten(draft.text, 60)}”" if draft.text else f"Line {draft.id or '(no id)'}"
    if draft.kind not in LETTER:
        return [f"{name} has the kind {draft.kind!r}; a line is one of: {', '.join(LETTER)}."]
    problems = []
    if not draft.text:
        problems.append(f"{name} has no text; write it or take the line out.")
    if len(draft.text) > LONGEST_LINE:
        problems.append(
            f"{name} is {len(draft.text)} characters long; a line has {LONGEST_LINE} at most. "
            "Say it shorter or make two of it."
        )
    if draft.horizon not in (None, "now", "next", "later"):
        problems.append(f"{name} has the horizon {draft.horizon!r}; it is now, next or later.")
    letter = LETTER[draft.kind]
    if draft.id is None:
        return problems
    well_formed = draft.id[:1] == letter and draft.id[1:].isdecimal() and draft.id[1:2] != "0"
    if not well_formed or len(draft.id) > 5:
        problems.append(
            f"{name} has the id {draft.id!r}; a {draft.kind} line's id is {letter} and a number, "
            f"such as {letter}1. Leave it out and I give one."
        )
    elif not imported and draft.id not in known and int(draft.id[1:]) <= highest.get(letter, 0):
        problems.append(
            f"The id {draft.id} belonged to a line that was taken out, and ids are not used again. "
            "Leave the id out and I give a new one."
        )
    elif not imported and draft.id not in known:
        problems.append(f"There is no line {draft.id} yet; leave the id out and I give one.")
    return problems


LineChange = Literal["same", "changed", "added", "removed"]


def changed_lines(
    old: Version | None, new: Version
) -> list[tuple[LineChange, Line | None, Line | None]]:
    """Every line of both versions as (change, before, after), in the new one's order, removed
    ones last; a change of text, kind or horizon counts."""
    before = {line.id: line for line in old.lines} if old else {}
    changes: list[tuple[LineChange, Line | None, Line | None]] = []
    for line in new.lines:
        was = before.pop(line.id, None)
        changes.append(
            ("added" if was is None else "same" if was == line else "changed", was, line)
        )
    return changes + [("removed", line, None) for line in before.values()]
