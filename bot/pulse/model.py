"""A pulse, its editions, what somebody answers, and what is published of it.

    Pulse ── falls due ──> Edition: open ──> closing ──> closed ── Published
                             └ Answers, sealed            (or lost, with its key)

An answer never bears a name or a time. What is published is all that is left of an edition.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from bot.events import Conversation, Frozen, Key, Person
from bot.recurrence.model import Rule

About = Literal["clarity", "belief", "use", "priorities", "line", "own"]
"""`line`: a line of the charter; `own`: what somebody wrote for this pulse."""
Audience = Literal["members", "people", "group"]
"""`members`: everybody in the conversation; `people`: those named; `group`: a group of the
platform's, whose id is in `Pulse.group`."""
PulseState = Literal["draft", "on", "paused", "over"]
EditionState = Literal["open", "closing", "closed"]

LEAST = 5
"""Answers from which results are shown, unless the pulse says otherwise."""
LEAST_ALLOWED, MOST_ALLOWED = 3, 10
SCORES = (1, 2, 3, 4, 5)
LONGEST_STATEMENT = 200
LONGEST_WORDS = 1000
"""Characters of an open answer."""
MOST_STATEMENTS = 60
TOPIC = "pulse.edition"

Score = Annotated[int, Field(ge=1, le=5)]
Percent = Annotated[int, Field(ge=0, le=100)]


class Statement(Frozen):
    """One sentence that is rated from 1 (not at all) to 5 (fully)."""

    id: Key
    text: Annotated[str, Field(min_length=1, max_length=LONGEST_STATEMENT)]
    about: About
    ref: str = ""
    """The charter line that it asks about; empty for the others."""


class Pulse(Frozen):
    """A poll that comes again and again, and how it was set up."""

    id: Key
    charter_id: Key
    conversation: Conversation
    """Where it was set up, and where results are told."""
    by: Person
    made_at: datetime
    audience: Audience = "members"
    people: tuple[Person, ...] = ()
    group: str = ""
    left: tuple[str, ...] = ()
    """Ids of people who are never asked: they said so."""
    include_guests: bool = False
    include_bots: bool = False
    rule: Rule
    open_for: Annotated[int, Field(ge=1, le=10)] = 2
    """Working days."""
    statements: Annotated[tuple[Statement, ...], Field(max_length=MOST_STATEMENTS)]
    """All that it may ask: the first each time, the others in the order in which they take
    turns."""
    a_time: Annotated[int, Field(ge=3, le=5)] = 4
    """How many of them one edition asks."""
    open_question: Annotated[str, Field(max_length=LONGEST_STATEMENT)] = ""
    """Empty: none is asked."""
    least: Annotated[int, Field(ge=LEAST_ALLOWED, le=MOST_ALLOWED)] = LEAST
    """Answers from which results are shown."""
    tell_channel: bool = True
    ask_in_channel: bool = False
    """Asked by a button in the conversation, in place of a direct message to each."""
    state: PulseState = "draft"
    editions: Annotated[int, Field(ge=0)] = 0
    """How many there have been; the next one's number is one more."""

    def asked_in(self, number: int) -> tuple[Statement, ...]:
        """The statements of that edition (the first is 1): the first of all each time, so that one
        can be followed; of the others, all take their turn before one comes again."""
        first, others = self.statements[:1], self.statements[1:]
        count = min(self.a_time - 1, len(others))
        begin = (number - 1) * (self.a_time - 1)
        turns = range(begin, begin + count)
        return (*first, *(others[turn % len(others)] for turn in turns))


class Edition(Frozen):
    """One time that a pulse was asked."""

    id: Key
    pulse_id: Key
    number: Annotated[int, Field(ge=1)]
    statements: tuple[Statement, ...]
    open_question: str = ""
    least: Annotated[int, Field(ge=LEAST_ALLOWED, le=MOST_ALLOWED)]
    asked: Annotated[int, Field(ge=0)]
    """How many people were asked."""
    unreached: Annotated[int, Field(ge=0)] = 0
    """How many of them the question did not reach; who, is written down nowhere."""
    joined: int = 0
    left: int = 0
    """How many people came and went since the edition before; they decide whether the two may be
    compared."""
    opened_at: datetime
    closes_at: datetime
    state: EditionState = "open"


class Answers(Frozen):
    """What one person says. A statement without a score was left out."""

    scores: Mapping[Key, Score | None]
    words: Annotated[str, Field(max_length=LONGEST_WORDS)] = ""


class Figures(Frozen):
    """What is shown of one statement: figures, `words` in their place, or `why` there is nothing.
    The fewer people answered, the coarser the figures; shares may be left out."""

    statement: Statement
    shares: tuple[Percent, ...] = ()
    """Rounded percentages of the scores 1 to 5; their sum need not be 100."""
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    """Where the mean lies with 95 % confidence, had these been a sample."""
    words: str = ""
    """Where nearly all said the same: that, in a sentence."""
    why: str = ""
    """Why nothing is shown, in a sentence."""


class Published(Frozen):
    """All that anybody ever sees of an edition. `why` says why there are no figures at all: too
    few answered, or the answers were lost."""

    edition: Edition
    share: Percent | None = None
    """About how many of those asked answered; None where too few did."""
    figures: tuple[Figures, ...] = ()
    words: tuple[str, ...] = ()
    """Open answers, shuffled."""
    why_no_words: str = ""
    """Why open answers are not shown; empty where there are some, or none was asked."""
    why: str = ""
    lost: bool = False
    """Whether the key was lost, and all answers with it."""
