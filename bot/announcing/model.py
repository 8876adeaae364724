"""An announcement, who is asked to confirm it, and what owners set. No I/O.

    adopted ──> open ─┬─ closed by an owner ─> closed
                      └─ another version ────> replaced

While it is open, those who have not confirmed are reminded, privately, on two working days.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal

from pydantic import Field

from bot.events import Conversation, Frozen, Key, Person
from bot.recurrence.model import LONGEST_ABSENCE, Hours, to_utc, zone_named

State = Literal["open", "closed", "replaced"]
Audience = Literal["members", "people", "nobody"]
"""Who is asked to confirm: everybody where it is posted, these people, or nobody."""

REMINDED_ON: Mapping[int, int] = {1: 3, 2: 7}
"""By turn, the working day after the adoption on which the missing are reminded."""
AT = time(10)
"""Local time of who is reminded."""
MOST_PEOPLE = 200
"""Who may be asked by name."""


class AnnouncingSettings(Frozen):
    """What owners of a charter set about announcing its versions."""

    channels: bool = True
    """A card goes to every channel where the charter holds."""
    audience: Audience = "members"
    people: Annotated[tuple[Person, ...], Field(max_length=MOST_PEOPLE)] = ()
    """For the audience `people`."""
    question: bool = False
    """Whoever confirms answers one question about the change first."""
    names: bool = False
    """Owners see who has confirmed; else how many."""
    newcomers: bool = True
    """Whoever comes into a channel where it holds gets the charter once."""


class Place(Frozen):
    """Where an announcement is posted, and the charter that holds there: the one that changed, or
    one below it that inherits from it."""

    to: Conversation
    charter_id: Key
    charter_name: str


class Announcement(Frozen):
    """One version, announced. What owners set is taken as it was on that day."""

    id: Key
    charter_id: Key
    charter_name: str
    number: int
    """The version, and the one before."""
    before: int
    reason: str
    by: Person
    approved_by: tuple[Person, ...] = ()
    at: datetime
    places: tuple[Place, ...] = ()
    audience: Audience
    people: tuple[Person, ...] = ()
    question: bool = False
    names: bool = False
    state: State = "open"
    closed_by: Person | None = None
    left: tuple[str, ...] = ()
    """Ids of people who are not in the workspace any more."""
    unreached: tuple[str, ...] = ()
    """Ids of the conversations in which it could not be posted."""
    hurried_at: datetime | None = None
    """When an owner last had the missing reminded."""

    @property
    def authors(self) -> Sequence[Person]:
        """Who adopted it: they need not confirm that they know it."""
        return list({each.id: each for each in (self.by, *self.approved_by)}.values())

    @property
    def asks(self) -> bool:
        """Whether anybody is asked to confirm it now."""
        return self.state == "open" and self.audience != "nobody"

    def may_ask(self, person: Person) -> bool:
        """Whether the person can be among who is asked now; of everybody where it is posted, only
        the platform knows who that is."""
        named = person.id in {each.id for each in self.people}
        return self.asks and (self.audience == "members" or named)


class Confirmed(Frozen):
    """Somebody said that they have read it."""

    by: Person
    at: datetime


def working_days_after(day: date, hours: Hours, n: int) -> date:
    """The n-th working day after the day; where there are not so many in a year, the last tried."""
    found = 0
    for _ in range(LONGEST_ABSENCE):
        day += timedelta(days=1)
        found += hours.is_working(day)
        if found == n:
            break
    return day


def first_moment(now: datetime, hours: Hours) -> datetime | None:
    """When somebody with these hours may be reminded, on a day that they work and outside their
    quiet hours; None: at once."""
    zone = zone_named(hours.zone)
    today = now.astimezone(zone).date()
    at = now
    if not hours.is_working(today):
        at = to_utc(datetime.combine(working_days_after(today, hours, 1), AT), hours.zone)
    at = hours.end_of_quiet(at)
    return at if at > now else None
