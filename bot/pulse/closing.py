"""Closes editions, so that an interruption at any moment neither leaks nor loses.

open ─> closing ─> published, ballots removed ─> key destroyed ─> told ─> remnants wiped
        no answer   one transaction: all of it    from here on, nobody can tell
        any more    or nothing                    who said what

Each step is noted once it is done, and may be done again: `tidy` takes up what was interrupted.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot import faults
from bot.ports import Clock, Work
from bot.pulse.model import Answers, Edition, Published
from bot.pulse.ports import Cipher, KeyStore, KeysUnavailable, PulseUpkeep, PulseWork, ToDo
from bot.pulse.publishing import Shuffle, lost, publish, shuffled
from bot.pulse.sealing import Secrets

MOST_SHOWN = 26
"""Editions that are shown together: half a year of weeks."""

log = logging.getLogger(__name__)

Closed = Callable[[str, Published], Awaitable[None]]
"""Called with the workspace once an edition is closed, outside of any transaction; again where
we cannot know that it was done."""


async def _nothing(workspace: str, published: Published) -> None:
    """Nobody wants to be told."""


class ClosingService:
    """Closed editions, and those that are being closed."""

    def __init__(
        self,
        *,
        work: Work[PulseWork],
        upkeep: PulseUpkeep,
        keys: KeyStore,
        cipher: Cipher,
        clock: Clock,
        closed: Closed = _nothing,
        shuffle: Shuffle = shuffled,
    ) -> None:
        self._work = work
        self._upkeep = upkeep
        self._keys = keys
        self._cipher = cipher
        self._clock = clock
        self._closed = closed
        self._shuffle = shuffle

    async def close(self, workspace: str, edition_id: str) -> Published | None:
        """Close it now, or go on where that was interrupted; what is published of it. None when
        there is no such edition. Raises KeysUnavailable where the key cannot be asked for: then
        it takes no answers any more, and is closed later."""
        async with self._work(workspace) as tx:
            edition = await tx.editions.hold(edition_id)
            if edition and edition.state == "open":
                await tx.editions.set_state(edition_id, "closing")
        if edition is None:
            return None
        faults.point("pulse.closing")
        if edition.state != "closed":
            await self._publish(workspace, edition)
        await self._finish(workspace, edition_id)
        async with self._work(workspace) as tx:
            return await tx.editions.result(edition_id)

    async def results(
        self, workspace: str, pulse_id: str, limit: int = MOST_SHOWN
    ) -> Sequence[Published]:
        """What was published of the pulse, the newest first."""
        async with self._work(workspace) as tx:
            return await tx.editions.published(pulse_id, limit)

    async def remove(self, workspace: str, pulse_id: str) -> None:
        """Forget the pulse, its editions and results, and destroy what keys they have."""
        async with self._work(workspace) as tx:
            ids = [each.id for each in await tx.editions.unfinished() if each.pulse_id == pulse_id]
            # The key of one that was closed may be there still, where that was interrupted.
            closed = await tx.editions.published(pulse_id, MOST_SHOWN)
            ids += [each.edition.id for each in closed]
        for edition_id in ids:
            await self._keys.destroy(workspace, edition_id)
        async with self._work(workspace) as tx:
            await tx.editions.remove(pulse_id)
            await tx.pulses.remove(pulse_id)
        await self._upkeep.wipe()

    async def tidy(self) -> int:
        """Close what is due and finish what was interrupted, in all workspaces; how many."""
        done = 0
        for workspace, edition_id in await self._upkeep.due(self._clock.now()):
            try:
                await self.close(workspace, edition_id)
                done += 1
            except KeysUnavailable:
                log.warning("key store does not answer", extra={"workspace": workspace})
            except Exception:
                # One that cannot be closed must not keep the others open; it is tried again.
                log.exception("pulse not closed yet", extra={"workspace": workspace})
        return done

    async def _publish(self, workspace: str, edition: Edition) -> None:
        """Put what is published in the place of the answers."""
        key = await self._keys.get(workspace, edition.id)
        async with self._work(workspace) as tx:
            ballots = await tx.ballots.all(edition.id)
        if key is None:
            log.warning("key lost, and a pulse's answers with it")
            published = lost(edition)
        else:
            # Nobody can answer any more, so these are all. In a thread: it takes a second.
            answers = _opened(Secrets(key, self._cipher, workspace, edition.id), ballots)
            published = await asyncio.to_thread(publish, edition, answers, self._shuffle)
        async with self._work(workspace) as tx:
            held = await tx.editions.hold(edition.id)
            if held is None or held.state == "closed":
                return  # somebody else was quicker
            await tx.editions.publish(published)
            await tx.ballots.remove(edition.id)
            faults.point("pulse.publishing")
        faults.point("pulse.published")

    async def _finish(self, workspace: str, edition_id: str) -> None:
        """The steps after publishing, from where they stopped."""
        async with self._work(workspace) as tx:
            to_do = await tx.editions.left_to_do(edition_id)
            found = await tx.editions.result(edition_id)
        if found is None:
            return
        if to_do == "key":
            await self._keys.destroy(workspace, edition_id)
            faults.point("pulse.key_destroyed")
            to_do = await self._next(workspace, edition_id, "tell")
        if to_do == "tell":
            await self._closed(workspace, found)
            faults.point("pulse.told")
            to_do = await self._next(workspace, edition_id, "wipe")
        if to_do == "wipe" and await self._upkeep.wipe():
            faults.point("pulse.wiped")
            await self._next(workspace, edition_id, "")

    async def _next(self, workspace: str, edition_id: str, to_do: ToDo) -> ToDo:
        async with self._work(workspace) as tx:
            await tx.editions.set_to_do(edition_id, to_do)
        return to_do


def _opened(secrets: Secrets, ballots: Mapping[bytes, bytes]) -> list[Answers]:
    opened = [secrets.open(token, sealed) for token, sealed in ballots.items()]
    answers = [each for each in opened if each is not None]
    if len(answers) < len(opened):
        # Rows that somebody changed, or another key sealed: nobody's answer, so they don't count.
        log.warning("answers that cannot be read", extra={"count": len(opened) - len(answers)})
    return answers
