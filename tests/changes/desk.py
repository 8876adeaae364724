"""The service of changes on a storage with a charter, and events of people for it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.changes.model import Change, Proposal, Wording
from bot.changes.reading import ProposalReading
from bot.changes.service import ChangeService, Done
from bot.changes.telling import Telling
from bot.charter.model import ApprovalRule, Charter, Draft, Version
from bot.charter.service import CharterService
from bot.errors import Gone
from bot.events import ButtonClick, Conversation, Person
from bot.recurrence.model import Hours
from storage.unit_of_work import Storage
from tests.fake_storage import FakeStorage
from tests.fakes import FixedClock

PRODUCT = Conversation(id="product", name="#product")
DANA, LEE, KIM, PRIYA = (
    Person(id=name.lower(), name=name) for name in ("Dana", "Lee", "Kim", "Priya")
)
EVERYBODY = (DANA, LEE, KIM, PRIYA)
W = "W"
LINES = (
    Draft(kind="mission", text="Help people own their health."),
    Draft(kind="pillar", text="Enthusiasts first.", horizon="now"),
    Draft(kind="pillar", text="Easy to use."),
    Draft(kind="non_goal", text="No ads."),
)


@dataclass
class Told:
    """Keeps what it was told of adoptions, with what was stored at that moment."""

    adoptions: list[tuple[Charter, Charter, str, Person, tuple[Person, ...]]] = field(
        default_factory=list
    )
    fails: bool = False

    async def __call__(
        self,
        tx: object,
        *,
        workspace: str,
        before: Charter,
        after: Charter,
        reason: str,
        by: Person,
        approved_by: Sequence[Person],
    ) -> None:
        if self.fails:
            raise RuntimeError("whoever is told broke")
        self.adoptions.append((before, after, reason, by, tuple(approved_by)))


@dataclass
class Desk:
    """One workspace with the charter c, owned by `owners`."""

    storage: FakeStorage | Storage = field(default_factory=FakeStorage)
    clock: FixedClock = field(default_factory=FixedClock)
    service: type[ChangeService] = ChangeService  # type: ignore[type-arg]
    told: Told = field(default_factory=Told)
    gone: set[str] = field(default_factory=set)
    count: int = 0
    charter_id: str = ""

    def __post_init__(self) -> None:
        self.charters = CharterService(work=self.storage, clock=self.clock)
        self.reading = ProposalReading(work=self.storage)  # type: ignore[arg-type]
        self.restart()

    def restart(self) -> None:
        """Another process on the same database."""
        telling = Telling(direct=self.direct, hours_of=self.hours_of)
        self.changes = self.service(
            work=self.storage,
            telling=telling,
            clock=self.clock,
            after=[self.told],
        )

    async def begin(self, *owners: Person, rule: ApprovalRule | None = None) -> "Desk":
        made = await self.charters.create(W, "Vitals", LINES, by=DANA, key="first")
        self.charter_id = made.id
        await self.own(*(owners or (DANA,)), rule=rule)
        return self

    async def own(self, *owners: Person, rule: ApprovalRule | None = None) -> None:
        async with self.storage(W) as tx:
            for person in await tx.roles.holders(self.charter_id, "owner"):
                await tx.roles.grant(self.charter_id, person, "member")
            for person in owners:
                await tx.roles.grant(self.charter_id, person, "owner")
            if rule:
                await tx.roles.set_rule(self.charter_id, rule)

    def direct(self, workspace: str, person: Person) -> Conversation:
        if person.id in self.gone:
            raise Gone("nobody is there")
        return Conversation(id=f"with {person.id}", private=True, direct=True)

    async def hours_of(self, workspace: str, person: Person) -> Hours:
        return Hours()

    def by(self, person: Person, key: str = "") -> ButtonClick:
        """Something that the person does."""
        self.count += 1
        return ButtonClick(
            key=key or f"e{self.count}",
            workspace=W,
            person=person,
            conversation=PRODUCT,
            action="changes.x",
        )

    async def charter(self) -> Charter:
        return await self.charters.get(W, self.charter_id)

    async def versions(self) -> Sequence[Version]:
        return await self.charters.versions(W, self.charter_id)

    async def change(self, line_id: str, text: str | None) -> Change:
        """What becomes of the line, or of a new pillar where no id is given."""
        charter = await self.charter()
        was = next((line for line in charter.version.lines if line.id == line_id), None)
        kind, horizon = (was.kind, was.horizon) if was else ("pillar", None)
        now = Wording(kind=kind, text=text, horizon=horizon) if text else None
        return Change(was=was, now=now)

    async def propose(
        self, person: Person, line_id: str = "P1", text: str | None = "Clinics first.", **more: str
    ) -> Proposal:
        charter = await self.charter()
        changes = [await self.change(line_id, text)]
        event = self.by(person, more.get("key", ""))
        done = await self.changes.propose(
            event, charter.id, charter.version.number, changes, "It pays."
        )
        return done.proposal

    async def approve(self, person: Person, proposal: Proposal, key: str = "") -> Done:
        return await self.changes.approve(self.by(person, key), proposal.id, proposal.edition)

    async def posts(self, topic: str) -> list[str]:
        """To whom something of the topic is promised."""
        assert isinstance(self.storage, FakeStorage)
        posts = self.storage.data.posts.values()
        return sorted(post.to.id for post in posts if post.topic == topic)
