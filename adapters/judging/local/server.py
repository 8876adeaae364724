"""llama.cpp's server as a child of this process: started, watched, started again, ended with us."""

import asyncio
import contextlib
import importlib.util
import logging
import os
import secrets
import shutil
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

import aiohttp

from bot.errors import UserFacing

log = logging.getLogger(__name__)

CONTEXT = 8192
"""Tokens that it reads at once: a charter of forty lines, the question and the answer."""
LOOKS_EVERY = 0.3
"""Seconds between two looks whether it answers."""
SHORT_LIFE = 30.0
"""Seconds; one that ended sooner is counted."""
MOST_SHORT_LIVES = 4
LONGEST_PAUSE = 30.0
ENDS_IN = 6.0
"""Seconds to wait for its end."""

STARTING = "The language model on this machine is still starting. Ask again in a minute."
ENDED = (
    "The language model on this machine does not start. Your operator finds why in its log, and "
    "can check with `missionbot doctor`."
)
NO_PROGRAM = (
    "A model was chosen, and nothing here can run it. Install llama.cpp, so that `llama-server` is "
    "found, or `pip install 'llama-cpp-python[server]'` beside Missionbot."
)


def program() -> Sequence[str] | None:
    """The command that serves models here: llama.cpp's own, or its Python package; None where
    there is neither."""
    # Half of the processors: more threads than idle ones wait for each other, and the bot works
    # beside it.
    threads = str(max(1, (os.cpu_count() or 2) // 2))
    if found := shutil.which("llama-server"):
        return (found, "--ctx-size", str(CONTEXT), "--threads", threads)
    if importlib.util.find_spec("llama_cpp"):
        options = ("--n_ctx", str(CONTEXT), "--n_threads", threads, "--n_threads_batch", threads)
        return (sys.executable, "-m", "llama_cpp.server", *options)
    return None


class LocalServer:
    """Serves one model file on this machine's loopback address, behind a key of its own."""

    def __init__(self, *, file: Path, log_file: Path) -> None:
        """Nothing is started yet. Raises UserFacing where nothing here can run it."""
        command = program()
        if command is None:
            raise UserFacing(NO_PROGRAM)
        self._port = _free_port()
        self.url = f"http://127.0.0.1:{self._port}/v1"
        self.key = secrets.token_urlsafe(24)
        self._log_file = log_file
        self._command = (
            *(sys.executable, "-m", "adapters.judging.local.leash", *command),
            *("--model", str(file), "--host", "127.0.0.1", "--port", str(self._port)),
        )
        self._ready = asyncio.Event()
        self._given_up = False
        self._watch: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to start it, in the background; once is enough."""
        if self._watch is None:
            self._watch = asyncio.create_task(self._run())

    async def wait(self, seconds: float) -> str | None:
        """None as soon as it answers; a sentence where it does not within that time."""
        self.start()
        if self._given_up:
            return ENDED
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._ready.wait()
        if self._given_up:
            return ENDED
        return None if self._ready.is_set() else STARTING

    async def stop(self) -> None:
        """End it."""
        if self._watch:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        short = 0
        while short < MOST_SHORT_LIVES:
            began = loop.time()
            await self._live()
            short = short + 1 if loop.time() - began < SHORT_LIFE else 0
            log.warning("the language model's server ended", extra={"tries": short})
            await asyncio.sleep(min(2.0**short, LONGEST_PAUSE))
        self._given_up = True
        self._ready.set()
        log.error("the language model's server is not started any more")

    async def _live(self) -> None:
        """One life of the process: from its start to its end."""
        out = await asyncio.to_thread(_open_log, self._log_file)
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=out,
                stderr=out,
                env={**os.environ, **self._environment()},
            )
        finally:
            out.close()
        looking = asyncio.create_task(self._look())
        try:
            await process.wait()
        finally:
            looking.cancel()
            self._ready.clear()
            await _end(process)

    def _environment(self) -> Mapping[str, str]:
        # Both programs read the key from here; as an argument everybody on the machine could see
        # it. To llama.cpp's Python package HOST and PORT say more than its arguments, and they may
        # well be set: as the bot's own.
        address = {"HOST": "127.0.0.1", "PORT": str(self._port)}
        return {"LLAMA_API_KEY": self.key, "API_KEY": self.key, **address}

    async def _look(self) -> None:
        headers = {"Authorization": f"Bearer {self.key}"}
        async with aiohttp.ClientSession(headers=headers) as session:
            while True:
                with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                    async with session.get(f"{self.url}/models") as answer:
                        if answer.status == 200:
                            log.info("the language model's server answers")
                            self._ready.set()
                            return
                await asyncio.sleep(LOOKS_EVERY)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    if process.stdin:
        process.stdin.close()  # lets go of the leash
    try:
        async with asyncio.timeout(ENDS_IN):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def _open_log(file: Path) -> BinaryIO:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return file.open("wb")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
