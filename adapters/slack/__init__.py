"""Slack. Drawn and read, by pure parts: no network, no clock.

blocks     card -> message or Home tab          forms      form -> modal, errors
elements   one element -> blocks                filled     what was filled into a modal
rich       paragraphs -> rich_text              actions    buttons, and their ids back
tables     table -> table, words                charts     chart -> data_visualization
escape     words that cannot become markup      limits     numbers
parts      too much for one message -> parts    manifest   the app's manifest, to paste
places     who and where: ids, keys       wording    Slack's writing -> plain words
inbound    what came -> what it means     interactions  clicks, modals, shortcuts
views      modals that show a card        notices    what Slack alone makes the bot say

Taken and answered:

way_in     all of it put together         app        verified, stored, acknowledged
socket     Socket Mode                    gate       is it signed by Slack
messenger  answers to where they belong   delivery   one reply, once
sending    one card to Slack              api        calls, their failures, waiting
streams    an answer that is begun, then finished
live       what answers an event, a while beside     modals to wait in, status, names
home       the Home tab                   agent      prompts, status
people     names, zones, who is where     installations  tokens, renewed, sealed (sealing)
oauth      the pages to install by        stored     what is kept (Protocols)
scopes     each with its reason           downloads  files, to the person alone
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
