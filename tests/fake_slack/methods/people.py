"""Who there is."""

from typing import Any

from tests.fake_slack.refusal import Refusal
from tests.fake_slack.web_api import Call, method


@method("auth.test", tier=None)
def who_am_i(call: Call) -> dict[str, Any]:
    here, grant = call.here, call.grant
    assert grant
    return {
        "url": f"https://{here.name.lower()}.slack.example/",
        "team": here.name,
        "user": "mission",
        "team_id": grant.team or here.enterprise,
        "user_id": here.bot_user,
        "bot_id": here.bot_id,
        "enterprise_id": here.enterprise,
        "is_enterprise_install": grant.team is None,
    }


@method("users.info", needs="user", takes="include_locale", scope="users:read", tier=4, json=False)
def info(call: Call) -> dict[str, Any]:
    person = call.world.people.get(call.get("user"))
    if person is None or not _is_visible(call, person.id):
        raise Refusal("user_not_found")
    return {"user": person.told()}


@method(
    "users.list",
    takes="limit cursor include_locale",
    scope="users:read",
    tier=2,
    json=False,
)
def list_(call: Call) -> dict[str, Any]:
    everybody = [p.told() for p in call.world.people.values() if p.team == call.here.id]
    return page(call, everybody, "members")


@method(
    "usergroups.list",
    takes="include_count include_disabled include_users",
    scope="usergroups:read",
    tier=2,
    json=False,
)
def groups(call: Call) -> dict[str, Any]:
    there = [
        {"id": id_, "team_id": call.here.id, "name": id_, "handle": id_.lower(), "date_delete": 0}
        for id_ in call.world.groups
    ]
    return {"usergroups": there}


@method(
    "usergroups.users.list",
    needs="usergroup",
    takes="include_disabled",
    scope="usergroups:read",
    tier=2,
    json=False,
)
def group(call: Call) -> dict[str, Any]:
    if call.get("usergroup") not in call.world.groups:
        raise Refusal("no_such_subteam")
    return {"users": call.world.groups[call.get("usergroup")]}


def page(call: Call, items: list[Any], name: str) -> dict[str, Any]:
    """A page of them, and the cursor to the next; a page may be shorter than was asked for."""
    limit = call.get("limit") or 100
    if not 1 <= limit <= 1000:
        raise Refusal("invalid_limit")
    cursor = str(call.get("cursor") or "page:0")
    if not (cursor.startswith("page:") and cursor[5:].isdecimal()):
        raise Refusal("invalid_cursor")
    start = int(cursor[5:])
    end = start + limit
    rest = f"page:{end}" if end < len(items) else ""
    return {name: items[start:end], "response_metadata": {"next_cursor": rest}}


def _is_visible(call: Call, person: str) -> bool:
    """Somebody of the workspace, or of another company in a shared channel."""
    if call.world.people[person].team == call.here.id:
        return True
    shared = [c for c in call.world.channels.values() if c.shared_with and c.team == call.here.id]
    return any(person in channel.members for channel in shared)
