"""The first screen of a report: a rule, the reader and a language model found something."""

from bot.check.views import report_card
from tests.golden.together import REPORT, TODAY

CARD = report_card(REPORT, TODAY)
