"""What goes wrong between Slack and us: copies, forgeries, delays, refusals, broken lines."""

import asyncio
import contextlib
import json
import logging
import random
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import psycopg
import pytest

from adapters.slack import app as slack_app
from adapters.slack.api import SlackApi
from bot.errors import Throttled, Unreachable
from bot.events import Event
from storage.engine import open_engine
from storage.unit_of_work import Storage
from tests.slack.conftest import Rooms, Running, running
from tests.slack.local_slack import BOT, TEAM, TOKEN, LocalSlack, signed


async def test_a_thousand_events_up_to_five_times_each_have_a_thousand_effects(
    bot: Running,
) -> None:
    chance = random.Random(7)
    bodies = []
    for n in range(1000):
        event = {"type": "app_mention", "user": "U1", "channel": "C1", "ts": f"16.{n:06}"}
        event["text"] = f"<@{BOT}> is {n} ok"
        body = {"type": "event_callback", "event_id": f"Ev{n}", "team_id": TEAM, "event": event}
        bodies += [json.dumps(body)] * chance.randint(1, 5)
    chance.shuffle(bodies)
    turn = asyncio.Semaphore(20)

    async def deliver(body: str) -> int:
        async with turn:
            for number in range(5):
                status, _ = await bot.send.post(
                    body, "application/json", **{"X-Slack-Retry-Num": str(number)}
                )
                if status == 200:
                    break
            return status

    statuses = await asyncio.gather(*map(deliver, bodies))
    await bot.settled()
    assert set(statuses) == {200}
    assert len(bot.rooms.events) == 1000
    said = [m.text for m in bot.slack.messages]
    assert (len(said), len(set(said))) == (1000, 1000)


async def test_a_retry_whose_original_never_came_is_answered(bot: Running) -> None:
    event = {"type": "app_mention", "user": "U1", "channel": "C1", "ts": "1.1", "text": "hello?"}
    body = {"type": "event_callback", "event_id": "E9", "team_id": TEAM, "event": event}
    await bot.send.post(json.dumps(body), "application/json", **{"X-Slack-Retry-Num": "3"})
    await bot.settled()
    assert len(bot.slack.messages) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Signature": "v0=é" + "0" * 63},
        {"X-Slack-Request-Timestamp": "soon"},
        {"X-Slack-Request-Timestamp": "9" * 400},
        {"X-Slack-Request-Timestamp": "²"},
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": ""},
        {"old": "yes"},
        {"X-Slack-Signature": "v1=" + "0" * 64},
    ],
)
async def test_what_is_not_signed_is_401_and_not_logged(
    bot: Running, headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    body = json.dumps({"type": "event_callback", "event": {"text": "canary-words"}})
    good = signed(body, at=int(time.time()) - 301) if headers.pop("old", "") else signed(body)
    all_headers = {**good, **headers} if headers or good != signed(body) else {}
    raw = "".join(f"{k}: {v}\r\n" for k, v in all_headers.items()).encode("latin-1", "replace")
    reader, writer = await asyncio.open_connection("127.0.0.1", int(bot.url.rpartition(":")[2]))
    writer.write(
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        + raw
        + f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()
    )
    answer = await reader.read()
    writer.close()
    # A header that is no header at all is refused by the server before us.
    assert answer.split()[1] in (b"401", b"400")
    assert (answer.split()[1] == b"401") or "é" in str(headers)
    assert bot.rooms.events == []
    assert "canary-words" not in caplog.text


@pytest.mark.parametrize("body", ["[" * 100_000, "\ud800", "{", "nonsense", "null", "[]", '"a"'])
async def test_signed_nonsense_breaks_nothing(bot: Running, body: str) -> None:
    sent = body.encode("utf-8", "surrogatepass").decode("latin-1")
    status, _ = await bot.send.post(sent, "application/json")
    assert status in (200, 400, 503)
    assert bot.rooms.events == []


async def test_a_huge_body_is_refused(bot: Running) -> None:
    status, _ = await bot.send.post("x" * (1024 * 1024 + 10), "application/json")
    assert status == 413


async def test_nothing_that_people_write_is_logged(
    bot: Running, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    # It logs what statements carry; the program keeps it quiet (adapters/logs.py).
    caplog.set_level(logging.INFO, "aiosqlite")
    await bot.send.mention("canary-words here")
    await bot.send.command("canary-words form")
    bot.slack.answers["chat.postMessage"] = ["msg_too_long", "internal_error"]
    await bot.send.mention("canary-words again")
    await bot.send.event({"type": "odd_event", "text": "canary-words"})
    await bot.settled()
    assert "canary-words" not in caplog.text


async def test_slack_is_asked_once_who_we_are_and_once_for_each_name(bot: Running) -> None:
    for n in range(5):
        await bot.send.mention(f"question {n}")
        await bot.settled()
    methods = [method for method, _ in bot.slack.calls]
    assert methods.count("auth.test") == 1
    assert methods.count("users.info") == 1
    assert methods.count("conversations.info") == 1


@asynccontextmanager
async def _bot(url: str, slack: LocalSlack, rooms: Rooms | None = None) -> AsyncIterator[Running]:
    storage = Storage(open_engine(url))
    async with running(storage, slack, rooms) as bot:
        yield bot
    await storage.close()


def _mention(number: int) -> str:
    event = {"type": "app_mention", "user": "U1", "channel": "C1", "ts": f"17.{number:06}"}
    event["text"] = f"<@{BOT}> is {number} ok"
    body = {"type": "event_callback", "event_id": f"Ev{number}", "team_id": TEAM, "event": event}
    return json.dumps(body)


async def _deliver(bot: Running, bodies: list[str]) -> list[int]:
    """Side by side, as Slack does; the statuses."""
    sent = (bot.send.post(body, "application/json") for body in bodies)
    return [status for status, _ in await asyncio.gather(*sent)]


async def test_while_the_judge_thinks_everything_is_acknowledged(
    database_url: str, slack: LocalSlack
) -> None:
    judged = asyncio.Event()
    rooms = Rooms()

    async def think(event: Event) -> None:
        await judged.wait()

    rooms.think = think
    async with _bot(database_url, slack, rooms) as bot:
        statuses = await _deliver(bot, [_mention(number) for number in range(60)])
        commands = await asyncio.gather(*(bot.send.command("is it ok?") for _ in range(20)))
        # All are told 200 before anything is judged, let alone answered.
        assert set(statuses) | {status for status, _ in commands} == {200}
        assert rooms.events
        assert slack.messages == []
        judged.set()
        await bot.settled()
        assert len(slack.messages) == 80


async def test_while_the_database_hangs_nothing_is_acknowledged_that_could_be_lost(
    database_url: str, slack: LocalSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies = [_mention(number) for number in range(40)]
    async with _bot(database_url, slack) as bot:
        assert await _deliver(bot, [_mention(99)]) == [200]
        await bot.settled()
        # The limit that Slack leaves us, cut short so that nobody waits for this test.
        monkeypatch.setattr(slack_app, "ANSWER_WITHIN", 0.4)
        with hung(database_url):
            # Every one is answered though nothing can be stored; and none is told 200.
            assert set(await _deliver(bot, bodies)) == {503}
            assert len(bot.rooms.events) == 1
        # Slack sends them again, and once more for good measure.
        monkeypatch.setattr(slack_app, "ANSWER_WITHIN", 30)
        assert set(await _deliver(bot, [*bodies, *bodies])) == {200}
        await bot.settled()
        said = sorted(message.text for message in slack.messages)
        assert said == sorted(f"Fits: is {number} ok" for number in (*range(40), 99))


@contextlib.contextmanager
def hung(url: str) -> Iterator[None]:
    """Somebody else holds what every write waits for."""
    if url.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
        return
    with psycopg.connect(url) as other:
        other.execute("LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE")
        yield


async def test_a_form_that_takes_long_says_so_and_is_finished(bot: Running) -> None:
    async def think(event: Event) -> None:
        if event.kind == "form":
            await asyncio.sleep(2.6)

    bot.rooms.think = think
    await bot.send.command("form")
    await bot.settled()
    (view,) = bot.slack.views.values()
    started = time.monotonic()
    status, answer = await bot.send.submit(view, _values(view, "Ship it"))
    assert time.monotonic() - started < 2.5
    assert "Saving" in json.dumps(json.loads(answer)["view"])
    await bot.settled()
    assert "Saved Ship it" in json.dumps(bot.slack.views[view["id"]])
    # Wrong, and late: the form comes back with what was typed.
    status, answer = await bot.send.submit(view, _values(view, "twice"))
    assert status == 200
    await bot.settled()
    again = json.dumps(bot.slack.views[view["id"]])
    assert "decided already" in again
    assert '"initial_value": "twice"' in again


def _values(view: dict[str, Any], text: str) -> dict[str, Any]:
    typed = {"type": "plain_text_input", "value": text}
    inputs = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    return {block: {"filled": typed} for block in inputs}


async def test_a_form_too_late_for_its_trigger_comes_as_a_button(bot: Running) -> None:
    async def think(event: Event) -> None:
        if event.kind == "command":
            await asyncio.sleep(2.8)

    bot.rooms.think = think
    await bot.send.command("form")
    await bot.settled()
    assert bot.slack.views == {}
    (said,) = bot.slack.messages
    assert said.only == "U1"
    button = said.blocks[-1]["elements"][0]
    await bot.send.click(said, button["action_id"])
    await bot.settled()
    assert len(bot.slack.views) == 1


async def test_429_is_waited_out_and_the_others_go_on(bot: Running) -> None:
    bot.slack.answers["chat.postMessage"] = [(429, "1")]
    started = time.monotonic()
    await bot.send.mention("one")
    await asyncio.sleep(0.2)
    ephemeral = time.monotonic()
    await bot.send.command("")
    assert time.monotonic() - ephemeral < 0.5
    await bot.send.mention("two")
    await bot.settled()
    assert time.monotonic() - started >= 1
    assert sorted(m.text for m in bot.slack.messages if not m.only) == ["Fits: one", "Fits: two"]
    posts = [method for method, _ in bot.slack.calls if method == "chat.postMessage"]
    assert len(posts) == 3


@pytest.mark.parametrize("header", ["0", "3600", None, "soon", "-5", "nan"])
async def test_whatever_retry_after_says(slack: LocalSlack, header: str | None) -> None:
    slack.answers["chat.postMessage"] = [(429, header)]
    sent = {"channel": "C1", "text": "x", "blocks": []}
    async with SlackApi(f"{slack.base}/api/") as api:
        if header == "0":
            await api.call("chat.postMessage", TOKEN, sent, patience=0.1)
            return
        for _ in range(2):
            with pytest.raises(Throttled) as told:
                await api.call("chat.postMessage", TOKEN, sent, patience=0)
            assert (told.value.retry_after or 0) > 0
    # While Slack wants us to wait, it is not called.
    assert len(slack.calls) == 1


async def test_a_broken_line_is_not_repeated_blindly(slack: LocalSlack) -> None:
    slack.answers["chat.postMessage"] = ["drop"]
    async with SlackApi(f"{slack.base}/api/") as api:
        with pytest.raises(Unreachable):
            await api.call("chat.postMessage", TOKEN, {"channel": "C1", "text": "x", "blocks": []})
    assert len(slack.messages) == 1
    assert [method for method, _ in slack.calls] == ["chat.postMessage"]


async def test_what_was_posted_and_not_noted_is_found_again(
    sqlite_url: str, slack: LocalSlack
) -> None:
    slack.answers["chat.postMessage"] = ["drop"]
    async with _bot(sqlite_url, slack) as bot:
        await bot.send.mention("one")
        await bot.settled()
        assert len(slack.messages) == 1
    # The process died; another one takes the event up.
    async with _bot(sqlite_url, slack) as bot:
        assert await bot.inbox.recover(alone=True) == 1
        await bot.settled()
        assert await bot.inbox.recover(alone=True) == 0
    assert len(slack.messages) == 1


async def test_after_a_restart_a_command_is_answered_without_its_url(
    sqlite_url: str, slack: LocalSlack
) -> None:
    async with _bot(sqlite_url, slack) as bot:

        async def die(event: Event) -> None:
            raise RuntimeError("the power went")

        bot.rooms.think = die
        await bot.send.command("")
        await bot.settled()
    async with _bot(sqlite_url, slack) as bot:
        await bot.inbox.recover(alone=True)
        await bot.settled()
    (said,) = slack.messages
    assert (said.only, said.channel) == ("U1", "C1")


async def test_who_cannot_be_whispered_to_gets_a_direct_message(
    sqlite_url: str, slack: LocalSlack
) -> None:
    async with _bot(sqlite_url, slack) as bot:
        slack.not_in.add("C1")
        slack.answers["chat.postEphemeral"] = ["is_archived"]
        bot.slack.urls.clear()
        await bot.send.command("", response_url="")
        await bot.settled()
    (said,) = slack.messages
    assert said.channel == "DU1"


async def test_a_mention_in_an_archived_channel_ends_at_the_person(bot: Running) -> None:
    bot.slack.answers["chat.postMessage"] = ["is_archived"]
    bot.slack.answers["chat.postEphemeral"] = ["is_archived", "is_archived"]
    await bot.send.mention("does it fit?")
    await bot.settled()
    assert {m.channel for m in bot.slack.messages} == {"DU1"}
    assert "/invite" in json.dumps([m.blocks for m in bot.slack.messages])


async def test_a_person_who_left_is_no_endless_loop(bot: Running) -> None:
    bot.slack.answers["chat.postMessage"] = ["user_is_deactivated"] * 9
    await bot.send.direct("does it fit?")
    await bot.settled()
    assert bot.slack.messages == []
    assert await bot.inbox.recover() == 0


async def test_somebody_of_another_company_is_told_so(bot: Running) -> None:
    event = {"type": "app_mention", "user": "U2", "channel": "C1", "ts": "5.1", "text": "hi there"}
    await bot.send.event({**event, "user_team": "T9"}, is_ext_shared_channel=True)
    await asyncio.sleep(0.3)
    assert bot.rooms.events == []
    (said,) = bot.slack.messages
    assert said.only == "U2"
    assert "other company" in json.dumps(said.blocks)


async def test_another_workspaces_requests_are_not_taken(bot: Running) -> None:
    event = {"type": "app_mention", "user": "U2", "channel": "C1", "ts": "5.1", "text": "hi there"}
    status, _ = await bot.send.event(event, team_id="T9", authorizations=[{"team_id": "T9"}])
    assert status == 200
    await bot.settled()
    assert bot.rooms.events == []


async def test_slack_asks_unsigned_whether_the_certificate_is_good(bot: Running) -> None:
    async with aiohttp.ClientSession() as session:
        answer = await session.post(f"{bot.url}/slack/events", data={"ssl_check": "1"})
        assert answer.status == 200
        answer = await session.post(f"{bot.url}/slack/events", data={"ssl_check": "2"})
        assert answer.status == 401


async def test_while_slack_is_away_events_are_kept(sqlite_url: str, slack: LocalSlack) -> None:
    slack.answers["auth.test"] = ["internal_error", "internal_error"]
    async with _bot(sqlite_url, slack) as bot:
        _, status = await bot.send.mention("one")
        # Slack could not say who we are; what it sends again is taken then.
        assert status == 503
        _, status = await bot.send.mention("two")
        assert status == 200
        await bot.settled()
    with contextlib.suppress(IndexError):
        assert slack.messages[0].text == "Fits: two"
    assert len(slack.messages) == 1
