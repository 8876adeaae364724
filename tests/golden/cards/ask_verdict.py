"""The verdict of a language model, with everything that can stand in one."""

from bot.ask.verdict_view import verdict_card
from tests.golden.sample import JUDGED

CARD = verdict_card(JUDGED)
