"""A stage for the commands."""

from tests.direct_seats import dana, erik, priya, stage

__all__ = ["dana", "erik", "priya", "stage"]
