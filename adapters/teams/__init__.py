"""Microsoft Teams. Drawn and read, by pure parts: no network, no clock.

adaptive   card -> message, Adaptive Card        elements   its elements, one by one
rich       paragraphs -> RichTextBlocks          harmless   words that no client takes for markdown
tables     tables, with what stands in for them  charts     the same for charts
parts      what is too long, in parts            entities   the AI label and citations
actions    buttons, and what they carry back     limits     numbers
forms      form -> dialog, errors                filled     what was filled into a dialog
activity   what Teams sends, typed               places     who and where: ids, keys, references
inbound    what came -> what it means            interactions  clicks, dialogs, message actions
meanings   what it may mean                      wording    Teams' writing -> plain words
bodies     what an invoke is answered with       notices    what Teams alone makes the bot say

Taken and answered:

way_in     all of it put together                app        proven, stored, acknowledged
gate       is it from Teams, may they (keys)     turns      which reader it is for, by botbuilder
access     settings; hosts and tenants that count
messenger  answers to where they belong          delivery   one reply, once
sending    one card to Teams                     updates    changes, made together
connector  calls, their failures, waiting (pace) tokens     our own, renewed
book       where conversations are, who is who   stored     what is kept (Protocols)
live       invokes that wait for an answer       beside     typing, parts of cards
manifest   the app's package for Teams

What one person alone may see in a channel or group goes to them as a targeted message, which Teams
shows to nobody else; where Teams refuses that, to their own chat with the bot, with a line that
says where it belongs. It is never said to everybody: a message of which it is not known that
everybody saw it counts as one that only the clicker did.
"""

from typing import Literal

CAPABILITIES: dict[str, Literal["done"] | tuple[Literal["exempt"], str]] = {
    "command": "done",
    "question": "done",
    "thread": "done",
    "button": "done",
    "form": "done",
    "private_reply": "done",
    "replace": "done",
    "post": "done",
    "feedback": "done",
    "table": "done",
    "chart": "done",
    "image": "done",
    "lifecycle": "done",
    "throttled": "done",
    "several_workspaces": "done",
}
"""What a platform can do, and what this one need not."""
