"""Opens editions and takes answers, so that who said what is known to nobody who lacks the key.

Nothing here logs who answers or when, and no table says who did: whether somebody answered is
found out by working out their token anew, which nobody can once the key is destroyed.
"""

from collections.abc import Collection
from datetime import datetime

from bot.errors import NotAllowed, UserFacing
from bot.ports import Clock, Work
from bot.pulse.model import Answers, Edition, Pulse
from bot.pulse.ports import Cipher, KeyStore, PulseWork
from bot.pulse.sealing import Secrets

CLOSED = "This pulse is closed, so I can't take answers any more. The next one comes by itself."
LOST = (
    "The key that seals this pulse's answers is lost, so I can't take or read any. It will be "
    "closed without results; the next pulse comes as planned."
)
NOT_THERE = "I don't know this pulse any more. It may have been deleted."
NOT_ASKED = "This pulse was sent to other people, so I can't take your answer."


class AnsweringService:
    """Open editions."""

    def __init__(
        self, *, work: Work[PulseWork], keys: KeyStore, cipher: Cipher, clock: Clock
    ) -> None:
        self._work = work
        self._keys = keys
        self._cipher = cipher
        self._clock = clock

    async def open(
        self,
        workspace: str,
        pulse: Pulse,
        edition_id: str,
        audience: Collection[str],
        closes_at: datetime,
    ) -> Edition:
        """A new edition for these people, by their ids. With the same id again, the one that is
        there; raises KeysUnavailable where its key cannot be kept."""
        async with self._work(workspace) as tx:
            if there := await tx.editions.get(edition_id):
                return there
        # The key comes first: an edition without one could take no answer. A key without an
        # edition opens nothing, and is the edition's when this is tried again.
        await self._keys.make(workspace, edition_id)
        async with self._work(workspace) as tx:
            held = await tx.pulses.get(pulse.id)
            if held is None:
                await self._keys.destroy(workspace, edition_id)
                raise UserFacing(NOT_THERE)
            last = await tx.editions.latest(pulse.id)
            before = set(await tx.editions.audience(last.id)) if last else set()
            now = set(audience)
            number = (last.number if last else held.editions) + 1
            edition = Edition(
                id=edition_id,
                pulse_id=pulse.id,
                number=number,
                statements=held.asked_in(number),
                open_question=held.open_question,
                least=held.least,
                asked=len(now),
                joined=len(now - before) if last else 0,
                left=len(before - now) if last else 0,
                opened_at=self._clock.now(),
                closes_at=closes_at,
            )
            if await tx.editions.add(edition, now):
                await tx.pulses.save(held.model_copy(update={"editions": number}))
            return await tx.editions.get(edition_id) or edition

    async def edition(self, workspace: str, edition_id: str) -> Edition | None:
        """The edition as it stands."""
        async with self._work(workspace) as tx:
            return await tx.editions.get(edition_id)

    async def latest(self, workspace: str, pulse_id: str) -> Edition | None:
        """The pulse's last edition."""
        async with self._work(workspace) as tx:
            return await tx.editions.latest(pulse_id)

    async def answer(
        self, workspace: str, edition_id: str, person_id: str, answers: Answers
    ) -> None:
        """Keep the answers, in the place of earlier ones. Raises UserFacing where that cannot be
        done any more, and where the person was not asked."""
        secrets = await self._secrets(workspace, edition_id)
        async with self._work(workspace) as tx:
            edition = await tx.editions.hold(edition_id)
            if edition is None:
                raise UserFacing(NOT_THERE)
            if not self._is_open(edition):
                raise UserFacing(CLOSED)
            if secrets is None:
                raise UserFacing(LOST)
            if person_id not in await tx.editions.audience(edition_id):
                raise NotAllowed(NOT_ASKED)
            token = secrets.token(person_id)
            await tx.ballots.put(
                edition_id, token, secrets.seal(token, _asked_only(edition, answers))
            )

    async def own_answers(self, workspace: str, edition_id: str, person_id: str) -> Answers | None:
        """What the person said in an open edition; None when nothing, or when it is closed."""
        secrets = await self._secrets(workspace, edition_id)
        if secrets is None:
            return None
        token = secrets.token(person_id)
        async with self._work(workspace) as tx:
            sealed = (await tx.ballots.get(edition_id, [token])).get(token)
        return secrets.open(token, sealed) if sealed else None

    async def has_answered(
        self, workspace: str, edition_id: str, person_ids: Collection[str]
    ) -> set[str]:
        """Those of them who answered an open edition. Nothing of this is to be stored or logged."""
        secrets = await self._secrets(workspace, edition_id)
        if secrets is None:
            return set()
        tokens = {secrets.token(person_id): person_id for person_id in person_ids}
        async with self._work(workspace) as tx:
            there = await tx.ballots.get(edition_id, list(tokens))
        return {person_id for token, person_id in tokens.items() if token in there}

    async def forget_person(self, workspace: str, person_id: str) -> None:
        """Take out what the person said in editions that are not closed, and whom they asked."""
        async with self._work(workspace) as tx:
            unfinished = await tx.editions.unfinished()
        for edition in unfinished:
            secrets = await self._secrets(workspace, edition.id)
            if secrets:
                async with self._work(workspace) as tx:
                    await tx.ballots.take_out(edition.id, [secrets.token(person_id)])
        async with self._work(workspace) as tx:
            await tx.editions.forget_person(person_id)

    def _is_open(self, edition: Edition) -> bool:
        return edition.state == "open" and self._clock.now() < edition.closes_at

    async def _secrets(self, workspace: str, edition_id: str) -> Secrets | None:
        key = await self._keys.get(workspace, edition_id)
        return Secrets(key, self._cipher, workspace, edition_id) if key else None


def _asked_only(edition: Edition, answers: Answers) -> Answers:
    """Without scores for what the edition did not ask, and words where it asked for none."""
    asked = {statement.id for statement in edition.statements}
    scores = {id_: score for id_, score in answers.scores.items() if id_ in asked}
    return Answers(scores=scores, words=answers.words if edition.open_question else "")
