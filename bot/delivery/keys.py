"""Names made from what they stand for, so that the same thing made twice is one row."""

from hashlib import sha256

from bot.delivery.model import Schedule
from bot.recurrence.model import Occurrence

LONGEST = 255
"""Characters of a key (`bot.events.Key`)."""


def delivery_id(workspace: str, key: str) -> str:
    """The id of the workspace's delivery with that key: short, for people to type."""
    return _digest(f"{workspace}\n{key}")


def occasion(schedule: Schedule, occurrence: Occurrence) -> str:
    """What a schedule can say once: a rule comes once a day at most, however it is edited on that
    day; what comes once has its instant, so that it may be put off."""
    if schedule.rule.kind == "once":
        return occurrence.at.isoformat()
    return occurrence.date.isoformat()


def run_id(schedule_id: str, on: str) -> str:
    """The id of the schedule's run on that occasion."""
    return _digest(f"{schedule_id}\n{on}")


def delivery_key(run: str, conversation_id: str) -> str:
    """The key of what a run says to a conversation; the platform's messages bear it too."""
    key = f"{run}:{conversation_id}"
    return key if len(key) <= LONGEST else f"{run}:{_digest(conversation_id)}"


def _digest(words: str) -> str:
    return sha256(words.encode()).hexdigest()[:32]
