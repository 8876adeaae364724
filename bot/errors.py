"""Every error that Missionbot raises on purpose.

    Problem
    ├── UserFacing            a sentence for the person who asked; shown as it is
    │   ├── NotAllowed        the person lacks the role for it
    │   ├── NotFound          what was named is not there (any more)
    │   └── Stale             somebody else changed it meanwhile
    └── PlatformError         a counterpart (chat platform, language model) failed
        ├── Throttled         come back after `retry_after` seconds
        ├── Unreachable       no answer, or the connection broke
        ├── Refused           the counterpart said no; asking again does not help
        ├── Gone              the conversation, person or workspace no longer exists
        └── CannotTell        the counterpart does not let us look

A UserFacing text says what happened and what to do next. A PlatformError text is for the log.
"""


class Problem(Exception):
    """The root: catch this to catch everything Missionbot raises on purpose."""


class UserFacing(Problem):
    """A sentence that the person who asked reads as it stands."""


class NotAllowed(UserFacing):
    """The person lacks the role for what they tried; the sentence names who has it."""


class NotFound(UserFacing):
    """What was named is not there, or not for this person to see."""


class Stale(UserFacing):
    """The thing was changed by somebody else since the person saw it."""


class PlatformError(Problem):
    """A chat platform or a language model failed."""


class Throttled(PlatformError):
    """The counterpart asked to wait `retry_after` seconds (None: it did not say)."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unreachable(PlatformError):
    """No answer in time, or the connection broke. `may_be_done`: it may have been done all the
    same; False only where that is certain (nobody took the connection, the counterpart said so)."""

    def __init__(self, message: str, *, may_be_done: bool = True) -> None:
        super().__init__(message)
        self.may_be_done = may_be_done


class Refused(PlatformError):
    """The counterpart understood and said no; the same call will be refused again."""


class Gone(PlatformError):
    """The conversation, person or workspace does not exist any more."""


class CannotTell(PlatformError):
    """The counterpart has no way, or no permission for us, to see whether something was done."""
