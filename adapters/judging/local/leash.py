"""Runs a command for as long as its own standard input is open.

    python -m adapters.judging.local.leash llama-server …

A pipe is closed by the system when the process at its other end dies, however it dies: so no model
of several gigabytes is left behind by a bot that was killed. Works on every Unix.
"""

import contextlib
import subprocess
import sys
import threading

GRACE = 5.0
"""Seconds that the command gets to end by itself."""


def main() -> int:
    """The command's exit code."""
    # The command is one of `server.program`'s.
    child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)  # noqa: S603
    threading.Thread(target=_hold, args=(child,), daemon=True).start()
    return child.wait()


def _hold(child: "subprocess.Popen[bytes]") -> None:
    sys.stdin.buffer.read()
    with contextlib.suppress(ProcessLookupError):
        child.terminate()
        try:
            child.wait(GRACE)
        except subprocess.TimeoutExpired:
            child.kill()


if __name__ == "__main__":
    sys.exit(main())
