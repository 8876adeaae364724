"""While a language model judges a list."""

from bot.ask.model import Tokens
from bot.ranking.views import working_card
from tests.golden.together import WORKING

CARD = working_card(WORKING, Tokens(prompt=9000, completion=10000, cost=0.03))
