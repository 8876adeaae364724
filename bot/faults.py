"""Named moments between two steps, where a test may make the process fail or die.

    await tx.inbox.add(…)
    faults.point("inbox.stored")
    begin(…)

In a running bot a point does nothing. A test installs a hook, which is told each point's name as
it is passed and may raise, wait for nobody, or end the process; it proves that its point was
passed, as a name that is not there any more would otherwise test nothing.
"""

from collections.abc import Callable

Hook = Callable[[str], None]
hook: Hook | None = None
"""What a test installed, for the whole process."""


def point(name: str) -> None:
    """Here a test may interfere. Names are "room.what_was_done"."""
    if hook is not None:
        hook(name)
