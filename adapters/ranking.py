"""Rankings, wired: part of the core that `adapters/core.py` puts together.

rankings (service) ── judging, beside everything else ── commands ── routes, and a file
                              └── topic, for the engine
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.ask.ports import Reader
from bot.ask.service import AskService
from bot.charter.service import CharterService
from bot.decisions.ports import Download, Downloads
from bot.delivery.ports import Topic
from bot.delivery.posters import Posters
from bot.ports import Clock, Work
from bot.ranking.commands import FILE, RankingCommands
from bot.ranking.judging import RankingJudging
from bot.ranking.ports import RankingWork
from bot.ranking.service import RankingService
from bot.ranking.topic import RankingTopic
from bot.router import Routes


@dataclass(frozen=True, kw_only=True)
class RankingRoom:
    """The room."""

    judging: RankingJudging
    routes: Routes
    topics: Mapping[str, Topic]
    files: Mapping[str, Download]


def build_ranking(
    *,
    work: Work[RankingWork],
    charters: CharterService,
    ask: AskService,
    reader: Reader,
    posters: Posters,
    downloads: Mapping[str, Downloads],
    clock: Clock,
) -> RankingRoom:
    """Its services, handlers, topic and file."""
    rankings = RankingService(work=work, charters=charters, ask=ask, reader=reader, clock=clock)
    judging = RankingJudging(
        work=work, rankings=rankings, ask=ask, direct=posters.direct, clock=clock
    )
    commands = RankingCommands(rankings=rankings, judging=judging, ask=ask, downloads=downloads)
    topic = RankingTopic(rankings=rankings, judging=judging)
    file = Download(
        label="Ranking (CSV)",
        filename="ranking.csv",
        media="text/csv",
        make=commands.file,
        words="The ranking, as you asked.",
    )
    return RankingRoom(
        judging=judging,
        routes=commands.routes(),
        topics={topic.name: topic},
        files={FILE: file},
    )
