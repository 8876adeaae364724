"""Who owns and edits the charter: people to pick."""

from bot.charter.forms import roles_form
from tests.golden.sample import CHARTER, DANA, LEE

FORM = roles_form(CHARTER, [DANA], [LEE])
