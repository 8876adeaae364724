"""Every number that Teams sets, with the page it stands on; and ours where it is silent.

Pages are those of learn.microsoft.com/microsoftteams/platform, "schema" is the published
adaptive-card.json 1.5 and its explorer (adaptivecards.io/explorer).
"""

import json
from collections.abc import Mapping
from typing import Any

VERSION = "1.5"
"""Of Adaptive Cards, for bots: task-modules-and-cards/cards/cards-reference"""
WIDTH = "Full"
"""task-modules-and-cards/cards/cards-format: full width Adaptive Card"""

# Size, as UTF-16: resources/bot-v3/bots-conversations (100 KB a message; older copies: 40 KB;
# webhooks: 28 KB, webhooks-and-connectors/how-to/connectors-using). Ours stays below all three.
CARD_BYTES = 25_000
DIALOG_BYTES = 90_000
"""A card in a dialog: as large as a message, as what stands in its fields is never cut."""
UNIT_BYTES = 9_000
"""One element of a body: the smallest thing that pages are made of."""
CLOSING_BYTES = 8_000
"""What of a card's end stays with its first part; more than that waits for its turn."""
NOTE_BYTES = 4_000
"""Kept free below a part for the note that there is more, and the buttons to it."""
INTRO_BYTES = 10_000
"""What stands above a form's fields."""
TEXT_WEIGHT = 2_000
"""Characters of one RichTextBlock, with RUN_WEIGHT a run; 4 bytes each at most."""
RUN_WEIGHT = 60
STORED = 255
"""The key of a stored card."""

# Words; the schema names no limits. These are what can be read where they stand.
SUMMARY = 300
"""In notifications, and where a client cannot draw the card."""
CONFIRM = 300
LABEL = 300
"""Of an input, its hint and what is wrong with it."""
OPTION = 150
PLACEHOLDER = 150
ALT_TEXT = 1_000
VALUE = 1_500
"""What a button carries (bot.cards.Value)."""
STATE = 3_000
"""What a form carries (bot.cards.Form)."""

PRIMARY_ACTIONS = 6
"""Shown side by side in one ActionSet; more go into its menu ("…"), as Teams does itself:
task-modules-and-cards/cards/cards-actions, and `maxActions` of its renderer."""
ROW_LETTERS = 43
AROUND_LABEL = 4
"""What a phone of 360 pixels shows side by side: so many letters, and what each button takes around
its label, in letters (ours, as the renderer shortens the labels of what is wider)."""
SHOWN_OPTIONS = 10
"""Radio buttons or check boxes below one another; more become a list that opens (ours)."""
TABLE_COLUMNS = 6
"""Side by side in a card on a phone (ours); the schema names no limit."""
CHART_SERIES = 6
CHART_POINTS = 20
"""bot.cards.Chart; task-modules-and-cards/cards/charts-in-adaptive-cards names no limits."""
CHART_LABEL = 20
IMAGE_BYTES = 3_000
"""A picture inside the card, as the bot has no public place for one: a third larger in base64,
and doubled again as UTF-16."""

# The label of a model's words: bots/how-to/format-ai-bot-messages
CITATIONS = 20
CITATION_NAME = 80
CITATION_ABSTRACT = 160


class TooLong(ValueError):
    """An id, value or address that cannot be sent. Those are never cut: the mistake is ours."""


def whole(text: str, limit: int, what: str) -> str:
    """`text`, which must not be cut. Raises TooLong."""
    if len(text) > limit:
        raise TooLong(f"{what} is {len(text)} characters long, and {limit} can be sent")
    return text


def size(value: Mapping[str, Any]) -> int:
    """Bytes of the JSON as Teams counts them."""
    return len(json.dumps(value, ensure_ascii=False).encode("utf-16-le"))
