"""Names of people and conversations, and who is where: remembered, asked of Slack where they are
not known."""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol, cast

from adapters.slack.api import SlackApi, SlackGone, SlackRefused
from adapters.slack.inbound import Known
from adapters.slack.places import (
    PersonKind,
    enterprise_of,
    kind_of,
    name_of,
    place_at,
    team_of,
    zone_of,
)
from adapters.slack.stored import Names
from bot.errors import PlatformError
from bot.events import Person
from bot.ports import Clock, Member
from bot.text import clean

WITHIN = 0.7
"""Seconds that an event waits for names before it goes on without them."""
STALE = timedelta(days=7)
"""After it a name is asked anew; changes are told by events besides."""
ASK_AGAIN = timedelta(minutes=10)
"""Where Slack told no name."""
MOST_ASKED = 20
MOST_KEPT = 20_000
PAGE = 200
"""Members that Slack is asked for at a time (it recommends at most so many)."""
SIDE_BY_SIDE = 5

log = logging.getLogger(__name__)


class Tokens(Protocol):
    """Who knows the workspace's bot token, and which user of it we are."""

    async def token(self, workspace: str) -> str:
        """The token. Raises Gone where the app is not installed."""
        ...

    async def bot_user(self, enterprise: str | None, team: str | None) -> str | None:
        """Our own user there."""
        ...


@dataclass(frozen=True, kw_only=True)
class Told:
    """What Slack told of a person or conversation. `kind` is empty of a conversation."""

    name: str = ""
    private: bool = False
    zone: str = ""
    kind: PersonKind | Literal[""] = ""
    at: datetime


class People:
    """Who is who and what is where, by workspace."""

    def __init__(self, *, api: SlackApi, tokens: Tokens, stored: Names, clock: Clock) -> None:
        self._api = api
        self._tokens = tokens
        self._stored = stored
        self._clock = clock
        self._known: dict[tuple[str, str], Told] = {}
        self._asking: set[asyncio.Task[Any]] = set()

    async def known(self, workspace: str, people: Iterable[str], channel: str | None) -> Known:
        """What is known of them, within a moment: whoever is not found in time goes without a
        name here, and with one the next time."""
        wanted = sorted(people)[:MOST_ASKED] + ([channel] if channel else [])
        if any(not self._fresh(workspace, each) for each in wanted):
            finding = asyncio.create_task(self._find(workspace, wanted))
            self._asking.add(finding)
            finding.add_done_callback(self._found)
            await asyncio.wait({finding}, timeout=WITHIN)
        found = {each: told for each in wanted if (told := self._get(workspace, each))}
        names = {each: told.name for each, told in found.items() if told.name}
        zones = {each: told.zone for each, told in found.items() if told.zone}
        bots = frozenset(each for each, told in found.items() if told.kind == "bot")
        here = found.get(channel) if channel else None
        if channel is None or here is None:
            return Known(names=names, zones=zones, bots=bots)
        place = place_at(workspace, channel, here.name, private=here.private)
        return Known(names=names, zones=zones, bots=bots, place=place)

    async def zone(self, workspace: str, person: str) -> str:
        """The person's IANA time zone; empty where it is not known."""
        return (await self.known(workspace, {person}, None)).zones.get(person, "")

    async def changed(self, workspace: str, user: Mapping[str, Any]) -> None:
        """Slack told of the person of its own accord."""
        if name_of(user):
            await self._put_person(workspace, str(user["id"]), user)

    async def members(self, workspace: str, channel: str) -> Sequence[Member]:
        """Everybody in the channel but ourselves and who left the company, by id. Waits for
        nobody: raises Throttled where Slack asks to; what was learnt until then is kept, so
        asking again goes on from there. Other failures are PlatformErrors, too."""
        ids = {channel} if _is_person(channel) else await self._members(workspace, channel)
        return await self.described(workspace, ids)

    async def described(self, workspace: str, ids: Iterable[str | None]) -> Sequence[Member]:
        """Those of the people who are there, ourselves left out, by id. Raises as `members`."""
        us = await self._tokens.bot_user(enterprise_of(workspace), team_of(workspace))
        people = sorted(id_ for id_ in {*ids} if id_ and id_ != us)
        await self._learn(workspace, people)
        found = []
        for id_ in people:
            told = self._get(workspace, id_)
            if told and (told.kind == "member" or told.kind == "guest" or told.kind == "bot"):
                person = Person(id=id_, name=told.name or "Somebody")
                found.append(Member(person=person, zone=told.zone, kind=told.kind))
        return found

    async def close(self) -> None:
        """Ask no more."""
        for task in self._asking:
            task.cancel()
        await asyncio.gather(*self._asking, return_exceptions=True)

    # Asking

    async def _find(self, workspace: str, wanted: Iterable[str]) -> None:
        missing = await self._not_stored(workspace, wanted)
        if missing:
            token = await self._tokens.token(workspace)
            await asyncio.gather(*(self._ask(workspace, token, each) for each in missing))

    async def _learn(self, workspace: str, people: Sequence[str]) -> None:
        """Know them all. Raises the first failure that is not about one of them."""
        missing = await self._not_stored(workspace, people)
        token = await self._tokens.token(workspace) if missing else ""
        for start in range(0, len(missing), SIDE_BY_SIDE):
            asked = missing[start : start + SIDE_BY_SIDE]
            answers = await asyncio.gather(
                *(self._ask_person(workspace, token, each, patience=0) for each in asked),
                return_exceptions=True,
            )
            for each, failed in zip(asked, answers, strict=True):
                if isinstance(failed, SlackGone | SlackRefused) and failed.code == "user_not_found":
                    self._keep(workspace, each, Told(kind="gone", at=self._clock.now()))
                elif isinstance(failed, BaseException):
                    raise failed

    async def _not_stored(self, workspace: str, wanted: Iterable[str]) -> list[str]:
        missing = [each for each in wanted if not self._fresh(workspace, each)]
        for start in range(0, len(missing), PAGE):
            some = missing[start : start + PAGE]
            stored = await self._stored.names(workspace, some)
            for each, (name, private, zone, kind, at) in stored.items():
                kept = cast("PersonKind", kind)  # no other is ever put there
                self._keep(
                    workspace, each, Told(name=name, private=private, zone=zone, kind=kept, at=at)
                )
        return [each for each in missing if not self._fresh(workspace, each)]

    async def _members(self, workspace: str, channel: str) -> set[str | None]:
        token = await self._tokens.token(workspace)
        found: set[str | None] = set()
        asked: dict[str, Any] = {"channel": channel, "limit": PAGE}
        while True:
            # Pages may be shorter than asked for, even empty; only the cursor tells the end.
            answer = await self._api.call(
                "conversations.members", token, asked, form=True, patience=0
            )
            found |= set(answer.get("members") or ())
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return found
            asked["cursor"] = cursor

    async def _ask(self, workspace: str, token: str, id_: str) -> None:
        ask = self._ask_person if _is_person(id_) else self._ask_place
        try:
            await ask(workspace, token, id_)
        except PlatformError as failed:
            log.info("no name", extra={"key": id_, "error": str(failed)})
            # Not asked again for a while; a conversation of which nothing is known is private.
            at = self._clock.now() - STALE + ASK_AGAIN
            self._keep(workspace, id_, Told(private=True, at=at))

    async def _ask_person(self, workspace: str, token: str, person: str, **how: Any) -> None:
        answer = await self._api.call("users.info", token, {"user": person}, form=True, **how)
        await self._put_person(workspace, person, answer.get("user") or {})

    async def _ask_place(self, workspace: str, token: str, channel: str) -> None:
        answer = await self._api.call("conversations.info", token, {"channel": channel}, form=True)
        told: Mapping[str, Any] = answer.get("channel") or {}
        open_to_all = told.get("is_channel", True) and not (
            told.get("is_private") or told.get("is_im") or told.get("is_mpim")
        )
        name = clean(str(told.get("name") or "")) if open_to_all else ""
        await self._put(
            workspace, channel, Told(name=name, private=not open_to_all, at=self._clock.now())
        )

    # Keeping

    async def _put_person(self, workspace: str, person: str, user: Mapping[str, Any]) -> None:
        told = Told(
            name=name_of(user) or "Somebody",
            zone=zone_of(user),
            kind=kind_of(user, workspace),
            at=self._clock.now(),
        )
        await self._put(workspace, person, told)

    async def _put(self, workspace: str, id_: str, told: Told) -> None:
        self._keep(workspace, id_, told)
        await self._stored.put_name(
            workspace, id_, told.name, told.private, told.at, zone=told.zone, kind=told.kind
        )

    def _keep(self, workspace: str, id_: str, told: Told) -> None:
        if len(self._known) >= MOST_KEPT:
            self._known.clear()
        self._known[workspace, id_] = told

    def _get(self, workspace: str, id_: str) -> Told | None:
        return self._known.get((workspace, id_))

    def _fresh(self, workspace: str, id_: str) -> bool:
        told = self._get(workspace, id_)
        if told is None or self._clock.now() - told.at >= STALE:
            return False
        # An older version of the program kept a person's name alone.
        return not (_is_person(id_) and told.name and not told.kind)

    def _found(self, task: asyncio.Task[Any]) -> None:
        self._asking.discard(task)
        if not task.cancelled() and (failed := task.exception()):
            log.info("names not found", extra={"error": type(failed).__name__})


def _is_person(id_: str) -> bool:
    return id_[:1] in ("U", "W")
