"""A clause: some words at a place in a phrase, and what they mean.

Each clause either matches as a whole or not at all. Which of them apply at a place is decided by
length alone (the longest wins, of equal ones the first listed), and only then is the meaning
made, so that a shorter reading cannot complain before a longer one was tried.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from bot.recurrence.parts import AskBack, Part

Meaning = Callable[[], tuple[Part, ...]]
"""Makes the parts; raises AskBack where the words are clear and what they ask for is not."""


class Match(NamedTuple):
    """A clause found: where it ends, and what it means."""

    end: int
    meaning: Meaning


Clause = Callable[[str, int], Match | None]


def clause(pattern: str, make: Callable[[re.Match[str]], Part | tuple[Part, ...]]) -> Clause:
    """The clause of a regular expression; case does not matter, blanks are any white space."""
    compiled = re.compile(pattern.replace(" ", r"\s+") + r"(?!\w|[-–]\w)", re.IGNORECASE)

    def read(text: str, at: int) -> Match | None:
        found = compiled.match(text, at)
        if found is None:
            return None

        def meaning() -> tuple[Part, ...]:
            made = make(found)
            return made if isinstance(made, tuple) else (made,)

        return Match(found.end(), meaning)

    return read


def refusal(pattern: str, sentence: str) -> Clause:
    """A clause that is known and cannot be had: it asks back with the sentence."""

    def refuse(found: re.Match[str]) -> Part:
        raise AskBack(sentence, found[0])

    return clause(pattern, refuse)


def longest(clauses: Sequence[Clause], text: str, at: int) -> Match | None:
    """The longest match at the place, the first of equals."""
    found = [match for read in clauses if (match := read(text, at))]
    return max(found, key=lambda match: match.end, default=None)
