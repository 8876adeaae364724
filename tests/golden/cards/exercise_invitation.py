"""Everybody is asked to write."""

from bot.exercise.times import in_words
from bot.exercise.views import invitation_card
from tests.golden.together import BERLIN, OPEN

CARD = invitation_card(OPEN, in_words(OPEN.closes_at, BERLIN))
