"""What a handler answers: replies, a form to fill in, or what is wrong with a form."""

from collections.abc import Mapping
from typing import Literal

from bot.cards import Button, Card, Form
from bot.events import Frozen


class Reply(Frozen):
    """One message in answer to an event.

    `asker`: the person alone sees it. `everybody`: all in the conversation do.
    `as_asked`: whoever saw the question sees the answer. `replace`: it takes the place of the
    message whose button was clicked; where there is none, it is a new message.
    """

    card: Card
    seen_by: Literal["asker", "everybody", "as_asked"] = "as_asked"
    replace: bool = False


class Replies(Frozen):
    """Messages in answer to an event, in order. Whoever asked or clicked gets at least one; only a
    Lifecycle event may need none."""

    answer: Literal["replies"] = "replies"
    items: tuple[Reply, ...]

    def __add__(self, other: "Replies") -> "Replies":
        return Replies(items=self.items + other.items)


class OpenForm(Frozen):
    """A form to show to the person at once; in answer to a form it takes that one's place.

    Where a platform cannot show one at this moment, it shows `button`, which opens it.
    """

    answer: Literal["form"] = "form"
    form: Form
    button: Button | None = None


class FormErrors(Frozen):
    """What is wrong with the form just sent, a sentence a field; it stays open, nothing is lost."""

    answer: Literal["errors"] = "errors"
    errors: Mapping[str, str]
    sentence: str = ""
    """What is wrong with the form as a whole."""


Answer = Replies | OpenForm | FormErrors


def reply(card: Card) -> Replies:
    """Whoever saw the question sees the answer."""
    return Replies(items=(Reply(card=card),))


def privately(card: Card) -> Replies:
    """Only the person who asked sees it."""
    return Replies(items=(Reply(card=card, seen_by="asker"),))


def publicly(card: Card) -> Replies:
    """Everybody in the conversation sees it."""
    return Replies(items=(Reply(card=card, seen_by="everybody"),))


def replacing(card: Card) -> Replies:
    """It takes the place of the message whose button was clicked."""
    return Replies(items=(Reply(card=card, replace=True),))
