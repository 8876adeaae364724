"""Where somebody writes, with what they wrote before."""

from bot.exercise.views import write_form
from tests.golden.together import OPEN, WRITTEN

FORM = write_form(OPEN, WRITTEN)
