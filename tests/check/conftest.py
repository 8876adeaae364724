"""Fixtures: a stage without a platform, and its people in #product."""

from tests.direct_seats import dana, erik, priya, stage

__all__ = ["dana", "erik", "priya", "stage"]
