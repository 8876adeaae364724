"""The charter of a conversation."""

from bot.charter.views import charter_card
from tests.golden.sample import DANA, IN_FORCE, LEE

CARD = charter_card(IN_FORCE, [DANA, LEE])
