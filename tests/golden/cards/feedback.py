"""The label of a model's words, and the question whether they were useful."""

from bot.cards import Card, body

CARD = Card(
    summary="Fits: dark mode",
    elements=(body("It fits."),),
    judged_by_model=True,
    feedback="v1",
)
