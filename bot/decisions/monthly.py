"""The report of a charter's decisions: made when somebody asks, and where it was wished for, said
on the first working day of each month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from bot.ask.service import AskService
from bot.cards import Card
from bot.charter.service import CharterService
from bot.decisions.ports import DecisionWork, Sight, TeamHours, Wanted
from bot.decisions.reading import newest
from bot.decisions.report import report
from bot.decisions.report_view import report_card
from bot.delivery.model import Delivery, Recipient, Run, Schedule
from bot.errors import UserFacing
from bot.events import Conversation, Event
from bot.ports import Clock, Work
from bot.recurrence.model import Rule, zone_named
from bot.recurrence.occurrences import next_due

TOPIC = "decisions.report"
AT = time(9)
"""Local time of the team."""
REPORTED = 2_000
"""The newest decisions that a report is made from."""


@dataclass(frozen=True, kw_only=True)
class ReportService:
    """What the decisions of the charter in force somewhere add up to, as seen from there."""

    work: Work[DecisionWork]
    charters: CharterService
    ask: AskService
    team_hours: TeamHours
    clock: Clock

    async def card(self, workspace: str, sight: Sight) -> Card | None:
        """The report; None where no charter holds."""
        in_force = await self.charters.in_force(workspace, sight.conversation_id)
        if in_force is None:
            return None
        wanted = Wanted(charter_id=in_force.charter.id)
        found = await newest(self.work, workspace, wanted, sight, most=REPORTED)
        place = sight.conversation_id
        unclear = await self.ask.often_unclear(workspace, in_force.charter.id, place)
        return report_card(in_force.charter.name, report(found, in_force, unclear))

    async def next(self, event: Event) -> Schedule | None:
        """The promise to say it here every month; None where there is none."""
        async with self.work(event.workspace) as tx:
            return await tx.outbox.scheduled(_schedule_id(event.conversation))

    async def every_month(self, event: Event, *, on: bool) -> Schedule | None:
        """Promise it to this conversation, or take that back. Raises UserFacing where there is no
        charter, or it is not for the person to say."""
        place = event.conversation
        in_force = await self.charters.in_force(event.workspace, place.id)
        if in_force is None:
            raise UserFacing("There is no charter here yet. `/mission edit` writes the first.")
        await self.charters.must_edit(event.workspace, in_force.charter, event.person)
        hours = await self.team_hours(event.workspace)
        async with self.work(event.workspace) as tx:
            if not on:
                await tx.outbox.unschedule(_schedule_id(place))
                return None
            now = self.clock.now()
            rule = _first_of_month(now, hours.zone)
            due = next_due(rule, now, hours)
            promised = Schedule(
                id=_schedule_id(place),
                topic=TOPIC,
                subject=place.id,
                rule=rule,
                hours=hours,
                recipients=(place,),
                due_at=due.at if due else None,
            )
            await tx.outbox.schedule(promised)
            return promised


class ReportTopic:
    """A `bot.delivery.ports.Topic`."""

    name = TOPIC

    def __init__(self, *, reports: ReportService) -> None:
        self._reports = reports

    async def recipients(self, workspace: str, run: Run) -> Sequence[Recipient]:
        """Nobody beside the conversation that wished for it, which its schedule names."""
        return ()

    async def card(self, workspace: str, delivery: Delivery) -> Card | None:
        """The report as it stands, with what everybody there may see; nothing without a charter."""
        sight = Sight(conversation_id=delivery.to.id, person_id="", alone=False)
        return await self._reports.card(workspace, sight)

    async def missed(self, workspace: str, deliveries: Sequence[Delivery]) -> Card | None:
        """Once, as it stands now."""
        return await self.card(workspace, deliveries[-1]) if deliveries else None

    async def failed(self, workspace: str, delivery: Delivery) -> None:
        """The conversation cannot be written to: no more reports for it."""
        async with self._reports.work(workspace) as tx:
            await tx.outbox.unschedule(_schedule_id(delivery.to))


def _first_of_month(now: datetime, zone: str) -> Rule:
    today = now.astimezone(zone_named(zone)).date()
    return Rule(
        kind="rrule",
        text="FREQ=MONTHLY;BYMONTHDAY=1",
        start=datetime.combine(today.replace(day=1), AT),
        zone=zone,
        on_day_off="next",
    )


def _schedule_id(place: Conversation) -> str:
    return f"{TOPIC}/{place.id}"[:255]
