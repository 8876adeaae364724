"""A card of a summary only."""

from bot.cards import Card

CARD = Card(summary="Nothing to show", elements=())
