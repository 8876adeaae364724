"""Every stage that there is; a scenario is played on each."""

from collections.abc import AsyncIterator

import pytest

from tests.direct_stage import DirectStage
from tests.stage import Seat, Stage
from tests.web_stage import web_stage


@pytest.fixture(params=["direct", "web"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    if request.param == "direct":
        direct = DirectStage()
        await direct.load_sample()
        yield direct
    else:
        async with web_stage() as page:
            yield page


@pytest.fixture
async def dana(stage: Stage) -> Seat:
    return await stage.seat("dana")


@pytest.fixture
async def priya(stage: Stage) -> Seat:
    return await stage.seat("priya")


@pytest.fixture
async def erik(stage: Stage) -> Seat:
    return await stage.seat("erik")
