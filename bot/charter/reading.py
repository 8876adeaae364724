"""What holds where and who owns it, for all who ask at the same moment, in one transaction."""

from collections.abc import Sequence

from bot.charter.model import MOST_LEVELS, ONE_OF_A_KIND, Charter, InForce, LineInForce
from bot.charter.ports import CharterWork
from bot.delivery.together import Together
from bot.events import Person
from bot.ports import Work

Held = tuple[InForce, Sequence[Person]]
"""What is in force, and the charter's owners."""
_Where = tuple[str, str]
"""A workspace, and a conversation's id."""


class Reading:
    """Reads what holds in a conversation. What was adopted before it was asked for is seen."""

    def __init__(self, work: Work[CharterWork]) -> None:
        self._work = work
        self._together = Together(all_of=self._read_all, one=self._read)

    async def __call__(self, workspace: str, conversation_id: str) -> Held | None:
        """The charter bound to the conversation, or the workspace's default; None without any."""
        return await self._together((workspace, conversation_id))

    async def _read(self, where: _Where) -> Held | None:
        (held,) = await self._read_all([where])
        return held

    async def _read_all(self, asked: Sequence[_Where]) -> Sequence[Held | None]:
        found: dict[_Where, Held | None] = {}
        for workspace in dict.fromkeys(workspace for workspace, _ in asked):
            places = dict.fromkeys(place for its, place in asked if its == workspace)
            async with self._work(workspace) as tx:
                held: dict[str, Held | None] = {}
                bound, default = await tx.bindings.charters_of(places), await tx.bindings.default()
                for place in places:
                    charter_id = bound.get(place) or default or ""
                    if charter_id not in held:
                        held[charter_id] = await _held(tx, charter_id)
                    found[workspace, place] = held[charter_id]
        return [found[each] for each in asked]


async def _held(tx: CharterWork, charter_id: str) -> Held | None:
    charter = await tx.charters.get(charter_id) if charter_id else None
    if charter is None:
        return None
    return await with_inherited(tx, charter), await tx.roles.holders(charter_id, "owner")


async def with_inherited(
    tx: CharterWork, charter: Charter, instead: Charter | None = None
) -> InForce:
    """The charter's own lines, and those of the charters above it: of mission and vision there is
    one each, and the nearest counts; all other lines add up. `instead` is read in the place of the
    stored charter of its id."""
    own = charter.version
    lines = [
        LineInForce(ref=line.id, line=line, charter=charter.name, version=own.number)
        for line in own.lines
    ]
    overridden: list[LineInForce] = []
    seen, above = {charter.id}, charter.parent
    while above and above not in seen and len(seen) < MOST_LEVELS:
        seen.add(above)
        of_it = instead and instead.id == above
        parent = instead if of_it else await tx.charters.get(above)
        if parent is None:
            break
        taken = {each.line.kind for each in lines if each.line.kind in ONE_OF_A_KIND}
        for line in _from_above(parent):
            (overridden if line.line.kind in taken else lines).append(line)
        above = parent.parent
    return InForce(charter=charter, lines=tuple(lines), overridden=tuple(overridden))


def _from_above(parent: Charter) -> list[LineInForce]:
    return [
        LineInForce(
            ref=f"{parent.name}:{line.id}",
            line=line,
            charter=parent.name,
            version=parent.version.number,
            inherited=True,
        )
        for line in parent.version.lines
    ]
