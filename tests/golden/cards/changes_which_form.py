"""Which line a change is about."""

from bot.changes.forms import Target, which_form
from tests.golden.sample import CHARTER

FORM = which_form([Target(charter=CHARTER, line=line) for line in CHARTER.version.lines])
