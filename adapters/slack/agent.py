"""The agent view: prompts to begin with, and while an answer is being thought of a status, then
the message in which it will stand.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from adapters.slack.live import Live
from adapters.slack.places import channel_of
from adapters.slack.sending import Sending
from adapters.slack.streams import Streams
from bot.charter.model import InForce
from bot.errors import PlatformError
from bot.events import Conversation, Question
from bot.text import one_line, shorten

Charter = Callable[[str, str], Awaitable[InForce | None]]
"""What holds: of the workspace, in the conversation with that id."""

SOON = 0.6
"""Seconds; an answer that comes sooner needs no status."""
LONG = 2.0
"""Seconds after the status; an answer that still is not there gets a message to come in."""
STATUS = "is reading the charter …"
PROMPTS = 4
"""Slack shows so many."""
_PROMPT_TITLE = 60
_PROMPT_MESSAGE = 200

log = logging.getLogger(__name__)


class Agent:
    """What Slack's agent view has beside messages."""

    def __init__(self, *, sending: Sending, streams: Streams, charter: Charter) -> None:
        self._sending = sending
        self._streams = streams
        self._charter = charter

    async def opened(self, workspace: str, conversation: Conversation) -> None:
        """Somebody opened the direct messages: suggest what to ask."""
        in_force = await self._charter(workspace, conversation.id)
        arguments = {"channel_id": channel_of(conversation), "prompts": prompts(in_force)}
        await self._sending.call(
            "assistant.threads.setSuggestedPrompts", workspace, arguments, patience=0
        )

    async def thinking(self, live: Live, question: Question, answered: "asyncio.Task[Any]") -> None:
        """Show that the answer is being thought of, until it is there."""
        if question.thread is None:
            return
        await asyncio.wait({answered}, timeout=SOON)
        if answered.done():
            return
        try:
            await self._status(question, STATUS)
            if question.conversation.direct and await self._stream(live, question, answered):
                return
            await asyncio.wait({answered})
            # An answer takes the status away, unless it came while the status was on its way.
            await self._status(question, "")
        except PlatformError as failed:
            log.info("no status", extra={"error": str(failed)})

    async def _stream(self, live: Live, question: Question, answered: "asyncio.Task[Any]") -> bool:
        """Whether a message was begun for the answer; it takes the status away."""
        await asyncio.wait({answered}, timeout=LONG)
        if answered.done() or live.answering:
            return False
        live.stream = asyncio.create_task(self._streams.begin(question))
        return await live.stream is not None

    async def _status(self, question: Question, status: str) -> None:
        arguments = {
            "channel_id": channel_of(question.conversation),
            "thread_ts": question.thread,
            "status": status,
        }
        await self._sending.call(
            "assistant.threads.setStatus", question.workspace, arguments, patience=0
        )


def prompts(in_force: InForce | None) -> list[dict[str, str]]:
    """What can be asked of this charter, as Slack takes it."""
    if in_force is None:
        return [_prompt("What can you do?", "help"), _prompt("Write our charter", "edit")]
    found = [_prompt("What is our mission?", "What is our mission?")]
    lines = [line.line for line in in_force.lines]
    for kind, title, message in (
        ("pillar", "What is our strategy?", "What is our strategy?"),
        ("audience", "Who is it for?", "What is our audience?"),
        ("non_goal", "What do we leave out?", "What are our non-goals?"),
    ):
        if line := next((line for line in lines if line.kind == kind), None):
            found.append(_prompt(f"{title} “{shorten(one_line(line.text), 30)}”", message))
    found.append(_prompt("Does something fit?", "ask"))
    return found[: PROMPTS - 1] + found[-1:] if len(found) > PROMPTS else found


def _prompt(title: str, message: str) -> dict[str, str]:
    return {"title": shorten(title, _PROMPT_TITLE), "message": shorten(message, _PROMPT_MESSAGE)}
