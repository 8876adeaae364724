"""Seven questions that lead to a first charter."""

from bot.charter.beginning import seven_form

FORM = seven_form()
