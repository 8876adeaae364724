"""What people make of a verdict: their own call, disagreement, sharing, was it useful."""

from bot.ask.model import Call, VerdictKind
from bot.ask.ports import AskWork
from bot.ask.service import Answered, AskService, Source, visible
from bot.charter.service import CharterService
from bot.errors import UserFacing
from bot.ports import Clock, Work
from bot.text import clean


class ResponseService:
    """Each method is at most two short transactions; the same click again changes nothing."""

    def __init__(
        self, *, work: Work[AskWork], ask: AskService, charters: CharterService, clock: Clock
    ) -> None:
        self._work = work
        self._ask = ask
        self._charters = charters
        self._clock = clock

    async def call(self, source: Source, verdict_id: str, kind: VerdictKind) -> Answered:
        """The person's own word where no model judged: it becomes the verdict."""
        async with self._work(source.workspace) as tx:
            verdict = await visible(tx, source, verdict_id)
            if verdict.judged_by == "model":
                raise UserFacing(
                    "This was judged meanwhile. If you see it otherwise, say “I disagree”."
                )
            mine = any(c.by.id == source.person.id for c in await tx.calls.on(verdict.id))
            if verdict.judged_by is None or mine:
                verdict = verdict.model_copy(
                    update={
                        "kind": kind,
                        "why_unclear": None,
                        "judged_by": "person",
                        "judge": source.person.name,
                    }
                )
                await tx.verdicts.put(verdict)
            await tx.calls.put(
                Call(
                    verdict_id=verdict.id,
                    by=source.person,
                    at=self._clock.now(),
                    kind=kind,
                    # "Not sure" settles nothing, so it is no precedent.
                    weight="objection" if kind == "unclear" else "call",
                )
            )
        return await self._ask.get(source, verdict_id)

    async def disagree(
        self, source: Source, verdict_id: str, kind: VerdictKind, reason: str
    ) -> tuple[Answered, bool]:
        """Note that the person sees it otherwise; an owner's word overrides and is a precedent
        (then True). Raises UserFacing without a reason."""
        if not reason.strip():
            raise UserFacing("Say in a sentence why you see it otherwise; others will read it.")
        async with self._work(source.workspace) as tx:
            verdict = await visible(tx, source, verdict_id)
        role = await self._charters.role(source.workspace, verdict.charter_id, source.person)
        async with self._work(source.workspace) as tx:
            await tx.calls.put(
                Call(
                    verdict_id=verdict.id,
                    by=source.person,
                    at=self._clock.now(),
                    kind=kind,
                    reason=clean(reason).strip(),
                    weight="override" if role == "owner" else "objection",
                )
            )
        return await self._ask.get(source, verdict_id), role == "owner"

    async def share(self, source: Source, verdict_id: str) -> tuple[Answered, bool]:
        """The verdict for everybody in the conversation; False when it was shared there before.
        Raises UserFacing for a verdict that must not leave its private conversation."""
        async with self._work(source.workspace) as tx:
            verdict = await visible(tx, source, verdict_id)
            here = source.conversation.id
            fresh = here not in verdict.shared_in
            if fresh:
                verdict = verdict.model_copy(update={"shared_in": (*verdict.shared_in, here)})
                await tx.verdicts.put(verdict)
        return await self._ask.get(source, verdict_id), fresh

    async def useful(self, source: Source, verdict_id: str, useful: bool) -> None:
        """Whether the person found the verdict useful; a second word replaces the first."""
        async with self._work(source.workspace) as tx:
            await visible(tx, source, verdict_id)
            await tx.opinions.put(verdict_id, source.person.id, useful)
