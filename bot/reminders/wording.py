"""Parts of sentences that every card of this room has: when, to whom, since when."""

from collections.abc import Sequence
from datetime import datetime

from bot.events import Person
from bot.recurrence.model import zone_named
from bot.recurrence.zones import zone_in_words
from bot.reminders.model import Reminder

MOST_LISTED = 10
"""Lines of a list on one card."""
MOST_NAMED = 4
"""People in one sentence."""


def day(at: datetime, zone: str, now: datetime) -> str:
    """ "Fri 27 Nov" where the rule lives; with the year where it is another one."""
    local = at.astimezone(zone_named(zone))
    year = "" if local.year == now.astimezone(zone_named(zone)).year else f" {local.year}"
    return f"{local:%a} {local.day} {local:%b}{year}"


def moment(at: datetime, zone: str, now: datetime) -> str:
    """ "Fri 27 Nov 16:30"."""
    return f"{day(at, zone, now)} {at.astimezone(zone_named(zone)):%H:%M}"


def moment_with_zone(at: datetime, zone: str, now: datetime) -> str:
    """ "Fri 27 Nov 16:30 (Berlin)"."""
    return f"{moment(at, zone, now)} ({zone_in_words(zone)})"


def to_whom(reminder: Reminder, *, here: bool) -> str:
    """Whom it goes to, for who set it up or sees it in its conversation; `here`: they look from
    there."""
    place = place_of(reminder)
    where = f"in {place}" if place else "in that conversation"
    if here:
        where = f"here {where}" if place else "here"
    match reminder.to:
        case "here":
            return where
        case "me":
            return "to you, privately"
        case "everybody":
            return f"to everybody {where.removeprefix('here ')}, each privately"
        case "people":
            return f"to {names(reminder.people)}, privately"


def names(people: Sequence[Person]) -> str:
    """ "Priya Patel and Erik Ek"; the rest is counted."""
    shown = [person.name for person in people[:MOST_NAMED]]
    if len(people) > MOST_NAMED:
        shown.append(f"{len(people) - MOST_NAMED} more")
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]])) if shown else "nobody"


def place_of(reminder: Reminder) -> str:
    """The conversation's name, as people know it; nothing for a direct message."""
    if reminder.conversation.direct:
        return ""
    return reminder.conversation.name


def upper_first(text: str) -> str:
    """The text with a capital in front."""
    return text[:1].upper() + text[1:]
