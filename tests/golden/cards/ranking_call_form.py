"""A call on each item that nobody judged."""

from bot.ranking.views import call_form
from tests.golden.together import READ_ONLY

FORM = call_form(READ_ONLY)
