"""Results for owners: figures, words, a chart, decisions beside them."""

from bot.pulse.results_view import results_card
from tests.golden.together import RESULTS

CARD = results_card(RESULTS, owner=True)
