"""What an invoke is answered with (learn.microsoft.com, "dialogs" and "Universal Actions")."""

from collections.abc import Mapping
from typing import Any

Body = Mapping[str, Any]

CLOSE: Body = {}
"""The dialog closes; also what feedback is answered with."""


def dialog(value: Mapping[str, Any]) -> Body:
    """A dialog opens, or takes the place of the open one."""
    return {"task": {"type": "continue", "value": dict(value)}}


def sentence(text: str) -> Body:
    """A sentence in place of the dialog."""
    return {"task": {"type": "message", "value": text}}


def card(content: Mapping[str, Any]) -> Body:
    """Another card in place of the one that was clicked, for the clicker."""
    return {
        "statusCode": 200,
        "type": "application/vnd.microsoft.card.adaptive",
        "value": dict(content),
    }


def beside(text: str) -> Body:
    """A sentence beside the card that was clicked."""
    return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": text}


def wrong(text: str) -> Body:
    """The click could not be read."""
    return {
        "statusCode": 400,
        "type": "application/vnd.microsoft.error",
        "value": {"code": "BadRequest", "message": text},
    }
