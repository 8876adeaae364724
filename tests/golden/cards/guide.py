"""A guide, with its next step and the guide to read next."""

from bot.cards import Button
from bot.guide.content import STRATEGY, VISION
from bot.guide.views import guide_card

CARD = guide_card(
    VISION, Button(label="Reword the vision", action="changes.form", value="V1"), STRATEGY
)
