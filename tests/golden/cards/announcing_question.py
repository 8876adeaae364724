"""One question about the change, after a wrong answer."""

from bot.announcing.views import question_card
from tests.golden.changing import ANNOUNCED, QUESTION

assert QUESTION
CARD = question_card(
    ANNOUNCED, QUESTION, next(line for line in QUESTION.options if line != QUESTION.right)
)
