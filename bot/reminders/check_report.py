"""Reminders that bring the alignment report along."""

import re
from collections.abc import Callable, Sequence
from datetime import date

from bot.cards import Element, body
from bot.check.model import Report
from bot.check.service import CheckService, NoCharter
from bot.ports import Clock
from bot.recurrence.model import zone_named
from bot.reminders.decisions_due import sight_of
from bot.reminders.model import Reminder

_NAMED = re.compile(
    r"(?:(?:read|review|look at|go through|check)\s+(?:(?:the|our)\s+)?)?"
    r"(?:charter\s+(?:with|by)\s+)?(?:(?:the|our|a)\s+)?"
    r"(?:(?:charter|alignment)\s+)?(?:check(?:\s+report)?|alignment\s+report|charter\s+review)",
    re.IGNORECASE,
)

Elements = Callable[[Report, date], Sequence[Element]]
"""How the report is shown in short."""


class CheckReport:
    """The report on the charter that holds where the reminder was set up, made when it comes."""

    name = "check"
    label = "The check report"

    def __init__(self, *, checks: CheckService, elements: Elements, clock: Clock) -> None:
        self._checks = checks
        self._elements = elements
        self._clock = clock

    def named_by(self, words: str) -> str | None:
        """ "review the charter with the check report", "the alignment report"."""
        return "" if _NAMED.fullmatch(words.strip(" .")) else None

    def in_words(self, about: str) -> str:
        """Within a sentence."""
        return "the charter with its check report"

    async def elements(self, workspace: str, reminder: Reminder) -> Sequence[Element]:
        """The gravest findings, of those that everybody whom it goes to may see."""
        today = self._clock.now().astimezone(zone_named(reminder.rule.zone)).date()
        try:
            report = await self._checks.here(
                workspace, sight_of(reminder), place=reminder.conversation.id
            )
        except NoCharter as none:
            return (body("{sentence}", sentence=none),)
        return self._elements(report, today)
