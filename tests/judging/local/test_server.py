"""The child process that serves a model: whom it ends with, and what is said when it cannot."""

import asyncio
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from adapters.judging.local import server as room
from adapters.judging.local.server import ENDED, NO_PROGRAM, STARTING, LocalServer
from bot.errors import UserFacing

ANSWERS = """
import http.server, os, sys
port = int(sys.argv[sys.argv.index("--port") + 1])
open(sys.argv[sys.argv.index("--model") + 1] + ".pid", "w").write(str(os.getpid()))
class Server(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        known = self.headers.get("Authorization") == "Bearer " + os.environ["LLAMA_API_KEY"]
        self.send_response(200 if known else 401)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", port), Server).serve_forever()
"""


@pytest.fixture
def model(tmp_path: Path) -> Path:
    file = tmp_path / "model.gguf"
    file.write_bytes(b"GGUF")
    return file


def stand_in(folder: Path, program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A `llama-server` that is this Python program."""
    script = folder / "llama-server"
    script.write_text(f"#!{sys.executable}\n{program}")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(folder))


def pid_of(model: Path) -> int:
    """The process that serves it."""
    return int(model.with_name("model.gguf.pid").read_text())


def gone(pid: int) -> bool:
    """Whether the process ends within some seconds."""
    for _ in range(150):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def another(model: Path, first: int) -> bool:
    """Whether another process than the first serves it within some seconds."""
    for _ in range(150):
        if pid_of(model) != first:
            return True
        time.sleep(0.1)
    return False


async def test_it_is_waited_for_and_ends_with_its_owner(
    tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path, ANSWERS, monkeypatch)
    server = LocalServer(file=model, log_file=tmp_path / "log")
    assert await server.wait(20) is None
    pid = pid_of(model)
    await server.stop()
    assert await asyncio.to_thread(gone, pid)


async def test_the_bots_own_address_is_not_taken_for_its(
    tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOST", "unreachable.invalid")
    monkeypatch.setenv("PORT", "1")
    as_llama_cpps_package = ANSWERS.replace(
        'sys.argv[sys.argv.index("--port") + 1]', 'os.environ["PORT"]'
    ).replace('"127.0.0.1"', 'os.environ["HOST"]')
    stand_in(tmp_path, as_llama_cpps_package, monkeypatch)
    server = LocalServer(file=model, log_file=tmp_path / "log")
    assert await server.wait(20) is None
    await server.stop()


async def test_one_that_dies_is_started_again(
    tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "LONGEST_PAUSE", 0.01)
    stand_in(tmp_path, ANSWERS, monkeypatch)
    server = LocalServer(file=model, log_file=tmp_path / "log")
    assert await server.wait(20) is None
    first = pid_of(model)
    os.kill(first, signal.SIGKILL)
    assert await asyncio.to_thread(another, model, first)
    assert await server.wait(20) is None
    await server.stop()


async def test_one_that_never_lives_is_given_up_with_a_sentence(
    tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "LONGEST_PAUSE", 0.01)
    stand_in(tmp_path, "raise SystemExit('no such model')", monkeypatch)
    server = LocalServer(file=model, log_file=tmp_path / "log")
    assert await server.wait(30) == ENDED
    assert await server.wait(0) == ENDED
    assert "no such model" in (tmp_path / "log").read_text()
    await server.stop()


async def test_one_that_takes_long_is_said_to_be_starting(
    tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path, "import time; time.sleep(60)", monkeypatch)
    server = LocalServer(file=model, log_file=tmp_path / "log")
    assert await server.wait(0.2) == STARTING
    await server.stop()


def test_without_a_program_it_says_what_to_install(
    tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(room.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(UserFacing) as problem:
        LocalServer(file=model, log_file=tmp_path / "log")
    assert str(problem.value) == NO_PROGRAM


def test_it_ends_when_its_owner_is_killed(
    tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path, ANSWERS, monkeypatch)
    owner = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import asyncio, sys; from pathlib import Path\n"
            "from adapters.judging.local.server import LocalServer\n"
            "async def main():\n"
            "    server = LocalServer(file=Path(sys.argv[1]), log_file=Path(sys.argv[2]))\n"
            "    print(await server.wait(30), flush=True)\n"
            "    await asyncio.sleep(60)\n"
            "asyncio.run(main())",
            str(model),
            str(tmp_path / "log"),
        ],
        stdout=subprocess.PIPE,
    )
    assert owner.stdout
    with owner.stdout:
        assert owner.stdout.readline() == b"None\n"
    pid = pid_of(model)
    owner.kill()
    owner.wait()
    assert gone(pid)
