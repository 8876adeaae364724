"""Fixtures: the stage without a platform on a storage in memory, and its people in #product."""

import pytest

from tests.direct_stage import DirectSeat, DirectStage

__all__ = ["dana", "erik", "priya", "stage"]


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
