"""What happens beside the answer to an event: modals to wait in, status, Home tabs, names."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, assert_never

from adapters.slack.agent import Agent
from adapters.slack.home import Home
from adapters.slack.inbound import HomeOpened, PersonChanged, Removed
from adapters.slack.installations import Installations
from adapters.slack.interactions import ShowPart, Stranger
from adapters.slack.live import Live
from adapters.slack.notices import OPENING, READING, STRANGER
from adapters.slack.parts import wanted
from adapters.slack.people import People
from adapters.slack.places import to_keep
from adapters.slack.sending import Sending
from adapters.slack.views import waiting_view
from bot import usage
from bot.errors import PlatformError
from bot.events import Person, Question, Shortcut

Later = Callable[[Coroutine[Any, Any, None]], None]
Greet = Callable[[str, Person], Awaitable[None]]
"""Welcomes the first one who opens the app, where nobody was welcomed yet."""
Aside = HomeOpened | Removed | PersonChanged | ShowPart | Stranger

log = logging.getLogger(__name__)


class Beside:
    """Everything that is no event of the core's."""

    def __init__(
        self,
        *,
        sending: Sending,
        people: People,
        installations: Installations,
        home: Home,
        agent: Agent,
        greet: Greet,
    ) -> None:
        self._sending = sending
        self._people = people
        self._installations = installations
        self._home = home
        self._agent = agent
        self._greet = greet

    async def take(self, workspace: str, meaning: Aside, later: Later) -> None:
        """Do what must be done before Slack is told 200; `later` the rest."""
        match meaning:
            case Removed():
                await self._installations.removed(workspace, meaning.at, meaning.bots)
            case PersonChanged():
                await self._people.changed(workspace, meaning.user)
            case HomeOpened():
                later(_quietly(self._opened(workspace, meaning)))
            case ShowPart():
                later(_quietly(self._show_part(workspace, meaning)))
            case Stranger():
                later(_quietly(self._stranger(workspace, meaning)))
            case _:
                assert_never(meaning)

    async def accompany(self, live: Live, task: "asyncio.Task[Any]") -> None:
        """See the event through: the modal it is answered in, the status, the Home tabs after."""
        event = live.heard.event
        if live.heard.user:
            await self._people.changed(event.workspace, live.heard.user)
        if live.opened is not None:
            await self._open_waiting(live, live.opened)
        if isinstance(event, Question) and live.heard.shown_in == "messages":
            await self._agent.thinking(live, event, task)
        await asyncio.wait({task})
        # Whatever it was, a charter, a verdict, a call or a role may be another one now.
        await self._home.changed(event.workspace)

    async def _open_waiting(self, live: Live, opened: "asyncio.Future[str | None]") -> None:
        event = live.heard.event
        sentence = OPENING if isinstance(event, Shortcut) else READING
        view = waiting_view(sentence, to_keep(event.conversation, event.thread, event.public))
        modal_id: str | None = None
        try:
            answer = await self._sending.call(
                "views.open",
                event.workspace,
                {"trigger_id": live.heard.trigger, "view": view},
                patience=0,
            )
            modal_id = (answer.get("view") or {}).get("id")
        except PlatformError as failed:
            # The answer comes as a message then.
            log.info("no modal opened", extra={"error": str(failed)})
        finally:
            opened.set_result(modal_id)

    async def _opened(self, workspace: str, meaning: HomeOpened) -> None:
        await self._greet(workspace, meaning.person)
        if meaning.tab == "home":
            await self._home.opened(workspace, meaning.person, meaning.conversation)
        else:
            await self._agent.opened(workspace, meaning.conversation)

    async def _show_part(self, workspace: str, meaning: ShowPart) -> None:
        asked = wanted(meaning.value)
        drawn = await self._sending.part(workspace, asked[1], asked[0]) if asked else None
        if drawn is None:
            drawn = await self._sending.rendered(workspace, usage.sentence(usage.CARD_GONE))
            await self._sending.respond(
                meaning.response_url, drawn, response_type="ephemeral", replace_original=False
            )
            return
        # What everybody sees is not turned over for one; they get the part for themselves.
        how: dict[str, Any] = {"replace_original": meaning.alone}
        how |= {} if meaning.alone else {"response_type": "ephemeral"}
        await self._sending.respond(meaning.response_url, drawn, **how)

    async def _stranger(self, workspace: str, meaning: Stranger) -> None:
        drawn = await self._sending.rendered(workspace, usage.sentence(STRANGER))
        await self._sending.whisper(
            workspace, meaning.channel, meaning.person, drawn, meaning.thread
        )


async def _quietly(doing: Coroutine[Any, Any, None]) -> None:
    try:
        await doing
    except PlatformError as failed:
        log.warning("slack did not take it", extra={"error": str(failed)})
