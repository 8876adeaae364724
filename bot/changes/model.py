"""A proposal to change a charter, and what it takes to adopt it. No I/O.

    proposed ─> open ─┬─ approved by enough owners ─> adopted: a version of the charter
                ^     ├─ returned with a comment ─┐
                └─ other words ───────────────────┤
                      └─ withdrawn                └─> withdrawn

A proposal was made on one version of the charter (its base). When others were adopted meanwhile, it
is carried over to the one in force, unless they touch the same lines (`carried_over`).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, model_validator

from bot.ask.model import VerdictKind
from bot.charter.model import ApprovalRule, Draft, Horizon, Kind, Line, Version
from bot.events import Frozen, Key, Person
from bot.text import shorten

State = Literal["open", "returned", "withdrawn", "adopted"]
Deed = Literal["proposed", "reworded", "approved", "returned", "withdrawn", "adopted"]

LONGEST_REASON = 1000
LONGEST_COMMENT = 1000
HIGHEST_NUMBER = 2**31 - 1
"""What both databases hold."""


class Wording(Frozen):
    """How a line is to read."""

    kind: Kind
    text: Annotated[str, Field(min_length=1)]
    horizon: Horizon | None = None


class Change(Frozen):
    """What becomes of one line. `was`: as it reads in the base, None for a new line; `now`: as it
    is to read, None where it is taken out."""

    was: Line | None
    now: Wording | None

    @model_validator(mode="after")
    def _says_something(self) -> "Change":
        if self.was is None and self.now is None:
            raise ValueError("a change is about a line")
        return self

    @property
    def line_id(self) -> str:
        """The id of the line; empty for a new one."""
        return self.was.id if self.was else ""


class Said(Frozen):
    """What somebody said about a proposal when they returned it."""

    by: Person
    at: datetime
    words: str


class Proposal(Frozen):
    """A proposal as it stands. Its id is made from the event that made it."""

    id: Key
    number: Annotated[int, Field(ge=1, le=HIGHEST_NUMBER)]
    """Its number in the workspace, never used again."""
    charter_id: Key
    charter_name: str
    base: Annotated[int, Field(ge=1)]
    """The version that its changes were written on."""
    changes: Annotated[tuple[Change, ...], Field(min_length=1)]
    reason: str = ""
    by: Person
    made_at: datetime
    edition: Annotated[int, Field(ge=1)] = 1
    """Counts the times it was worded: approvals are of one edition."""
    worded_by: Person
    """Who worded this edition; their own approval counts only where they own the charter alone."""
    state: State = "open"
    approvals: tuple[Person, ...] = ()
    """Who approved this edition, in their order."""
    comments: tuple[Said, ...] = ()
    """Why it was returned, oldest first."""
    adopted_as: int | None = None
    """The charter's version that it became."""
    ended_at: datetime | None = None

    @property
    def name(self) -> str:
        """What people call it."""
        return f"proposal {self.number}"

    @property
    def line_ids(self) -> frozenset[str]:
        """The lines that it changes or takes out."""
        return frozenset(change.line_id for change in self.changes if change.line_id)


class Entry(Frozen):
    """One deed in a proposal's history, which only grows."""

    proposal_id: Key
    number: Annotated[int, Field(ge=1)]
    """Its place in the proposal's history, without gaps."""
    deed: Deed
    by: Person
    at: datetime
    edition: int
    words: str = ""
    """The reason, or the comment."""
    changes: tuple[Change, ...] = ()
    """What was proposed, where it was worded."""
    key: str
    """The event that made it, so that the same event again adds nothing."""


# Who approves


class Standing(Frozen):
    """How far a proposal is from being adopted."""

    counted: tuple[Person, ...]
    """Whose approval counts."""
    needed: int
    """How many of them it takes."""
    may_approve: tuple[Person, ...]
    """The owners whose approval counts or would count."""

    @property
    def enough(self) -> bool:
        """Whether it is adopted."""
        return len(self.counted) >= self.needed

    @property
    def missing(self) -> tuple[Person, ...]:
        """Who can still approve it."""
        counted = {person.id for person in self.counted}
        return tuple(person for person in self.may_approve if person.id not in counted)


def standing(proposal: Proposal, owners: Sequence[Person], rule: ApprovalRule) -> Standing:
    """Who has approved and how many it takes. Who worded a proposal does not count, unless they are
    the only owner; a charter that nobody owns is for anybody to change."""
    author = proposal.worded_by
    eligible = tuple(o for o in owners if o.id != author.id) or tuple(owners) or (author,)
    approved = {person.id for person in proposal.approvals}
    most = len(eligible)
    needed = {"one": 1, "all": most, "some": min(rule.number, most)}[rule.who]
    return Standing(
        counted=tuple(person for person in eligible if person.id in approved),
        needed=needed,
        may_approve=eligible,
    )


# What it changes


def changes_between(before: Iterable[Line], drafts: Iterable[Draft]) -> tuple[Change, ...]:
    """What turns the lines into the drafts: in the drafts' order, lines taken out last."""
    known = {line.id: line for line in before}
    changes: list[Change] = []
    for draft in drafts:
        was = known.pop(draft.id, None) if draft.id else None
        now = wording(draft)
        if was is None or wording(was) != now:
            changes.append(Change(was=was, now=now))
    return (*changes, *(Change(was=line, now=None) for line in known.values()))


def wording(of: Line | Draft) -> Wording:
    """How it reads. Raises ValueError for a draft that is no line yet."""
    return Wording.model_validate({"kind": of.kind, "text": of.text, "horizon": of.horizon})


class CarriedOver(Frozen):
    """A proposal on the version in force: what is still to change, or why it cannot be adopted."""

    changes: tuple[Change, ...] = ()
    because: tuple[str, ...] = ()
    """A sentence for everything that stands in its way; none where it can be adopted."""


def carried_over(proposal: Proposal, current: Version) -> CarriedOver:
    """The proposal's changes on `current`. What the charter says already is left out."""
    lines = {line.id: line for line in current.lines}
    texts = {line.text: line for line in current.lines}
    since, who = current.number, current.adopted_by.name
    changes: list[Change] = []
    because: list[str] = []
    for change in proposal.changes:
        was, now = change.was, change.now
        if was is None:
            if now and now.text not in texts:
                changes.append(change)
            continue
        line = lines.get(was.id)
        if line == was:
            changes += [change] if wording(was) != now else []
        elif line is None and now is not None:
            because.append(f"{was.id} was taken out since: version {since} by {who} is in force.")
        elif line is not None and (now is None or wording(line) != now):
            because.append(f"{was.id} reads otherwise since: “{shorten(line.text, 160)}”.")
    if not changes and not because:
        because.append(f"Version {since} reads so already.")
    return CarriedOver(changes=() if because else tuple(changes), because=tuple(because))


def drafts_with(lines: Iterable[Line], changes: Iterable[Change]) -> list[Draft]:
    """The lines once the changes are made."""
    by_id = {change.line_id: change for change in changes if change.line_id}
    drafts = [
        _draft(line.id, change.now if change else wording(line))
        for line in lines
        for change in (by_id.get(line.id),)
        if change is None or change.now is not None
    ]
    return [*drafts, *(_draft(None, change.now) for change in changes if change.was is None)]


def _draft(line_id: str | None, now: Wording | None) -> Draft:
    if now is None:
        raise ValueError("a line that is taken out has no draft")
    return Draft(kind=now.kind, text=now.text, id=line_id, horizon=now.horizon)


def compete(one: Proposal, other: Proposal) -> frozenset[str]:
    """The lines that both want to change; "mission" or "vision" where both want a new one."""
    if one.charter_id != other.charter_id or one.id == other.id:
        return frozenset()
    return (one.line_ids & other.line_ids) | (_single(one) & _single(other))


def _single(proposal: Proposal) -> frozenset[str]:
    new = [change.now for change in proposal.changes if change.was is None and change.now]
    return frozenset(now.kind for now in new if now.kind in ("mission", "vision"))


# What it would flip


class Rejudged(Frozen):
    """What a judge says of one question or decision under the proposed text."""

    proposal_id: Key
    edition: int
    subject: Key
    """What was judged ("verdict:…", "decision:…")."""
    was: VerdictKind | None
    """What was said of it, or is said of it today; None: the judge gave no answer."""
    now: VerdictKind | None
    why_not: str = ""
    """A sentence, where the judge gave no answer."""

    @property
    def flips(self) -> bool:
        """Whether the answer becomes another one."""
        return self.was is not None and self.now is not None and self.was != self.now


class Judging(Frozen):
    """One round of judging an edition's impact. Who holds it until `held_until` works on it."""

    proposal_id: Key
    edition: int
    version: int
    """The charter's version that the changes were put on."""
    subjects: tuple[str, ...]
    """All that is to be judged, the most recent first."""
    asked_by: Person
    asked_at: datetime
    held_until: datetime | None = None
    finished_at: datetime | None = None
    stopped: str = ""
    """Why it ended before everything was judged: a sentence."""
