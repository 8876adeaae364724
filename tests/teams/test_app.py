"""The endpoint: whatever comes is answered in time, with what Teams understands, and never 500."""

import asyncio
import json
import random
from collections import Counter
from typing import Any

import pytest

from adapters.teams import app as app_module
from bot.events import Event
from storage.problems import StorageProblem
from storage.unit_of_work import Storage
from tests.fake_teams import FakeTeams
from tests.fake_teams.delivery import Delivered
from tests.fake_teams.world import BOT
from tests.teams.running import Rooms, Running, running

MALFORMED = {
    "nothing": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "a word": b'"hello"',
    "null": b"null",
    "no UTF-8": b"\xff\xfe{}",
    "deep": b"[" * 100_000,
    "deep object": b'{"a":' * 50_000,
    "entities no list": b'{"type":"message","entities":{"type":"mention"}}',
    "conversation a word": b'{"type":"message","conversation":"19:x"}',
    "from a list": b'{"type":"message","from":[]}',
    "endless id": b'{"type":"message","id":"' + b"x" * 5000 + b'"}',
    "text a number": b'{"type":"message","text":5}',
}


async def post(teams: FakeTeams, body: bytes) -> Delivered:
    token = teams.identity.token(teams.delivery.service_url)
    return await teams.delivery.post(body, Authorization=f"Bearer {token}")


def base(teams: FakeTeams, kind: str = "message", place: str | None = None) -> dict[str, Any]:
    dana = teams.person("Dana").human
    where = teams.place(place) if place else teams.world.personal(dana)
    return {**teams.delivery.activity(kind, dana, where, None), "id": teams.world.id()}


@pytest.mark.parametrize("name", MALFORMED)
async def test_what_is_no_activity_is_a_bad_request(
    bot: Running, teams: FakeTeams, name: str
) -> None:
    answer = await post(teams, MALFORMED[name])
    assert answer.status == 400
    assert bot.rooms.events == []


async def test_too_large_a_body_is_refused(bot: Running, teams: FakeTeams) -> None:
    activity = {**base(teams), "text": "x" * (1024 * 1024)}
    assert (await post(teams, json.dumps(activity).encode())).status == 413


async def test_oddities_are_no_reason_to_refuse(bot: Running, teams: FakeTeams) -> None:
    odd = {
        "entities": [None, 5, {"type": "new"}, {"type": "mention", "mentioned": None}],
        "attachments": None,
        "unheardOf": {"a": [1]},
        "text": "show",
        "localTimezone": None,
        "from": {**base(teams)["from"], "name": None, "new": 1},
        "replyToId": None,
        "value": None,
    }
    assert (await teams.delivery.send({**base(teams), **odd})).status == 200
    half = json.dumps({**base(teams), "text": "fit \ud83d?"})
    assert (await post(teams, half.encode())).status == 200
    nul = {**base(teams), "text": "fit \x00 \u202e this?", "id": "a\x00b"}
    assert (await teams.delivery.send(nul)).status == 200
    await bot.settled()
    assert len(bot.rooms.events) == 3


def invoke(teams: FakeTeams, name: str, value: Any, place: str | None = None) -> dict[str, Any]:
    return {**base(teams, "invoke", place), "name": name, "value": value}


ODD_INVOKES: dict[str, tuple[str, Any, int, Any]] = {
    "unknown": ("application/search", {}, 501, None),
    "no name": ("", None, 501, None),
    "execute null": ("adaptiveCard/action", None, 200, "error"),
    "execute a submit": (
        "adaptiveCard/action",
        {"action": {"type": "Action.Submit"}},
        200,
        "error",
    ),
    "execute without data": (
        "adaptiveCard/action",
        {"action": {"type": "Action.Execute", "verb": "x"}},
        200,
        "error",
    ),
    "execute data a list": (
        "adaptiveCard/action",
        {"action": {"type": "Action.Execute", "data": [1]}},
        200,
        "error",
    ),
    "fetch null": ("task/fetch", None, 200, "task"),
    "fetch data a word": ("task/fetch", {"data": "x"}, 200, "task"),
    "submit nothing": ("task/submit", {"data": {}}, 200, "task"),
    "submit a list": ("task/submit", [], 200, "task"),
    "extension unknown": (
        "composeExtension/fetchTask",
        {"commandId": "x", "messagePayload": {"body": {"content": "a"}}},
        200,
        "task",
    ),
    "extension without message": (
        "composeExtension/fetchTask",
        {"commandId": "checkStrategy"},
        200,
        "task",
    ),
    "feedback on nothing": (
        "message/submitAction",
        {"actionName": "feedback", "actionValue": {"reaction": "like"}},
        200,
        None,
    ),
    "feedback a word": (
        "message/submitAction",
        {"actionName": "feedback", "actionValue": "like"},
        200,
        None,
    ),
}


@pytest.mark.parametrize("name", ODD_INVOKES)
async def test_odd_invokes_get_a_body_that_teams_understands(
    bot: Running, teams: FakeTeams, name: str
) -> None:
    what, value, status, kind = ODD_INVOKES[name]
    answer = await teams.delivery.send(invoke(teams, what, value))
    assert answer.status == status
    if kind == "error":
        assert answer.body["statusCode"] == 400
        assert answer.body["type"] == "application/vnd.microsoft.error"
    elif kind == "task":
        assert answer.body["task"]["type"] == "message"
    else:
        assert answer.body in (None, {})
    assert bot.rooms.events == []


async def test_an_execute_without_a_trigger_is_taken(bot: Running, teams: FakeTeams) -> None:
    action = {"type": "Action.Execute", "data": {"action": "tiny.share", "value": "v1"}}
    answer = await teams.delivery.send(invoke(teams, "adaptiveCard/action", {"action": action}))
    assert answer.body == {
        "statusCode": 200,
        "type": "application/vnd.microsoft.activity.message",
        "value": "Done.",
    }


async def test_feedback_may_come_as_a_string(bot: Running, teams: FakeTeams) -> None:
    dana = teams.person("Dana")
    await dana.types("does it fit?", "mission")
    await bot.settled()
    given = json.dumps({"reaction": "dislike", "feedback": "plain words"})
    value = {"actionName": "feedback", "actionValue": given}
    activity = invoke(teams, "message/submitAction", value)
    activity["replyToId"] = dana.sees("mission")[-1].id
    answer = await teams.delivery.send(activity)
    assert (answer.status, answer.body) == (200, {})
    await bot.settled()
    assert bot.rooms.events[-1].value == "no:v1"  # type: ignore[union-attr]


# In time


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Invokes wait a shorter while than Teams would let them."""
    monkeypatch.setattr(app_module, "ANSWER_WITHIN", 0.3)
    monkeypatch.setattr(app_module, "STORED_WITHIN", 0.3)


@pytest.mark.usefixtures("short")
async def test_what_takes_long_is_answered_by_a_message(bot: Running, teams: FakeTeams) -> None:
    dana, erik = teams.person("Dana"), teams.person("Erik")
    await dana.types("@Mission show", "product")
    await dana.types("it", "product")
    await bot.settled()
    free = asyncio.Event()

    async def think(event: Event) -> None:
        await free.wait()

    bot.rooms.think = think
    await dana.clicks("Fill in", "product")
    assert "The answer comes as a message" in dana.said[-1]
    await erik.clicks("Later", "product")
    assert "The answer comes as a message" in erik.said[-1]
    message = next(m for m in dana.sees("product") if m.text == "it")
    await erik.uses_action("checkStrategy", message)
    assert "The answer comes as a message" in erik.said[-1]
    free.set()
    await bot.settled()
    assert "There is a form for it" in dana.reads("product")
    assert "Later, then" in dana.reads("product")
    assert "Fits · it" in erik.reads("product")
    assert "Fits · it" not in dana.reads("product")
    assert (dana.problems, erik.problems, teams.refused) == ([], [], [])


@pytest.mark.usefixtures("short")
async def test_a_message_is_acknowledged_before_it_is_thought_about(
    bot: Running, teams: FakeTeams
) -> None:
    free = asyncio.Event()

    async def think(event: Event) -> None:
        await free.wait()

    bot.rooms.think = think
    answers = await teams.person("Dana").types("does it fit?", "mission")
    assert [a.status for a in answers] == [200]
    own = teams.world.personal(teams.person("Dana").human).id
    await teams.until(lambda: own in teams.connector.typing)
    free.set()
    await bot.settled()
    assert "Fits" in teams.person("Dana").reads("mission")


class _Refusing:
    """A storage whose inbox says no, or nothing, for a while."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self.silent = False
        self.refuses = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)

    @property
    def teams(self) -> Any:
        return self

    async def put_conversation(self, *args: Any, **more: Any) -> None:
        if self.silent:
            await asyncio.sleep(60)
        if self.refuses:
            raise StorageProblem("The database is away.")
        await self._storage.teams.put_conversation(*args, **more)

    def __call__(self, workspace: str) -> Any:
        return self._storage(workspace)


class _Half(_Refusing):
    """The adapter's own tables answer, the inbox does not."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage.teams, name, None) or getattr(self._storage, name)


@pytest.mark.usefixtures("short")
async def test_a_database_that_refuses_makes_teams_ask_again(
    storage_file: Storage, teams: FakeTeams
) -> None:
    refusing = _Half(storage_file)
    async with running(refusing, teams) as bot:
        activity = {**base(teams), "text": "show"}
        answer = await teams.delivery.send(activity)
        assert (answer.status, answer.headers.get("Retry-After")) == (503, "2")
        refusing.silent = True
        assert (await teams.delivery.send(activity)).status == 503
        click = invoke(teams, "task/fetch", {"data": {"action": "tiny.form", "value": ""}})
        assert (await teams.delivery.send(click)).status == 503
        assert bot.rooms.events == []
        refusing.silent = refusing.refuses = False
        # The retry of what was never stored is a first copy.
        assert (await teams.delivery.send(activity)).status == 200
        await bot.settled()
        assert len(bot.rooms.events) == 1
        assert "Charter v4" in teams.person("Dana").reads("mission")


# Once


async def test_copies_have_one_effect(storage_file: Storage, teams: FakeTeams) -> None:
    """1,000 events, each delivered 1 to 5 times, shuffled, at once."""
    chance = random.Random(7)
    rooms = Rooms()
    async with running(storage_file, teams, rooms) as bot:
        copies = []
        for number in range(1000):
            activity = base(teams, place="product") if number % 2 else base(teams)
            mention = {"type": "mention", "text": "<at>M</at>", "mentioned": {"id": BOT}}
            activity |= {"text": "<at>M</at> hush", "id": f"m{number}", "entities": [mention]}
            copies += [activity] * chance.randint(1, 5)
        chance.shuffle(copies)
        gate = asyncio.Semaphore(16)

        async def send(activity: dict[str, Any]) -> int:
            async with gate:
                # As Teams does where it is told to come again.
                for _ in range(100):
                    answer = await teams.delivery.send(activity)
                    if answer.status != 503:
                        break
                    await asyncio.sleep(0.1)
                return answer.status

        statuses = Counter(await asyncio.gather(*map(send, copies)))
        assert statuses == {200: len(copies)}
        async with asyncio.timeout(120):
            assert await bot.inbox.drain(100)
        assert len(rooms.events) == 1000
        assert len({event.key for event in rooms.events}) == 1000


async def test_once_it_stops_teams_is_told_to_come_again(bot: Running, teams: FakeTeams) -> None:
    await bot.adapter.stop()
    answers = await teams.person("Dana").types("show", "mission")
    assert [(a.status, a.headers.get("Retry-After")) for a in answers] == [(503, "2")]
    assert bot.rooms.events == []


ODD: list[Any] = [
    None,
    "",
    "x",
    0,
    -1.5,
    True,
    [],
    {},
    ["x"],
    {"id": 5},
    "\x00",
    "\ud83d",
    "x" * 3000,
]


def spoilt(chance: random.Random, value: Any) -> Any:
    """The same with one thing in it that is not as it should be."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        name = chance.choice(list(value))
        if chance.random() < 0.1:
            return {k: v for k, v in value.items() if k != name}
        return {**value, name: spoilt(chance, value[name])}
    if isinstance(value, list) and value and chance.random() < 0.8:
        return [spoilt(chance, value[0]), *value[1:]]
    return chance.choice(ODD)


async def test_whatever_is_wrong_with_it_nothing_breaks(bot: Running, teams: FakeTeams) -> None:
    """Activities with a thing or two that is not as it should be, in any field."""
    teams.connector.throttles = False
    dana = teams.person("Dana")
    await dana.types("@Mission show", "product")
    await dana.types("show", "mission")
    await bot.settled()
    message = dana.sees("product")[-1].id
    button = {"action": "tiny.later", "value": "v1"}
    form = {"form": "tiny.save", "state": "s", "place": {"kept": "x"}, "text_what": "a"}
    payload = {"commandId": "checkStrategy", "messagePayload": {"body": {"content": "<p>x</p>"}}}
    execute = {"action": {"type": "Action.Execute", "verb": "x", "data": button}}
    feedback = {"actionName": "feedback", "actionValue": {"reaction": "like", "feedback": "{}"}}
    mention = {"type": "mention", "text": "<at>M</at>", "mentioned": {"id": BOT}}
    added = {"membersAdded": [{"id": BOT}]}
    good = [
        {**base(teams, place="product"), "text": "<at>M</at> hush", "entities": [mention]},
        {**base(teams), "value": button, "replyToId": message},
        {**invoke(teams, "adaptiveCard/action", execute, "product"), "replyToId": message},
        {**invoke(teams, "task/fetch", {"data": button}, "product"), "replyToId": message},
        invoke(teams, "task/submit", {"data": form}),
        invoke(teams, "composeExtension/fetchTask", payload, "product"),
        {**invoke(teams, "message/submitAction", feedback), "replyToId": message},
        {**base(teams, "conversationUpdate", "random"), **added},
        {**base(teams, "installationUpdate", "leads"), "action": "remove"},
    ]
    chance = random.Random(11)
    statuses: Counter[int] = Counter()
    for number in range(600):
        activity = {**chance.choice(good), "id": f"n{number}"}
        for _ in range(chance.randint(1, 2)):
            activity = spoilt(chance, activity)
        if not isinstance(activity, dict):
            continue
        url = activity.get("serviceUrl")
        token = teams.identity.token(url if isinstance(url, str) else "x")
        body = json.dumps(activity)
        answer = await teams.delivery.post(body, Authorization=f"Bearer {token}")
        statuses[answer.status] += 1
        assert answer.status in (200, 400, 401, 403, 501), body
    assert await bot.inbox.drain(60)
    assert statuses[200] > 100
