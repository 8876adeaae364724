"""What people see who are asked."""

from datetime import datetime

from bot.cards import Actions, Button, Card, body
from bot.pulse.model import Edition, Pulse
from bot.pulse.wording import NUMBERS, until_words
from bot.recurrence.model import Hours


def ask_card(edition: Edition, pulse: Pulse, hours: Hours, *, turn: int = 0) -> Card:
    """The card with which one person is asked, or reminded (`turn` 1 or 2)."""
    opening = _opening(edition)
    if turn:
        last = " This is the last time I ask for it." if turn == 2 else ""
        opening = f"**The pulse is open until {until_words(edition.closes_at, hours)}.**{last}"
    never = Button(
        label="Never ask me",
        action="pulse.leave",
        value=pulse.id,
        confirm="Shall this pulse never ask you again?",
    )
    not_now = Button(label="Not now", action="pulse.not_now", value=edition.id)
    card = _asking(opening, edition, pulse, hours, (_answer(edition), not_now, never))
    # Everybody is asked, but only who did not answer is reminded.
    return card.model_copy(update={"untraced": turn > 0})


def channel_card(edition: Edition, pulse: Pulse, hours: Hours) -> Card:
    """The card with which a whole conversation is asked; it looks the same to everybody, always."""
    return _asking(_opening(edition), edition, pulse, hours, (_answer(edition),))


def promise(edition: Edition, pulse: Pulse, hours: Hours) -> str:
    """What is stored, and who can see what and when. Said before the first answer."""
    until = until_words(edition.closes_at, hours)
    who = "the charter's owners" if _only_owners(pulse) else "the owners, then to all"
    return (
        f"Anonymous: your answers are sealed and stored without your name until {until}. Then all "
        "are mixed and the key is destroyed: nobody, me included, can tell who said what. Until "
        "then only whoever runs my server could find out, on purpose; your chat service sees that "
        f"you press a button. From {NUMBERS[edition.least]} answers on, figures are shown to "
        f"{who}; from fewer, to nobody. You can change your answers until it closes."
    )


def example_of(pulse: Pulse, now: datetime) -> Edition:
    """The edition that would come next, for a preview."""
    number = pulse.editions + 1
    return Edition(
        id=f"{pulse.id}/preview",
        pulse_id=pulse.id,
        number=number,
        statements=pulse.asked_in(number),
        open_question=pulse.open_question,
        least=pulse.least,
        asked=0,
        opened_at=now,
        closes_at=now,
    )


def answered_card(edition: Edition, hours: Hours) -> Card:
    """After an answer, for the person alone."""
    until = until_words(edition.closes_at, hours)
    text = f"Sealed. You can change your answer until {until}; results come after that."
    button = Button(label="Change my answer", action="pulse.answer", value=edition.id)
    elements = (body(text), Actions(buttons=(button,)))
    return Card(summary="Sealed", elements=elements, untraced=True)


def not_now_card(edition: Edition, hours: Hours) -> Card:
    """In place of the card that was put aside."""
    until = until_words(edition.closes_at, hours)
    text = f"Not now, then. It is open until {until}, and takes under a minute."
    button = Button(label="Answer (under a minute)", action="pulse.answer", value=edition.id)
    return Card(summary="Not now, then", elements=(body(text), Actions(buttons=(button,))))


def left_card(pulse: Pulse) -> Card:
    """Somebody is never asked again."""
    text = "This pulse will not ask you again. What you answered before stays sealed like the rest."
    button = Button(label="Ask me again", action="pulse.join", value=pulse.id)
    return Card(
        summary="This pulse will not ask you again",
        elements=(body(text), Actions(buttons=(button,))),
    )


def joined_card() -> Card:
    """Somebody is asked again after all."""
    text = "This pulse will ask you again, from the next time on."
    return Card(summary=text, elements=(body(text),))


def _asking(
    opening: str, edition: Edition, pulse: Pulse, hours: Hours, buttons: tuple[Button, ...]
) -> Card:
    return Card(
        summary="A pulse: under a minute, anonymous",
        elements=(
            body(opening),
            body("{promise}", promise=promise(edition, pulse, hours)),
            Actions(buttons=buttons),
        ),
    )


def _opening(edition: Edition) -> str:
    count = NUMBERS[len(edition.statements)].capitalize()
    also = " and an open question" if edition.open_question else ""
    return f"**{count} short statements{also}, under a minute.**"


def _answer(edition: Edition) -> Button:
    return Button(
        label="Answer (under a minute)", action="pulse.answer", value=edition.id, style="primary"
    )


def _only_owners(pulse: Pulse) -> bool:
    return pulse.conversation.direct or not pulse.tell_channel
