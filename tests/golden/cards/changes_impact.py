"""What a proposal touches, before it is judged."""

from bot.changes.impact_view import impact_card
from tests.golden.changing import READ_IMPACT

CARD = impact_card(READ_IMPACT)
