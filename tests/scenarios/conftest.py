"""Every stage that there is; a scenario is played on each."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager

import pytest

from tests.direct_stage import direct_stage
from tests.slack_stage import slack_stage
from tests.stage import Seat, Stage
from tests.teams_stage import teams_stage
from tests.web_stage import web_stage

STAGES: Mapping[str, Callable[[], AbstractAsyncContextManager[Stage]]] = {
    "direct": direct_stage,
    "web": web_stage,
    "slack": slack_stage,
    "teams": teams_stage,
}


@pytest.fixture(params=STAGES)
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    async with STAGES[request.param]() as opened:
        yield opened


@pytest.fixture
async def dana(stage: Stage) -> Seat:
    return await stage.seat("dana")


@pytest.fixture
async def priya(stage: Stage) -> Seat:
    return await stage.seat("priya")


@pytest.fixture
async def erik(stage: Stage) -> Seat:
    return await stage.seat("erik")
