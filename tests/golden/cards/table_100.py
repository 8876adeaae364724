"""The largest table there is: 100 rows, and buttons below it."""

from bot.cards import Actions, Button, Card, Table

CARD = Card(
    summary="100 features",
    elements=(
        Table(
            columns=("No.", "Feature", "Verdict", "Why"),
            rows=tuple(
                (str(n), f"Feature number {n}", "fits", f"It serves P{n % 7 + 1} directly")
                for n in range(1, 101)
            ),
        ),
        Actions(buttons=(Button(label="Export", action="ask.export", value="rank-1"),)),
    ),
)
