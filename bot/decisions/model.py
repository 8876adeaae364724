"""A decision and its record.

The record is a chain of entries that only grows: who did what, when and why, and which of the
decision's fields it changed. The decision is what its entries add up to. Each entry bears the hash
of the one before, over the whole workspace, so that a change behind the bot's back shows.

    recorded ─> changed* ─> checked ─> closed        (the last check-in's answer; reversed: any's)
                        ├─> checked ─> open, until the next check-in
                        ├─> checked: too early ─> open, with another date
                        ├─> superseded by another, also once it is closed
                        └─> withdrawn
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue

from bot.ask.model import VerdictKind
from bot.events import Frozen, Key, Person

State = Literal["open", "closed", "superseded", "withdrawn"]
Outcome = Literal["as_expected", "better", "worse", "too_early", "reversed"]
StillFits = Literal["yes", "no", "unsure"]
Stance = Literal["serves", "violates"]
Confidence = Literal["high", "medium", "low"]
Deed = Literal[
    "recorded", "imported", "changed", "delegated", "checked", "shared", "superseded", "withdrawn"
]

EDIT_CHECK_FOR = timedelta(days=7)
"""How long an answer to a check-in may be changed by who gave it."""
LONGEST_TITLE = 150
_MESSAGE = re.compile(
    r"https://(?:(?:[a-z0-9-]+\.)+slack\.com|teams\.(?:microsoft\.com|cloud\.microsoft))/[!-~]+"
)
LONGEST_TEXT = 3000
MOST_CHECK_INS = 5
"""Days on which a decision is asked about."""
HIGHEST_NUMBER = 2**31 - 1
"""What both databases hold."""


class LineLink(Frozen):
    """A charter line that the decision serves or knowingly violates, as it read then."""

    ref: str
    stance: Stance
    quote: str
    source: str


class Check(Frozen):
    """One answer to "how did it go?"."""

    outcome: Outcome
    why: str
    still_fits: StillFits | None = None
    by: Person
    at: datetime


class Decision(Frozen):
    """A decision as it stands."""

    id: Key
    number: Annotated[int, Field(ge=1, le=HIGHEST_NUMBER)]
    """Its number in the workspace, never used again: people say "D12"."""
    charter_id: Key
    charter_name: str
    version: int
    """The charter's version when it was recorded."""
    title: Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE)]
    choice: str
    reason: str = ""
    rejected: str = ""
    """The options that were not taken."""
    deciders: Annotated[tuple[Person, ...], Field(min_length=1)]
    lines: tuple[LineLink, ...] = ()
    expected: str = ""
    """What should come of it, in one sentence."""
    confidence: Confidence | None = None
    check_on: date | None = None
    """When it is to be checked next."""
    later_checks: tuple[date, ...] = Field(default=(), exclude_if=lambda days: not days)
    """When it is to be checked after that, as they were named; `check_days` says which count.
    Not written where there are none, so that versions before this can read it."""
    recorded_by: Person
    recorded_at: datetime
    conversation_id: Key
    private_to: str | None = None
    """The conversation it must not leave, when it was recorded in a private one."""
    link: str = ""
    """The message that it came from; its words are not kept."""
    verdict_id: str = ""
    verdict_kind: VerdictKind | None = None
    """What was said of it when it was recorded."""
    state: State = "open"
    checks: tuple[Check, ...] = ()
    delegate: Person | None = None
    """Who is asked in the deciders' place."""
    superseded_by: str = ""
    shared_in: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What people call it."""
        return f"D{self.number}"

    @property
    def message(self) -> str:
        """Where the message stands that it came from; empty unless the address is a chat
        platform's own."""
        return message_link(self.link)

    @property
    def check_days(self) -> tuple[date, ...]:
        """When it is to be checked, the next first; none once it is over."""
        first = self.check_on
        if self.state != "open" or first is None:
            return ()
        return (first, *(day for day in self.later_checks if day > first))

    @property
    def answered(self) -> int:
        """How many check-ins were answered for good; so the one to come has that number."""
        return sum(check.outcome != "too_early" for check in self.checks)

    @property
    def so_far(self) -> Outcome | None:
        """What was answered last, "too early" apart."""
        said = [check.outcome for check in self.checks if check.outcome != "too_early"]
        return said[-1] if said else None

    @property
    def outcome(self) -> Outcome | None:
        """How it turned out, once it is over: the last answer counts."""
        return None if self.state == "open" else self.so_far

    @property
    def words(self) -> str:
        """All that is searched."""
        parts = (self.title, self.choice, self.reason, self.rejected, self.expected)
        return "\n".join(filter(None, parts))

    @property
    def knows(self) -> tuple[Person, ...]:
        """Who made it, recorded it or is asked about it."""
        delegate = (self.delegate,) if self.delegate else ()
        return (*self.deciders, self.recorded_by, *delegate)

    def may_be_seen(self, conversation_id: str, person_id: str, *, alone: bool) -> bool:
        """Whether it may be shown there: a private conversation's decisions stay in it, and come
        up beyond it only where somebody who made them is `alone` with the bot."""
        if self.private_to in (None, conversation_id):
            return True
        return alone and person_id in {person.id for person in self.knows}


def message_link(url: str) -> str:
    """The address where it is a chat platform's own for a message; else nothing."""
    return url if _MESSAGE.fullmatch(url) else ""


class Entry(Frozen):
    """One deed in the record. `changes` holds the decision's fields that it set, as JSON."""

    number: Annotated[int, Field(ge=1)]
    """Its place in the workspace's chain, without gaps."""
    decision_id: Key
    deed: Deed
    by: Person
    at: datetime
    why: str = ""
    changes: Mapping[str, JsonValue]
    key: str = ""
    """The event that made it, so that the same event again adds nothing."""
    before: str = ""
    """The hash of the entry before; empty for the first."""
    hash: str = ""

    def sealed(self) -> "Entry":
        """The entry with its own hash."""
        return self.model_copy(update={"hash": self.hash_now()})

    def hash_now(self) -> str:
        """The hash of what it says; differs from `hash` where somebody changed it."""
        said = self.model_dump(mode="json", exclude={"hash"})
        text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def as_json(changes: Mapping[str, Any]) -> dict[str, JsonValue]:
    """The fields as an entry keeps them."""
    return {name: _plain(value) for name, value in changes.items()}


def changes_of(decision: Decision | None, changes: Mapping[str, Any]) -> dict[str, JsonValue]:
    """What an entry says that sets these fields. Later check-ins are named only where they change:
    versions before this cannot add up an entry that names them."""
    later = decision.later_checks if decision else ()
    same = changes.get("later_checks", later) == later
    return as_json({k: v for k, v in changes.items() if not (same and k == "later_checks")})


def after(decision: Decision | None, entry: Entry) -> Decision:
    """The decision once the entry counts."""
    said = decision.model_dump(mode="json") if decision else {}
    return Decision.model_validate_json(json.dumps({**said, **entry.changes}))


class Fault(Frozen):
    """Something in the chain that was not written by the bot. `entry` is its number."""

    entry: int
    what: str


def faults(entries: Iterable[Entry]) -> list[Fault]:
    """Everything that shows that the chain was changed; entries in order, from the first."""
    found, before, expected = [], "", 1
    for entry in entries:
        if entry.number != expected:
            missing = f"{expected}" if entry.number == expected + 1 else f"{expected} and more"
            found.append(Fault(entry=entry.number, what=f"entry {missing} is missing before it"))
        elif entry.before != before:
            found.append(Fault(entry=entry.number, what="it does not follow the entry before it"))
        if entry.hash != entry.hash_now():
            found.append(Fault(entry=entry.number, what="its words were changed"))
        before, expected = entry.hash, entry.number + 1
    return found


def _plain(value: Any) -> JsonValue:
    if isinstance(value, Frozen):
        plain: JsonValue = value.model_dump(mode="json")
        return plain
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(f"{type(value).__name__} is not kept in a record")
