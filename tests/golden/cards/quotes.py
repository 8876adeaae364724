"""Lines of the charter, for, against and without a stance."""

from bot.cards import Card, Quote

CARD = Card(
    summary="Three quotes",
    elements=(
        Quote(ref="P1", text="Accuracy first.", source="Vitals v2", stance="for"),
        Quote(
            ref="R1",
            text="Members own their data; we never sell it.",
            source="Vitals v2",
            stance="against",
            note="This line may not bear on the question.",
        ),
        Quote(ref="Company M1", text="Do no harm.", source="Company v7"),
    ),
)
