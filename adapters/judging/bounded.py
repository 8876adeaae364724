"""An HTTP client for the openai package that reads no more than it was told to.

The package reads a whole answer into memory, however long. It also follows redirects, which would
carry charter and question to another host than the one in the settings.
"""

from typing import Any

from openai import DefaultAsyncHttpxClient, OpenAIError

MOST_BYTES = 256 * 1024
"""Of one answer. The longest sensible one is a tenth of this."""


class TooLong(OpenAIError):
    """The server went on past `MOST_BYTES`; the rest was not read."""


class BoundedClient(DefaultAsyncHttpxClient):
    """Follows no redirect, and reads every answer up to `MOST_BYTES`."""

    def __init__(self) -> None:
        super().__init__(follow_redirects=False)

    async def send(self, request: Any, **options: Any) -> Any:
        """The complete response. Raises TooLong, and what httpx raises."""
        # The package wraps httpx's errors only where they come out of `send`: so the body is read
        # here, and a connection that breaks half-way ends in the package's own APIConnectionError.
        response = await super().send(request, **{**options, "stream": True})
        body = bytearray()
        try:
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise TooLong("the answer is too long")
        finally:
            await response.aclose()
        # The body is decoded by now; what described its encoding would mislead.
        headers = {
            name: value
            for name, value in response.headers.items()
            if name not in ("content-encoding", "content-length", "transfer-encoding")
        }
        return type(response)(
            response.status_code, headers=headers, content=bytes(body), request=request
        )
