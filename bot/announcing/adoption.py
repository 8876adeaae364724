"""What follows an adoption, in the same transaction: an announcement, its cards and reminders."""

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.announcing.model import (
    AT,
    REMINDED_ON,
    Announcement,
    Place,
    working_days_after,
)
from bot.announcing.ports import AnnouncingWork, Roster
from bot.charter.model import MOST_LEVELS, ONE_OF_A_KIND, Charter, Kind, changed_lines
from bot.delivery.model import Post, Schedule
from bot.errors import Gone
from bot.events import Conversation, Person
from bot.ports import Clock
from bot.recurrence.model import Hours, Rule, to_utc, zone_named
from bot.settings.model import team_in_effect

CARD = "announcing.card"
"""The topic of the card that says what changed; its subject is the announcement."""
REMINDER = "announcing.reminder"
"""The topic of what the missing get; its subject is the announcement."""


class AnnounceAdoption:
    """Called in the transaction that adopts (`bot.changes.ports.AfterAdoption`)."""

    def __init__(self, *, roster: Roster, clock: Clock) -> None:
        self._roster = roster
        self._clock = clock

    async def __call__(
        self,
        tx: AnnouncingWork,
        *,
        workspace: str,
        before: Charter,
        after: Charter,
        reason: str,
        by: Person,
        approved_by: Sequence[Person],
    ) -> None:
        """Announce `after` as its owners set it. The same version again announces nothing."""
        settings = await tx.announcements.settings(after.id)
        id_ = announcement_id(after.id, after.version.number)
        if before.version.number == after.version.number or await tx.announcements.get(id_):
            return
        places = await places_of(tx, before, after) if settings.channels else ()
        await _replace_older(tx, after.id)
        announcement = Announcement(
            id=id_,
            charter_id=after.id,
            charter_name=after.name,
            number=after.version.number,
            before=before.version.number,
            reason=reason,
            by=by,
            approved_by=tuple(approved_by),
            at=self._clock.now(),
            places=tuple(places),
            audience=settings.audience,
            people=settings.people if settings.audience == "people" else (),
            question=settings.question,
            names=settings.names,
        )
        if not announcement.places and not announcement.people:
            return
        await tx.announcements.put(announcement)
        for to in [place.to for place in places] + self._asked_privately(workspace, announcement):
            await tx.outbox.post(
                Post(key=_key(announcement, to), topic=CARD, subject=announcement.id, to=to)
            )
        if announcement.asks:
            await plan_reminders(tx, announcement)

    def _asked_privately(self, workspace: str, announcement: Announcement) -> list[Conversation]:
        """Who is asked by name need not be where the card is posted. Where nothing is said unasked,
        `/mission announcements` tells them."""
        authors = {each.id for each in announcement.authors}
        asked = [each for each in announcement.people if each.id not in authors]
        try:
            return [self._roster.direct(workspace, person) for person in asked]
        except Gone:
            return []


def announcement_id(charter_id: str, number: int) -> str:
    """One a version, however often its adoption is told."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{charter_id}/{number}").hex


def schedule_id(announcement_id: str, turn: int) -> str:
    """Each reminder has a schedule of its own."""
    return f"{REMINDER}/{announcement_id}/{turn}"


def turn_of(schedule: str) -> int:
    """Which reminder it is, by its schedule's id."""
    return int(schedule.rpartition("/")[2])


async def plan_reminders(tx: AnnouncingWork, announcement: Announcement) -> None:
    """Have the missing reminded on working days of the team, as they are known today."""
    team = await tx.time_settings.team()
    # The library of holidays takes a moment to load.
    hours = await asyncio.to_thread(lambda: team_in_effect(team).hours)
    day = announcement.at.astimezone(zone_named(hours.zone)).date()
    for turn, nth in REMINDED_ON.items():
        local = datetime.combine(working_days_after(day, hours, nth), AT)
        due_at = to_utc(local, hours.zone)
        await tx.outbox.schedule(_reminder(announcement, turn, local, hours, due_at))


async def bring_forward(tx: AnnouncingWork, announcement: Announcement, now: datetime) -> int:
    """Have the next reminder fall due now; which one it is, 0 where both are behind."""
    for turn in REMINDED_ON:
        planned = await tx.outbox.scheduled(schedule_id(announcement.id, turn))
        if planned is None or planned.due_at is None or planned.due_at <= now:
            continue
        zone = zone_named(planned.rule.zone)
        local = now.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
        await tx.outbox.schedule(_reminder(announcement, turn, local, planned.hours, now))
        return turn
    return 0


async def drop_reminders(tx: AnnouncingWork, announcement_id: str) -> None:
    """Nobody is reminded of it any more."""
    for turn in REMINDED_ON:
        await tx.outbox.unschedule(schedule_id(announcement_id, turn))


async def places_of(tx: AnnouncingWork, before: Charter, after: Charter) -> Sequence[Place]:
    """Every conversation in which the new version counts: those bound to the charter and to the
    charters below that inherit what changed; for the workspace's default charter also those where
    the bot is and none is bound."""
    bound, default = await tx.bindings.all(), await tx.bindings.default()
    known = {each.id: each for each in await tx.places.all()}
    holds = _inheriting(await tx.charters.all(), before, after)
    if default is not None:
        bound = {**dict.fromkeys(known, default), **bound}
    return [
        Place(
            to=known.get(place) or Conversation(id=place),
            charter_id=charter_id,
            charter_name=holds[charter_id],
        )
        for place, charter_id in sorted(bound.items())
        if charter_id in holds
    ]


def _inheriting(charters: Sequence[Charter], before: Charter, after: Charter) -> Mapping[str, str]:
    """By id, the names of the charter itself and of those below in which the change is seen."""
    by_id = {each.id: each for each in charters}
    changed = {
        line.kind
        for change, was, now in changed_lines(before.version, after.version)
        if change != "same"
        for line in (was, now)
        if line
    }
    holds = {after.id: after.name}
    for charter in charters:
        if charter.id != after.id and _sees(charter, after.id, by_id, changed):
            holds[charter.id] = charter.name
    return holds


def _sees(charter: Charter, above: str, by_id: Mapping[str, Charter], changed: set[Kind]) -> bool:
    """Whether a line of these kinds reaches the charter from the one above."""
    left, level = set(changed), charter
    for _ in range(MOST_LEVELS - 1):
        left -= {line.kind for line in level.version.lines if line.kind in ONE_OF_A_KIND}
        parent = by_id.get(level.parent or "")
        if parent is None or not left:
            return False
        if parent.id == above:
            return True
        level = parent
    return False


async def _replace_older(tx: AnnouncingWork, charter_id: str) -> None:
    for id_ in await tx.announcements.open(charter_id):
        if older := await tx.announcements.get(id_):
            await tx.announcements.put(older.model_copy(update={"state": "replaced"}))
            await drop_reminders(tx, id_)


def _reminder(
    announcement: Announcement, turn: int, local: datetime, hours: Hours, due_at: datetime
) -> Schedule:
    return Schedule(
        id=schedule_id(announcement.id, turn),
        topic=REMINDER,
        subject=announcement.id,
        rule=Rule(kind="once", start=local, zone=hours.zone),
        hours=hours,
        due_at=due_at,
    )


def _key(announcement: Announcement, to: Conversation) -> str:
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{announcement.id}/{to.id}").hex
    return f"{CARD}/{name}"
