"""The tables of asking: verdicts, people's calls on them, whether they helped, tips shown."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import (
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    and_,
    false,
    func,
    or_,
    select,
    update,
)
from sqlmodel import Field, col

from bot.ask.model import (
    Call,
    Confidence,
    Finding,
    Precedent,
    Reason,
    Verdict,
    VerdictKind,
    WhyUnclear,
)
from bot.events import Person
from storage.columns import Id, Instant, Words, json_of
from storage.repository import Repository, Row, insert_new, insert_or_replace


class VerdictRow(Row, table=True):
    """A question with what was answered."""

    __tablename__ = "verdict"
    __table_args__ = (
        Index(None, "workspace", "charter_id", "version", "words_digest", "asked_at"),
        Index(None, "workspace", "conversation_id", "thread", "asked_at"),
        Index(None, "workspace", "asked_at"),
    )

    workspace: str = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Id)
    charter_id: str = Field(sa_type=Id)
    charter_name: str = Field(sa_type=Words)
    version: int
    question: str = Field(sa_type=Words)
    context: str = Field(sa_type=Words)
    words_digest: str = Field(sa_type=Id)
    """SHA-256 of `Verdict.words`, which may be longer than an index takes."""
    asked_by_id: str = Field(sa_type=Id)
    asked_by_name: str = Field(sa_type=Words)
    asked_at: datetime = Field(sa_type=Instant)
    conversation_id: str = Field(sa_type=Id)
    private_to: str | None = Field(sa_type=Words)
    asked_in_public: bool = Field(sa_column_kwargs={"server_default": false()})
    thread: str | None = Field(sa_type=Words)
    kind: VerdictKind | None = Field(sa_type=Id)
    why_unclear: WhyUnclear | None = Field(sa_type=Id)
    reasons: tuple[Reason, ...] = Field(sa_type=json_of(tuple[Reason, ...]))
    would_fit_if: str = Field(sa_type=Words)
    confidence: Confidence | None = Field(sa_type=Id)
    opposite: VerdictKind | None = Field(sa_type=Id)
    judged_by: Literal["model", "person"] | None = Field(sa_type=Id)
    judge: str = Field(sa_type=Words)
    findings: tuple[Finding, ...] = Field(sa_type=json_of(tuple[Finding, ...]))
    precedents: tuple[Precedent, ...] = Field(sa_type=json_of(tuple[Precedent, ...]))
    no_judge_because: str = Field(sa_type=Words)
    asked_before: tuple[Person, datetime] | None = Field(sa_type=json_of(tuple[Person, datetime]))
    shared_in: tuple[str, ...] = Field(sa_type=json_of(tuple[str, ...]))

    @classmethod
    def from_model(cls, workspace: str, verdict: Verdict) -> "VerdictRow":
        """The verdict's row."""
        same = {name: getattr(verdict, name) for name in _SAME_IN_BOTH}
        return cls(
            workspace=workspace,
            words_digest=_digest(verdict.words),
            asked_by_id=verdict.asked_by.id,
            asked_by_name=verdict.asked_by.name,
            **same,
        )

    def to_model(self) -> Verdict:
        """The verdict."""
        same = {name: getattr(self, name) for name in _SAME_IN_BOTH}
        return Verdict(asked_by=Person(id=self.asked_by_id, name=self.asked_by_name), **same)


_SAME_IN_BOTH = tuple(name for name in Verdict.model_fields if name != "asked_by")


class CallRow(Row, table=True):
    """A person's own word on a verdict; one a person."""

    __tablename__ = "verdict_call"
    __table_args__ = (
        ForeignKeyConstraint(["workspace", "verdict_id"], ["verdict.workspace", "verdict.id"]),
        Index(None, "workspace", "at"),
    )

    workspace: str = Field(primary_key=True, sa_type=Id)
    verdict_id: str = Field(primary_key=True, sa_type=Id)
    person_id: str = Field(primary_key=True, sa_type=Id)
    person_name: str = Field(sa_type=Words)
    at: datetime = Field(sa_type=Instant)
    kind: VerdictKind = Field(sa_type=Id)
    reason: str = Field(sa_type=Words)
    weight: Literal["call", "override", "objection"] = Field(sa_type=Id)

    @classmethod
    def from_model(cls, workspace: str, call: Call) -> "CallRow":
        """The call's row."""
        return cls(
            workspace=workspace,
            verdict_id=call.verdict_id,
            person_id=call.by.id,
            person_name=call.by.name,
            at=call.at,
            kind=call.kind,
            reason=call.reason,
            weight=call.weight,
        )

    def to_model(self) -> Call:
        """The call."""
        return Call(
            verdict_id=self.verdict_id,
            by=Person(id=self.person_id, name=self.person_name),
            at=self.at,
            kind=self.kind,
            reason=self.reason,
            weight=self.weight,
        )


class OpinionRow(Row, table=True):
    """Whether a person found a verdict useful."""

    __tablename__ = "opinion"
    __table_args__ = (
        ForeignKeyConstraint(["workspace", "verdict_id"], ["verdict.workspace", "verdict.id"]),
    )

    workspace: str = Field(primary_key=True, sa_type=Id)
    verdict_id: str = Field(primary_key=True, sa_type=Id)
    person_id: str = Field(primary_key=True, sa_type=Id)
    useful: bool


class HintRow(Row, table=True):
    """When a person was last shown a tip."""

    __tablename__ = "hint"

    workspace: str = Field(primary_key=True, sa_type=Id)
    person_id: str = Field(primary_key=True, sa_type=Id)
    hint: str = Field(primary_key=True, sa_type=Id)
    shown_at: datetime = Field(sa_type=Instant)


class VerdictRepository(Repository):
    """Satisfies `bot.ask.ports.Verdicts`."""

    async def add(self, verdict: Verdict) -> bool:
        """Store it; False when a verdict of that id is there already."""
        row = VerdictRow.from_model(self._workspace, verdict)
        return await insert_new(self._session, row) == 1

    async def put(self, verdict: Verdict) -> None:
        """Store its new state."""
        await insert_or_replace(self._session, VerdictRow.from_model(self._workspace, verdict))

    async def get(self, verdict_id: str) -> Verdict | None:
        """The verdict. It is ours until the transaction ends: who reads it to change it would
        else undo what another changes meanwhile."""
        row = await self._first(
            select(VerdictRow)
            .where(col(VerdictRow.workspace) == self._workspace, col(VerdictRow.id) == verdict_id)
            .with_for_update(key_share=True)
        )
        return row.to_model() if row else None

    async def same(
        self, charter_id: str, version: int, words: str, seen_from: str
    ) -> Verdict | None:
        """The newest verdict on the same words under that version that may be seen from there."""
        return await self._newest(
            col(VerdictRow.charter_id) == charter_id,
            col(VerdictRow.version) == version,
            col(VerdictRow.words_digest) == _digest(words),
            _may_be_seen_from(seen_from),
        )

    async def last_in_thread(self, conversation_id: str, thread: str) -> Verdict | None:
        """The newest verdict of the thread."""
        return await self._newest(
            col(VerdictRow.conversation_id) == conversation_id,
            col(VerdictRow.thread) == thread,
        )

    async def recent(self, person_id: str, seen_from: str, limit: int) -> Sequence[Verdict]:
        """The newest that the person asked, or that others saw, and that may be seen from there."""
        rows = await self._all(
            select(VerdictRow)
            .where(
                col(VerdictRow.workspace) == self._workspace,
                _may_be_seen_from(seen_from),
                or_(
                    col(VerdictRow.asked_by_id) == person_id,
                    col(VerdictRow.asked_in_public),
                    col(VerdictRow.shared_in) != (),
                ),
            )
            .order_by(col(VerdictRow.asked_at).desc(), col(VerdictRow.id).desc())
            .limit(limit)
        )
        return [row.to_model() for row in rows]

    async def judged(self, charter_ids: Sequence[str], limit: int) -> Sequence[Verdict]:
        """The newest under those charters that somebody or something judged."""
        rows = await self._all(
            select(VerdictRow)
            .where(
                col(VerdictRow.workspace) == self._workspace,
                col(VerdictRow.charter_id).in_(charter_ids),
                col(VerdictRow.kind).is_not(None),
            )
            .order_by(col(VerdictRow.asked_at).desc(), col(VerdictRow.id).desc())
            .limit(limit)
        )
        return [row.to_model() for row in rows]

    async def unclear(
        self, charter_id: str, since: datetime, seen_from: str, least: int, limit: int
    ) -> Sequence[tuple[str, int]]:
        """Questions that were unclear so often, of those that others saw."""
        times, question = func.count(), func.min(col(VerdictRow.question))
        found = await self._session.execute(
            select(question, times)
            .where(
                col(VerdictRow.workspace) == self._workspace,
                col(VerdictRow.charter_id) == charter_id,
                col(VerdictRow.kind) == "unclear",
                col(VerdictRow.asked_at) >= since,
                col(VerdictRow.context) == "",
                _may_be_seen_from(seen_from),
                or_(col(VerdictRow.asked_in_public), col(VerdictRow.shared_in) != ()),
            )
            .group_by(col(VerdictRow.words_digest))
            .having(times >= least)
            .order_by(times.desc(), col(VerdictRow.words_digest))
            .limit(limit)
        )
        return [(str(words), int(count)) for words, count in found]

    async def _newest(self, *where: ColumnElement[bool]) -> Verdict | None:
        row = await self._first(
            select(VerdictRow)
            .where(col(VerdictRow.workspace) == self._workspace, *where)
            .order_by(col(VerdictRow.asked_at).desc(), col(VerdictRow.id).desc())
        )
        return row.to_model() if row else None


class CallRepository(Repository):
    """Satisfies `bot.ask.ports.Calls`. A call is on a verdict of the workspace."""

    async def put(self, call: Call) -> None:
        """Store it in place of the person's earlier call on the same verdict."""
        await insert_or_replace(self._session, CallRow.from_model(self._workspace, call))

    async def on(self, verdict_id: str) -> Sequence[Call]:
        """Oldest first."""
        rows = await self._all(
            select(CallRow)
            .where(col(CallRow.workspace) == self._workspace, col(CallRow.verdict_id) == verdict_id)
            .order_by(col(CallRow.at), col(CallRow.person_id))
        )
        return [row.to_model() for row in rows]

    async def precedents(self, charter_id: str, seen_from: str, limit: int) -> Sequence[Precedent]:
        """The newest calls and overrides on questions about that charter that may be seen."""
        found = await self._session.execute(
            select(
                CallRow,
                col(VerdictRow.context),
                col(VerdictRow.question),
                col(VerdictRow.version),
            )
            .join(
                VerdictRow,
                and_(
                    col(VerdictRow.workspace) == col(CallRow.workspace),
                    col(VerdictRow.id) == col(CallRow.verdict_id),
                ),
            )
            .where(
                col(CallRow.workspace) == self._workspace,
                col(CallRow.weight).in_(["call", "override"]),
                col(VerdictRow.charter_id) == charter_id,
                _may_be_seen_from(seen_from),
            )
            .order_by(
                col(CallRow.at).desc(), col(CallRow.verdict_id).desc(), col(CallRow.person_id)
            )
            .limit(limit)
        )
        return [
            Precedent(
                verdict_id=call.verdict_id,
                question=f"{context}\n{question}" if context else question,
                kind=call.kind,
                by=Person(id=call.person_id, name=call.person_name),
                at=call.at,
                reason=call.reason,
                override=call.weight == "override",
                version=version,
            )
            for call, context, question, version in found
        ]


class OpinionRepository(Repository):
    """Satisfies `bot.ask.ports.Opinions`."""

    async def put(self, verdict_id: str, person_id: str, useful: bool) -> None:
        """In place of what the person said before."""
        await insert_or_replace(
            self._session,
            OpinionRow(
                workspace=self._workspace,
                verdict_id=verdict_id,
                person_id=person_id,
                useful=useful,
            ),
        )

    async def of(self, verdict_id: str) -> tuple[int, int]:
        """How many found it useful, and how many did not."""
        found = await self._session.execute(
            select(col(OpinionRow.useful), func.count())
            .where(
                col(OpinionRow.workspace) == self._workspace,
                col(OpinionRow.verdict_id) == verdict_id,
            )
            .group_by(col(OpinionRow.useful))
        )
        counts = dict(found.all())
        return counts.get(True, 0), counts.get(False, 0)


class HintRepository(Repository):
    """Satisfies `bot.ask.ports.Hints`."""

    async def due(self, person_id: str, hint: str, at: datetime, every: timedelta) -> bool:
        """Whether the person has not had the hint for that long; if so, it counts as shown."""
        row = HintRow(workspace=self._workspace, person_id=person_id, hint=hint, shown_at=at)
        if await insert_new(self._session, row):
            return True
        changed = await self._count(
            update(HintRow)
            .where(
                col(HintRow.workspace) == self._workspace,
                col(HintRow.person_id) == person_id,
                col(HintRow.hint) == hint,
                col(HintRow.shown_at) <= at - every,
            )
            .values(shown_at=at)
        )
        return bool(changed)


def _may_be_seen_from(conversation_id: str) -> ColumnElement[bool]:
    private_to = col(VerdictRow.private_to)
    return or_(private_to.is_(None), private_to == conversation_id)


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()
