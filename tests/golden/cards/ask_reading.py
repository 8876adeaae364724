"""Nobody judged yet: the lines that speak to a question, and the buttons to make the call."""

from bot.ask.verdict_view import verdict_card
from tests.golden.sample import READ

CARD = verdict_card(READ)
