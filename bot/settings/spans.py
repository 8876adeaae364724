"""Short words for parts of a day, a week and a year: "20:00-8:00", "Mon-Thu", "24 Dec to 2 Jan".

Every reader takes all of the words or raises UserFacing with what it takes.
"""

import re
from datetime import date, time

from bot.errors import UserFacing
from bot.recurrence.model import LONGEST_ABSENCE, DaysOff
from bot.recurrence.pattern import WEEKDAYS, Weekday
from bot.settings.model import Quiet

_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_BETWEEN = re.compile(r"\s*(?:-|–|—|\bto\b|\buntil\b|\btill\b|\bthrough\b)\s*", re.IGNORECASE)
_BETWEEN_DATES = re.compile(r"\s+(?:-|–|—|to|until|till|through)\s+|\s*[–—]\s*|\s*\.\.\.?\s*", re.I)
_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm)?", re.IGNORECASE)
_DAY_MONTH = re.compile(r"(\d{1,2})\.?\s+([a-z]{3,9})\.?(?:,?\s+(\d{4}))?", re.IGNORECASE)
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.?\s+(\d{1,2})(?:,?\s+(\d{4}))?", re.IGNORECASE)


def read_weekdays(words: str) -> tuple[Weekday, ...]:
    """ "Mon-Thu, Sat" -> the weekdays, Monday first."""
    found: set[int] = set()
    for part in re.split(r"\s*(?:,|\band\b|&)\s*", words.strip()):
        ends = _BETWEEN.split(part)
        numbers = [_weekday(end) for end in (ends if len(ends) > 1 else part.split())]
        if len(ends) == 2:
            first, last = numbers
            found |= {(first + i) % 7 for i in range((last - first) % 7 + 1)}
        else:
            found |= set(numbers)
    if not found:
        raise _not_weekdays(words)
    return tuple(WEEKDAYS[number] for number in sorted(found))


def read_quiet(words: str) -> Quiet:
    """ "20:00-8:00", "8pm to 7am" -> hours in which nothing comes unasked."""
    ends = _BETWEEN.split(words.strip().removeprefix("from "))
    if len(ends) != 2:
        raise UserFacing("Write quiet hours with both ends, such as “20:00-8:00”.")
    start, until = (_clock(end) for end in ends)
    if start == until:
        raise UserFacing("Quiet hours must leave some of the day; their two ends are the same.")
    return Quiet(start=start, until=until)


def read_days_off(words: str, today: date) -> DaysOff:
    """ "24 Dec to 2 Jan", "2026-12-24" -> days off; without a year, the next that come."""
    ends = _BETWEEN_DATES.split(words.strip())
    if len(ends) > 2 or not all(ends):
        raise _not_a_date(words)
    first = _date(ends[0], today)
    last = _date(ends[-1], first)
    if last < first:
        raise UserFacing(f"“{words.strip()}” ends before it begins. Write the first day first.")
    if (last - first).days >= LONGEST_ABSENCE:
        raise UserFacing(f"“{words.strip()}” is longer than a year. Write it in parts.")
    return DaysOff(first=first, last=last)


def weekdays_in_words(days: tuple[Weekday, ...]) -> str:
    """ "Monday to Friday", "Monday, Tuesday and Thursday"."""
    numbers = [WEEKDAYS.index(day) for day in days]
    names = [_NAMES[number].capitalize() for number in numbers]
    if len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"{names[0]} to {names[-1]}"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def days_off_in_words(off: DaysOff) -> str:
    """ "24 Dec 2026 to 2 Jan 2027"."""
    first, last = (f"{day.day} {day:%b %Y}" for day in (off.first, off.last))
    return first if off.first == off.last else f"{first} to {last}"


def _weekday(words: str) -> int:
    name = words.strip().rstrip("s.").lower()
    found = [i for i, full in enumerate(_NAMES) if len(name) >= 2 and full.startswith(name)]
    if len(found) != 1:
        raise _not_weekdays(words)
    return found[0]


def _not_weekdays(words: str) -> UserFacing:
    return UserFacing(
        f"I don't know {words.strip()!r} as weekdays. Write them such as “Mon-Thu” or "
        "“Mon, Tue, Thu”."
    )


def _clock(words: str) -> time:
    found = _CLOCK.fullmatch(words.strip())
    hour = int(found[1]) if found else 99
    if found and found[3]:
        half = 12 if found[3].lower() == "pm" else 0
        hour = hour % 12 + half if 1 <= hour <= 12 else 99
    minute = int(found[2] or 0) if found else 0
    if hour == 24 and minute == 0:
        hour = 0
    if hour > 23 or minute > 59:
        raise UserFacing(f"I don't know {words.strip()!r} as a time. Write it such as “20:00”.")
    return time(hour, minute)


def _date(words: str, since: date) -> date:
    """The day; without a year, the first such day on or after `since`."""
    words = words.strip().rstrip(".,")
    try:
        return date.fromisoformat(words)
    except ValueError:
        pass
    if found := _DAY_MONTH.fullmatch(words):
        day, month, year = found[1], found[2], found[3]
    elif found := _MONTH_DAY.fullmatch(words):
        month, day, year = found[1], found[2], found[3]
    else:
        raise _not_a_date(words)
    if month[:3].lower() not in _MONTHS:
        raise _not_a_date(words)
    number = _MONTHS.index(month[:3].lower()) + 1
    # Eight years hold a 29 February whichever one begins with.
    years = [int(year)] if year else range(since.year, since.year + 9)
    for candidate in years:
        try:
            day_then = date(candidate, number, int(day))
        except ValueError:
            continue
        if year or day_then >= since:
            return day_then
    raise _not_a_date(words)


def _not_a_date(words: str) -> UserFacing:
    return UserFacing(
        f"I don't know {words.strip()!r} as a day. Write days such as “24 Dec to 2 Jan” or "
        "“2026-12-24 to 2027-01-02”."
    )
