"""Announcements, wired: part of the core that `adapters/core.py` puts together.

adopted (told by the room that adopts) ── announcing (service) ── commands ── routes
                                                └── topics, for the engine
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.announcing.adoption import AnnounceAdoption
from bot.announcing.asked import Asked
from bot.announcing.commands import AnnouncingCommands
from bot.announcing.newcomers import Comings
from bot.announcing.ports import AnnouncingWork
from bot.announcing.service import AnnouncingService
from bot.announcing.topic import CardTopic, CharterTopic, ReminderTopic
from bot.charter.history_view import changes_text
from bot.charter.service import CharterService
from bot.charter.views import charter_card
from bot.delivery.ports import Topic
from bot.delivery.posters import Posters
from bot.ports import Clock, Work
from bot.router import Routes
from bot.settings.service import SettingsService


@dataclass(frozen=True, kw_only=True)
class Announcing:
    """The room. `adopted` is called in the transaction that adopts a version."""

    adopted: AnnounceAdoption
    announcing: AnnouncingService
    routes: Routes
    topics: Mapping[str, Topic]


def build_announcing(
    *,
    work: Work[AnnouncingWork],
    charters: CharterService,
    settings: SettingsService,
    roster: Posters,
    clock: Clock,
) -> Announcing:
    """Its services, handlers and topics."""
    asked = Asked(work=work, roster=roster)
    announcing = AnnouncingService(work=work, charters=charters, asked=asked, clock=clock)
    commands = AnnouncingCommands(
        announcing=announcing,
        charters=charters,
        comings=Comings(work=work, charters=charters, roster=roster, clock=clock),
        changes=changes_text,
    )
    card = CardTopic(work=work, announcing=announcing, changes=changes_text)
    reminder = ReminderTopic(
        work=work,
        announcing=announcing,
        asked=asked,
        settings=settings,
        roster=roster,
        changes=changes_text,
        clock=clock,
    )
    charter = CharterTopic(charters=charters, charter_card=charter_card)
    return Announcing(
        adopted=AnnounceAdoption(roster=roster, clock=clock),
        announcing=announcing,
        routes=commands.routes(),
        topics={each.name: each for each in (card, reminder, charter)},
    )
