"""What the bot says when it arrives somewhere."""

from bot.cards import Card, body
from bot.events import Lifecycle
from bot.replies import Replies, privately, publicly


async def lifecycle(event: Lifecycle) -> Replies:
    """A welcome where the bot was added; the other facts of life need no words."""
    match event.what:
        case "joined":
            return publicly(welcome_card(event.person.name))
        case "installed":
            return privately(installed_card())
        case _:
            return Replies(items=())


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


def installed_card() -> Card:
    """Said once to who installed the bot."""
    return Card(
        summary="Mission is installed",
        elements=(
            body(
                "Mission is installed. Write down your mission, vision and strategy with "
                "`/mission edit`, or ask an owner of them to. Then add me to a channel, and "
                "anybody there can ask me “does … fit our strategy?”."
            ),
        ),
    )
