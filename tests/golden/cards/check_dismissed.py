"""What was dismissed, by whom and why."""

from bot.check.views import dismissed_card
from tests.golden.together import REPORT

CARD = dismissed_card(REPORT)
