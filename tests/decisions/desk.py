"""A service on a storage with a charter, and events of people for it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.decisions.exchange import ExchangeService
from bot.decisions.model import MOST_CHECK_INS, Entry, faults
from bot.decisions.service import DecisionService
from bot.decisions.writing import Origin, Written
from bot.delivery.model import Schedule
from bot.events import ButtonClick, Conversation, Person
from bot.recurrence.model import Hours
from storage.unit_of_work import Storage
from tests.decisions.samples import DANA, ERIK
from tests.fake_storage import FakeStorage
from tests.fakes import FixedClock

PRODUCT = Conversation(id="product", name="#product")
LEADS = Conversation(id="leads", name="#leads", private=True)
PRIYA = Person(id="priya", name="Priya Patel")
NOA = Person(id="noa", name="Noa Novak")
OWNER = NOA
"""Who owns the charter."""
ORIGIN = Origin(charter_id="c1", charter_name="Vitals", version=1)


def alone(person: Person) -> Conversation:
    """The person's own conversation with the bot."""
    return Conversation(id=f"with {person.id}", private=True, direct=True)


def written(title: str = "Drop the widget", **changes: object) -> Written:
    """As it is written down; `check_on` for a single check-in."""
    values: dict[str, object] = {"title": title, "choice": "We stop building it."}
    if "check_on" in changes:
        day = changes.pop("check_on")
        values["check_days"] = (day,) if day else ()
    return Written.model_validate(values | changes)


@dataclass
class Desk:
    """One workspace; `again` is another process on the same database."""

    storage: FakeStorage | Storage = field(default_factory=FakeStorage)
    clock: FixedClock = field(default_factory=FixedClock)
    workspace: str = "W"
    hours: dict[str, Hours] = field(default_factory=dict)
    count: int = 0

    def __post_init__(self) -> None:
        needs = {"work": self.storage, "hours_of": self.hours_of, "clock": self.clock}
        self.decisions = DecisionService(**needs, owners=self)  # type: ignore[arg-type]
        self.exchange = ExchangeService(**needs)  # type: ignore[arg-type]

    async def hours_of(self, workspace: str, person: Person) -> Hours:
        return self.hours.get(person.id, Hours())

    async def owners(self, workspace: str, charter_id: str) -> Sequence[Person]:
        return [OWNER]

    def by(
        self, person: Person = DANA, where: Conversation = PRODUCT, key: str = ""
    ) -> ButtonClick:
        """Something that the person does there."""
        self.count += 1
        return ButtonClick(
            key=key or f"e{self.count}",
            workspace=self.workspace,
            person=person,
            conversation=where,
            action="decisions.x",
        )

    async def chain(self) -> list[Entry]:
        return [entry async for entry in self.exchange.record(self.workspace)]

    async def must_be_whole(self) -> None:
        assert faults(await self.chain()) == []

    async def promised(self, decision_id: str, place: int = 0) -> Schedule | None:
        name = f"decisions.check_in/{decision_id}" + (f"/{place}" if place else "")
        async with self.storage(self.workspace) as tx:
            return await tx.outbox.scheduled(name)

    async def promised_days(self, decision_id: str) -> list[date]:
        """The days on which it is asked first, in order."""
        found = [await self.promised(decision_id, place) for place in range(MOST_CHECK_INS + 1)]
        return [schedule.rule.start.date() for schedule in found if schedule]

    async def asked_on(self, decision_id: str) -> date | None:
        """The day on which somebody is asked next."""
        schedule = await self.promised(decision_id)
        return schedule.due_at.date() if schedule and schedule.due_at else None


__all__ = ["DANA", "ERIK", "LEADS", "NOA", "ORIGIN", "OWNER", "PRIYA", "PRODUCT", "Desk"]
