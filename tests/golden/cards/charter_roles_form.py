"""Who owns and edits the charter: people to pick."""

from bot.charter.forms import roles_form
from bot.charter.model import ApprovalRule
from tests.golden.sample import CHARTER, DANA, LEE

FORM = roles_form(CHARTER, [DANA], [LEE], ApprovalRule(who="some", number=3))
