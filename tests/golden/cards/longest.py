"""12,000 characters: more than a message holds, so it comes in parts."""

from bot.cards import Actions, Button, Card, body, heading, quiet

CARD = Card(
    summary="long " * 100,
    elements=(
        heading("**Fits** · {question}", question="a question of many words " * 30),
        body("{text}", text="Many words, and then some more. " * 375),
        quiet("judged by gpt-5-mini · sure · may be wrong"),
        Actions(buttons=(Button(label="Share", action="ask.share", value="v1"),)),
    ),
    judged_by_model=True,
    feedback="v1",
)
