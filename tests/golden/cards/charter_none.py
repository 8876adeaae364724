"""Where there is no charter yet: three ways to one."""

from bot.charter.beginning import paste_button, seven_button
from bot.charter.views import no_charter_card
from bot.exercise.views import begin_button

CARD = no_charter_card(
    (paste_button(), seven_button(), begin_button("Write it with the team")), sample=True
)
