"""Until when an exercise is open."""

from datetime import datetime, timedelta

from bot.recurrence.model import LONGEST_ABSENCE, Hours, zone_named

_WORKING_DAYS = {"day": 1, "days": 2}


def closing_time(now: datetime, open_for: str, hours: Hours) -> datetime:
    """An hour from now, or the same time some working days later, by those hours."""
    if open_for not in _WORKING_DAYS:
        return now + timedelta(hours=1)
    left, at = _WORKING_DAYS[open_for], now
    for _ in range(LONGEST_ABSENCE):
        at += timedelta(days=1)
        left -= hours.is_working(at.astimezone(zone_named(hours.zone)).date())
        if not left:
            break
    return at


def in_words(at: datetime, hours: Hours) -> str:
    """The instant in that zone ("Tue 24 Nov, 10:00 (Berlin)")."""
    local = at.astimezone(zone_named(hours.zone))
    place = hours.zone.rpartition("/")[2].replace("_", " ")
    return f"{local:%a} {local.day} {local:%b, %H:%M} ({place})"
