"""Where to say how one sees it."""

from bot.ask.views import disagree_form
from tests.golden.sample import JUDGED

FORM = disagree_form(JUDGED.verdict)
