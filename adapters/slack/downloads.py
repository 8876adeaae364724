"""Files, sent to the person who asked in their direct messages with the bot."""

import logging
from collections.abc import Mapping, Sequence

from adapters.slack.sending import Sending
from bot.decisions.ports import DECISION_FILES, Download, Sight
from bot.errors import PlatformError, UserFacing
from bot.events import Event

log = logging.getLogger(__name__)


class SlackDownloads:
    """A `bot.decisions.ports.Downloads`."""

    def __init__(self, *, sending: Sending, files: Mapping[str, Download]) -> None:
        self._sending = sending
        self._files = files

    async def hand_over(
        self, event: Event, sight: Sight, names: Sequence[str] = DECISION_FILES
    ) -> Sequence[tuple[str, str]]:
        """No addresses: the files are in the person's direct messages, once an event wherever that
        can be known. Raises UserFacing where Slack did not take them."""
        workspace, key = event.workspace, f"files/{event.key}"[:255]
        if await self._sending.was_sent(workspace, key):
            return ()
        files = [self._files[name] for name in names]
        made = [(file.filename, await file.make(workspace, sight)) for file in files]
        try:
            channel = await self._sending.give(workspace, event.person.id, made, files[0].words)
        except PlatformError as failed:
            log.warning("files not sent", extra={"error": str(failed)})
            raise UserFacing(
                "Slack did not take the files just now. Try again in a minute; if it stays, tell "
                "your operator."
            ) from None
        await self._sending.sent(workspace, key, channel)
        return ()
