"""What was read out of a pasted document, to be looked through."""

from bot.charter.beginning import confirm_form, read_out
from bot.charter.pasted import read

_FOUND = read(
    """# Vitals: product charter

Mission
We empower individuals to take control of their health.

Strategy
- Accuracy first
- Tech-savvy enthusiasts first, clinics later

Non-goals
- No social network

## Meeting notes
- 12 March
- Lee brings cake
"""
)
FORM = confirm_form({"name": _FOUND.name, **_FOUND.sections}, read_out(_FOUND))
