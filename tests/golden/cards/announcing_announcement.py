"""A version that was adopted, where its charter holds and is inherited."""

from bot.announcing.views import announcement_card
from tests.golden.changing import ANNOUNCED, CHANGED

CARD = announcement_card(ANNOUNCED, CHANGED, through="Vitals for clinics")
