"""Names of people and conversations: remembered, asked of Slack where they are not known."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from adapters.slack.api import SlackApi
from adapters.slack.inbound import Known
from adapters.slack.places import conversation_id, name_of
from adapters.slack.stored import Names
from bot.errors import PlatformError
from bot.events import Conversation
from bot.ports import Clock
from bot.text import clean

WITHIN = 0.7
"""Seconds that an event waits for names before it goes on without them."""
STALE = timedelta(days=7)
"""After it a name is asked anew; changes are told by events besides."""
ASK_AGAIN = timedelta(minutes=10)
"""Where Slack told no name."""
MOST_ASKED = 20
MOST_KEPT = 20_000

log = logging.getLogger(__name__)


class Tokens(Protocol):
    """Who knows the workspace's bot token."""

    async def token(self, workspace: str) -> str:
        """The token. Raises Gone where the app is not installed."""
        ...


class People:
    """Who is who and what is where, by workspace."""

    def __init__(self, *, api: SlackApi, tokens: Tokens, stored: Names, clock: Clock) -> None:
        self._api = api
        self._tokens = tokens
        self._stored = stored
        self._clock = clock
        self._known: dict[tuple[str, str], tuple[str, bool, datetime]] = {}
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
        found = {each: self._get(workspace, each) for each in wanted}
        names = {each: told[0] for each, told in found.items() if told and told[0]}
        place = self._get(workspace, channel) if channel else None
        if channel is None or place is None:
            return Known(names=names)
        name, private, _ = place
        id_ = conversation_id(workspace, channel)
        return Known(names=names, place=Conversation(id=id_, name=name, private=private))

    async def called(self, workspace: str, person: str, name: str) -> None:
        """Slack told the person's name of its own accord."""
        if name:
            await self._put(workspace, person, name, private=False)

    async def close(self) -> None:
        """Ask no more."""
        for task in self._asking:
            task.cancel()
        await asyncio.gather(*self._asking, return_exceptions=True)

    async def _find(self, workspace: str, wanted: Iterable[str]) -> None:
        missing = [each for each in wanted if not self._fresh(workspace, each)]
        for each, found in (await self._stored.names(workspace, missing)).items():
            self._keep(workspace, each, found)
        missing = [each for each in missing if not self._fresh(workspace, each)]
        if missing:
            token = await self._tokens.token(workspace)
            await asyncio.gather(*(self._ask(workspace, token, each) for each in missing))

    async def _ask(self, workspace: str, token: str, id_: str) -> None:
        ask = self._ask_person if id_[:1] in ("U", "W") else self._ask_place
        try:
            await ask(workspace, token, id_)
        except PlatformError as failed:
            log.info("no name", extra={"key": id_, "error": str(failed)})
            # Not asked again for a while; a conversation of which nothing is known is private.
            self._keep(workspace, id_, ("", True, self._clock.now() - STALE + ASK_AGAIN))

    async def _ask_person(self, workspace: str, token: str, person: str) -> None:
        answer = await self._api.call("users.info", token, {"user": person}, form=True)
        name = name_of(answer.get("user") or {})
        await self._put(workspace, person, name or "Somebody", private=False)

    async def _ask_place(self, workspace: str, token: str, channel: str) -> None:
        answer = await self._api.call("conversations.info", token, {"channel": channel}, form=True)
        told: Mapping[str, Any] = answer.get("channel") or {}
        open_to_all = told.get("is_channel", True) and not (
            told.get("is_private") or told.get("is_im") or told.get("is_mpim")
        )
        name = clean(str(told.get("name") or ""))
        await self._put(workspace, channel, name if open_to_all else "", private=not open_to_all)

    async def _put(self, workspace: str, id_: str, name: str, *, private: bool) -> None:
        now = self._clock.now()
        self._keep(workspace, id_, (name, private, now))
        await self._stored.put_name(workspace, id_, name, private, now)

    def _keep(self, workspace: str, id_: str, found: tuple[str, bool, datetime]) -> None:
        if len(self._known) >= MOST_KEPT:
            self._known.clear()
        self._known[workspace, id_] = found

    def _get(self, workspace: str, id_: str) -> tuple[str, bool, datetime] | None:
        return self._known.get((workspace, id_))

    def _fresh(self, workspace: str, id_: str) -> bool:
        found = self._get(workspace, id_)
        return found is not None and self._clock.now() - found[2] < STALE

    def _found(self, task: asyncio.Task[Any]) -> None:
        self._asking.discard(task)
        if not task.cancelled() and (failed := task.exception()):
            log.info("names not found", extra={"error": type(failed).__name__})
