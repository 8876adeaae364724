"""Why a finding is all right as it is."""

from bot.check.views import dismiss_form
from tests.golden.together import REPORT

FORM = dismiss_form(REPORT.charter_id, REPORT.findings[0])
