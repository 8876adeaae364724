"""Installing in many workspaces: the pages, what is kept, tokens that end, goodbyes."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
import pytest_asyncio

from adapters.slack.api import SlackApi
from adapters.slack.installations import ManyWorkspaces
from adapters.slack.oauth import COOKIE
from adapters.slack.sealing import Seal, WrongKey
from bot.errors import Gone, UserFacing
from storage.engine import open_engine
from storage.unit_of_work import Storage
from tests.fakes import FixedClock
from tests.slack.conftest import Running, running
from tests.slack.local_slack import BOT, LocalSlack

FIRST = "xoxb-1"
OAUTH = {"client_id": "123.456", "client_secret": "hush"}


def answer(token: str = FIRST, team: str | None = "T1", **more: Any) -> dict[str, Any]:
    return {
        "ok": True,
        "access_token": token,
        "bot_user_id": BOT,
        "app_id": "A1",
        "team": {"id": team} if team else None,
        "enterprise": None,
        "authed_user": {"id": "U1"},
        **more,
    }


@pytest_asyncio.fixture
async def many(storage: Storage, slack: LocalSlack) -> AsyncIterator[Running]:
    slack.tokens = {"xoxb-1": "T1"}
    async with running(storage, slack, **OAUTH) as bot:
        yield bot


async def begin(bot: Running) -> tuple[str, str]:
    """The state, and the browser's cookie."""
    async with bot.send.session.get(f"{bot.url}/slack/install", allow_redirects=False) as page:
        assert page.status == 302
        where = urlsplit(page.headers["Location"])
        assert where.hostname == "slack.com"
        cookie = page.cookies[COOKIE]
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
        return parse_qs(where.query)["state"][0], cookie.value


async def back(bot: Running, state: str, cookie: str, code: str = "c0de") -> tuple[int, str]:
    async with aiohttp.ClientSession(cookies={COOKIE: cookie}) as browser:
        query = {"state": state, "code": code}
        async with browser.get(f"{bot.url}/slack/oauth_redirect", params=query) as page:
            return page.status, await page.text()


async def test_install_ask_uninstall(many: Running, slack: LocalSlack) -> None:
    # Before: nobody is there.
    _, status = await many.send.mention("hello you")
    assert status == 200
    slack.answers["oauth.v2.access"] = [answer()]
    status, page = await back(many, *await begin(many))
    assert (status, "Mission is installed" in page) == (200, True)
    await many.settled()
    (welcome,) = slack.messages
    assert (welcome.channel, welcome.text) == ("DU1", "Mission is installed")
    await many.send.mention("does it fit?")
    await many.settled()
    assert slack.messages[-1].text == "Fits: does it fit?"
    # Goodbye, in either order; twice.
    for event in (
        {"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": [BOT]}},
        {"type": "app_uninstalled"},
    ):
        status, _ = await many.send.event(event, event_time=int(time.time()) + 10**9)
        assert status == 200
    before = len(slack.messages)
    await many.send.mention("still there?")
    await many.settled()
    assert len(slack.messages) == before


async def test_tokens_are_not_to_be_read_in_the_database(many: Running, slack: LocalSlack) -> None:
    slack.answers["oauth.v2.access"] = [answer("xoxb-canary", refresh_token="xoxe-canary")]
    await back(many, *await begin(many))
    sealed, _ = await many.storage.slack.installation("slack:T1:T1")
    assert b"canary" not in sealed
    assert b"xox" not in sealed


async def test_a_state_is_for_one_browser_once_and_ten_minutes(
    many: Running, slack: LocalSlack
) -> None:
    slack.answers["oauth.v2.access"] = [answer(), answer(), answer()]
    state, cookie = await begin(many)
    other_state, other_cookie = await begin(many)
    for wrong in (("", ""), (state, ""), ("x", cookie), (other_state, cookie)):
        assert (await back(many, *wrong))[0] == 400
    # A wrong try uses the state up.
    assert (await back(many, other_state, other_cookie))[0] == 400
    state, cookie = await begin(many)
    assert (await back(many, state, cookie))[0] == 200
    assert (await back(many, state, cookie))[0] == 400


async def test_a_state_ends_after_ten_minutes(storage: Storage) -> None:
    clock = FixedClock()
    until = clock.now() + timedelta(minutes=10)
    for digest in ("a", "b"):
        await storage.slack.add_state("slack", digest, "browser", until)
    assert await storage.slack.take_state("slack", "a", "browser", clock.now())
    late = clock.now() + timedelta(minutes=10)
    assert not await storage.slack.take_state("slack", "b", "browser", late)


async def test_who_turns_it_down_or_brings_a_bad_code_installs_nothing(
    many: Running, slack: LocalSlack
) -> None:
    status, page = await back(many, *await begin(many), code="")
    assert (status, "turned it down" in page) == (200, True)
    slack.answers["oauth.v2.access"] = ["invalid_code"]
    status, page = await back(many, *await begin(many))
    assert (status, "did not confirm" in page) == (502, True)
    assert await many.storage.slack.installation("slack:T1:T1") is None


async def test_an_organisations_installation_is_each_workspaces(
    many: Running, slack: LocalSlack
) -> None:
    slack.answers["oauth.v2.access"] = [
        answer(team=None, enterprise={"id": "E1"}, is_enterprise_install=True)
    ]
    await back(many, *await begin(many))
    await many.settled()
    event = {"type": "app_mention", "user": "U1", "channel": "C1", "ts": "7.1", "text": "hi you"}
    auth = {"enterprise_id": "E1", "team_id": "T7", "is_enterprise_install": True, "user_id": BOT}
    await many.send.event(event, team_id="T7", enterprise_id="E1", authorizations=[auth])
    await many.settled()
    assert many.rooms.events[-1].workspace == "slack:E1:T7"
    assert slack.messages[-1].text == "Fits: hi you"


async def held(storage: Storage, slack: LocalSlack, clock: FixedClock, api: SlackApi) -> Any:
    return ManyWorkspaces(api=api, stored=storage.slack, seal=Seal(b"s" * 32), clock=clock, **OAUTH)


async def test_tokens_are_renewed_once_and_kept_before_they_are_used(
    storage: Storage, slack: LocalSlack
) -> None:
    clock = FixedClock()
    async with SlackApi(f"{slack.base}/api/") as api:
        one = await held(storage, slack, clock, api)
        two = await held(storage, slack, clock, api)
        await one.save(answer("xoxe.1", refresh_token="r1", expires_in=43200))
        assert await one.token("slack:T1:T1") == "xoxe.1"
        clock.advance(timedelta(hours=10, minutes=30))
        fresh = {"ok": True, "access_token": "xoxe.2", "refresh_token": "r2", "expires_in": 43200}
        slack.answers["oauth.v2.access"] = [fresh]
        slack.slow = 0.2
        tokens = await asyncio.gather(
            *(each.token("slack:T1:T1") for each in (one, two) for _ in range(10))
        )
        # Two processes, ten at once: one asked; the old token still works for the others.
        assert set(tokens) <= {"xoxe.1", "xoxe.2"}
        assert [sent["refresh_token"] for _, sent in slack.calls] == ["r1"]
        three = await held(storage, slack, clock, api)
        assert await three.token("slack:T1:T1") == "xoxe.2"


async def test_a_token_that_ended_is_waited_for(storage: Storage, slack: LocalSlack) -> None:
    clock = FixedClock()
    async with SlackApi(f"{slack.base}/api/") as api:
        one = await held(storage, slack, clock, api)
        two = await held(storage, slack, clock, api)
        await one.save(answer("xoxe.1", refresh_token="r1", expires_in=43200))
        clock.advance(timedelta(hours=13))
        slack.answers["oauth.v2.access"] = [
            {"ok": True, "access_token": "xoxe.2", "refresh_token": "r2", "expires_in": 43200}
        ]
        slack.slow = 0.3
        tokens = await asyncio.gather(one.token("slack:T1:T1"), two.token("slack:T1:T1"))
        assert tokens == ["xoxe.2", "xoxe.2"]
        assert len(slack.calls) == 1


async def test_a_late_goodbye_spares_a_fresh_installation(
    storage: Storage, slack: LocalSlack
) -> None:
    clock = FixedClock()
    async with SlackApi(f"{slack.base}/api/") as api:
        many = await held(storage, slack, clock, api)
        await many.save(answer("xoxb-old"))
        left = clock.advance(timedelta(hours=1))
        clock.advance(timedelta(minutes=1))
        await many.save(answer("xoxb-new"))
        await many.removed("slack:T1:T1", left, None)
        await many.removed("slack:T1:T1", left, (BOT,))
        assert await many.token("slack:T1:T1") == "xoxb-new"
        now = clock.advance(timedelta(minutes=1))
        # Somebody's own token is not ours.
        await many.removed("slack:T1:T1", now, ("UOTHER",))
        assert await many.token("slack:T1:T1") == "xoxb-new"
        await many.removed("slack:T1:T1", now, (BOT,))
        with pytest.raises(Gone):
            await many.token("slack:T1:T1")


async def test_another_key_opens_nothing(storage: Storage, slack: LocalSlack) -> None:
    clock = FixedClock()
    async with SlackApi(f"{slack.base}/api/") as api:
        many = await held(storage, slack, clock, api)
        await many.save(answer())
        other = ManyWorkspaces(
            api=api, stored=storage.slack, seal=Seal(b"x" * 32), clock=clock, **OAUTH
        )
        assert await other.bot_user(None, "T1") is None
        assert await many.bot_user(None, "T1") == BOT


def test_a_seal_is_bound_to_its_workspace() -> None:
    seal = Seal(b"s" * 32)
    sealed = seal.close(b"secret", "slack:T1:T1")
    assert seal.open(sealed, "slack:T1:T1") == b"secret"
    assert seal.close(b"secret", "slack:T1:T1") != sealed
    for wrong in (sealed[:-1], b"", sealed[:5], b"\x02" + sealed[1:]):
        with pytest.raises(WrongKey):
            seal.open(wrong, "slack:T1:T1")
    with pytest.raises(WrongKey):
        seal.open(sealed, "slack:T2:T2")


async def test_a_refused_token_is_said_at_the_start(sqlite_url: str, slack: LocalSlack) -> None:
    storage = Storage(open_engine(sqlite_url))
    slack.answers["auth.test"] = ["invalid_auth"]
    with pytest.raises(UserFacing, match="SLACK_BOT_TOKEN"):
        async with running(storage, slack, bot_token="xoxb-wrong"):
            pass
    with pytest.raises(UserFacing, match="SLACK_CLIENT_SECRET"):
        async with running(storage, slack, client_id="1"):
            pass
    await storage.close()


async def test_bolt_makes_no_store_of_its_own(
    sqlite_url: str, slack: LocalSlack, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    # It looks into the environment by itself.
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name, value in (
        ("SLACK_CLIENT_ID", "1"),
        ("SLACK_CLIENT_SECRET", "2"),
        ("SLACK_BOT_TOKEN", "xoxb-env"),
    ):
        monkeypatch.setenv(name, value)
    storage = Storage(open_engine(sqlite_url))
    async with running(storage, slack) as bot:
        await bot.send.mention("does it fit?")
        await bot.settled()
        assert len(slack.messages) == 1
    await storage.close()
    assert not (tmp_path / "home").exists()
