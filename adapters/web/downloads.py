"""Files that the page hands out: under addresses that are for one person, and end after a while."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from aiohttp import web

from adapters.web.gate import Refused
from adapters.web.personas import WORKSPACE
from bot.decisions.ports import DECISION_FILES, Download, Sight
from bot.events import Event, Frozen
from bot.ports import Clock

LASTS = timedelta(minutes=15)
_MAC = hashlib.sha256().digest_size


class _Granted(Frozen):
    """What an address says."""

    file: str
    sight: Sight
    until: datetime


class WebDownloads:
    """A `bot.decisions.ports.Downloads`. `secret` signs the addresses, `files` are by name."""

    def __init__(self, *, files: Mapping[str, Download], secret: bytes, clock: Clock) -> None:
        self._files = files
        self._key = hmac.digest(secret, b"missionbot web download", "sha256")
        self._clock = clock

    async def hand_over(
        self, event: Event, sight: Sight, names: Sequence[str] = DECISION_FILES
    ) -> Sequence[tuple[str, str]]:
        """A label and an address for each file."""
        until = self._clock.now() + LASTS
        return [
            (
                self._files[name].label,
                self._address(_Granted(file=name, sight=sight, until=until)),
            )
            for name in names
        ]

    async def fetch(self, request: web.Request) -> web.Response:
        """The file at the address. Raises Refused for one that is not ours, or has ended."""
        granted = self._read(request.match_info["granted"])
        if granted is None or granted.file not in self._files:
            raise Refused(404, "There is nothing at this address.")
        if granted.until < self._clock.now():
            raise Refused(410, "This address has ended. Ask for the file again to get a new one.")
        file = self._files[granted.file]
        return web.Response(
            body=await file.make(WORKSPACE, granted.sight),
            content_type=file.media,
            headers={
                "Content-Disposition": f'attachment; filename="{file.filename}"',
                "Cache-Control": "no-store",
            },
        )

    def _address(self, granted: _Granted) -> str:
        said = granted.model_dump_json().encode()
        return f"/download/{base64.urlsafe_b64encode(self._mac(said) + said).decode()}"

    def _read(self, text: str) -> _Granted | None:
        try:
            raw = base64.urlsafe_b64decode(text.encode())
        except ValueError:
            return None
        mac, said = raw[:_MAC], raw[_MAC:]
        if not hmac.compare_digest(mac, self._mac(said)):
            return None
        return _Granted.model_validate_json(said)

    def _mac(self, said: bytes) -> bytes:
        return hmac.digest(self._key, said, "sha256")
