"""Short labelled values."""

from bot.cards import Card, Facts

CARD = Card(
    summary="Settings",
    elements=(
        Facts(
            items=(
                ("Time zone", "Europe/Berlin"),
                ("Working days", "Mon–Fri"),
                ("Language model", "gpt-5-mini"),
                ("Quiet hours", ""),
            )
        ),
    ),
)
