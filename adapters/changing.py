"""Changes, wired: part of the core that `adapters/core.py` puts together.

changes (service) ── commands, deciding ── routes        judging, beside everything else
       ├── after: whoever is told of an adoption, in its transaction
       └── topics, for the engine
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.announcing.ports import AnnouncingWork
from bot.ask.ports import Reader
from bot.ask.service import AskService
from bot.changes.commands import ProposeCommands
from bot.changes.deciding import DecideCommands
from bot.changes.impact import ImpactService
from bot.changes.judging import JUDGED, ImpactJudging
from bot.changes.levels import Levels, Pair
from bot.changes.ports import AfterAdoption, ImpactWork
from bot.changes.reading import ProposalReading
from bot.changes.service import ChangeService
from bot.changes.showing import Showing
from bot.changes.telling import ENDED, PROPOSED, WAITING, Telling
from bot.changes.topic import ProposalTopic
from bot.charter.model import InForce
from bot.charter.ports import Propose
from bot.charter.service import CharterService
from bot.check.service import CheckService
from bot.delivery.ports import Topic
from bot.delivery.posters import Posters
from bot.ports import Clock, Work
from bot.router import Routes
from bot.settings.service import SettingsService


class ChangingWork(ImpactWork, AnnouncingWork, Protocol):
    """What changes need stored, and whoever is told of an adoption."""


@dataclass(frozen=True, kw_only=True)
class Changing:
    """The room. `propose` takes the form of the whole charter."""

    changes: ChangeService[ChangingWork]
    showing: Showing
    judging: ImpactJudging
    propose: Propose
    routes: Routes
    topics: Mapping[str, Topic]


@dataclass(frozen=True, kw_only=True)
class CheckedLevels:
    """A `bot.changes.levels.Contradictions`: the check finds them."""

    checks: CheckService

    async def __call__(self, workspace: str, proposed: InForce) -> Sequence[Pair]:
        """Each with the lines that it quotes."""
        found = await self.checks.contradictions(workspace, proposed)
        lines = {line.ref: line for line in proposed.beside_all_above.lines}
        return [
            Pair(
                lines=tuple(lines[each.ref] for each in finding.lines if each.ref in lines),
                sentence=finding.sentence,
            )
            for finding in found
        ]


def build_changing(
    *,
    work: Work[ChangingWork],
    charters: CharterService,
    ask: AskService,
    reader: Reader,
    checks: CheckService,
    settings: SettingsService,
    posters: Posters,
    clock: Clock,
    after: Sequence[AfterAdoption[ChangingWork]] = (),
) -> Changing:
    """Its services, handlers and topics."""
    telling = Telling(direct=posters.direct, hours_of=settings.hours_of)
    changes = ChangeService(work=work, telling=telling, clock=clock, after=after)
    reading = ProposalReading(work=work)
    impact = ImpactService(work=work, charters=charters, ask=ask, reader=reader, clock=clock)
    levels = Levels(charters=charters, contradictions=CheckedLevels(checks=checks), clock=clock)
    showing = Showing(reading=reading, impact=impact, levels=levels)
    judging = ImpactJudging(
        work=work,
        reading=reading,
        impact=impact,
        ask=ask,
        charters=charters,
        direct=posters.direct,
        clock=clock,
    )
    proposing = ProposeCommands(
        changes=changes, charters=charters, ask=ask, showing=showing, clock=clock
    )
    deciding = DecideCommands(changes=changes, showing=showing, judging=judging)
    topics = [
        ProposalTopic(
            name, showing=showing, reading=reading, judging=judging, direct=posters.direct
        )
        for name in (PROPOSED, WAITING, ENDED, JUDGED)
    ]
    return Changing(
        changes=changes,
        showing=showing,
        judging=judging,
        propose=proposing.whole,
        routes=proposing.routes() + deciding.routes(),
        topics={topic.name: topic for topic in topics},
    )
