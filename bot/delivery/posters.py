"""Finds the platform on which a workspace is."""

from collections.abc import Mapping, Sequence

from bot.errors import Gone
from bot.events import Conversation, Person
from bot.ports import Member, Poster


class Posters:
    """Every platform's `Poster`, by the adapter's name, which is the first part of a workspace's
    id ("slack:T1:T1", "web:local"). The mapping may be filled after this was made."""

    def __init__(self, by_channel: Mapping[str, Poster]) -> None:
        self._by_channel = by_channel

    def of(self, workspace: str) -> Poster:
        """The workspace's platform. Raises Gone where it is not set up (any more)."""
        channel = workspace.partition(":")[0]
        poster = self._by_channel.get(channel)
        if poster is None:
            raise Gone(f"{channel!r} is not set up")
        return poster

    def direct(self, workspace: str, person: Person) -> Conversation:
        """The person's own conversation with the bot. Raises Gone as `of`."""
        return self.of(workspace).direct(workspace, person)

    def aside(self, workspace: str, of: Conversation, person: Person) -> Conversation:
        """Where to say something about the conversation to one person in it, unasked. Raises Gone
        as `of`."""
        return self.of(workspace).aside(of, person)

    async def members(self, workspace: str, of: Conversation) -> Sequence[Member]:
        """Everybody in the conversation, the bot left out. Raises PlatformErrors."""
        return await self.of(workspace).members(of)
