"""One card to Slack: in parts where it is long, with its pictures, once a key."""

import asyncio
import logging
import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from adapters.slack.api import PATIENCE, SlackApi, SlackGone, SlackRefused
from adapters.slack.blocks import Rendered, message, with_pictures
from adapters.slack.elements import Picture
from adapters.slack.limits import FILE_ALT_TEXT
from adapters.slack.people import Tokens
from adapters.slack.places import key as key_of
from adapters.slack.stored import Messages
from bot.cards import Card
from bot.errors import CannotTell, PlatformError, Throttled, Unreachable
from bot.ports import Clock

KEEP_SENT = timedelta(days=7)
"""How long it is known that an answer was sent; an event is not taken up again after that."""
KEEP_CARDS = timedelta(days=90)
"""How long "Show all" works."""
LOOK_BACK = timedelta(days=2)
"""How far back a message is looked for that may have been sent; nobody asks later than that."""
PAGE = 200
MOST_PAGES = 5
EVENT_TYPE = "missionbot_said"
"""Names our metadata on messages."""
FILE_READY = (0.5, 1.0, 2.0)
"""Seconds to wait for Slack to take in a picture."""

_UNREADABLE = frozenset(
    {"missing_scope", "not_allowed_token_type", "not_in_channel", "channel_not_found"}
)
"""Slack's words for "you may not read there"."""

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

    async def rendered(self, workspace: str, card: Card, *, patience: float = PATIENCE) -> Rendered:
        """The card as a message; the whole of it is kept where it takes several. Pictures that
        Slack does not take are words. Without `patience`, Throttled and Unreachable are raised
        instead, so that they can be shown the next time."""
        drawn = message(card, public_url=self._public_url)
        if drawn.parts > 1:
            stored = uuid.uuid4().hex
            await self._stored.keep_card(
                workspace, f"card/{stored}", card, self._clock.now() + KEEP_CARDS
            )
            drawn = message(card, stored=stored, public_url=self._public_url)
        return await self._with_pictures(workspace, drawn, patience) if drawn.pictures else drawn

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
        patience: float = PATIENCE,
    ) -> str:
        """Post it; Slack's id ("C1:1.2"). `key` goes along as metadata, as an opaque hash."""
        arguments = {**drawn.arguments(), "channel": channel, "metadata": metadata(key)}
        if thread:
            arguments["thread_ts"] = thread
        answer = await self.call("chat.postMessage", workspace, arguments, patience=patience)
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
        none. Raises CannotTell where Slack does not let us read, and other PlatformErrors."""
        method = "conversations.replies" if thread else "conversations.history"
        asked: dict[str, Any] = {
            "channel": await self._opened(workspace, channel),
            "limit": PAGE,
            "include_all_metadata": "true",
        }
        if thread:
            asked["ts"] = thread
        for _ in range(MOST_PAGES):
            answer = await self._read(method, workspace, asked)
            messages = answer.get("messages") or ()
            for said in messages:
                if (said.get("metadata") or {}).get("event_payload") == _payload(key):
                    return f"{asked['channel']}:{said['ts']}"
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor or (messages and not thread and self._is_old(messages[-1])):
                return None
            asked["cursor"] = cursor
        raise CannotTell(f"{method}:too_much_was_said_since")

    async def _read(
        self, method: str, workspace: str, asked: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        try:
            return await self.call(method, workspace, asked, form=True)
        except (SlackRefused, SlackGone) as failed:
            if failed.code in _UNREADABLE:
                raise CannotTell(str(failed)) from None
            raise

    async def _opened(self, workspace: str, channel: str) -> str:
        """Slack's id of the conversation; a person's direct messages have one besides theirs."""
        if channel[:1] not in ("U", "W"):
            return channel
        answer = await self.call("conversations.open", workspace, {"users": channel})
        return str((answer.get("channel") or {}).get("id") or channel)

    def _is_old(self, message: Mapping[str, Any]) -> bool:
        return float(message["ts"]) < (self._clock.now() - LOOK_BACK).timestamp()

    # Pictures

    async def _with_pictures(self, workspace: str, drawn: Rendered, patience: float) -> Rendered:
        files = {}
        for picture in drawn.pictures:
            try:
                files[picture.block_id] = await self._upload(workspace, picture, patience)
            except PlatformError as failed:
                if isinstance(failed, Throttled | Unreachable) and not patience:
                    raise _nothing_said(failed) from None
                # Its words stand in the message instead.
                log.warning("picture not uploaded", extra={"error": str(failed)})
        return with_pictures(drawn, files)

    async def give(
        self, workspace: str, person: str, files: Sequence[tuple[str, bytes]], words: str
    ) -> str:
        """Put the named files with these words into the person's direct messages; Slack's id of
        those."""
        channel = await self._opened(workspace, person)
        ids = [await self._put(workspace, name, data, {}, PATIENCE) for name, data in files]
        await self.call(
            "files.completeUploadExternal",
            workspace,
            {
                "files": [{"id": id_} for id_ in ids],
                "channel_id": channel,
                "initial_comment": words,
            },
        )
        return channel

    async def _put(
        self,
        workspace: str,
        filename: str,
        data: bytes,
        more: Mapping[str, str],
        patience: float,
    ) -> str:
        """The bytes are with Slack; the file's id. Nobody sees it yet."""
        where = await self.call(
            "files.getUploadURLExternal",
            workspace,
            {"filename": filename, "length": len(data), **more},
            form=True,
            patience=patience,
        )
        await self._api.upload(where["upload_url"], data)
        return str(where["file_id"])

    async def _upload(self, workspace: str, picture: Picture, patience: float) -> str:
        """The file's id, once Slack can show it: that takes it a moment, after which it knows what
        kind of file it is."""
        alt = {"alt_txt": picture.alt[:FILE_ALT_TEXT]}
        file = await self._put(workspace, picture.filename, picture.data, alt, patience)
        await self.call(
            "files.completeUploadExternal",
            workspace,
            {"files": [{"id": file}]},
            patience=patience,
        )
        for wait in FILE_READY:
            info = await self.call(
                "files.info", workspace, {"file": file}, form=True, patience=patience
            )
            if (info.get("file") or {}).get("mimetype"):
                return file
            await asyncio.sleep(wait)
        raise SlackRefused("files.info", "not_ready")


def metadata(key: str) -> dict[str, Any]:
    """What goes along with a message, so that it can be found again: everybody in the workspace
    may read it, so it is an opaque hash."""
    return {"event_type": EVENT_TYPE, "event_payload": _payload(key)}


def _payload(key: str) -> dict[str, str]:
    return {"key": key_of("said", key)}


def _nothing_said(failed: Throttled | Unreachable) -> PlatformError:
    """A picture may have got there, but no message was tried."""
    if isinstance(failed, Unreachable):
        return Unreachable(str(failed), may_be_done=False)
    return failed
