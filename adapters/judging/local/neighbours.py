"""Language-model servers that run on this machine already: looked for, never used unasked."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp
from pydantic import BaseModel, ValidationError

PORTS = {"Ollama": 11434, "LM Studio": 1234, "llama.cpp": 8080, "vLLM": 8000}
"""The default ports, as each program documents it."""
SECONDS = 0.5
MOST_BYTES = 64 * 1024


@dataclass(frozen=True)
class Neighbour:
    """A server that listed its models."""

    program: str
    url: str
    models: tuple[str, ...]

    @property
    def offer(self) -> str:
        """How to let it judge, in one sentence."""
        return (
            f"{self.program} runs on this machine with {', '.join(self.models[:3])}; to let it "
            f"judge, set OPENAI_BASE_URL={self.url} and MISSIONBOT_JUDGE_MODEL={self.models[0]}"
        )


class _Model(BaseModel):
    id: str


class _Models(BaseModel):
    data: list[_Model]


async def neighbours(ports: dict[str, int] = PORTS) -> Sequence[Neighbour]:
    """Those that answer like an OpenAI-compatible server and have a model, in `ports`' order."""
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        found = await asyncio.gather(
            *(_look(session, name, f"http://127.0.0.1:{port}/v1") for name, port in ports.items())
        )
    return [each for each in found if each]


async def _look(session: aiohttp.ClientSession, program: str, url: str) -> Neighbour | None:
    try:
        async with session.get(f"{url}/models", allow_redirects=False) as answer:
            listed = _Models.model_validate_json(await _beginning(answer.content))
    except (aiohttp.ClientError, TimeoutError, ValidationError):
        return None
    models = tuple(m.id for m in listed.data if m.id.isprintable() and " " not in m.id)
    return Neighbour(program, url, models) if models else None


async def _beginning(content: aiohttp.StreamReader) -> bytes:
    try:
        return await content.readexactly(MOST_BYTES)
    except asyncio.IncompleteReadError as whole:
        return whole.partial
