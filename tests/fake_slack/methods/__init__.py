"""The methods of the Web API, a file for each family; importing this enters them all."""

from tests.fake_slack.methods import (
    assistant,
    chat,
    conversations,
    files,
    install,
    people,
    streams,
    views,
)

__all__ = ["assistant", "chat", "conversations", "files", "install", "people", "streams", "views"]
