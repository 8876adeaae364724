"""Answers that take long, in direct messages: a message is begun while the model thinks, says what
is being done, and becomes the answer.

begin    chat.startStream, with one task in progress; the message's id is noted at once
finish   chat.stopStream, with the answer's blocks ── no longer live: chat.update puts them in

A verdict comes as a whole, so nothing is appended in between (chat.appendStream). Its words are
blocks here as everywhere: `markdown_text` would read mentions and links into what people wrote.
As the id is known before there is an answer, and putting blocks into a message twice shows them
once, an answer begun here is said once even when the process dies before Slack confirms it.

Not in channels: a stream has one recipient there, and everybody else sees nothing of it until it
ends. And not above Slack's 20 a minute and workspace: then there is the status, and a message.
"""

import logging
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field

from adapters.slack.api import SlackRefused
from adapters.slack.blocks import Rendered
from adapters.slack.limits import STREAMS
from adapters.slack.places import channel_of
from adapters.slack.places import key as key_of
from adapters.slack.sending import Sending, metadata
from bot.errors import PlatformError
from bot.events import Event, Question

MOST = STREAMS - 2
"""Begun and ended within a minute, in a workspace. The rest is for those that another process
left behind."""
MINUTE = 60.0
LASTS = 300.0
"""Seconds after which one that was never finished counts no more: Slack has closed it."""
DOING, DONE = "Reading the charter", "Read the charter"

log = logging.getLogger(__name__)


@dataclass
class _Used:
    begun: deque[float] = field(default_factory=deque)
    """When those under way were begun."""
    ended: deque[float] = field(default_factory=deque)


class Streams:
    """Begins and finishes them. Failures to finish are PlatformErrors."""

    def __init__(self, *, sending: Sending) -> None:
        self._sending = sending
        self._used: defaultdict[str, _Used] = defaultdict(_Used)

    async def begin(self, question: Question) -> str | None:
        """Slack's id of the message that was begun; None where Slack takes none now."""
        workspace = question.workspace
        if not self._takes_one(workspace):
            return None
        channel = channel_of(question.conversation)
        arguments = {
            "channel": channel,
            "thread_ts": question.thread,
            "chunks": [_task(DOING, "in_progress")],
        }
        try:
            answer = await self._sending.call("chat.startStream", workspace, arguments, patience=0)
        except PlatformError as failed:
            log.info("no stream", extra={"error": str(failed)})
            self._ended(workspace)
            return None
        id_ = f"{channel}:{answer['ts']}"
        await self._sending.sent(workspace, _key(question), id_)
        return id_

    async def begun(self, event: Event) -> str | None:
        """The message that was begun for the event, perhaps by a process that died since."""
        return await self._sending.was_sent(event.workspace, _key(event))

    async def finish(self, workspace: str, id_: str, drawn: Rendered, key: str) -> None:
        """The begun message becomes the answer."""
        channel, _, ts = id_.partition(":")
        arguments = {
            "channel": channel,
            "ts": ts,
            "chunks": [_task(DONE, "complete")],
            "blocks": list(drawn.blocks),
            "metadata": metadata(key),
        }
        try:
            await self._sending.call("chat.stopStream", workspace, arguments)
        except SlackRefused as failed:
            if failed.code != "message_not_in_streaming_state":
                raise
            # It took longer than Slack keeps one open, or was finished before a crash.
            await self._sending.change(workspace, channel, ts, drawn)
        finally:
            self._ended(workspace)

    def _takes_one(self, workspace: str) -> bool:
        # Each one under way will end, so both together bound what begins and ends in a minute.
        used, now = self._used[workspace], time.monotonic()
        while used.ended and used.ended[0] <= now - MINUTE:
            used.ended.popleft()
        while used.begun and used.begun[0] <= now - LASTS:
            used.begun.popleft()
        if len(used.begun) + len(used.ended) >= MOST:
            return False
        used.begun.append(now)
        return True

    def _ended(self, workspace: str) -> None:
        used = self._used[workspace]
        if used.begun:
            used.begun.popleft()
        used.ended.append(time.monotonic())


def _task(title: str, status: str) -> dict[str, str]:
    return {"type": "task_update", "id": "charter", "title": title, "status": status}


def _key(event: Event) -> str:
    return key_of("stream", event.key)
