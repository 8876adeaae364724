"""The terminal: the bot as a conversation in a shell, with no account and no browser.

    chat     the loop: typed words, numbers, Ctrl-C        inbound    words -> event
    forms    a form, asked field by field                  fields     typed words -> field values
    render   card and form -> rich renderables             screen     printing, "thinking…"
    charts, tables, layout   parts of render               messenger  says what the bot says
    line     the line that one types in                    words      completion and history
    answer   one answer for scripts, and its exit code

Importing this package loads neither rich nor prompt_toolkit.
"""

from typing import Literal

CAPABILITIES: dict[str, Literal["done"] | tuple[Literal["exempt"], str]] = {
    "command": "done",
    "question": "done",
    "thread": "done",
    "button": "done",
    "form": "done",
    "private_reply": "done",
    "replace": ("exempt", "what is printed stays; the new card comes below"),
    "post": ("exempt", "it runs while somebody types in it; what is unasked comes to a chat"),
    "feedback": "done",
    "table": "done",
    "chart": "done",
    "image": ("exempt", "a terminal shows the words for a picture"),
    "lifecycle": ("exempt", "one person talks, and the bot is always there"),
    "throttled": ("exempt", "a terminal has no counterpart that could ask to wait"),
    "several_workspaces": ("exempt", "a terminal is one person in one workspace"),
}
"""What a platform can do, and what this one need not."""
