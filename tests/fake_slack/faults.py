"""What goes wrong on purpose, for the next calls of a method."""

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One call's bad luck. Make it with the functions below."""

    status: int | None = None
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    error: str | None = None
    seconds: float = 0.0
    cut: bool = False
    """The line breaks before the answer."""
    done: bool = True
    """Whether it was done before that."""

    @staticmethod
    def http(status: int, body: str = "<html>Something broke</html>") -> "Fault":
        """An answer that is no JSON; nothing was done."""
        return Fault(status=status, body=body, done=False)

    @staticmethod
    def no(error: str) -> "Fault":
        """`ok: false` with that word; nothing was done."""
        return Fault(error=error, done=False)

    @staticmethod
    def wait(retry_after: str | None) -> "Fault":
        """429, with whatever stands in `Retry-After` (None: nothing)."""
        headers = {} if retry_after is None else {"Retry-After": retry_after}
        body = '{"ok": false, "error": "ratelimited"}'
        return Fault(status=429, body=body, headers=headers, done=False)

    @staticmethod
    def slow(seconds: float) -> "Fault":
        """Done, and answered that much later."""
        return Fault(seconds=seconds)

    @staticmethod
    def cut_after() -> "Fault":
        """Done, but the line breaks before anybody hears of it."""
        return Fault(cut=True)

    @staticmethod
    def cut_before() -> "Fault":
        """The line breaks before anything was done."""
        return Fault(cut=True, done=False)


class Faults:
    """What is to come."""

    def __init__(self) -> None:
        self._next: defaultdict[str, deque[Fault]] = defaultdict(deque)

    def add(self, method: str, *faults: Fault) -> None:
        """For the next calls of the method ("*": of any), one each."""
        self._next[method].extend(faults)

    def take(self, method: str) -> Fault | None:
        """What happens to this call."""
        for name in (method, "*"):
            if self._next[name]:
                return self._next[name].popleft()
        return None
