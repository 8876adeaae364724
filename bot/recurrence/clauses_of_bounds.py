"""Clauses that bound a rule (until, starting, ten times), say what a day off does, or are cron."""

import re
from collections.abc import Callable
from typing import cast

from bot.recurrence.clauses import Clause, Match, clause, longest
from bot.recurrence.clauses_of_days import ONE_DAY_CLAUSES
from bot.recurrence.parts import (
    CronLine,
    Day,
    DayOffRule,
    Lasting,
    Part,
    Starting,
    Times,
    Unit,
    Until,
)
from bot.recurrence.vocabulary import NUMBER, WORKING_DAY, number

_HOLIDAYS = "(?:(?:public|bank|national) )?holidays?"
_FIELD = r"[\d*,/A-Za-z#-]+"


def _bound(words: str, make: Callable[[Day], Part]) -> Clause:
    """One of the words, and the day after it."""
    opening = re.compile(rf"(?:{words})\s+".replace(" ", r"\s+"), re.IGNORECASE)

    def read(text: str, at: int) -> Match | None:
        opened = opening.match(text, at)
        day = longest(ONE_DAY_CLAUSES, text, opened.end()) if opened else None
        if day is None:
            return None
        made = day.meaning

        def meaning() -> tuple[Part, ...]:
            first, *others = made()
            return (make(cast(Day, first)), *others)

        return Match(day.end, meaning)

    return read


def _cron(m: re.Match[str]) -> Part:
    return CronLine(" ".join(m["line"].upper().split()))


BOUND_CLAUSES: tuple[Clause, ...] = (
    _bound("until|till|til|through|thru|up to|ending(?: on)?", Until),
    _bound("starting(?: on| from)?|beginning(?: on)?|from|as of|as from", Starting),
    clause(
        f"for (?:the next )?(?P<n>{NUMBER}) (?P<unit>day|week|month|year)s?",
        lambda m: Lasting(number(m["n"]), cast(Unit, m["unit"].lower())),
    ),
    clause(f"(?:for )?(?P<n>{NUMBER}) times", lambda m: Times(number(m["n"]))),
    clause(
        "(?:but )?(?:except|excluding|skip|skipping|without|not) (?:on |for |during )?" + _HOLIDAYS,
        lambda m: DayOffRule("skip_holidays"),
    ),
    clause(
        f"(?:but )?(?:on {WORKING_DAY}s only|only on {WORKING_DAY}s)",
        lambda m: DayOffRule("skip"),
    ),
    clause(
        f"(?:or|moved? to) (?:on )?the next {WORKING_DAY}",
        lambda m: DayOffRule("next"),
    ),
    clause(
        f"(?:or|moved? to) (?:on )?the (?:{WORKING_DAY} before|(?:previous|last) {WORKING_DAY})",
        lambda m: DayOffRule("previous"),
    ),
    clause(rf"cron:? [`\"“]?(?P<line>(?:{_FIELD}\s+){{4}}{_FIELD})[`\"”]?", _cron),
)
