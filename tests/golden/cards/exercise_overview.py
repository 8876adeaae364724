"""What came of an exercise, beside the charter."""

from bot.exercise.views import overview_card
from tests.golden.sample import IN_FORCE
from tests.golden.together import CLOSED, COMPARED

CARD = overview_card(CLOSED, COMPARED, IN_FORCE)
