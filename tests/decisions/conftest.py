"""A desk for the service, and a stage for everything around it."""

import pytest

from tests.decisions.desk import Desk
from tests.direct_stage import DirectSeat, DirectStage


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def stage() -> DirectStage:
    stage = DirectStage()
    await stage.load_sample()
    return stage


@pytest.fixture
async def priya(stage: DirectStage) -> DirectSeat:
    return await stage.seat("priya")


@pytest.fixture
async def erik(stage: DirectStage) -> DirectSeat:
    return await stage.seat("erik")


@pytest.fixture
async def dana(stage: DirectStage) -> DirectSeat:
    return await stage.seat("dana")
