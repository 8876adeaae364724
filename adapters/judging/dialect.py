"""What one endpoint understands. "OpenAI-compatible" servers differ in the optional parts of a
request, and say so only by refusing: so the best form is tried first, and what worked is kept.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import urlsplit

from adapters.judging.rules import FORM

Limit = Literal["max_tokens", "max_completion_tokens"]
Format = Literal["strict", "object", "words"]
"""How the model is held to the schema: `json_schema` (OpenAI, Azure, vLLM, llama.cpp, Ollama),
`json_object` with the schema beside it (llama-cpp-python), or by words in the prompt alone."""

_BELOW: Mapping[Format, Format | None] = {"strict": "object", "object": "words", "words": None}
_OTHER: Mapping[Limit, Limit] = {
    "max_tokens": "max_completion_tokens",
    "max_completion_tokens": "max_tokens",
}
_ABOUT_FORMAT = re.compile(r"response_format|json_schema|json_object|schema|grammar|structured")


@dataclass(frozen=True)
class Dialect:
    """The form of a request. Every way down from it loses one thing an endpoint refused."""

    format: Format = "strict"
    temperature: bool = True
    """Whether temperature 0 is asked for; models that think first accept only their own."""
    limit: Limit = "max_tokens"
    store: bool = False
    """Whether the endpoint is told not to keep the exchange."""

    def parameters(self, schema: Mapping[str, object] | None, most: int) -> dict[str, Any]:
        """The optional parameters of a request that may take `most` tokens to answer."""
        parameters: dict[str, Any] = {self.limit: most}
        if self.temperature:
            parameters["temperature"] = 0
        if self.store:
            parameters["store"] = False
        if schema and self.format == "strict":
            form = {"name": "judgement", "strict": True, "schema": schema}
            parameters["response_format"] = {"type": "json_schema", "json_schema": form}
        elif schema and self.format == "object":
            parameters["response_format"] = {"type": "json_object", "schema": schema}
        return parameters

    def chat(
        self, messages: Sequence[dict[str, str]], schema: Mapping[str, object] | None
    ) -> list[dict[str, str]]:
        """`messages`, with the schema written out where the server may not enforce it."""
        if not schema or self.format == "strict":
            return list(messages)
        system = messages[0]
        form = FORM.format(schema=json.dumps(schema, ensure_ascii=False))
        return [{**system, "content": f"{system['content']}\n\n{form}"}, *messages[1:]]

    def without(
        self, refused: str, *, guess: bool, tried: Collection["Dialect"]
    ) -> "Dialect | None":
        """The next form to try after the server said `refused`; None when there is none.

        `guess`: step down from the format even where the server did not name it.
        """
        named: list[Dialect] = []
        lower = _BELOW[self.format]
        if lower and _ABOUT_FORMAT.search(refused):
            named.append(replace(self, format=lower))
        if "temperature" in refused:
            named.append(replace(self, temperature=False))
        if "max_tokens" in refused or "max_completion_tokens" in refused:
            named.append(replace(self, limit=_OTHER[self.limit]))
        if re.search(r"\bstore\b", refused):
            named.append(replace(self, store=False))
        if lower and guess:
            named.append(replace(self, format=lower))
        return next((dialect for dialect in named if dialect not in tried), None)


def first_dialect(base_url: str) -> Dialect:
    """What to try first at this address.

    OpenAI and Azure know `max_completion_tokens`, and their newer models nothing else; older local
    servers ignore that word in silence, which would leave an answer without an end. `store` is
    OpenAI's own: others may refuse a word they do not know.
    """
    host = urlsplit(base_url).hostname or ""
    openai = host == "openai.com" or host.endswith(".openai.com")
    azure = host.endswith(".azure.com")
    return Dialect(
        limit="max_completion_tokens" if openai or azure else "max_tokens",
        store=openai,
    )
