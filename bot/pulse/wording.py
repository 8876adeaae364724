"""Parts of sentences that the cards of this room have in common."""

from datetime import date, datetime, time, timedelta

from bot.recurrence.model import Hours, zone_named
from bot.recurrence.zones import zone_in_words

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def until_words(at: datetime, hours: Hours) -> str:
    """ "Thu 26 Nov, 09:00 (Berlin)", or "the end of Wed 25 Nov (Berlin)"."""
    local = at.astimezone(zone_named(hours.zone))
    zone = zone_in_words(hours.zone)
    if local.time() == time(0):
        before = local - timedelta(days=1)
        return f"the end of {before:%a} {before.day} {before:%b} ({zone})"
    return f"{local:%a} {local.day} {local:%b}, {local:%H:%M} ({zone})"


def short_day(day: date) -> str:
    """ "24 Nov"."""
    return f"{day.day} {day:%b}"


def long_day(day: date) -> str:
    """ "Tue 24 Nov 2026"."""
    return f"{day:%a} {day.day} {day:%b} {day.year}"
