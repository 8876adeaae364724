"""Decisions as precedents: what was decided before on a like question, and how it went."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.ask.model import Precedent
from bot.charter.service import CharterService
from bot.decisions.model import Decision, Outcome
from bot.decisions.ports import DecisionWork, Sight, Wanted
from bot.events import Person
from bot.ports import Work

READ = 300
"""The newest decisions that a question is compared with."""
WENT: Mapping[Outcome, str] = {
    "as_expected": "it went as expected",
    "better": "it went better than expected",
    "worse": "it went worse than expected",
    "reversed": "it was reversed",
}


@dataclass(frozen=True, kw_only=True)
class EarlierDecisions:
    """A `bot.ask.ports.Earlier`."""

    work: Work[DecisionWork]
    charters: CharterService

    async def __call__(self, workspace: str, charter_id: str, seen_from: str) -> list[Precedent]:
        """The newest that hold or were checked, of the charter and its family. What was decided in
        private elsewhere stays out, whoever asks: the answer may be shared."""
        family = await self.charters.family(workspace, charter_id)
        sight = Sight(conversation_id=seen_from, person_id="", alone=False)
        async with self.work(workspace) as tx:
            found = await tx.decisions.find(Wanted(family=family), sight, limit=READ)
        return [_precedent(each) for each in found if each.state != "withdrawn"]


def _precedent(decision: Decision) -> Precedent:
    first = decision.deciders[0] if decision.deciders else decision.recorded_by
    names = ", ".join(person.name for person in decision.deciders) or first.name
    return Precedent(
        verdict_id=decision.verdict_id or decision.id,
        question=decision.title,
        kind=decision.verdict_kind,
        by=Person(id=first.id, name=names),
        at=decision.recorded_at,
        reason=decision.reason,
        version=decision.version,
        decision=decision.name,
        outcome=_outcome(decision),
    )


def _outcome(decision: Decision) -> str:
    if decision.state == "superseded":
        return "another decision has taken its place"
    if decision.state == "open" and decision.so_far:
        return f"{WENT[decision.so_far]} so far"
    return WENT[decision.outcome] if decision.outcome else ""
