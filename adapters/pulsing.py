"""The pulse, wired: part of the core that `adapters/core.py` puts together.

answering, closing (sealed) ── asking ── topics, for the engine
pulses, results ── commands, replying ── routes
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from adapters.pulse_cipher import AesGcm
from bot.charter.service import CharterService
from bot.check.ports import Belief
from bot.decisions.ports import DecisionWork, Download, Downloads, Sight
from bot.delivery.ports import Topic
from bot.delivery.posters import Posters
from bot.events import Person
from bot.ports import Clock, Work
from bot.pulse.against import DecisionShares
from bot.pulse.answering import AnsweringService
from bot.pulse.asking import Asking
from bot.pulse.audience import Audience, Groups
from bot.pulse.closing import ClosingService
from bot.pulse.commands import CSV, PulseCommands
from bot.pulse.ports import KeyStore, PulseUpkeep, PulseWork
from bot.pulse.publishing import published_csv
from bot.pulse.replying import ReplyCommands
from bot.pulse.results import ResultsService
from bot.pulse.setup import PulseService
from bot.pulse.telling import ToldTopic
from bot.pulse.topic import AskTopic, CloseTopic, RemindTopic
from bot.router import Routes
from bot.settings.service import SettingsService


class PulsingWork(PulseWork, DecisionWork, Protocol):
    """What a pulse needs stored, and the decisions that stand beside it."""


@dataclass(frozen=True, kw_only=True)
class Pulsing:
    """The room."""

    routes: Routes
    topics: Mapping[str, Topic]
    discreet: frozenset[str]
    """Topics of which no row may tell who got what."""
    answering: AnsweringService
    closing: ClosingService
    results: ResultsService
    files: Mapping[str, Download]
    """By name, for who asks in the chat."""
    beliefs: Callable[[str, str], Awaitable[Sequence[Belief]]]
    """A `bot.check.ports.BeliefByLine`."""


def build_pulsing(
    *,
    work: Work[PulsingWork],
    upkeep: PulseUpkeep,
    keys: KeyStore,
    charters: CharterService,
    settings: SettingsService,
    roster: Posters,
    groups: Mapping[str, Groups],
    downloads: Mapping[str, Downloads],
    clock: Clock,
) -> Pulsing:
    """Its services, handlers and topics."""
    cipher = AesGcm()
    pulses = PulseService(work=work, charters=charters, clock=clock)
    audience = Audience(roster=roster, groups=groups, hours=settings)
    answering = AnsweringService(work=work, keys=keys, cipher=cipher, clock=clock)
    results = ResultsService(
        work=work,
        pulses=pulses,
        audience=audience,
        hours=settings,
        shares=DecisionShares(work=work),
        clock=clock,
    )
    closing = ClosingService(
        work=work, upkeep=upkeep, keys=keys, cipher=cipher, clock=clock, closed=results.closed
    )
    asking = Asking(
        work=work,
        pulses=pulses,
        answering=answering,
        audience=audience,
        hours=settings,
        clock=clock,
    )
    commands = PulseCommands(
        pulses=pulses,
        asking=asking,
        results=results,
        replying=ReplyCommands(pulses=pulses, answering=answering, asking=asking),
        audience=audience,
        charters=charters,
        downloads=downloads,
        clock=clock,
    )
    ask, remind = AskTopic(asking), RemindTopic(asking)
    close, told = CloseTopic(closing), ToldTopic(results)
    return Pulsing(
        routes=commands.routes(),
        topics={topic.name: topic for topic in (ask, remind, close, told)},
        discreet=frozenset({ask.name, remind.name}),
        answering=answering,
        closing=closing,
        results=results,
        files=_files(results),
        beliefs=_beliefs(results),
    )


def _beliefs(results: ResultsService) -> Callable[[str, str], Awaitable[Sequence[Belief]]]:
    async def beliefs(workspace: str, charter_id: str) -> Sequence[Belief]:
        # How many answered is told to nobody; so many did at least.
        found = await results.belief(workspace, charter_id)
        return [Belief(ref=line.ref, mean=line.mean, answers=line.least) for line in found]

    return beliefs


def _files(results: ResultsService) -> Mapping[str, Download]:
    async def table(workspace: str, sight: Sight) -> bytes:
        person = Person(id=sight.person_id, name="")
        return published_csv(await results.seen_from(workspace, sight.conversation_id, person))

    return {
        CSV: Download(
            label="Table (CSV)",
            filename="pulse.csv",
            media="text/csv",
            make=table,
            words="The published figures of the pulse, as you asked.",
        )
    }
