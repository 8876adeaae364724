"""A turn by Microsoft's archived library: it says what kind of thing came, by which hook it runs.

    Turns.take ── TurnContext ── TeamsActivityHandler.on_turn ── a hook ── handle(reader)

With `gate` all that needs the library. It neither reads for us (it drops fields, and stumbles over
what Teams really sends) nor answers (answers go by `connector`), so a `match` over type and name
could stand here in its place.
"""

from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

from botbuilder.core import BotAdapter, TurnContext
from botbuilder.core.teams import TeamsActivityHandler
from botbuilder.schema import Activity as TheirActivity

from adapters.teams import inbound, interactions
from adapters.teams.activity import Activity
from adapters.teams.meanings import Known, Meaning

Reader = Callable[[Activity, Known], Meaning | None]
"""What one kind of activity means."""
Handle = Callable[[Reader], Awaitable[None]]
"""Does what the activity means, by that reader."""

_HANDLE = "missionbot.handle"
_CARD = "adaptiveCard/action"
_FEEDBACK = "message/submitAction"
_NOT_THEIRS = {"entities", "local_timezone", "text", "timestamp", "value"}
"""What no hook depends on."""


class Turns:
    """Runs turns. One serves any number of activities side by side."""

    def __init__(self) -> None:
        self._adapter, self._hooks = _Receiving(), _Hooks()

    async def take(self, activity: Activity, handle: Handle) -> None:
        """`handle` gets the reader for the admitted activity; it is not called for one that
        concerns nobody, or that the library does not understand. Raises what it raises."""
        turn = TurnContext(self._adapter, _theirs(activity))
        turn.turn_state[_HANDLE] = handle
        await self._adapter.run_pipeline(turn, self._hooks.on_turn)


def _theirs(activity: Activity) -> Any:
    told = activity.model_dump(by_alias=True, exclude=_NOT_THEIRS, exclude_defaults=True)
    theirs = TheirActivity().deserialize({"type": activity.type, "channelData": {}, **told})
    if activity.name == _CARD and isinstance(action := activity.values.get("action"), dict):
        # All that the library looks at by itself, and it must not be anything else.
        theirs.value = {"action": action}
    return theirs


class _Receiving(BotAdapter):  # type: ignore[misc]  # the library has no types
    """What a turn runs on."""

    async def send_activities(self, context: TurnContext, activities: Any) -> NoReturn:
        raise _by_connector()

    async def update_activity(self, context: TurnContext, activity: Any) -> NoReturn:
        raise _by_connector()

    async def delete_activity(self, context: TurnContext, reference: Any) -> NoReturn:
        raise _by_connector()


def _by_connector() -> RuntimeError:
    return RuntimeError("answers go by adapters.teams.connector")


class _Hooks(TeamsActivityHandler):  # type: ignore[misc]  # the library has no types
    """The hooks that concern us. What the library would answer itself is left to our endpoint."""

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        await _handle(turn_context, inbound.said)

    async def on_installation_update_add(self, turn_context: TurnContext) -> None:
        await _handle(turn_context, inbound.installed)

    async def on_installation_update_remove(self, turn_context: TurnContext) -> None:
        await _handle(turn_context, inbound.installed)

    # The library's own dispatch asks Teams who each new member is, before it calls another hook.
    async def on_teams_members_added_dispatch(self, _: Any, team: Any, turn: TurnContext) -> None:
        await _handle(turn, inbound.changed)

    async def on_teams_members_removed_dispatch(self, _: Any, team: Any, turn: TurnContext) -> None:
        await _handle(turn, inbound.changed)

    async def on_teams_channel_deleted(self, _: Any, team: Any, turn: TurnContext) -> None:
        await _handle(turn, inbound.changed)

    async def on_teams_team_deleted(self, team_info: Any, turn_context: TurnContext) -> None:
        await _handle(turn_context, inbound.changed)

    async def on_teams_team_hard_deleted(self, team_info: Any, turn_context: TurnContext) -> None:
        await _handle(turn_context, inbound.changed)

    async def on_invoke_activity(self, turn_context: TurnContext) -> None:
        # Returning nothing, so that the library answers nothing.
        if turn_context.activity.name == _FEEDBACK:
            await _handle(turn_context, interactions.feedback)
        else:
            await super().on_invoke_activity(turn_context)

    async def on_teams_file_consent(self, turn_context: TurnContext, _: Any) -> None:
        """We offer no files. The library's own hook looks into an answer that need not be there."""

    async def on_adaptive_card_invoke(self, turn_context: TurnContext, invoke_value: Any) -> None:
        await _handle(turn_context, interactions.executed)

    async def on_teams_task_module_fetch(self, turn_context: TurnContext, _: Any) -> None:
        await _handle(turn_context, interactions.fetched)

    async def on_teams_task_module_submit(self, turn_context: TurnContext, _: Any) -> None:
        await _handle(turn_context, interactions.sent_off)

    async def on_teams_messaging_extension_fetch_task(self, turn: TurnContext, _: Any) -> None:
        await _handle(turn, interactions.message_action)

    async def on_teams_messaging_extension_submit_action_dispatch(
        self, turn_context: TurnContext, _: Any
    ) -> None:
        await _handle(turn_context, interactions.sent_off)


async def _handle(turn_context: TurnContext, reader: Reader) -> None:
    handle: Handle = turn_context.turn_state[_HANDLE]
    await handle(reader)
