"""Which reader an activity is for, by the library, and what it must not stumble over."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from adapters.teams import inbound, interactions
from adapters.teams.activity import Activity
from adapters.teams.turns import Reader, Turns

BOT = {"id": "28:bot", "name": "Mission"}
MEMBER = {"id": "29:dana", "name": "Dana", "aadObjectId": "dana"}
EXECUTE = {"type": "Action.Execute", "verb": "x", "data": {"a": 1}}

READERS: list[tuple[dict[str, Any], Reader]] = [
    ({"type": "message", "text": "hello"}, inbound.said),
    ({"type": "message", "text": None, "value": {"a": 1}}, inbound.said),
    ({"type": "installationUpdate", "action": "add"}, inbound.installed),
    ({"type": "installationUpdate", "action": "add-upgrade"}, inbound.installed),
    ({"type": "installationUpdate", "action": "remove"}, inbound.installed),
    ({"type": "installationUpdate", "action": "remove-upgrade"}, inbound.installed),
    ({"type": "conversationUpdate", "membersAdded": [BOT]}, inbound.changed),
    ({"type": "conversationUpdate", "membersAdded": [MEMBER, BOT]}, inbound.changed),
    ({"type": "conversationUpdate", "membersRemoved": [BOT]}, inbound.changed),
    *[
        ({"type": "conversationUpdate", "channelData": {"eventType": name}}, inbound.changed)
        for name in ("teamDeleted", "teamHardDeleted", "channelDeleted")
    ],
    *[
        ({"type": "invoke", "name": name, "value": value}, reader)
        for name, reader in (
            ("task/fetch", interactions.fetched),
            ("task/submit", interactions.sent_off),
            ("composeExtension/submitAction", interactions.sent_off),
            ("composeExtension/fetchTask", interactions.message_action),
            ("message/submitAction", interactions.feedback),
        )
        # Teams changes what it sends; how it is read is our own to say.
        for value in (None, {}, [], "x", 7, {"data": []}, {"commandId": 5, "messagePayload": "x"})
    ],
    (
        {"type": "invoke", "name": "composeExtension/submitAction"}
        | {"value": {"botMessagePreviewAction": "edit", "botActivityPreview": [{}]}},
        interactions.sent_off,
    ),
    (
        {"type": "invoke", "name": "adaptiveCard/action"}
        | {"value": {"action": EXECUTE, "trigger": "manual", "self": 1, "state": 5}},
        interactions.executed,
    ),
]

NOBODYS: list[dict[str, Any]] = [
    {"type": "typing"},
    {"type": "event", "name": "application/vnd.microsoft.meetingStart", "value": {}},
    {"type": "event", "name": "tokens/response"},
    {"type": "messageReaction", "reactionsAdded": [{"type": "like"}]},
    {"type": "messageUpdate", "channelData": {"eventType": "editMessage"}},
    {"type": "messageDelete", "channelData": {"eventType": "softDeleteMessage"}},
    {"type": "endOfConversation"},
    {"type": "something/new"},
    {"type": ""},
    {"type": "installationUpdate"},
    {"type": "conversationUpdate"},
    *[
        {"type": "conversationUpdate", "channelData": {"eventType": name, **more}}
        for name in (
            "channelCreated",
            "channelRenamed",
            "channelRestored",
            "teamArchived",
            "teamRenamed",
            "teamRestored",
            "teamUnarchived",
            "somethingNew",
        )
        for more in ({}, {"team": {"id": "t"}, "channel": {"id": "c", "name": "n", "type": "x"}})
    ],
    *[
        {"type": "invoke", "name": name, "value": value}
        for name in (
            "",
            None,
            "message/fetchTask",
            "application/search",
            "fileConsent/invoke",
            "actionableMessage/executeAction",
            "composeExtension/query",
            "composeExtension/queryLink",
            "composeExtension/selectItem",
            "composeExtension/setting",
            "signin/verifyState",
            "signin/tokenExchange",
            "tab/fetch",
            "tab/submit",
            "config/fetch",
            "something/new",
        )
        for value in (None, {}, [])
    ],
    *[
        {"type": "invoke", "name": "adaptiveCard/action", "value": value}
        for value in (
            None,
            {},
            [],
            "x",
            {"action": None},
            {"action": "x"},
            {"action": {}},
            {"action": {"type": 5}},
            {"action": {"type": "Action.Submit"}},
        )
    ],
]


def activity(told: Mapping[str, Any]) -> Activity:
    around = {
        "channelId": "msteams",
        "serviceUrl": "https://smba.example.org/teams/",
        "id": "1",
        "timestamp": "no date",
        "from": {**MEMBER, "new": {"x": 1}},
        "recipient": {**BOT, "isTargeted": True},
        "conversation": {"id": "19:c@thread.tacv2", "tenantId": "t", "isGroup": "yes"},
        "entities": [5, {"type": "mention", "mentioned": []}],
    }
    return Activity.model_validate(around | told)


async def readers_of(told: Mapping[str, Any]) -> list[Reader]:
    found: list[Reader] = []

    async def handle(reader: Reader) -> None:
        found.append(reader)

    await Turns().take(activity(told), handle)
    return found


@pytest.mark.parametrize(("told", "reader"), READERS)
async def test_what_concerns_us_goes_to_one_reader(told: dict[str, Any], reader: Reader) -> None:
    assert await readers_of(told) == [reader]


@pytest.mark.parametrize("told", NOBODYS)
async def test_what_does_not_concern_us_goes_to_nobody(told: dict[str, Any]) -> None:
    assert await readers_of(told) == []


async def test_what_goes_wrong_in_handling_is_not_kept_from_us() -> None:
    async def handle(reader: Reader) -> None:
        raise LookupError("no room")

    for told in ({"type": "message", "text": "x"}, {"type": "invoke", "name": "task/fetch"}):
        with pytest.raises(LookupError):
            await Turns().take(activity(told), handle)


async def test_turns_side_by_side_are_not_mixed_up() -> None:
    turns = Turns()
    found: dict[str, Reader] = {}

    async def take(name: str) -> None:
        async def handle(reader: Reader) -> None:
            await asyncio.sleep(0)
            found[name] = reader

        await turns.take(activity({"type": "invoke", "name": name}), handle)

    await asyncio.gather(take("task/fetch"), take("task/submit"), take("message/submitAction"))
    assert found == {
        "task/fetch": interactions.fetched,
        "task/submit": interactions.sent_off,
        "message/submitAction": interactions.feedback,
    }
