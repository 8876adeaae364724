"""Every number that Slack sets, with the page it stands on.

Pages are those of docs.slack.dev, below `reference/` where no other folder is named. Lengths are
counted in code points.
"""

# Blocks: block-kit/blocks/<name>-block
MESSAGE_BLOCKS = 50
"""block-kit/blocks"""
VIEW_BLOCKS = 100
"""Modals and Home: surfaces/modals"""
ACTIONS = 25
"""Buttons in one actions block: actions-block"""
CONTEXT_ELEMENTS = 10
"""context-block"""
TEXT_OBJECT = 3000
"""Any text object, and so a context element: block-kit/composition-objects/text-object"""
LABEL = 2000
"""An input's label or hint: input-block"""
ALT_TEXT = 2000
"""image-block"""
TABLE_ROWS = 100
"""The header's row among them: table-block"""
TABLE_COLUMNS = 20
"""table-block"""
TABLE_CHARACTERS = 10_000
"""All cells of a message together: table-block"""
TABLES = 1
"""In one message: table-block"""
CHARTS = 2
"""In one message: data-visualization-block"""
CHART_TITLE = 50
"""data-visualization-block"""
CHART_LABEL = 20
"""Of a category, a segment or a series: data-visualization-block"""
CHART_SERIES = 6
"""Series of a bar or line chart; segments of a pie: data-visualization-block"""
CHART_POINTS = 20
"""Categories: data-visualization-block"""

# Elements: block-kit/block-elements/<name>-element
ID = 255
"""action_id, block_id and callback_id"""
BUTTON = 75
"""A button's words, an option's words, and what a screen reader says: button-element"""
VALUE = 2000
"""What a button carries: button-element"""
URL = 3000
"""button-element"""
OPTIONS = 100
"""Of a menu: select-menu-element"""
SHOWN_OPTIONS = 10
"""Radio buttons and checkboxes: radio-button-group-element, checkboxes-element"""
OPTION_VALUE = 150
"""block-kit/composition-objects/option-object"""
PLACEHOLDER = 150
"""plain-text-input-element"""
INPUT = 3000
"""Characters that may be typed: plain-text-input-element"""

# The dialog that asks before a click: block-kit/composition-objects/confirmation-dialog-object
CONFIRM_TITLE = 100
CONFIRM_TEXT = 300
CONFIRM_BUTTON = 30

# Views: views/modal-views
TITLE = 24
"""A modal's title and its two buttons"""
PRIVATE_METADATA = 3000
VIEW_BYTES = 250_000
"""As JSON; more is refused with `view_too_large`: surfaces/modals"""
FIELD_ERROR = 500
"""Slack names no limit for a field's error; this is what can be read under a field."""

# Messages
MESSAGE_WEIGHT = 11_000
"""Text of all blocks plus BLOCK_WEIGHT a block and LEAF_WEIGHT a piece of text or cell. Slack
names no number: `msg_blocks_too_long` came at about 13,200 characters, and with many small
blocks below 11,400 of text alone (slackapi/bolt-js issues 2509 and 2867)."""
BLOCK_WEIGHT = 100
LEAF_WEIGHT = 10
LONGEST_TEXT_BLOCK = 3000
"""rich_text has no limit of its own; this is a section's (section-block)."""
SUMMARY = 300
"""The `text` beside blocks, for notifications. chat.update takes 4,000 (methods/chat.update), and
somebody measured that as bytes, escaped."""
HOME_WEIGHT = 30_000
"""The same for the Home tab, where only VIEW_BYTES is named; leaves room for JSON around it."""
FILE_ALT_TEXT = 1000
"""methods/files.getUploadURLExternal"""

# Calls a minute, for each method and workspace: apis/web-api/rate-limits, and each method's tier
STREAMS = 20
"""methods/chat.startStream, methods/chat.stopStream (tier 2)"""
PUBLISHES = 100
"""methods/views.publish (tier 4)"""


class TooLong(ValueError):
    """An id, value or address beyond Slack's limit. Those are never cut: the mistake is ours."""


def whole(text: str, limit: int, what: str) -> str:
    """`text`, which must not be cut. Raises TooLong."""
    if len(text) > limit:
        raise TooLong(f"{what} is {len(text)} characters long, and Slack takes {limit}")
    return text
