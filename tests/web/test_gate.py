"""What every request must pass: host, origin, size, password; and what every answer carries."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from adapters.web.limits import LARGEST_REQUEST, SESSION_DAYS
from adapters.web.session import COOKIE, Session
from tests.web.conftest import Browser, browsing
from tests.web.reading import Read
from tests.web.tiny_bot import Ticking, TinyBot

SAY = {"person": "dana", "key": "0123456789abcdef", "conversation": "product", "text": "hello"}


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/c/product",
        "/c/nowhere",
        "/c/product/messages?as=dana",
        "/live?as=dana",
        "/live",
        "/static/page.js",
        "/static/nothing",
        "/login",
    ],
)
async def test_every_answer_carries_its_guards(browser: Browser, path: str) -> None:
    async with browser.client.get(path, allow_redirects=False) as response:
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:3978", "127.0.0.1:1", "[::1]", "[::1]:3978", "LOCALHOST"]
)
async def test_this_machine_may_ask(browser: Browser, host: str) -> None:
    response = await browser.client.get("/c/product", headers={"Host": host})
    assert response.status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:3978",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "192.168.1.5",
        "[::1",
        "a@localhost@evil.example",
        "0.0.0.0",
    ],
)
@pytest.mark.parametrize("path", ["/c/product", "/live?as=dana", "/static/page.js", "/login"])
async def test_other_names_may_not(browser: Browser, host: str, path: str) -> None:
    response = await browser.client.get(path, headers={"Host": host})
    assert response.status == 403
    assert "set a password for it" in await response.text()


@pytest.mark.parametrize("path", ["/say", "/click", "/submit", "/login", "/logout"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://[bad"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {},
    ],
)
async def test_other_sites_send_nothing(
    browser: Browser, bot: TinyBot, path: str, headers: dict[str, str]
) -> None:
    response = await browser.client.post(
        path, data=json.dumps(SAY), headers={"Content-Type": "application/json", **headers}
    )
    assert response.status == 403
    assert "did not come from the page itself" in await response.text()
    assert bot.memory.said == {}


async def test_either_sign_of_the_page_itself_will_do(browser: Browser) -> None:
    for headers in (
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Origin": browser.origin},
    ):
        response = await browser.client.post(
            "/say", data=json.dumps(SAY), headers={"Content-Type": "application/json", **headers}
        )
        assert response.status == 200


@pytest.mark.parametrize("media", ["text/plain", "application/x-www-form-urlencoded", "text/json"])
async def test_other_kinds_of_content_are_refused(browser: Browser, media: str) -> None:
    response = await browser.post("/say", SAY, **{"Content-Type": media})
    assert response.status == 415
    assert "Load it anew" in (await response.json())["sentence"]


async def test_too_much_is_refused_before_it_is_read(browser: Browser) -> None:
    response = await browser.post("/say", b"x" * (LARGEST_REQUEST + 1))
    assert response.status == 413
    assert "Shorten it" in (await response.json())["sentence"]
    longest = {**SAY, "text": "𝕏" * 12_000}
    assert (
        await browser.post("/say", json.dumps(longest, ensure_ascii=False).encode())
    ).status == (200)


async def test_too_much_without_saying_how_much_is_refused_too(browser: Browser) -> None:
    async def endless():  # type: ignore[no-untyped-def]
        for _ in range(100):
            yield b"x" * 8192

    response = await browser.client.post(
        "/say",
        data=endless(),
        headers={"Content-Type": "application/json", "Origin": browser.origin},
    )
    assert response.status == 413


@pytest.mark.parametrize("path", ["/say", "/click", "/submit"])
@pytest.mark.parametrize("content", [b"", b"null", b"{", b"\xff", b"[" * 60_000, b'{"key": 1}'])
async def test_what_cannot_be_read_is_a_sentence(
    browser: Browser, path: str, content: bytes
) -> None:
    response = await browser.post(path, content)
    assert response.status == 400
    assert "could not read" in (await response.json())["sentence"]


# The password


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.web.session.SLOW_DOWN", 0.02)


async def sign_in(browser: Browser, password: str) -> tuple[int, str]:
    response = await browser.client.post(
        "/login",
        data={"password": password},
        headers={"Origin": browser.origin},
        allow_redirects=False,
    )
    return response.status, response.headers.get("Set-Cookie", "")


async def test_without_the_password_there_is_nothing_to_see() -> None:
    async with browsing(TinyBot(password="correct horse")) as browser:
        for path in ("/", "/c/product"):
            page = await browser.client.get(path, allow_redirects=False)
            assert (page.status, page.headers["Location"]) == (303, "/login")
            assert "Content-Security-Policy" in page.headers
        for path in ("/live?as=dana", "/c/product/messages?as=dana"):
            assert (await browser.client.get(path)).status == 401
        for path in ("/say", "/click", "/submit"):
            response = await browser.post(path, SAY)
            assert response.status == 401
            assert "sign in" in (await response.json())["sentence"]


async def test_with_the_password_everything_works_from_anywhere(quick: None) -> None:
    async with browsing(TinyBot(password="correct horse")) as browser:
        assert "Password" in Read(await (await browser.client.get("/login")).text()).words
        status, cookie = await sign_in(browser, "correct horse")
        assert status == 303
        for part in ("HttpOnly", "SameSite=Strict", COOKIE):
            assert part in cookie
        read = await browser.see()
        assert read.all("form", action="/logout")
        assert await browser.say("hello") == {}
        named = await browser.client.get("/c/product", headers={"Host": "bot.example"})
        assert named.status in (200, 303)
        response = await browser.client.post(
            "/logout", headers={"Origin": browser.origin}, allow_redirects=False
        )
        assert response.headers["Location"] == "/login"
        assert (await browser.client.get("/c/product", allow_redirects=False)).status == 303


@pytest.mark.parametrize("wrong", ["", "correct", "correct horse ", "x" * 10_000, "\x00", "é"])
async def test_a_wrong_password_is_refused(quick: None, wrong: str) -> None:
    async with browsing(TinyBot(password="correct horse")) as browser:
        status, cookie = await sign_in(browser, wrong)
        assert (status, cookie) == (403, "")


async def test_guessing_at_once_is_slowed_down() -> None:
    async with browsing(TinyBot(password="correct horse")) as browser:
        tries = await asyncio.gather(*(sign_in(browser, str(i)) for i in range(20)))
        statuses = [status for status, _ in tries]
        assert statuses.count(403) == 5
        assert statuses.count(429) == 15


async def test_without_a_password_there_is_no_way_in_to_show(browser: Browser) -> None:
    page = await browser.client.get("/login", allow_redirects=False)
    assert (page.status, page.headers["Location"]) == (303, "/")
    assert (await sign_in(browser, "x"))[0] == 303
    assert (await browser.see()).all("form", action="/logout") == []


def test_cookies_are_ours_and_end() -> None:
    clock = Ticking()

    def session(**other: Any) -> Session:
        return Session(**{"password": "p", "secret": b"s", "clock": clock, **other})

    cookie = asyncio.run(session().sign_in("p"))
    assert cookie
    assert session().knows(cookie)
    assert not session(password="new").knows(cookie)
    assert not session(secret=b"new").knows(cookie)
    until, _, mac = cookie.partition(".")
    for forged in (None, "", ".", f"{int(until) + 1}.{mac}", until, f"{until}.", "é.é", f".{mac}"):
        assert not session().knows(forged)
    clock.at += timedelta(days=SESSION_DAYS)
    assert not session().knows(cookie)


async def test_behind_tls_the_cookie_stays_behind_tls(quick: None) -> None:
    async with browsing(TinyBot(password="p")) as browser:
        for proto, secure in (("https", True), ("http", False)):
            response = await browser.client.post(
                "/login",
                data={"password": "p"},
                headers={"Origin": browser.origin, "X-Forwarded-Proto": proto},
                allow_redirects=False,
            )
            assert ("Secure" in response.headers["Set-Cookie"]) is secure
