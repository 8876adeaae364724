"""How an announcement stands, for owners."""

from bot.announcing.views import progress_card
from tests.golden.changing import READ, SETTINGS
from tests.golden.sample import CHARTER, NOW

CARD = progress_card(CHARTER, [(READ, NOW)], SETTINGS)
