"""Everything that was written on one part."""

from bot.exercise.views import part_card
from tests.golden.sample import IN_FORCE
from tests.golden.together import CLOSED, COMPARED

CARD = part_card(CLOSED, COMPARED[0], IN_FORCE)
