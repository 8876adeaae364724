"""Time settings and reminders, wired: part of the core that `adapters/core.py` puts together.

settings ── reminders (service, personal) ── commands ── routes
                  └── topics, for the engine
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.charter.service import CharterService
from bot.decisions.ports import DecisionWork
from bot.delivery.ports import Topic
from bot.home import Section
from bot.ports import Clock, Work
from bot.reminders.at_home import RemindersAtHome
from bot.reminders.commands import ReminderCommands
from bot.reminders.contents import Contents, charter_contents
from bot.reminders.decisions_due import OpenDecisions
from bot.reminders.personal import PersonalService
from bot.reminders.ports import Content, ReminderWork, Roster
from bot.reminders.service import ReminderService
from bot.reminders.topic import Comings, NoticeTopic, ReminderTopic
from bot.router import Routes
from bot.settings.commands import SettingsCommands
from bot.settings.ports import SettingsWork
from bot.settings.service import SettingsService


class RemindingWork(ReminderWork, DecisionWork, Protocol):
    """What reminders need stored, and what they are about."""


@dataclass(frozen=True, kw_only=True)
class Reminding:
    """The two rooms."""

    reminders: ReminderService
    routes: Routes
    topics: Mapping[str, Topic]
    home: Section


def build_settings(
    *, work: Work[SettingsWork], charters: CharterService, clock: Clock
) -> tuple[SettingsService, Routes]:
    """When people work; other rooms ask its service for hours."""
    settings = SettingsService(work=work, charters=charters)
    return settings, SettingsCommands(settings=settings, clock=clock).routes()


def build_reminding(
    *,
    work: Work[RemindingWork],
    settings: SettingsService,
    charters: CharterService,
    roster: Roster,
    clock: Clock,
    contents: Mapping[str, Content] | None = None,
) -> Reminding:
    """Reminders. `contents` are what further rooms let them be about."""
    decisions = OpenDecisions(work=work, clock=clock)
    known = {**charter_contents(charters), decisions.name: decisions, **(contents or {})}
    about = Contents(known)
    reminders = ReminderService(
        work=work, settings=settings, charters=charters, roster=roster, clock=clock
    )
    settings.tell(reminders.hours_changed)
    commands = ReminderCommands(
        reminders=reminders,
        personal=PersonalService(work=work, settings=settings, clock=clock),
        settings=settings,
        charters=charters,
        roster=roster,
        contents=about,
        comings=Comings(work=work, charters=charters, roster=roster, clock=clock),
        clock=clock,
    )
    due = ReminderTopic(work=work, settings=settings, roster=roster, contents=about, clock=clock)
    notices = NoticeTopic(work=work, charters=charters, roster=roster, contents=about)
    return Reminding(
        reminders=reminders,
        routes=commands.routes(),
        topics={due.name: due, notices.name: notices},
        home=RemindersAtHome(work=work, contents=about, clock=clock).coming,
    )
