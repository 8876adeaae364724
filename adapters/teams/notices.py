"""The few things that Teams alone makes the bot say."""

from collections.abc import Sequence

from bot import usage
from bot.cards import Actions, Button, Card, Element, body, literal, quiet
from bot.events import ButtonClick, Event, FormSubmit
from bot.replies import FormErrors, OpenForm

LATER = "This takes a moment longer than usual. The answer comes as a message."
SAVING = "Saving … this takes a moment longer than usual. I tell you in a message when it is done."
TRYING_AGAIN = "I have what you sent, but could not answer yet. I try again by myself."
DONE = "Done."
FORM_BELOW = "The form is in the message below."
NOT_SAVED = "This was not saved. I wrote you why."
UNREADABLE = "I can't read this button. Type “help”, and use a newer message of mine."
CARD_GONE = "The rest of that message is not kept any more. Ask again, and I show all of it."


def form_by_button(event: Event, answer: OpenForm) -> tuple[Card, Button | None]:
    """In place of a form: Teams opens one only in answer to a button that says so. The card, and
    the button of it that opens the form."""
    button = answer.button
    if button is None and isinstance(event, ButtonClick):
        button = Button(label="Open it", action=event.action, value=event.value)
    if button is None:
        return notice("Type it to me again, and the form opens by a button."), None
    card = Card(
        summary=f"{answer.form.title}: there is a form for it",
        elements=(body("There is a form for it:"), Actions(buttons=(button,))),
    )
    return card, button


def not_saved(event: Event, errors: FormErrors) -> Card:
    """For a form whose dialog is gone: what is wrong with it, and what was typed."""
    sentences = [errors.sentence, *errors.errors.values()]
    elements: list[Element] = [
        body("**This was not saved.** {why}", why=" ".join(filter(None, sentences)))
    ]
    if isinstance(event, FormSubmit):
        typed = [v for v in event.fields.values() if isinstance(v, str) and len(v) > 20]
        if typed:
            elements.append(body("What you wrote, to copy:"))
            elements += map(literal, typed)
    return Card(summary="This was not saved", elements=tuple(elements))


def not_here(place: str) -> Card:
    """Said to the person alone when the conversation cannot be written to."""
    where = f"“{place}”" if place else "that conversation"
    return notice(
        f"I may not write in {where}, so nobody else saw this. Add me there as an app, then try "
        "again."
    )


def from_elsewhere(card: Card, place: str) -> Card:
    """The card in the person's own chat, with where it belongs."""
    where = f"“{place}”" if place else "another conversation"
    pointer = quiet("From {where}; nobody else sees it.", where=where)
    return card.model_copy(update={"elements": (pointer, *card.elements)})


def notice(sentence: str) -> Card:
    """One sentence, of ours: `code` in it is code."""
    return usage.sentence(sentence)


def together(cards: Sequence[Card]) -> Card:
    """Several cards as one, for a dialog, which shows one."""
    elements = tuple(element for card in cards for element in card.elements)
    return cards[0].model_copy(update={"elements": elements})
