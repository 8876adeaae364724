"""What the operator sees in a browser, what Prometheus reads, and who may."""

import base64
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families

from adapters.http import listen
from adapters.operator.guard import Guard
from adapters.operator.metrics import Acks
from adapters.operator.page import OperatorPages
from adapters.operator.words import facts, span
from bot.ask.model import Cap, Tokens
from bot.delivery.overview import Counters, Overview
from storage.engine import open_engine
from storage.migrate import upgrade
from storage.unit_of_work import Storage
from tests.fakes import FixedClock
from tests.storage.filled import fill_outbox

SECRET = "four words for nobody"


@dataclass
class Engine:
    """The part of the engine that the pages know."""

    counters: Counters = field(default_factory=lambda: Counters(sent=7, refused_for_now=2))
    nudged: int = 0

    def nudge(self) -> None:
        self.nudged += 1


@dataclass
class Page:
    url: str
    storage: Storage
    engine: Engine
    session: aiohttp.ClientSession

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        async with self.session.get(self.url + path, headers=headers) as answer:
            return answer.status, await answer.text()

    async def post(self, path: str, **headers: str) -> int:
        async with self.session.post(
            self.url + path, headers=headers, allow_redirects=False
        ) as answer:
            return answer.status


@asynccontextmanager
async def running(password: str | None = None) -> AsyncIterator[Page]:
    engine = open_engine("sqlite+aiosqlite://")
    await upgrade(engine)
    storage, delivering, acks = Storage(engine), Engine(), Acks()
    pages = OperatorPages(
        operator=storage.operator,
        deliverer=delivering,
        clock=FixedClock(datetime(2026, 11, 23, 12, tzinfo=UTC)),
        guard=Guard(password),
        acks=acks,
    )
    routes = [*pages.routes(), web.post("/slack/events", _refuses), web.get("/other", _refuses)]
    stack = AsyncExitStack()
    stack.push_async_callback(storage.close)
    async with (
        stack,
        listen("127.0.0.1", 0, routes=routes, ready=storage, around=[acks.middleware]) as listening,
        aiohttp.ClientSession() as session,
    ):
        yield Page(url=listening.url, storage=storage, engine=delivering, session=session)


async def _refuses(_: web.Request) -> web.Response:
    raise web.HTTPUnauthorized


def basic(password: str) -> str:
    return "Basic " + base64.b64encode(f"anybody:{password}".encode()).decode()


def numbers(text: str) -> dict[str, float]:
    return {
        "/".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_the_numbers_are_what_the_tables_say() -> None:
    async with running() as page:
        await fill_outbox(page.storage, "slack:T1:T1")
        status, text = await page.get("/metrics")
        found = numbers(text)
        overview = await page.storage.operator.overview(datetime(2026, 11, 23, 12, tzinfo=UTC))
    assert status == 200
    assert overview.dead > 0
    assert found["missionbot_deliveries/dead"] == overview.dead
    assert found["missionbot_deliveries/late"] == overview.late
    assert found["missionbot_delivery_lag_seconds"] == overview.oldest_lag > 0
    assert found["missionbot_delivery_events_total/sent"] == 7
    assert found["missionbot_delivery_events_total/refused_for_now"] == 2


async def test_no_workspace_is_named_among_the_numbers() -> None:
    async with running() as page:
        await fill_outbox(page.storage, "slack:T1:T1")
        assert "T1" not in (await page.get("/metrics"))[1]


async def test_how_long_platforms_waited_is_counted() -> None:
    async with running() as page:
        await page.post("/slack/events")
        await page.get("/other")
        found = numbers((await page.get("/metrics"))[1])
    assert found["missionbot_ack_seconds_count/slack/401"] == 1
    assert not any("other" in name for name in found)


async def test_a_stuck_delivery_is_shown_and_sent_again() -> None:
    async with running() as page:
        await fill_outbox(page.storage, "slack:T1:T1")
        stuck = (await page.storage.operator.stuck("dead", 9))[0]
        _, text = await page.get("/queue")
        assert "Given up" in text
        assert "Send again" in text
        assert stuck.why in text
        assert await page.post(f"/queue/{stuck.id}/retry", Origin=page.url) == 303
        assert page.engine.nudged == 1
        left = [each.id for each in await page.storage.operator.stuck("dead", 9)]
        assert stuck.id not in left


async def test_another_site_changes_nothing() -> None:
    async with running() as page:
        await fill_outbox(page.storage, "slack:T1:T1")
        stuck = (await page.storage.operator.stuck("dead", 9))[0]
        path = f"/queue/{stuck.id}/retry"
        assert await page.post(path, Origin="https://elsewhere.example") == 403
        assert await page.post(path) == 403
        assert page.engine.nudged == 0


@pytest.mark.parametrize("path", ["/metrics", "/queue"])
async def test_without_a_password_it_is_for_this_machine(path: str) -> None:
    async with running() as page:
        assert (await page.get(path))[0] == 200
        passed_on = {"X-Forwarded-For": "203.0.113.9"}
        status, text = await page.get(path, **passed_on)
        assert status == 403
        assert "MISSIONBOT_OPERATOR_PASSWORD" in text
        assert (await page.get(path, Host="mission.example.com"))[0] == 403


@pytest.mark.parametrize("path", ["/metrics", "/queue"])
async def test_with_a_password_whoever_knows_it_may(path: str) -> None:
    async with running(SECRET) as page:
        for wrong in ("", basic("another"), "Bearer another", "Basic !!!", "Digest x"):
            assert (await page.get(path, Authorization=wrong))[0] == 401
        for right in (basic(SECRET), f"Bearer {SECRET}"):
            assert (await page.get(path, Authorization=right))[0] == 200


def test_facts_in_words() -> None:
    at = datetime(2026, 11, 23, 12, tzinfo=UTC)
    nothing = Overview(
        at=at,
        **dict.fromkeys(
            ("schedules", "due", "open_runs", "waiting", "late", "leased", "overdue_leases"), 0
        ),
        uncertain=0,
        dead=0,
        oldest_lag=0.0,
        closed=(),
        replicas=(),
    )
    assert dict(facts(nothing))["Late"] == "none"
    assert dict(facts(nothing))["Language model this month"] == "not asked"
    assert dict(facts(nothing))["Not reached by pulses"] == "nobody"
    some = nothing.model_copy(update={"asked": 40, "unreached": 3})
    assert dict(facts(some))["Not reached by pulses"] == "3 of 40 who are asked now"
    late = nothing.model_copy(update={"late": 3, "due": 1, "oldest_lag": 150.0})
    assert dict(facts(late))["Late"] == "4, the oldest by 2 minutes"


async def test_what_language_models_took_this_month_is_counted() -> None:
    async with running() as page:
        for workspace, tokens in (("slack:T1", 1500), ("slack:T2", 2100)):
            async with page.storage(workspace) as tx:
                took = Tokens(prompt=tokens - 100, completion=100, cost=0.5)
                for month in ("2026-10", "2026-11"):
                    assert await tx.spending.reserve(month, took, Cap())
        found = numbers((await page.get("/metrics"))[1])
        _, text = await page.get("/queue")
    assert found["missionbot_judge_month/calls"] == 2
    assert found["missionbot_judge_month/tokens"] == 3600
    assert found["missionbot_judge_month/cost"] == 1
    assert "asked 2 times, about 1,800 tokens a time, cost 1.00" in text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (7300, "2 hours"),
        (timedelta(days=3).total_seconds(), "3 days"),
    ],
)
def test_lengths_of_time_in_words(seconds: float, words: str) -> None:
    assert span(seconds) == words
