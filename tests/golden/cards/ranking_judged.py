"""A list by how it fits: judged by a language model, one by a person."""

from bot.ranking.views import ranking_card
from tests.golden.sample import IN_FORCE
from tests.golden.together import RANKED

CARD = ranking_card(RANKED, IN_FORCE)
