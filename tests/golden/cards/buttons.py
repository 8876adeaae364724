"""Every kind of button: styles, a question before the click, links, the longest label, many."""

from bot.cards import Actions, Button, Card, Link, body

CARD = Card(
    summary="Buttons",
    elements=(
        body("What next?"),
        Actions(
            buttons=(
                Button(label="Adopt", action="charter.adopt", value="vitals:3", style="primary"),
                Button(
                    label="Take back",
                    action="charter.take_back",
                    value="vitals:3",
                    style="danger",
                    confirm="The version is gone for everybody. This cannot be undone.",
                ),
                Link(label="Export", url="/export/charter.csv"),
                Link(label="The guide", url="https://missionbot.example/guide"),
                Button(label="A label as long as any may be, " * 2 + "seventy-five", action="a.b"),
            )
        ),
        Actions(
            buttons=tuple(
                Button(label=f"Choice {n}", action="ask.call", value=f"fits:{n}") for n in range(25)
            )
        ),
    ),
)
