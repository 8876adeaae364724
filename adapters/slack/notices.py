"""The few things that Slack alone makes the bot say."""

from bot import usage
from bot.cards import Actions, Card, body
from bot.events import Event
from bot.replies import OpenForm

NOT_INSTALLED = (
    "Mission is not installed in this workspace any more. Ask whoever manages your apps to "
    "install it again."
)
READING = "Reading the charter …"
OPENING = "Opening the form …"
SAVING = "Saving … this takes a moment longer than usual."
LATE = "That took me too long, and what you wrote may not have been kept. Send it again."
STRANGER = (
    "I belong to the other company in this channel, so I answer its people only. "
    "Your own workspace can install me too."
)


def form_by_button(event: Event, answer: OpenForm, *, late: bool) -> Card:
    """In place of a form: Slack opens one only within three seconds of a click or a command
    (`late`), and never in answer to a message."""
    why = "Slack gives me three seconds to open a form, and I took longer." if late else ""
    button = usage.opener(event, answer)
    if button is None:
        return usage.sentence(f"{why} Type it as `/mission …`, and the form opens.".strip())
    lead = f"{why} It is ready now.".strip() if late else "There is a form for it:"
    return Card(
        summary=f"{answer.form.title} is ready",
        elements=(body("{lead}", lead=lead), Actions(buttons=(button,))),
    )


def not_here(place: str) -> Card:
    """Said to the person alone when the conversation cannot be written to."""
    where = f"#{place}" if place else "that conversation"
    return usage.sentence(
        f"I may not write in {where}, so nobody else saw this. Add me there with "
        "`/invite @Mission`, then try again."
    )
