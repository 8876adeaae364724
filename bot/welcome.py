"""What the bot says when it arrives somewhere."""

from bot.cards import Card, body
from bot.events import Lifecycle
from bot.replies import Answer, Replies, publicly


async def lifecycle(event: Lifecycle) -> Answer:
    """A welcome where the bot was added; the other facts of life need no words."""
    return (
        publicly(welcome_card(event.person.name)) if event.what == "joined" else Replies(items=())
    )


def welcome_card(who: str) -> Card:
    """Said once in a channel."""
    return Card(
        summary="I keep this team's mission, vision and strategy at hand",
        elements=(
            body(
                "{who} added me. I keep this team's mission, vision and strategy at hand. "
                "Try `/mission`, or ask me “does … fit our strategy?”. "
                "I read only what is addressed to me.",
                who=who,
            ),
        ),
    )
