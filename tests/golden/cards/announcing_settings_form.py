"""How versions are announced."""

from bot.announcing.forms import settings_form
from tests.golden.changing import SETTINGS
from tests.golden.sample import CHARTER

FORM = settings_form(CHARTER, SETTINGS)
