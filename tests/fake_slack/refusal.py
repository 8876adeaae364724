"""Slack's no."""

from typing import Any


class Refusal(Exception):
    """`ok: false` with Slack's word for it, and what else the answer says."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.more = more


def malformed(problems: list[str], error: str = "invalid_blocks") -> Refusal:
    """Of blocks, a view or arguments; tells every problem."""
    return Refusal(error, response_metadata={"messages": [f"[ERROR] {p}" for p in problems]})
