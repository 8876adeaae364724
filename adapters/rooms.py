"""Every room on the same ground, wired to those that it needs: part of the core that
`adapters/core.py` puts together.

pulsing ── checking ── reminding, changing        announcing ── changing
deciding    ranking    beginning    guides
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from adapters.announcing import Announcing, build_announcing
from adapters.beginning import Beginning, build_beginning
from adapters.changing import Changing, build_changing
from adapters.checking import Checking, build_checking
from adapters.deciding import Deciding, build_deciding
from adapters.guiding import build_guiding
from adapters.judging.quick import QuickReader
from adapters.judging.reader import OnnxReader
from adapters.pulsing import Pulsing, build_pulsing
from adapters.ranking import RankingRoom, build_ranking
from adapters.reminding import Reminding, build_reminding
from bot.ask.model import Cap
from bot.ask.service import AskService
from bot.charter.service import CharterService
from bot.check.ports import Reviewer
from bot.decisions.ports import Download, Downloads
from bot.delivery.ports import Topic
from bot.delivery.posters import Posters
from bot.ports import Clock
from bot.pulse.audience import Groups
from bot.pulse.ports import KeyStore
from bot.router import Routes
from bot.settings.service import SettingsService
from storage.unit_of_work import Storage


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What every room stands on."""

    storage: Storage
    charters: CharterService
    ask: AskService
    reader: OnnxReader
    quick: QuickReader
    """The reader where people wait."""
    settings: SettingsService
    roster: Posters
    downloads: Mapping[str, Downloads]
    groups: Mapping[str, Groups]
    clock: Clock


@dataclass(frozen=True, kw_only=True)
class Reviews:
    """Who looks at whole charters, and how often people should."""

    reviewer: Reviewer | None
    cap: Cap
    after: timedelta


@dataclass(frozen=True, kw_only=True)
class Rooms:
    """All of them."""

    pulsing: Pulsing
    checking: Checking
    reminding: Reminding
    deciding: Deciding
    announcing: Announcing
    changing: Changing
    ranking: RankingRoom
    beginning: Beginning
    guides: Routes

    @property
    def routes(self) -> Routes:
        """What they handle, in the order in which help names it."""
        first = self.beginning.routes + self.changing.routes + self.checking.routes
        then = self.ranking.routes + self.guides + self.deciding.routes + self.reminding.routes
        return first + then + self.pulsing.routes + self.announcing.routes

    @property
    def topics(self) -> Mapping[str, Topic]:
        """What they say unasked, by name."""
        several = (
            *(self.reminding, self.pulsing, self.deciding, self.announcing),
            *(self.changing, self.ranking, self.beginning),
        )
        return {name: topic for room in several for name, topic in room.topics.items()}

    @property
    def files(self) -> Mapping[str, Download]:
        """What they hand out, by name, beside the decisions."""
        return {**self.pulsing.files, **self.ranking.files}

    async def stop(self) -> None:
        """Let go of what runs beside everything else; it is taken up again after a start."""
        await self.ranking.judging.stop()
        await self.changing.judging.stop()


def build_rooms(ground: Ground, *, keys: KeyStore, reviews: Reviews) -> Rooms:
    """Every room, wired. `keys`: where pulses keep theirs."""
    pulsing = _pulsing(ground, keys)
    checking = _checking(ground, pulsing, reviews)
    announcing = _announcing(ground)
    return Rooms(
        pulsing=pulsing,
        checking=checking,
        reminding=_reminding(ground, checking),
        deciding=_deciding(ground),
        announcing=announcing,
        changing=_changing(ground, checking, announcing),
        ranking=_ranking(ground),
        beginning=_beginning(ground),
        guides=build_guiding(charters=ground.charters),
    )


def _pulsing(ground: Ground, keys: KeyStore) -> Pulsing:
    return build_pulsing(
        work=ground.storage,
        upkeep=ground.storage.pulse_upkeep,
        keys=keys,
        charters=ground.charters,
        settings=ground.settings,
        roster=ground.roster,
        groups=ground.groups,
        downloads=ground.downloads,
        clock=ground.clock,
    )


def _checking(ground: Ground, pulsing: Pulsing, reviews: Reviews) -> Checking:
    return build_checking(
        work=ground.storage,
        charters=ground.charters,
        ask=ground.ask,
        reader=ground.reader,
        reviewer=reviews.reviewer,
        cap=reviews.cap,
        clock=ground.clock,
        beliefs=pulsing.beliefs,
        review_after=reviews.after,
    )


def _reminding(ground: Ground, checking: Checking) -> Reminding:
    return build_reminding(
        work=ground.storage,
        settings=ground.settings,
        charters=ground.charters,
        roster=ground.roster,
        clock=ground.clock,
        contents=checking.contents,
    )


def _deciding(ground: Ground) -> Deciding:
    return build_deciding(
        work=ground.storage,
        charters=ground.charters,
        ask=ground.ask,
        reader=ground.quick,
        settings=ground.settings,
        posters=ground.roster,
        downloads=ground.downloads,
        clock=ground.clock,
    )


def _announcing(ground: Ground) -> Announcing:
    return build_announcing(
        work=ground.storage,
        charters=ground.charters,
        settings=ground.settings,
        roster=ground.roster,
        clock=ground.clock,
    )


def _changing(ground: Ground, checking: Checking, announcing: Announcing) -> Changing:
    return build_changing(
        work=ground.storage,
        charters=ground.charters,
        ask=ground.ask,
        reader=ground.quick,
        checks=checking.checks,
        settings=ground.settings,
        posters=ground.roster,
        clock=ground.clock,
        after=(announcing.adopted,),
    )


def _ranking(ground: Ground) -> RankingRoom:
    return build_ranking(
        work=ground.storage,
        charters=ground.charters,
        ask=ground.ask,
        reader=ground.reader,
        posters=ground.roster,
        downloads=ground.downloads,
        clock=ground.clock,
    )


def _beginning(ground: Ground) -> Beginning:
    return build_beginning(
        work=ground.storage,
        charters=ground.charters,
        reader=ground.quick,
        settings=ground.settings,
        clock=ground.clock,
    )
