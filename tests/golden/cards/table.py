"""A small table, and a second one in the same card."""

from bot.cards import Card, Table

CARD = Card(
    summary="Two tables",
    elements=(
        Table(
            columns=("Feature", "Verdict", "Votes"),
            rows=(("Dark mode", "fits", "12"), ("Social feed", "conflicts", "3"), ("", "?", "0")),
            caption="Sorted by fit",
        ),
        Table(columns=("Name", "Version"), rows=(("Vitals", "v2"), ("Company", "v7"))),
    ),
)
