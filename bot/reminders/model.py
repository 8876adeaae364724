"""A reminder: when, to whom, what about, and who set it up."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from bot.events import Conversation, Frozen, Key, Person
from bot.recurrence.model import Rule

Audience = Literal["here", "me", "people", "everybody"]
"""`here`: the conversation; `me`: who set it up, privately; `people`: those named, each privately;
`everybody`: each member of the conversation, privately."""
State = Literal["draft", "on", "paused", "over"]
"""A draft promises nothing yet; `over` has no dates left."""
WhyPaused = Literal["", "asked", "unreachable"]

TOPIC = "reminders.reminder"
MOST = 50
"""Reminders that one person has at a time."""
LONGEST_TEXT = 3000
"""Characters of somebody's own words (`bot.cards.TextField`)."""
MOST_PEOPLE = 50
"""Named in one reminder."""
OWN_WORDS = "text"
"""The content that is somebody's own words."""


class Reminder(Frozen):
    """What was asked for, and where it stands. Its id is made from the event that asked."""

    id: Key
    conversation: Conversation
    """Where it was set up; the charter that holds there is the one it speaks of."""
    by: Person
    made_at: datetime
    changed_at: datetime
    rule: Rule
    to: Audience
    people: Annotated[tuple[Person, ...], Field(max_length=MOST_PEOPLE)] = ()
    left: tuple[str, ...] = ()
    """Ids of people who do not want it, or cannot be reached."""
    content: Key = OWN_WORDS
    """The name of what it is about (`bot.reminders.ports.Content`)."""
    about: str = ""
    """One's own words, or which one of the content it is (a line's id)."""
    state: State = "draft"
    paused_because: WhyPaused = ""
    edition: Annotated[int, Field(ge=1)] = 1
    """Counts changes of its words. Each has a schedule of its own, as a schedule comes once a day
    at most, and one that came this morning may be changed to come this afternoon."""

    @property
    def schedule_id(self) -> str:
        """Its schedule in the outbox."""
        return f"{TOPIC}/{self.id}/{self.edition}"

    @property
    def is_shared(self) -> bool:
        """Whether it belongs to the conversation; its owners may change it then."""
        return self.to in ("here", "everybody")

    def is_listed_in(self, conversation: Conversation) -> bool:
        """Whether everybody in that conversation may see it in the list."""
        return self.is_shared and self.conversation.id == conversation.id


class Request(Frozen):
    """What somebody wants to be reminded of, understood whole."""

    rule: Rule
    to: Audience
    people: tuple[Person, ...] = ()
    content: Key = OWN_WORDS
    about: str = ""
