"""Help: many list items with code in them."""

from bot.ask.commands import ASK
from bot.charter.commands import CHARTERS, EDIT, HISTORY, LINK, ROLES, SHOW
from bot.usage import help_card

CARD = help_card((SHOW, ASK, EDIT, HISTORY, CHARTERS, LINK, ROLES))
