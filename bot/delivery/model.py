"""What is promised, when it falls due, and what became of each message.

    Schedule ── falls due ──> Run ── one for each recipient ──> Delivery ── sent, or said why not
    a room's own Post ───────────────────────────────────────────┘

A delivery's way:  pending -> sending -> sent
                      ^         ├─ refused, gone, tried too often ─> dead
                      │         ├─ nothing to say any more ────────> dropped
                      └─ later ─┴─ nobody can tell ────────────────> uncertain
"""

from datetime import datetime
from typing import Literal

from bot.events import Conversation, Frozen, Key
from bot.recurrence.model import Hours, Rule

State = Literal["pending", "sending", "sent", "uncertain", "dead", "dropped"]


class Schedule(Frozen):
    """A promise to say something again and again, or once. `topic` names the room's thing that is
    said ("reminders.reminder"), `subject` which of them (the reminder's id)."""

    id: Key
    topic: Key
    subject: Key
    rule: Rule
    hours: Hours
    """Whose working days, holidays and quiet hours count, as they were when it was saved."""
    recipients: tuple[Conversation, ...] = ()
    """Whom it goes to; empty: the topic is asked each time (`Topic.recipients`)."""
    paused: bool = False
    done: int = 0
    """How many of the rule's occurrences are behind it, for rules that end after so many."""
    due_at: datetime | None = None
    """When it falls due next, in UTC; None: never again, or paused."""
    rev: int = 0
    """Counts edits; a claim that met another one counts for nothing."""


class Run(Frozen):
    """One time that a schedule fell due."""

    id: Key
    schedule_id: Key
    topic: Key
    subject: Key
    due_at: datetime
    local_date: str
    """The day it stands for (YYYY-MM-DD), where the schedule lives."""
    skipped: tuple[datetime, ...] = ()
    """Occurrences that passed while nothing ran; this one stands for them too."""


class Recipient(Frozen):
    """To whom one run's message goes, and not before when."""

    to: Conversation
    not_before: datetime | None = None


class Post(Frozen):
    """Something a room wants said once. Stored in the transaction that made it true."""

    key: Key
    """Names the intent: the same key twice is one message."""
    topic: Key
    subject: Key
    to: Conversation
    not_before: datetime | None = None


class Delivery(Frozen):
    """One message to one conversation, and where it stands."""

    id: Key
    key: Key
    topic: Key
    subject: Key
    to: Conversation
    state: State
    run: Run | None = None
    """None for a post of a room's own."""
    attempts: int = 0
    not_before: datetime
    due_at: datetime
    """When it was first to be sent; how late it is counts from here."""
    message: str = ""
    """The platform's id of it, once sent."""
    why: str = ""
    """Why it is dead, dropped or uncertain, for the operator."""
