"""What a guide is made of."""

from typing import Literal

from bot.events import Frozen, Key

NextStep = Literal["mission", "vision", "check", "announcing", "ask"]
"""What its last button does: propose another mission or vision, check the charter, set how changes
are announced, ask whether an idea fits."""


class Guide(Frozen):
    """One screen on one topic. `text` is our own small markup (`bot.markup.rich`)."""

    topic: Key
    also: tuple[str, ...] = ()
    """Other words for the topic."""
    title: str
    answer: str
    """The whole guide in one sentence."""
    text: str
    step: NextStep


def named(guides: tuple[Guide, ...], words: str) -> Guide | None:
    """The guide that these words ask for ("vision", "stakeholder communication")."""
    wanted = words.lower().strip(" ?!.")
    return next((g for g in guides if wanted in (g.topic, g.title.lower(), *g.also)), None)
