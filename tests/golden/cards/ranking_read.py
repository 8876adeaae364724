"""A list that nobody has judged yet."""

from bot.ranking.views import ranking_card
from tests.golden.sample import IN_FORCE
from tests.golden.together import READ_ONLY

CARD = ranking_card(READ_ONLY, IN_FORCE)
