"""Decisions, wired: part of the core that `adapters/core.py` puts together.

decisions (service) ── commands, changing, checking ── routes        exchange, for files
        └── topic, for the engine
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.ask.ports import Reader
from bot.ask.service import AskService
from bot.ask.verdict_view import verdict_card
from bot.charter.service import CharterService
from bot.decisions.at_home import DecisionsAtHome
from bot.decisions.changing import ChangeCommands
from bot.decisions.checking import CheckCommands
from bot.decisions.commands import DecisionCommands
from bot.decisions.exchange import ExchangeService
from bot.decisions.monthly import ReportService, ReportTopic
from bot.decisions.ports import DecisionWork, Downloads
from bot.decisions.reporting import ReportCommands
from bot.decisions.service import DecisionService
from bot.decisions.topic import CheckInTopic
from bot.delivery.ports import Topic
from bot.delivery.posters import Posters
from bot.home import Section
from bot.ports import Clock, Work
from bot.router import Routes
from bot.settings.service import SettingsService


@dataclass(frozen=True, kw_only=True)
class Deciding:
    """The room."""

    decisions: DecisionService
    exchange: ExchangeService
    routes: Routes
    topics: Mapping[str, Topic]
    home: Section


def build_deciding(
    *,
    work: Work[DecisionWork],
    charters: CharterService,
    ask: AskService,
    reader: Reader,
    settings: SettingsService,
    posters: Posters,
    downloads: Mapping[str, Downloads],
    clock: Clock,
) -> Deciding:
    """Its services, handlers and topics."""
    decisions = DecisionService(work=work, hours_of=settings.hours_of, owners=charters, clock=clock)
    hours_of = settings.hours_of
    reports = ReportService(
        work=work, charters=charters, ask=ask, team_hours=settings.team_hours, clock=clock
    )
    commands = DecisionCommands(
        reporting=ReportCommands(reports=reports, downloads=downloads),
        decisions=decisions,
        charters=charters,
        ask=ask,
        reader=reader,
        hours_of=hours_of,
        clock=clock,
    )
    changing = ChangeCommands(
        decisions=decisions, charters=charters, hours_of=hours_of, clock=clock
    )
    checking = CheckCommands(
        decisions=decisions,
        charters=charters,
        hours_of=hours_of,
        clock=clock,
        ask=ask,
        verdict=verdict_card,
    )
    topic = CheckInTopic(work=work, charters=charters, direct=posters.direct, clock=clock)
    monthly = ReportTopic(reports=reports)
    at_home = DecisionsAtHome(work=work, charters=charters, hours_of=hours_of, clock=clock)
    return Deciding(
        decisions=decisions,
        exchange=ExchangeService(work=work, hours_of=hours_of, clock=clock),
        routes=commands.routes() + changing.routes() + checking.routes(),
        topics={topic.name: topic, monthly.name: monthly},
        home=at_home.latest,
    )
