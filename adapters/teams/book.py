"""Where conversations are and who people are: learnt from every activity that was let in, and
looked up before anything is sent."""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping

from adapters.teams.access import Access
from adapters.teams.activity import Account, Activity
from adapters.teams.connector import Connector
from adapters.teams.places import (
    Reference,
    direct_to,
    person_id,
    tenant_of,
    workspace_of,
)
from adapters.teams.stored import TeamsStorage
from bot.errors import Gone, PlatformError
from bot.events import Conversation
from bot.ports import Clock
from bot.text import one_line

WRITE_AGAIN = 600.0
"""Seconds after which what is unchanged is written again: another process may know it otherwise."""
NAME_WITHIN = 1.0
"""Seconds that an event waits for a name before it goes on without."""
MOST = 20_000

log = logging.getLogger(__name__)


class Book:
    """References and names. What is dead is Gone."""

    def __init__(
        self, *, access: Access, stored: TeamsStorage, connector: Connector, clock: Clock
    ) -> None:
        self._access = access
        self._stored = stored
        self._connector = connector
        self._clock = clock
        self._places: OrderedDict[str, tuple[Reference, float]] = OrderedDict()
        self._people: OrderedDict[tuple[str, str], tuple[str, str, float]] = OrderedDict()

    # Learning

    async def met(self, activity: Activity, place: Reference) -> Reference:
        """Remember where it happened and who it was; the place, with the name known of it."""
        await self._meet_person(place.workspace, activity.sender)
        id_ = place.id
        before, at = self._places.get(id_, (None, 0.0))
        if before is None and not place.name:
            found = await self._stored.conversation(place.workspace, id_)
            before = Reference.model_validate_json(found[0]) if found else None
        place = _with_what_was_known(place, before)
        if place == before and time.monotonic() - at < WRITE_AGAIN:
            return place
        await self._put(place)
        return place

    async def names(self, workspace: str, ids: Iterable[str]) -> Mapping[str, str]:
        """Names of those who are known."""
        wanted = [each for each in ids if (workspace, each) not in self._people]
        if wanted:
            for each, (account, name) in (await self._stored.people(workspace, wanted)).items():
                self._keep_person(workspace, each, account, name)
        found = {each: self._people.get((workspace, each)) for each in ids}
        return {each: told[1] for each, told in found.items() if told and told[1]}

    async def ask_name(self, place: Reference, who: Account) -> None:
        """Ask Teams who it is, where nobody has said so yet; for a moment."""
        person = person_id(who)
        if not who.id or not person or await self.names(place.workspace, [person]):
            return
        try:
            async with asyncio.timeout(NAME_WITHIN):
                told = await self._connector.member(place.service_url, place.conversation, who.id)
                await self._meet_person(place.workspace, Account.model_validate(told))
        except (PlatformError, TimeoutError, ValueError) as failed:
            log.info("no name", extra={"error": type(failed).__name__})

    async def dead(self, place: Reference) -> None:
        """The bot may not write there any more."""
        self._places.pop(place.id, None)
        await self._stored.mark_dead(place.workspace, place.id)

    async def team_dead(self, place: Reference, team: str) -> None:
        """The same for every conversation of the team."""
        self._places.clear()
        await self._stored.mark_team_dead(place.workspace, team[:255])

    # Looking up

    async def find(self, conversation: Conversation, *, patient: bool = True) -> Reference:
        """Where it is. Raises Gone where the bot may not write, or nothing is known of it."""
        if person := direct_to(conversation):
            return await self.own(workspace_of(conversation), person, patient=patient)
        if kept := self._places.get(conversation.id):
            return kept[0]
        found = await self._stored.conversation(workspace_of(conversation), conversation.id)
        if found is None or found[1]:
            raise Gone("teams:conversation")
        place = Reference.model_validate_json(found[0])
        self._keep_place(place, 0.0)
        return place

    async def own(self, workspace: str, person: str, *, patient: bool = True) -> Reference:
        """The person's own conversation with the bot, made where there is none. Raises
        PlatformErrors."""
        if told := await self._stored.personal(workspace, person):
            return Reference.model_validate_json(told)
        told = await self._stored.latest(workspace)
        if told is None:
            raise Gone("teams:nowhere")
        near = Reference.model_validate_json(told)
        account = await self.account(workspace, person)
        made = await self._connector.create(
            near.service_url, tenant_of(workspace), near.bot, account, patient=patient
        )
        if not made:
            raise Gone("teams:conversation")
        place = Reference(
            workspace=workspace,
            service_url=near.service_url,
            conversation=made,
            kind="personal",
            bot=near.bot,
            private=True,
            person=person,
        )
        await self._put(place)
        return place

    async def account(self, workspace: str, person: str) -> str:
        """Teams' own id of the person ("29:…"); where it is not known, the organisation's."""
        await self.names(workspace, [person])
        known = self._people.get((workspace, person))
        return (known[0] if known else "") or person

    async def meet(self, workspace: str, told: Account) -> None:
        """The roster tells of somebody."""
        await self._meet_person(workspace, told)

    async def _meet_person(self, workspace: str, told: Account) -> None:
        person = person_id(told)
        if not person or told.id.startswith("28:"):
            return
        name = one_line(told.name)[:200]
        account, known, at = self._people.get((workspace, person), ("", "", 0.0))
        fresh = time.monotonic() - at < WRITE_AGAIN
        if at and fresh and told.id in ("", account) and name in ("", known):
            return
        await self._stored.put_person(workspace, person, told.id, name, self._clock.now())
        self._keep_person(workspace, person, told.id or account, name or known)

    async def _put(self, place: Reference) -> None:
        await self._stored.put_conversation(
            place.workspace,
            place.id,
            place.model_dump_json(),
            person=place.person or None,
            team=place.team[:255] or None,
            at=self._clock.now(),
        )
        self._keep_place(place, time.monotonic())

    def _keep_place(self, place: Reference, at: float) -> None:
        self._places[place.id] = (place, at)
        if len(self._places) > MOST:
            self._places.popitem(last=False)

    def _keep_person(self, workspace: str, person: str, account: str, name: str) -> None:
        self._people[workspace, person] = (account, name, time.monotonic())
        if len(self._people) > MOST:
            self._people.popitem(last=False)


def _with_what_was_known(place: Reference, before: Reference | None) -> Reference:
    """Most activities leave a channel's name and team out."""
    if before is None:
        return place
    return place.model_copy(
        update={
            "name": place.name or before.name,
            "team": place.team or before.team,
            "person": place.person or before.person,
            "bot": place.bot or before.bot,
            # What was told to be hidden stays so: most activities do not say.
            "private": place.private or before.private,
        }
    )
