"""The label of a model's words, with the charter lines that they rest on."""

from adapters.teams.harmless import Json, plain
from adapters.teams.limits import CITATION_ABSTRACT, CITATION_NAME, CITATIONS
from bot.cards import Card, Quote


def labels(card: Card) -> list[Json]:
    """A message's entities: one for a card that a model wrote part of, else none. Teams refuses a
    message with two that say so.

    The numbers of citations are made by marks in a message's text. There is none beside a card, as
    Teams would make two messages of text and card, of which we would know one: the lines are quoted
    in the card itself."""
    if not card.judged_by_model:
        return []
    label: Json = {
        "type": "https://schema.org/Message",
        "@type": "Message",
        "@context": "https://schema.org",
        "@id": "",
        "additionalType": ["AIGeneratedContent"],
    }
    quotes = _quotes(card)
    if quotes:
        label["citation"] = [_citation(n, quote) for n, quote in enumerate(quotes, 1)]
    return [label]


def _quotes(card: Card) -> list[Quote]:
    return [e for e in card.elements if isinstance(e, Quote)][:CITATIONS]


def _citation(position: int, quote: Quote) -> Json:
    return {
        "@type": "Claim",
        "position": position,
        "appearance": {
            "@type": "DigitalDocument",
            "name": plain(f"{quote.ref} · {quote.source}", CITATION_NAME),
            "abstract": plain(quote.text, CITATION_ABSTRACT),
        },
    }
