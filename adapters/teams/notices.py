"""The few things that Teams alone makes the bot say."""

from bot import usage
from bot.cards import Actions, Button, Card, body, quiet
from bot.events import Event
from bot.replies import OpenForm

LATER = "This takes a moment longer than usual. The answer comes as a message."
SAVING = "Saving … this takes a moment longer than usual. I tell you in a message when it is done."
TRYING_AGAIN = "I have what you sent, but could not answer yet. I try again by myself."
DONE = "Done."
FORM_BELOW = "The form is in the message below."
NOT_SAVED = "This was not saved. I wrote you why."
UNREADABLE = "I can't read this button. Type “help”, and use a newer message of mine."


def form_by_button(event: Event, answer: OpenForm) -> tuple[Card, Button | None]:
    """In place of a form: Teams opens one only in answer to a button that says so. The card, and
    the button of it that opens the form."""
    button = usage.opener(event, answer)
    if button is None:
        return usage.sentence("Type it to me again, and the form opens by a button."), None
    card = Card(
        summary=f"{answer.form.title}: there is a form for it",
        elements=(body("There is a form for it:"), Actions(buttons=(button,))),
    )
    return card, button


def not_here(place: str) -> Card:
    """Said to the person alone when the conversation cannot be written to."""
    where = f"“{place}”" if place else "that conversation"
    return usage.sentence(
        f"I may not write in {where}, so nobody else saw this. Add me there as an app, then try "
        "again."
    )


def from_elsewhere(card: Card, place: str) -> Card:
    """The card in the person's own chat, with where it belongs."""
    where = f"“{place}”" if place else "another conversation"
    pointer = quiet("From {where}; nobody else sees it.", where=where)
    return card.model_copy(update={"elements": (pointer, *card.elements)})
