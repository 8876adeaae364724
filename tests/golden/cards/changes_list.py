"""Proposals in every state."""

from bot.changes.views import list_card
from tests.golden.changing import PROPOSALS

CARD = list_card(PROPOSALS, wanted="all", offset=0, more=True)
