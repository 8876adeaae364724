"""The charter to change."""

from bot.charter.forms import edit_form
from tests.golden.sample import CHARTER

FORM = edit_form(CHARTER)
