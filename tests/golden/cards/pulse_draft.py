"""A pulse read back before anything is promised."""

from bot.pulse.views import draft_card
from tests.golden.together import SET_UP

CARD = draft_card(SET_UP, 7)
