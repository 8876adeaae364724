"""Where people are: time zones by their cities, and countries and their parts whose public
holidays are known, by code and by name.

The calendars come with the `holidays` library; it is loaded when first asked for, which takes a
tenth of a second: call these beside the event loop.
"""

import re
from collections.abc import Mapping
from functools import cache

from bot.errors import UserFacing
from bot.recurrence.zones import several_zones, zone_for
from bot.settings.model import Holidays

MOST_NAMED = 20
"""Parts of a country that an error names."""


def find_zone(words: str) -> str:
    """The IANA zone that people call so ("Berlin", "PT", "Europe/Berlin"). Raises UserFacing."""
    words = words.strip()
    if between := several_zones(words):
        raise UserFacing(f"{words} could be {between}. Name the city you mean.")
    zone = zone_for(words)
    if zone is None:
        raise UserFacing(
            f"I don't know the time zone of {words!r}. Name a larger city in it, such as "
            "Berlin, or the zone itself, such as Europe/Berlin."
        )
    return zone


def find_holidays(country: str, subdivision: str = "") -> Holidays:
    """The calendar that the words name ("DE", "Germany"; "BY", "Bayern"). Raises UserFacing."""
    code = _country(country)
    if code is None:
        raise UserFacing(
            f"I don't know the public holidays of {country!r}. Write the country's name in "
            "English or its two letters, such as Germany or DE."
        )
    if not subdivision:
        return Holidays(country=code)
    parts = _parts(code)
    for part, name in parts.items():
        if _same(subdivision, part) or _same(subdivision, name):
            return Holidays(country=code, subdivision=part)
    known = ", ".join(_labelled(part, name) for part, name in [*parts.items()][:MOST_NAMED])
    more = ", …" if len(parts) > MOST_NAMED else ""
    if not parts:
        raise UserFacing(f"{name_of(code)} has the same holidays everywhere; leave the part out.")
    raise UserFacing(
        f"I don't know {subdivision!r} as a part of {name_of(code)}. There are: {known}{more}."
    )


def from_words(words: str) -> Holidays:
    """The calendar named in one go: "Germany", "DE BY", "United States, California". Raises
    UserFacing."""
    before, comma, after = words.partition(",")
    if comma:
        return find_holidays(before.strip(), after.strip())
    parts = words.split()
    for end in range(len(parts), 0, -1):
        if _country(" ".join(parts[:end])):
            return find_holidays(" ".join(parts[:end]), " ".join(parts[end:]))
    return find_holidays(words)


def in_words(holidays: Holidays) -> str:
    """ "Germany, Bayern"."""
    country = name_of(holidays.country)
    if not holidays.subdivision:
        return country
    part = _parts(holidays.country).get(holidays.subdivision, holidays.subdivision)
    return f"{country}, {part}"


def name_of(code: str) -> str:
    """The country's name in English; the code where the library knows it no more."""
    return _countries().get(code, code)


def _country(words: str) -> str | None:
    found = _countries()
    if words.strip().upper() in found:
        return words.strip().upper()
    return next((code for code, name in found.items() if _same(words, name)), None)


def _same(one: str, other: str) -> bool:
    return _letters(one) == _letters(other)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _labelled(part: str, name: str) -> str:
    return part if part == name else f"{name} ({part})"


@cache
def _countries() -> Mapping[str, str]:
    """By two-letter code, the name."""
    from holidays.registry import COUNTRIES

    return {
        code: re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
        for name, code, *_ in COUNTRIES.values()
        if len(code) == 2
    }


@cache
def _parts(country: str) -> Mapping[str, str]:
    """By code, the name of each part of the country; the code where it has no name."""
    from holidays import country_holidays

    try:
        calendar = country_holidays(country)
    except NotImplementedError:
        return {}
    names = {code: name for name, code in getattr(calendar, "subdivisions_aliases", {}).items()}
    return {code: names.get(code, code) for code in calendar.subdivisions}
