"""The few things that Slack alone makes the bot say."""

from collections.abc import Sequence

from bot import usage
from bot.cards import Actions, Button, Card, Element, body, literal
from bot.events import ButtonClick, Event, FormSubmit
from bot.replies import FormErrors, OpenForm

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
CARD_GONE = "The rest of that message is not kept any more. Ask again, and I show all of it."


def form_by_button(event: Event, answer: OpenForm, *, late: bool) -> Card:
    """In place of a form: Slack opens one only within three seconds of a click or a command
    (`late`), and never in answer to a message."""
    why = "Slack gives me three seconds to open a form, and I took longer." if late else ""
    button = answer.button
    if button is None and isinstance(event, ButtonClick):
        button = Button(label="Open it", action=event.action, value=event.value)
    if button is None:
        return notice(f"{why} Type it as `/mission …`, and the form opens.".strip())
    lead = f"{why} It is ready now.".strip() if late else "There is a form for it:"
    return Card(
        summary=f"{answer.form.title} is ready",
        elements=(body("{lead}", lead=lead), Actions(buttons=(button,))),
    )


def not_saved(event: Event, errors: FormErrors) -> Card:
    """For a form whose modal is gone: what is wrong with it, and what was typed."""
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
    where = f"#{place}" if place else "that conversation"
    return notice(
        f"I may not write in {where}, so nobody else saw this. Add me there with "
        "`/invite @Mission`, then try again."
    )


def notice(sentence: str) -> Card:
    """One sentence, of ours: `code` in it is code."""
    return usage.sentence(sentence)


def together(cards: Sequence[Card]) -> Card:
    """Several cards as one, for a view, which shows one."""
    elements = tuple(element for card in cards for element in card.elements)
    return cards[0].model_copy(update={"elements": elements})
