"""A card -> what Teams takes as a message. Pure: the same card, the same message."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from adapters.teams.elements import Drawing
from adapters.teams.entities import labels
from adapters.teams.harmless import NOTHING, Json, unmarked
from adapters.teams.limits import CARD_BYTES, SUMMARY, VERSION, WIDTH, TooLong, size
from adapters.teams.parts import fill, noted, split
from adapters.teams.rich import small, words
from bot.cards import Actions, Button, Card
from bot.drawing import body_and_end
from bot.markup import Span

CONTENT_TYPE = "application/vnd.microsoft.card.adaptive"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """One part of a card, ready to send. `text` is its one line, harmless as markdown too."""

    card: Json
    text: str
    part: int = 1
    parts: int = 1
    entities: Sequence[Json] = ()
    feedback: bool = False

    def activity(self) -> Json:
        """What the connector's send and update take, without whom it goes to."""
        activity: Json = {
            "type": "message",
            "summary": self.text,
            "attachments": [{"contentType": CONTENT_TYPE, "content": self.card}],
        }
        if self.entities:
            activity["entities"] = list(self.entities)
        if self.feedback:
            activity["channelData"] = {"feedbackLoop": {"type": "default"}}
        return activity


def message(
    card: Card,
    *,
    part: int = 1,
    stored: str = "",
    public_url: str | None = None,
    opens: Collection[str] = (),
) -> Drawn:
    """The card as a message, or the part of it that a click asked for.

    When `parts` is more than 1, store the card and draw it again with `stored`, the key it can be
    found under: then it has the button that shows the rest (`actions.PART`). `opens`: actions whose
    buttons open a dialog at once (`task/fetch`). Visible text is never refused; raises
    limits.TooLong for ids, values and addresses.
    """
    drawing = Drawing(opens=opens, public_url=public_url)
    body, end = body_and_end(card.elements)
    flow, closing = drawing.elements(body), drawing.elements(end)
    if not flow:
        flow = words(Span(text=card.summary or NOTHING))
    text = unmarked(card.summary, SUMMARY)
    parts = split(flow, closing, CARD_BYTES - size(_adaptive([], text)))
    part = min(max(part, 1), len(parts))
    content = _adaptive([*parts[part - 1], *noted(part, len(parts), stored)], text)
    if size(content) > CARD_BYTES:
        raise TooLong(f"a button or link is too large for a card of {CARD_BYTES} bytes")
    return Drawn(
        card=content,
        text=text,
        part=part,
        parts=len(parts),
        entities=labels(card),
        feedback=bool(card.feedback),
    )


def in_dialog(card: Card, *, public_url: str | None = None) -> Json:
    """The card for a dialog. Its buttons come back as `task/submit`; what is too long is cut, and
    says so."""
    elements = list(card.elements)
    if card.feedback:
        elements.append(_useful(card.feedback))
    flow = Drawing(place="dialog", public_url=public_url).elements(elements)
    flow = flow or words(Span(text=card.summary or NOTHING))
    return _adaptive(first_part(flow, CARD_BYTES - 3_000), unmarked(card.summary, SUMMARY))


def first_part(flow: Sequence[Json], room: int) -> list[Json]:
    """As much as fits, with a note when that is not all."""
    found = fill(flow, room)
    return found[0] if len(found) == 1 else [*found[0], *small("… Shortened to fit here.")]


def _adaptive(body: Sequence[Json], text: str) -> Json:
    return {
        "$schema": SCHEMA,
        "type": "AdaptiveCard",
        "version": VERSION,
        "fallbackText": text,
        "msteams": {"width": WIDTH},
        "body": list(body),
    }


def _useful(value: str) -> Actions:
    """ "Was this useful?" where Teams does not ask it itself."""
    return Actions(
        buttons=(
            Button(label="Useful", action="ask.useful", value=f"yes:{value}"),
            Button(label="Not useful", action="ask.useful", value=f"no:{value}"),
        )
    )
