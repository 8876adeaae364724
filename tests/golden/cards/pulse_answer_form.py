"""What somebody answered, to change."""

from bot.pulse.answer_form import answer_form
from bot.pulse.ask_view import promise
from tests.golden.together import ANSWERED, BERLIN, PULSE, edition

FORM = answer_form(edition(1), promise(edition(1), PULSE, BERLIN), ANSWERED)
