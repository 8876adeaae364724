"""Somebody is asked."""

from bot.pulse.ask_view import ask_card
from tests.golden.together import BERLIN, PULSE, edition

CARD = ask_card(edition(1), PULSE, BERLIN)
