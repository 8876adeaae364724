"""The words of the grammar: numbers, weekdays, months, as regular expressions and as values."""

import re
from datetime import date

from bot.recurrence.pattern import WEEKDAYS, Weekday

_UNITS = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]
_NUMBERS = {word: n for n, word in enumerate(_UNITS, 1)} | {"a": 1, "an": 1, "fifteen": 15,
            "twenty": 20, "thirty": 30, "ninety": 90}  # fmt: skip
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
MONTH_NAMES = ("January", "February", "March", "April", "May", "June", "July", "August",
               "September", "October", "November", "December")  # fmt: skip
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

HOUR_WORD = "|".join(_UNITS)
NUMBER = r"(?:\d{1,3}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + ")"
ORDINAL = "(?:" + "|".join(_ORDINALS) + "|[1-5](?:st|nd|rd|th))"
DAY_OF_MONTH = r"(?:[0-3]?\d(?:st|nd|rd|th))"
AND = r"(?:\s*,\s*(?:and\s+)?|\s*[&+/]\s*|\s+and\s+)"
EACH = r"(?:every|each)"
WEEKDAY = (
    r"(?:monday|mon\.?|tuesday|tues?\.?|wednesday|weds?\.?|thursday|thu(?:rs?)?\.?"
    r"|friday|fri\.?|saturday|sat\.?|sunday|sun\.?)"
)
WEEKDAYS_PLURAL = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days"
MONTH = (
    r"(?:january|jan\.?|february|feb\.?|march|mar\.?|april|apr\.?|may|june|jun\.?|july|jul\.?"
    r"|august|aug\.?|september|sept?\.?|october|oct\.?|november|nov\.?|december|dec\.?)"
)
YEAR = r"(?:20\d\d(?![:.\d]))"
WORKING_DAY = r"(?:working|business|work)[\s-]?day"


def number(word: str) -> int:
    """The value of a NUMBER."""
    return _NUMBERS.get(word.lower()) or int(word)


def ordinal(word: str) -> int:
    """The value of an ORDINAL or a DAY_OF_MONTH; "last" is -1."""
    return _ORDINALS.get(word.lower()) or int(re.sub(r"\D", "", word))


def weekday(word: str) -> Weekday:
    """The value of a WEEKDAY, abbreviated or plural too."""
    return WEEKDAYS[[day.lower() for day in WEEKDAYS].index(word[:2].lower())]


def month(word: str) -> int:
    """The value of a MONTH: 1 to 12."""
    return [name[:3].lower() for name in MONTH_NAMES].index(word[:3].lower()) + 1


def in_full(day: date) -> str:
    """The date for people: "12 March 2027"."""
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"


def weekdays_between(first: Weekday, last: Weekday) -> tuple[Weekday, ...]:
    """The days of "Monday to Friday", also across a weekend."""
    a, b = WEEKDAYS.index(first), WEEKDAYS.index(last)
    return tuple(WEEKDAYS[(a + n) % 7] for n in range((b - a) % 7 + 1))
