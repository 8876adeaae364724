"""What every command of the command line begins with."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adapters.settings import Settings


def settings(*, quiet: bool = True) -> "Settings":
    """The settings, with logs set up by them; `quiet` logs what went wrong alone. Raises UserFacing
    for settings that are wrong."""
    from adapters import logs
    from adapters.settings import load

    found = load()
    level = "WARNING" if quiet else found.missionbot_log_level
    logs.setup(level, pretty=sys.stderr.isatty())
    return found
