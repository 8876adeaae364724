from collections.abc import AsyncIterator

import pytest

from tests.announcing.town import Town, opened


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with opened() as made:
        yield made
