"""A place that hands out one model file as the publishers' servers do, and breaks off on demand."""

import hashlib
from types import TracebackType
from typing import Self

from aiohttp import web

from adapters.judging.local.catalogue import OpenModel


class ModelServer:
    """Understands Range; answers the first `cut_after` bytes of a request and hangs up, or with
    `status`, where they are set."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.cut_after: int | None = None
        self.status = 0
        self.ranges: list[str] = []
        """The Range header of every request; empty where it had none."""
        self.goes_on = True
        self._url = ""

    def model(self, content: bytes | None = None) -> OpenModel:
        """A model whose published file has that content."""
        published = self.content if content is None else content
        return OpenModel(
            name="tiny",
            title="Tiny",
            licence="Apache 2.0",
            origin="https://example.com/tiny",
            url=f"{self._url}/tiny.gguf",
            size=len(published),
            sha256=hashlib.sha256(published).hexdigest(),
            memory=0.1,
            words="for tests",
        )

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/tiny.gguf", self._file)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self._url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    async def _file(self, request: web.Request) -> web.StreamResponse:
        asked = request.headers.get("Range", "")
        self.ranges.append(asked)
        if self.status:
            return web.Response(status=self.status)
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and self.goes_on else 0
        answer = web.StreamResponse(status=206 if asked and self.goes_on else 200)
        answer.content_length = len(self.content) - start
        await answer.prepare(request)
        rest = self.content[start:]
        if self.cut_after is not None:
            await answer.write(rest[: self.cut_after])
            assert request.transport
            request.transport.close()
            return answer
        await answer.write(rest)
        return answer
