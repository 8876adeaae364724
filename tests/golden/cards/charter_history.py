"""What each version changed, word by word."""

from bot.charter.history_view import history_card
from tests.golden.sample import CHARTER, VERSIONS

CARD = history_card(CHARTER, VERSIONS)
