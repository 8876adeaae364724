"""One reply to where it belongs, once.

begun while the model thought   finished (`streams.py`)
for everybody   chat.postMessage, in the thread ── response URL, in the channel ── the person
for the asker   response URL ── chat.postEphemeral ── direct message
in place of the clicked message   response URL ── chat.update ── as a new one
"""

import hashlib
import logging

from adapters.slack.api import SlackGone, SlackRefused
from adapters.slack.blocks import Rendered
from adapters.slack.live import Live
from adapters.slack.notices import not_here
from adapters.slack.places import channel_of, is_direct
from adapters.slack.sending import Sending
from adapters.slack.streams import Streams
from bot.errors import Gone, PlatformError
from bot.events import ButtonClick, Command, Event, Lifecycle, Question
from bot.replies import Reply

log = logging.getLogger(__name__)

_ELSEWHERE = (Gone, SlackRefused)
"""Failures after which another way is tried; after the others it may have been said."""


class Delivery:
    """Says replies. Failures that no other way mends are PlatformErrors."""

    def __init__(self, *, sending: Sending, streams: Streams) -> None:
        self._sending = sending
        self._streams = streams

    async def reply(self, event: Event, reply: Reply, index: int, live: Live | None) -> None:
        """Say it, unless it is known to have been said."""
        key = _key(event, index)
        first_try = live is not None and not live.tried
        # What came just now cannot have been answered: no need to look.
        if not first_try and await self._sending.was_sent(event.workspace, key) is not None:
            return
        begun = None if index else await self._begun(event, live, first_try=first_try)
        if not (first_try or begun) and (said := await self._said_before(event, reply, key)):
            await self._sent(event, reply, key, said)
            return
        drawn = await self._sending.rendered(event.workspace, reply.card)
        if begun and await self._finished(event, begun, drawn, key):
            await self._sent(event, reply, key, begun)
            return
        await self._sent(event, reply, key, await self._deliver(event, reply, drawn, key, live))

    async def _begun(self, event: Event, live: Live | None, *, first_try: bool) -> str | None:
        """The message that was begun to show the answer in."""
        if live and live.stream:
            return await live.stream
        if first_try or not isinstance(event, Question):
            return None
        return await self._streams.begun(event)

    async def _finished(self, event: Event, begun: str, drawn: Rendered, key: str) -> bool:
        try:
            await self._streams.finish(event.workspace, begun, drawn, key)
        except _ELSEWHERE as failed:
            log.info("stream not finished", extra={"error": str(failed)})
            return False
        return True

    async def _sent(self, event: Event, reply: Reply, key: str, id_: str) -> None:
        if reply.card.untraced:
            return
        welcome = isinstance(event, Lifecycle)
        await self._sending.sent(event.workspace, key, id_, for_good=welcome)

    async def _said_before(self, event: Event, reply: Reply, key: str) -> str | None:
        """After a crash: what was posted and not noted. What one person alone sees cannot be
        found again; it is said again."""
        channel = channel_of(event.conversation)
        own = is_direct(channel) and not isinstance(event, Command)
        if reply.replace or not (own or _for_everybody(event, reply)):
            return None
        try:
            return await self._sending.find_said(event.workspace, channel, event.thread, key)
        except PlatformError as failed:
            # Somebody waits for this answer: twice is better than never.
            log.warning("cannot tell whether it was said", extra={"error": str(failed)})
            return None

    async def _deliver(
        self, event: Event, reply: Reply, drawn: Rendered, key: str, live: Live | None
    ) -> str:
        everybody = _for_everybody(event, reply)
        if reply.replace and isinstance(event, ButtonClick):
            replaced = await self._replace(event, drawn, live, everybody=everybody)
            if replaced is not None:
                return replaced
        if everybody:
            return await self._to_all(event, drawn, key, live)
        return await self._to_asker(event, drawn, key, live)

    async def _replace(
        self, event: ButtonClick, drawn: Rendered, live: Live | None, *, everybody: bool
    ) -> str | None:
        alone = is_direct(channel_of(event.conversation))
        if event.message and not (everybody or alone):
            # What everybody sees must not turn into what only one may.
            return None
        try:
            if live and (url := live.url()):
                await self._sending.respond(url, drawn, replace_original=True)
                return event.message or ""
            if event.message:
                channel = channel_of(event.conversation)
                await self._sending.change(event.workspace, channel, event.message, drawn)
                return event.message
        except _ELSEWHERE as failed:
            log.info("not replaced", extra={"error": str(failed)})
        return None

    async def _to_all(self, event: Event, drawn: Rendered, key: str, live: Live | None) -> str:
        channel = channel_of(event.conversation)
        try:
            return await self._sending.say(
                event.workspace, channel, drawn, key, thread=event.thread
            )
        except _ELSEWHERE as failed:
            log.info("not posted", extra={"error": str(failed)})
            if isinstance(event, Lifecycle):
                raise
        if live and event.thread is None and (url := live.url()):
            try:
                await self._sending.respond(
                    url, drawn, response_type="in_channel", replace_original=False
                )
                return ""
            except _ELSEWHERE as failed:
                log.info("not answered in the channel", extra={"error": str(failed)})
        said = await self._to_asker(event, drawn, key, live)
        if not is_direct(channel):
            notice = await self._sending.rendered(
                event.workspace, not_here(event.conversation.name)
            )
            await self._to_asker(event, notice, f"{key}/notice", live)
        return said

    async def _to_asker(self, event: Event, drawn: Rendered, key: str, live: Live | None) -> str:
        channel, person = channel_of(event.conversation), event.person.id
        own = is_direct(channel) and not isinstance(event, Command)
        if live and not own and event.thread is None and (url := live.url()):
            try:
                await self._sending.respond(
                    url, drawn, response_type="ephemeral", replace_original=False
                )
                return ""
            except _ELSEWHERE as failed:
                log.info("response URL not used", extra={"error": str(failed)})
        if not own:
            try:
                await self._sending.whisper(event.workspace, channel, person, drawn, event.thread)
                return ""
            except _ELSEWHERE as failed:
                log.info("not whispered", extra={"error": str(failed)})
        if own and channel != person:
            try:
                return await self._sending.say(
                    event.workspace, channel, drawn, key, thread=event.thread
                )
            except SlackGone as failed:
                log.info("not said", extra={"error": str(failed)})
        return await self._sending.say(event.workspace, person, drawn, key)


def _for_everybody(event: Event, reply: Reply) -> bool:
    if isinstance(event, Lifecycle):
        return reply.seen_by == "everybody"
    return reply.seen_by == "everybody" or (reply.seen_by == "as_asked" and event.public)


def _key(event: Event, index: int) -> str:
    digest = hashlib.sha256(event.key.encode()).hexdigest()
    return f"answer/{digest}/{index}"
