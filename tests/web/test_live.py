"""Messages as they come: to the right pages, and only to those."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientResponse

from adapters.web.personas import CHANNELS
from bot.cards import Card, body
from tests.web.conftest import Browser
from tests.web.reading import Read, assert_only_ours
from tests.web.tiny_bot import TinyBot


class Stream:
    """A page's stream of events, read as a browser reads it."""

    def __init__(self, response: ClientResponse) -> None:
        self._response = response

    async def next(self) -> tuple[str, Any]:
        """The next event's name and data; ("", None) at the end of the stream."""
        name, data = "", None
        while line := (await asyncio.wait_for(self._response.content.readline(), 5)).decode():
            if line.startswith("event: "):
                name = line[7:].strip()
            elif line.startswith("data: "):
                data = json.loads(line[6:])
            elif line == "\n" and name:
                return name, data
        return "", None


@asynccontextmanager
async def live(browser: Browser, person: str) -> AsyncIterator[Stream]:
    async with browser.client.get("/live", params={"as": person}) as response:
        assert response.content_type == "text/event-stream"
        stream = Stream(response)
        assert (await stream.next())[0] == "start"
        yield stream


async def test_another_page_sees_shared_messages_at_once(browser: Browser) -> None:
    async with live(browser, "priya") as priya:
        await browser.say("@Mission does it fit?")
        (_, question), (_, answer) = await priya.next(), await priya.next()
    assert question["place"] == "product"
    assert question["spoken"] == "Dana Diaz: @Mission does it fit?"
    assert answer["spoken"] == "Mission: Fits: does it fit?"
    read = Read(answer["html"])
    assert_only_ours(read)
    (item,) = [found for found in read.all("li") if "data-id" in found]
    (root,) = [f for f in Read(question["html"]).all("li") if "data-id" in f]
    assert item["data-thread"] == root["data-id"]


async def test_private_messages_reach_their_person_only(browser: Browser) -> None:
    async with live(browser, "priya") as priya, live(browser, "dana") as dana:
        await browser.say("/mission ask my secret")
        await browser.say("also secret", place="mission")
        await browser.say("for all")
        assert "for all" in (await priya.next())[1]["html"]
        heard = [(await dana.next())[1] for _ in range(5)]
    assert [news["place"] for news in heard] == ["product"] * 2 + ["mission"] * 2 + ["product"]
    assert heard[0]["spoken"] == "", "one's own words are not read out"
    assert heard[1]["spoken"] == "Mission (only visible to you): Fits: ask my secret"


async def test_a_page_knows_its_own_words_by_their_key(browser: Browser) -> None:
    async with live(browser, "dana") as dana, live(browser, "erik") as erik:
        await browser.say("hello", key="aaaaaaaa-0000")
        (_, mine), (_, theirs) = await dana.next(), await erik.next()
    assert Read(mine["html"]).all("li", data_once="aaaaaaaa-0000")
    assert Read(theirs["html"]).all("li", data_once="")


async def test_a_changed_message_comes_again(browser: Browser) -> None:
    await browser.say("/mission")
    read = await browser.see()
    message = [item["data-id"] for item in read.all("li") if "data-id" in item][-1]
    async with live(browser, "dana") as dana:
        await browser.send("/click", "dana", message=message, action="ask.later", value="v1")
        _, news = await dana.next()
    assert "Later, then" in news["html"]
    assert Read(news["html"]).all("li", data_id=message or "")


async def test_unprompted_messages_come_too(browser: Browser, bot: TinyBot) -> None:
    async with live(browser, "noa") as noa:
        await bot.messenger.post(
            CHANNELS["leadership"], Card(summary="v5", elements=(body("v5"),)), "k"
        )
        assert (await noa.next())[1]["place"] == "leadership"


async def test_a_quiet_page_gets_signs_of_life(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.web.app.HEARTBEAT", 0.02)
    async with browser.client.get("/live", params={"as": "dana"}) as response:
        seen = b""
        while b": still here" not in seen:
            seen += await asyncio.wait_for(response.content.readany(), 5)


async def test_the_stream_ends_when_the_server_stops(browser: Browser, bot: TinyBot) -> None:
    async with live(browser, "dana") as dana:
        bot.page.close()
        assert await dana.next() == ("", None)


async def test_a_closed_page_is_forgotten(browser: Browser, bot: TinyBot) -> None:
    async with live(browser, "dana"):
        pass
    for i in range(200):
        await bot.messenger.post(CHANNELS["product"], Card(summary="x", elements=()), str(i))
        await asyncio.sleep(0.005)
        if not bot.hub._listeners:
            return
    raise AssertionError("the page that was closed still listens")


async def test_a_page_loads_its_messages_anew(browser: Browser) -> None:
    await browser.say("/mission")
    await browser.say("hello")
    for person, many in (("dana", 3), ("priya", 1)):
        response = await browser.client.get("/c/product/messages", params={"as": person})
        read = Read((await response.json())["html"])
        assert len([item for item in read.all("li") if "data-id" in item]) == many
    nobody = await browser.client.get("/c/product/messages")
    assert nobody.status == 400
    assert (await nobody.json())["sentence"]
