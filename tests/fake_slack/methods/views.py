"""Modals and Home tabs."""

import secrets
from typing import Any

from tests.fake_slack.methods.chat import with_ids
from tests.fake_slack.refusal import Refusal, malformed
from tests.fake_slack.web_api import Call, method
from tests.fake_slack.world import OpenView, World
from tests.slack.validate import view_problems

HIGHEST_STACK = 3


@method("views.open", needs="trigger_id view", tier=4)
def open_(call: Call) -> dict[str, Any]:
    view = checked(call.get("view"), "modal")
    person = call.loans.use_trigger(call.get("trigger_id"))
    made = new(call.world, person, view)
    call.world.modals[person] = [made]
    return {"view": told(call.world, made)}


@method("views.push", needs="trigger_id view", tier=4)
def push(call: Call) -> dict[str, Any]:
    view = checked(call.get("view"), "modal")
    person = call.loans.use_trigger(call.get("trigger_id"))
    return {"view": told(call.world, pushed(call.world, person, view))}


@method("views.update", needs="view", takes="view_id external_id hash", tier=4)
def update(call: Call) -> dict[str, Any]:
    view = checked(call.get("view"), None)
    found = call.world.modal(str(call.get("view_id")))
    if call.get("external_id"):
        views = [v for stack in call.world.modals.values() for v in stack]
        wanted = call.get("external_id")
        found = next((v for v in views if v.view.get("external_id") == wanted), None)
    if found is None or found.view["type"] != view["type"] or found.team != call.here.id:
        raise Refusal("not_found")
    _same_hash(call, found)
    replace(call.world, found, view)
    return {"view": told(call.world, found)}


@method("views.publish", needs="user_id view", takes="hash", tier=4)
def publish(call: Call) -> dict[str, Any]:
    view = checked(call.get("view"), "home")
    person = call.world.people.get(str(call.get("user_id")))
    if person is None or person.team != call.here.id or person.deleted:
        raise Refusal("user_not_found")
    found = call.world.homes.get(person.id)
    if found is None:
        found = new(call.world, person.id, view)
        call.world.homes[person.id] = found
    else:
        _same_hash(call, found)
        replace(call.world, found, view)
    return {"view": told(call.world, found)}


def checked(view: Any, kind: str | None) -> dict[str, Any]:
    """The view as it was sent. Raises Refusal for what Slack refuses."""
    problems = view_problems(view)
    if "view_too_large" in problems:
        raise Refusal("view_too_large")
    if not problems and kind and view["type"] != kind:
        problems = [f"a view of type {view['type']} cannot stand here"]
    if problems:
        raise malformed(problems, "invalid_arguments")
    found: dict[str, Any] = view
    return found


def new(world: World, person: str, view: dict[str, Any]) -> OpenView:
    """A view that nobody has open yet."""
    id_ = world.id("V")
    made = OpenView(
        id=id_,
        team=world.people[person].team,
        person=person,
        view={**view, "blocks": with_ids(world, view["blocks"])},
        hash=_hash(),
        root=id_,
    )
    made.typed = initial(made.view)
    return made


def pushed(world: World, person: str, view: dict[str, Any]) -> OpenView:
    """One more on the person's stack."""
    stack = world.modals.get(person, [])
    if len(stack) >= HIGHEST_STACK:
        raise Refusal("push_limit_reached")
    made = new(world, person, view)
    if stack:
        made.root, made.previous = stack[0].id, stack[-1].id
    world.modals[person] = [*stack, made]
    return made


def replace(world: World, open_view: OpenView, view: dict[str, Any]) -> None:
    """Another view in its place. What was typed stays where block_id and action_id are the same."""
    before, fresh = open_view.typed, {**view, "blocks": with_ids(world, view["blocks"])}
    typed = initial(fresh)
    for block_id, states in typed.items():
        for action_id in states:
            if action_id in before.get(block_id, {}):
                states[action_id] = before[block_id][action_id]
    open_view.view, open_view.typed, open_view.hash = fresh, typed, _hash()
    open_view.errors = {}


def told(world: World, found: OpenView) -> dict[str, Any]:
    """The view as Slack sends it."""
    bot = world.workspaces[found.team]
    return {
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "close": None,
        "submit": None,
        "clear_on_close": False,
        "notify_on_close": False,
        **found.view,
        "id": found.id,
        "team_id": found.team,
        "app_id": "A0MISSION",
        "bot_id": bot.bot_id,
        "hash": found.hash,
        "root_view_id": found.root,
        "previous_view_id": found.previous,
        "state": {"values": found.typed},
    }


def initial(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What stands in the inputs before anybody touched them."""
    return {
        block["block_id"]: {block["element"].get("action_id", "x"): _state(block["element"])}
        for block in view["blocks"]
        if block["type"] == "input"
    }


def _state(element: dict[str, Any]) -> dict[str, Any]:
    kind = element["type"]
    state: dict[str, Any] = {"type": kind}
    match kind:
        case "plain_text_input" | "number_input":
            state["value"] = element.get("initial_value")
        case "static_select" | "radio_buttons":
            state["selected_option"] = element.get("initial_option")
        case "checkboxes" | "multi_static_select":
            state["selected_options"] = element.get("initial_options", [])
        case "datepicker":
            state["selected_date"] = element.get("initial_date")
        case "timepicker":
            state["selected_time"] = element.get("initial_time")
        case "users_select":
            state["selected_user"] = element.get("initial_user")
        case "multi_users_select":
            state["selected_users"] = element.get("initial_users", [])
    return state


def _same_hash(call: Call, found: OpenView) -> None:
    if call.get("hash") not in (None, found.hash):
        raise Refusal("hash_conflict")


def _hash() -> str:
    return f"{secrets.randbelow(10**10)}.{secrets.token_hex(4)}"
