"""What a form carries while somebody fills it in, signed, so that nothing in it can be forged.

The form travels whole with the page: it outlives a restart, and any replica can take it.
"""

import base64
import hashlib
import hmac
import zlib

from bot.cards import Form
from bot.events import Conversation, Frozen, Key

_MAC = hashlib.sha256().digest_size


class OpenedForm(Frozen):
    """A form as it was shown, with to whom and where."""

    form: Form
    person: Key
    conversation: Conversation
    thread: str | None
    public: bool


class Seal:
    """Signs and checks. `secret` must stay the same for forms to outlive a restart."""

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, b"missionbot web form", "sha256")

    def close(self, opened: OpenedForm) -> str:
        """The form as text for the page."""
        # What stands above the fields is not needed again, and pictures would make it long.
        form = opened.form.model_copy(update={"intro": ()})
        text = opened.model_copy(update={"form": form}).model_dump_json()
        packed = zlib.compress(text.encode())
        return base64.urlsafe_b64encode(self._mac(packed) + packed).decode()

    def open(self, text: str) -> OpenedForm | None:
        """The form; None when the seal was not made with this secret."""
        try:
            raw = base64.urlsafe_b64decode(text.encode())
        except ValueError:
            return None
        mac, packed = raw[:_MAC], raw[_MAC:]
        if not hmac.compare_digest(mac, self._mac(packed)):
            return None
        return OpenedForm.model_validate_json(zlib.decompress(packed))

    def _mac(self, packed: bytes) -> bytes:
        return hmac.digest(self._key, packed, "sha256")
