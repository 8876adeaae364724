"""Words to rules: a strict grammar of English phrases.

Every word is understood, or the person is asked back with what was understood and what was not;
a phrase is never read in part. What the grammar decides by itself, it decides so, and the read
back (`words`) shows it:

- without a time, it is 09:00;
- a bare 1 to 6 is in the afternoon ("at 4", "4:30"), a bare 7 to 12 is not ("at 7", "at 12");
  "04:30" is what it says;
- "Friday" is the coming one, "next Friday" the one of next week (weeks begin on Monday);
- "first Monday of the month" recurs, "first Monday of next month" and "on the 15th" do not;
- "weekday" is Monday to Friday; "working day" also leaves out holidays and own days off;
- an interval ("every 3 weeks") counts from its first coming day, quarters begin in January.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from bot.events import Frozen
from bot.recurrence.assemble import Said, assemble
from bot.recurrence.clauses import Clause, longest
from bot.recurrence.clauses_of_bounds import BOUND_CLAUSES
from bot.recurrence.clauses_of_days import ONE_DAY_CLAUSES, RECURRING_CLAUSES
from bot.recurrence.clauses_of_times import TIME_CLAUSES
from bot.recurrence.model import Hours, Rule
from bot.recurrence.parts import AskBack
from bot.text import one_line, shorten

LONGEST = 200
"""Characters. A longer phrase is no phrase."""
_CLAUSES: tuple[Clause, ...] = (
    *RECURRING_CLAUSES,
    *ONE_DAY_CLAUSES,
    *TIME_CLAUSES,
    *BOUND_CLAUSES,
)
END_MARKS = " \n.!?,;"
"""What may stand behind a phrase."""
_BETWEEN = re.compile(r"[\s,;]*")
_ONCE = "“in 3 months”, “12 March” or “tomorrow 14:00”"
_EXAMPLES = "“every other Friday 16:30”, “first Monday of the month” or “tomorrow 14:00”"


class Understood(Frozen):
    """A phrase read as a whole."""

    rule: Rule


class NotUnderstood(Frozen):
    """A phrase that could not be read. `sentence` is for the person; `understood` and `culprit`
    are their words that were clear and that were not."""

    sentence: str
    understood: str = ""
    culprit: str = ""


class Reading(NamedTuple):
    """A clause of a phrase: what it says, and where it stands."""

    said: tuple[Said, ...]
    start: int
    end: int
    complaint: AskBack | None = None


def understand(
    text: str, *, now: datetime, hours: Hours, examples: str = _EXAMPLES
) -> Understood | NotUnderstood:
    """What a phrase for a time or a recurrence means to somebody with these hours; `examples` are
    shown to whoever is asked back."""
    text = iso_apart(one_line(text)).rstrip(END_MARKS)
    readings = list(read_clauses(text))
    end = readings[-1].end if readings else 0
    complaint = readings[-1].complaint if readings else None
    if complaint is None and end < len(text):
        return _not_all(text, end, readings, examples)
    try:
        if complaint is not None:
            raise complaint
        return Understood(rule=assemble([s for r in readings for s in r.said], now, hours))
    except AskBack as asked:
        return NotUnderstood(
            sentence=str(asked), understood=text[:end], culprit=asked.culprit or text
        )


def parse_when(text: str, *, now: datetime, hours: Hours) -> Understood | NotUnderstood:
    """`understand` for what comes once, such as the date of a check-in."""
    answer = understand(text, now=now, hours=hours, examples=_ONCE)
    if isinstance(answer, Understood) and answer.rule.kind != "once":
        return NotUnderstood(
            sentence="That recurs, and one date is needed. Say it as “in 3 months” or “12 March”.",
            understood=one_line(text),
        )
    return answer


def iso_apart(text: str) -> str:
    """The text with a blank in place of the T in "2027-03-12T14:00"; it stays as long."""
    return re.sub(r"(\d{4}-\d\d?-\d\d?)T(?=\d)", r"\1 ", text)


def read_clauses(text: str, at: int = 0) -> Iterator[Reading]:
    """The clauses from `at` on, one behind the other, until something is none, or complains."""
    at = end_of_blanks(text, at)
    while match := longest(_CLAUSES, text, at):
        words = text[at : match.end]
        try:
            said = tuple(Said(part, words) for part in match.meaning())
        except AskBack as asked:
            yield Reading((), at, match.end, asked)
            return
        yield Reading(said, at, match.end)
        at = end_of_blanks(text, match.end)


def end_of_blanks(text: str, at: int) -> int:
    """Where the next word begins."""
    found = _BETWEEN.match(text, at)
    return found.end() if found else at


def _not_all(text: str, end: int, readings: list[Reading], examples: str) -> NotUnderstood:
    """The question back that names what was understood, and the words that were not."""
    rest = text[end:].strip(" ,;")
    if len(text) > LONGEST or not readings:
        what = f" in “{shorten(text, 60)}”" if text else ""
        return NotUnderstood(
            sentence=f"I find no time{what}. Say it like {examples}.", culprit=text
        )
    # The culprit ends where a clause can be read again.
    later = (m.start() for m in re.finditer(r"(?<!\w)\w", rest))
    resumes = next((at for at in later if at and longest(_CLAUSES, rest, at)), len(rest))
    culprit = rest[:resumes].strip(" ,;")
    understood = text[:end]
    return NotUnderstood(
        sentence=f"I understood “{shorten(understood, 80)}”, but not "
        f"“{shorten(culprit, 60)}”. Say it like {examples}.",
        understood=understood,
        culprit=culprit,
    )
