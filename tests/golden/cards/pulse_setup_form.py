"""Where a pulse is set up."""

from bot.pulse.forms import setup_form
from tests.golden.together import GROUPS, PRODUCT, PULSE

FORM = setup_form(PRODUCT, PULSE.statements, groups=GROUPS)
