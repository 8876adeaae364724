"""What somebody wants changed, from short words ("zone Berlin", "team quiet 20:00-8:00")."""

import re
from collections.abc import Callable, Mapping
from datetime import date

from bot.errors import UserFacing
from bot.recurrence.model import DaysOff
from bot.settings import places, spans
from bot.settings.model import MOST_DAYS_OFF, Wishes

_NONE = re.compile(r"(?:none|off|no|never|nothing)", re.IGNORECASE)
_BACK = re.compile(r"(?:default|automatic|auto|forget|reset)", re.IGNORECASE)
_TEAM = re.compile(r"(?:for\s+)?(?:the\s+)?team(?:'s)?\b:?\s*", re.IGNORECASE)


def split_team(words: str) -> tuple[bool, str]:
    """Whether the words are about the team, and the words without that."""
    found = _TEAM.match(words)
    return (True, words[found.end() :]) if found else (False, words)


def changed(before: Wishes, words: str, today: date) -> Wishes:
    """The wishes with what the words say. Raises UserFacing, which says what can be said."""
    for name, what in _SETTINGS.items():
        found = re.match(rf"(?:{name})\b\s*:?\s*(?:is\s+|to\s+|in\s+)?", words, re.IGNORECASE)
        if found and not what:
            return _days_off(before, words[found.end() :], today)
        if found:
            return _one(before, what, words[found.end() :].strip())
    raise UserFacing(
        "I did not understand that. You can say `/mission settings zone Berlin`, "
        "`working days Mon-Thu`, `holidays Germany, Bayern`, `days off 24 Dec to 2 Jan`, "
        "`quiet 20:00-8:00`, and `team` before any of them for everybody."
    )


_SETTINGS: Mapping[str, str] = {
    "time ?zone|zone|tz": "zone",
    "days? off|holiday from|away|vacation|off": "",
    "holidays?|country": "holidays",
    "working days|work ?days|days|week": "working_days",
    "quiet(?: hours| time)?": "quiet",
}
"""How a setting is called, and its field; days off add up, so they have a way of their own."""

_READERS: Mapping[str, Callable[[str], object]] = {
    "zone": places.find_zone,
    "holidays": places.from_words,
    "working_days": spans.read_weekdays,
    "quiet": spans.read_quiet,
}
_ASK_FOR: Mapping[str, str] = {
    "zone": "Say which, such as `/mission settings zone Berlin`.",
    "holidays": "Say whose, such as `/mission settings holidays Germany, Bayern`, or `off`.",
    "working_days": "Say which, such as `/mission settings working days Mon-Thu`.",
    "quiet": "Say when, such as `/mission settings quiet 20:00-8:00`, or `off`.",
}


def _one(before: Wishes, field: str, words: str) -> Wishes:
    if not words:
        raise UserFacing(_ASK_FOR[field])
    if _BACK.fullmatch(words):
        return before.model_copy(update={field: None})
    if field in ("holidays", "quiet") and _NONE.fullmatch(words):
        return before.model_copy(update={field: "off"})
    return before.model_copy(update={field: _READERS[field](words)})


def _days_off(before: Wishes, words: str, today: date) -> Wishes:
    if _NONE.fullmatch(words.strip()) or _BACK.fullmatch(words.strip()):
        return before.model_copy(update={"days_off": ()})
    if not words.strip():
        raise UserFacing(
            "Say when, such as `/mission settings days off 24 Dec to 2 Jan`, or `none` to forget "
            "those that I know."
        )
    more = spans.read_days_off(words, today)
    kept = [off for off in before.days_off if off.last >= today and off != more]
    return before.model_copy(update={"days_off": in_order([*kept, more])})


def in_order(days_off: list[DaysOff]) -> tuple[DaysOff, ...]:
    """By time. Raises UserFacing when there are too many."""
    if len(days_off) > MOST_DAYS_OFF:
        raise UserFacing(f"{MOST_DAYS_OFF} stretches of days off fit. Leave out those behind you.")
    return tuple(sorted(days_off, key=lambda off: (off.first, off.last)))
