"""The check, wired: part of the core that `adapters/core.py` puts together.

checks (service) ── commands ── routes        report, for reminders
      └── reviewing ── a language model, where one is connected
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.ask.model import Cap
from bot.ask.ports import Reader
from bot.ask.service import AskService
from bot.charter.service import CharterService
from bot.check.commands import CheckCommands
from bot.check.ports import BeliefByLine, CheckWork, Reviewer
from bot.check.reviewing import Reviewing
from bot.check.service import CheckService
from bot.check.views import report_elements
from bot.ports import Clock, Work
from bot.reminders.check_report import CheckReport
from bot.reminders.ports import Content
from bot.router import Routes

REVIEW_AFTER = timedelta(days=90)
"""How long a charter may go without being looked through, unless the settings say otherwise."""


@dataclass(frozen=True, kw_only=True)
class Checking:
    """The room."""

    checks: CheckService
    routes: Routes
    contents: Mapping[str, Content]
    """What reminders can be about."""


def build_checking(
    *,
    work: Work[CheckWork],
    charters: CharterService,
    ask: AskService,
    reader: Reader,
    reviewer: Reviewer | None,
    cap: Cap,
    clock: Clock,
    beliefs: BeliefByLine,
    review_after: timedelta = REVIEW_AFTER,
) -> Checking:
    """Its service, handlers and what it brings to reminders."""
    reviewing = Reviewing(work=work, reviewer=reviewer, cap=cap, clock=clock) if reviewer else None
    checks = CheckService(
        work=work,
        charters=charters,
        ask=ask,
        reader=reader,
        reviewing=reviewing,
        beliefs=beliefs,
        clock=clock,
        review_after=review_after,
    )
    report = CheckReport(checks=checks, elements=report_elements, clock=clock)
    commands = CheckCommands(checks=checks, charters=charters, clock=clock)
    return Checking(checks=checks, routes=commands.routes(), contents={report.name: report})
