"""One card to Slack: in parts where it is long, with its pictures, once a key."""

import asyncio
import logging
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from adapters.slack.api import SlackApi, SlackRefused
from adapters.slack.blocks import Rendered, message, with_pictures
from adapters.slack.people import Tokens
from adapters.slack.places import key as key_of
from adapters.slack.stored import Messages
from bot.cards import Card
from bot.errors import PlatformError
from bot.ports import Clock

KEEP_SENT = timedelta(days=7)
"""How long it is known that an answer was sent; an event is not taken up again after that."""
KEEP_CARDS = timedelta(days=90)
"""How long "Show all" works."""
LOOK_BACK = 100
"""Messages among which one is looked for that may have been sent."""
EVENT_TYPE = "missionbot_said"
"""Names our metadata on messages."""
FILE_READY = (0.5, 1.0, 2.0)
"""Seconds to wait for Slack to take in a picture."""

log = logging.getLogger(__name__)


class Sending:
    """Puts cards into conversations. Failures are PlatformErrors."""

    def __init__(
        self,
        *,
        api: SlackApi,
        tokens: Tokens,
        stored: Messages,
        clock: Clock,
        public_url: str | None,
    ) -> None:
        self._api = api
        self._tokens = tokens
        self._stored = stored
        self._clock = clock
        self._public_url = public_url

    async def rendered(self, workspace: str, card: Card) -> Rendered:
        """The card as a message; the whole of it is kept where it takes several."""
        drawn = message(card, public_url=self._public_url)
        if drawn.parts > 1:
            stored = uuid.uuid4().hex
            await self._stored.keep_card(
                workspace, f"card/{stored}", card, self._clock.now() + KEEP_CARDS
            )
            drawn = message(card, stored=stored, public_url=self._public_url)
        return await self._with_pictures(workspace, drawn) if drawn.pictures else drawn

    async def part(self, workspace: str, stored: str, part: int) -> Rendered | None:
        """That part of a card kept before; None when it is not kept any more."""
        card = await self._stored.card(workspace, f"card/{stored}")
        if card is None:
            return None
        return message(card, part=part, stored=stored, public_url=self._public_url)

    async def say(
        self,
        workspace: str,
        channel: str,
        drawn: Rendered,
        key: str,
        *,
        thread: str | None = None,
    ) -> str:
        """Post it; Slack's id ("C1:1.2"). `key` goes along as metadata, as an opaque hash."""
        arguments = {
            **drawn.arguments(),
            "channel": channel,
            "metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": key_of("said", key)}},
        }
        if thread:
            arguments["thread_ts"] = thread
        answer = await self.call("chat.postMessage", workspace, arguments)
        return f"{answer.get('channel', channel)}:{answer.get('ts', '')}"

    async def whisper(
        self, workspace: str, channel: str, person: str, drawn: Rendered, thread: str | None
    ) -> None:
        """Show it to one person in the conversation."""
        arguments = {**drawn.arguments(), "channel": channel, "user": person}
        if thread:
            arguments["thread_ts"] = thread
        await self.call("chat.postEphemeral", workspace, arguments)

    async def change(self, workspace: str, channel: str, ts: str, drawn: Rendered) -> None:
        """Put it in the place of a message of ours."""
        await self.call(
            "chat.update", workspace, {**drawn.arguments(), "channel": channel, "ts": ts}
        )

    async def respond(self, url: str, drawn: Rendered, **how: Any) -> None:
        """Answer where the person clicked or typed."""
        await self._api.respond(url, {**drawn.arguments(), **how})

    async def call(
        self, method: str, workspace: str, arguments: Mapping[str, Any], **how: Any
    ) -> Mapping[str, Any]:
        """Any other method, with the workspace's token."""
        return await self._api.call(method, await self._tokens.token(workspace), arguments, **how)

    # Once a key

    async def was_sent(self, workspace: str, key: str) -> str | None:
        """The message that is known to have been sent under the key."""
        return await self._stored.sent(workspace, key)

    async def sent(self, workspace: str, key: str, id_: str, *, for_good: bool = False) -> None:
        """Remember that it was."""
        forget = None if for_good else self._clock.now() + KEEP_SENT
        await self._stored.mark_sent(workspace, key, id_, forget)

    async def find_said(
        self, workspace: str, channel: str, thread: str | None, key: str
    ) -> str | None:
        """The message that was posted under the key though nobody noted it; None where there is
        none, or where we may not read (then it is said again: twice is better than never)."""
        method = "conversations.replies" if thread else "conversations.history"
        arguments: dict[str, Any] = {
            "channel": channel,
            "limit": LOOK_BACK,
            "include_all_metadata": "true",
        }
        if thread:
            arguments["ts"] = thread
        try:
            answer = await self.call(method, workspace, arguments, form=True)
        except PlatformError as failed:
            log.warning("cannot tell whether it was said", extra={"error": str(failed)})
            return None
        wanted = {"key": key_of("said", key)}
        for said in answer.get("messages") or ():
            if (said.get("metadata") or {}).get("event_payload") == wanted:
                return f"{channel}:{said['ts']}"
        return None

    # Pictures

    async def _with_pictures(self, workspace: str, drawn: Rendered) -> Rendered:
        files = {}
        for picture in drawn.pictures:
            try:
                files[picture.block_id] = await self._upload(
                    workspace, picture.filename, picture.data, picture.alt
                )
            except PlatformError as failed:
                # Its words stand in the message instead.
                log.warning("picture not uploaded", extra={"error": str(failed)})
        return with_pictures(drawn, files)

    async def _upload(self, workspace: str, filename: str, data: bytes, alt: str) -> str:
        where = await self.call(
            "files.getUploadURLExternal",
            workspace,
            {"filename": filename, "length": len(data), "alt_txt": alt[:1000]},
            form=True,
        )
        await self._api.upload(where["upload_url"], data)
        file = str(where["file_id"])
        await self.call("files.completeUploadExternal", workspace, {"files": [{"id": file}]})
        for wait in FILE_READY:
            info = await self.call("files.info", workspace, {"file": file}, form=True)
            if (info.get("file") or {}).get("mimetype"):
                return file
            await asyncio.sleep(wait)
        raise SlackRefused("files.info", "not_ready")
