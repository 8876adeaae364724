"""The judge on this machine: an OpenAIJudge that waits until its server is there."""

from collections.abc import Sequence

from adapters.judging.local.server import LocalServer
from adapters.judging.openai import OpenAIJudge
from bot.ask.model import Judgement, Precedent, Tokens
from bot.ask.ports import Asked, NotJudged
from bot.charter.model import InForce

WAITS = 8.0
"""Seconds that a question waits for a server that is still starting."""
WAITS_FOR_THE_DOCTOR = 12.0


class LocalJudge:
    """See `bot.ask.ports.Judge`. `close` it when done, which ends the server."""

    def __init__(self, *, server: LocalServer, judge: OpenAIJudge) -> None:
        self._server = server
        self._judge = judge

    @property
    def name(self) -> str:
        """The model's name."""
        return self._judge.name

    def start(self) -> None:
        """Begin to start the server, so that the first question finds it there."""
        self._server.start()

    def estimate(self, charter: InForce, asked: Asked) -> Tokens:
        """The most that one judgement can take."""
        return self._judge.estimate(charter, asked)

    async def judge(
        self, charter: InForce, asked: Asked, precedents: Sequence[Precedent]
    ) -> Judgement:
        """A verdict that names only refs of `charter.lines`. Raises NotJudged, nothing else."""
        if problem := await self._server.wait(WAITS):
            raise NotJudged(problem)
        return await self._judge.judge(charter, asked, precedents)

    async def reachable(self) -> str | None:
        """None when it can be asked, else a sentence."""
        return await self._server.wait(WAITS_FOR_THE_DOCTOR)

    async def close(self) -> None:
        """End the server and close the connections to it."""
        await self._judge.close()
        await self._server.stop()
