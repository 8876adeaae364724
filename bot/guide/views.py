"""Guides as cards."""

from collections.abc import Sequence

from bot.cards import Actions, Button, Card, body, heading, quiet
from bot.guide.model import Guide


def guides_card(guides: Sequence[Guide], unknown: str = "") -> Card:
    """All guides to choose from; `unknown` is the topic that was asked for and is none."""
    first = body("There is no guide on “{unknown}”. There are these five:", unknown=unknown)
    lines = "\n".join(f"- **{guide.title}**: {guide.answer}" for guide in guides)
    choices = [
        Button(label=guide.title, action="guide.show", value=guide.topic) for guide in guides
    ]
    return Card(
        summary="Five guides, a screen each",
        elements=(
            *((first,) if unknown else ()),
            heading("Five guides, a screen each"),
            body(lines),
            Actions(buttons=tuple(choices)),
        ),
    )


def guide_card(guide: Guide, step: Button, following: Guide | None) -> Card:
    """The guide, and the button that does what it says; `following` is the one to read next."""
    buttons = [step]
    if following:
        label = f"Next: {following.title}"
        buttons.append(Button(label=label, action="guide.show", value=following.topic))
    return Card(
        summary=f"{guide.title}: {guide.answer}",
        elements=(
            heading(guide.title),
            body(f"_{guide.answer}_"),
            body(guide.text.strip()),
            Actions(buttons=tuple(buttons)),
            quiet("The examples are of Vitals, a health wearable. `/mission guide` has all five."),
        ),
    )
