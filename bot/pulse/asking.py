"""An edition from its day on: whom it asks when, and what each of them is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from bot.cards import Card
from bot.delivery.model import Delivery, Recipient, Run, Schedule
from bot.errors import Gone, Refused
from bot.events import Person
from bot.ports import Clock, Member, Work
from bot.pulse import ask_view, times
from bot.pulse.answering import AnsweringService
from bot.pulse.audience import Asked, Audience, HoursOf
from bot.pulse.model import Edition, Pulse
from bot.pulse.ports import PulseWork
from bot.pulse.setup import NOBODYS_HOURS, PulseService, edition_id
from bot.pulse.times import Moments
from bot.recurrence.model import Hours, Rule
from bot.recurrence.occurrences import next_due

REMIND = "pulse.remind"
"""The topic that reminds. Subjects are an edition's id, a colon and the turn (1 or 2)."""
CLOSE = "pulse.close"
"""The topic that ends an edition. Subjects are its id."""


class _Open(NamedTuple):
    """An edition that can be answered, its pulse, and the ids of whom it asked."""

    edition: Edition
    pulse: Pulse
    asked: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Asking:
    """What the topics of this room do. Every promise to the audience goes to the whole of it and
    is discreet: no row says who answered."""

    work: Work[PulseWork]
    pulses: PulseService
    answering: AnsweringService
    audience: Audience
    hours: HoursOf
    clock: Clock

    async def begin(self, workspace: str, run: Run) -> Sequence[Recipient]:
        """Open the day's edition and promise its reminders and its end; everybody who is asked,
        each at their own time. The next date is promised first, so that whatever fails here costs
        one edition at most. Raises PlatformErrors."""
        pulse = await self.pulses.plan_next(workspace, run.subject, run.due_at)
        if pulse is None:
            return ()
        team = await self.hours.team_hours(workspace)
        try:
            people = await self.audience.of(workspace, pulse)
        except (Gone, Refused):
            return ()  # there is nobody in that conversation any more
        day, now = date.fromisoformat(run.local_date), self.clock.now()
        closes = _closes_at(day, pulse, people, team, run.due_at)
        found = _moments(people, day, pulse, begun=now, closes=closes)
        asked = [(person, at) for person, at in found if at.asked]
        if not asked:
            return ()
        ids = [person.id for person, _ in asked]
        name = edition_id(pulse.id, run.local_date)
        edition = await self.answering.open(workspace, pulse, name, ids, closes)
        await self._promise(workspace, edition, [at for _, at in asked])
        if pulse.ask_in_channel:
            at = times.next_working(now, pulse.rule.clock, team)
            return [Recipient(to=pulse.conversation, not_before=at if at < closes else None)]
        return [self._recipient(workspace, person, at.asked) for person, at in asked]

    async def reminded(self, workspace: str, run: Run) -> Sequence[Recipient]:
        """All who were asked, whether they answered or not, each at their own time. Raises
        PlatformErrors."""
        name, _, turn = run.subject.rpartition(":")
        known = await self._open(workspace, name)
        if known is None:
            return ()
        edition, pulse, ids = known
        asked = set(ids)
        people = [
            each for each in await self.audience.of(workspace, pulse) if each.person.id in asked
        ]
        day = date.fromisoformat(name.rpartition("/")[2])
        begun, closes = edition.opened_at, edition.closes_at
        found = _moments(people, day, pulse, begun=begun, closes=closes)
        return [
            self._recipient(workspace, person, remind)
            for person, at in found
            if (remind := at.reminded[int(turn) - 1])
        ]

    async def card(
        self, workspace: str, delivery: Delivery, name: str, *, turn: int = 0
    ) -> Card | None:
        """What the recipient is shown of the edition called `name`; None once it is closed, to who
        wants no more of it, and as a reminder to who answered."""
        known = await self._open(workspace, name)
        if known is None:
            return None
        edition, pulse, asked = known
        if delivery.to.id == pulse.conversation.id and pulse.ask_in_channel:
            return ask_view.channel_card(edition, pulse, await self.hours.team_hours(workspace))
        person_id = self.audience.person_of(workspace, delivery.to, asked)
        if person_id is None or person_id in pulse.left:
            return None
        if turn and await self.answering.has_answered(workspace, name, [person_id]):
            return None
        return ask_view.ask_card(
            edition, pulse, await self.hours_of(workspace, person_id), turn=turn
        )

    async def not_reached(self, workspace: str, name: str) -> None:
        """Somebody could not be asked. Who it was is forgotten here."""
        async with self.work(workspace) as tx:
            await tx.editions.count_unreached(name)

    async def hours_of(self, workspace: str, person_id: str) -> Hours:
        """The person's hours."""
        member = Member(person=Person(id=person_id, name=""))
        (hours,) = await self.hours.hours_of_members(workspace, [member])
        return hours

    async def current(self, workspace: str, pulse: Pulse) -> Edition | None:
        """The pulse's edition that can be answered now."""
        latest = await self.answering.latest(workspace, pulse.id)
        known = await self._open(workspace, latest.id) if latest else None
        return known.edition if known else None

    async def _open(self, workspace: str, name: str) -> _Open | None:
        """The edition while it can be answered."""
        async with self.work(workspace) as tx:
            edition = await tx.editions.get(name)
            if edition is None or edition.state != "open":
                return None
            pulse = await tx.pulses.get(edition.pulse_id)
            if pulse is None or pulse.state == "over" or edition.closes_at <= self.clock.now():
                return None
            return _Open(edition, pulse, tuple(await tx.editions.audience(name)))

    async def _promise(self, workspace: str, edition: Edition, found: Sequence[Moments]) -> None:
        """The edition's reminders and its end; those that were promised before stay."""
        wanted = [_once(CLOSE, edition.id, edition.closes_at)]
        wanted += [
            _once(REMIND, f"{edition.id}:{turn}", at)
            for turn in (1, 2)
            if (at := times.first_of(found, turn - 1))
        ]
        async with self.work(workspace) as tx:
            for schedule in wanted:
                if await tx.outbox.scheduled(schedule.id) is None:
                    await tx.outbox.schedule(schedule)

    def _recipient(self, workspace: str, person: Person, at: datetime | None) -> Recipient:
        return Recipient(to=self.audience.direct(workspace, person), not_before=at)


def _closes_at(
    day: date, pulse: Pulse, people: Sequence[Asked], team: Hours, due_at: datetime
) -> datetime:
    zones = {each.hours.zone for each in people}
    closes = times.closes_at(day, pulse.open_for, team, zones)
    # Holidays may make it long; one edition ends before the next begins.
    following = next_due(pulse.rule, due_at, NOBODYS_HOURS)
    return min(closes, following.at) if following else closes


def _moments(
    people: Sequence[Asked], day: date, pulse: Pulse, *, begun: datetime, closes: datetime
) -> list[tuple[Person, Moments]]:
    clock = pulse.rule.clock
    return [
        (each.person, times.moments(day, clock, each.hours, begun=begun, closes=closes))
        for each in people
    ]


def _once(topic: str, subject: str, at: datetime) -> Schedule:
    """A promise for that instant, made whole minutes."""
    start = at.replace(second=0, microsecond=0, tzinfo=None)
    return Schedule(
        id=f"{topic}/{subject}",
        topic=topic,
        subject=subject,
        rule=Rule(kind="once", start=start, zone="UTC"),
        hours=Hours(),
        due_at=at,
    )
