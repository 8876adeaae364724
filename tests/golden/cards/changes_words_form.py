"""How a line is to read, with what a verdict said."""

from bot.changes.forms import Filled, Row, words_form
from tests.golden.changing import PROPOSAL
from tests.golden.sample import CHARTER

FORM = words_form(
    CHARTER,
    Filled(
        rows=tuple(Row(was=change.was, now=change.now) for change in PROPOSAL.changes[:2]),
        reason=PROPOSAL.reason,
        intro="It was asked: “Expand to hospitals next quarter”.",
    ),
)
