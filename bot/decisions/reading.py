"""Reading very many decisions, without keeping others from the database meanwhile."""

from collections.abc import Sequence

from bot.decisions.model import Decision
from bot.decisions.ports import DecisionWork, Sight, Wanted
from bot.ports import Work

CHUNK = 500
"""Read in one transaction."""


async def newest(
    work: Work[DecisionWork],
    workspace: str,
    wanted: Wanted,
    sight: Sight,
    *,
    most: int | None = None,
) -> Sequence[Decision]:
    """Those that may be seen, the newest first; all, or so many of them."""
    found: dict[str, Decision] = {}  # one that is recorded meanwhile moves the pages
    while most is None or len(found) < most:
        async with work(workspace) as tx:
            page = await tx.decisions.find(wanted, sight, limit=CHUNK, offset=len(found))
        found |= {each.id: each for each in page}
        if len(page) < CHUNK:
            break
    return list(found.values())[:most]
