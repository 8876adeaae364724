"""A desk for the service, and a stage for everything around it."""

import pytest

from tests.decisions.desk import Desk
from tests.direct_seats import dana, erik, priya, stage

__all__ = ["dana", "desk", "erik", "priya", "stage"]


@pytest.fixture
def desk() -> Desk:
    return Desk()
