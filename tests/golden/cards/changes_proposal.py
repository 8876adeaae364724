"""A proposal of three changes with what it flips, another one for the same line, and another level
that says otherwise."""

from bot.changes.views import proposal_card
from tests.golden.changing import JUDGED_IMPACT, LOOKED, PAIRS

CARD = proposal_card(LOOKED, JUDGED_IMPACT, PAIRS, note="Dana Diaz approved it.")
