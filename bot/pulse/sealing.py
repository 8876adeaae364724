"""Who answered, as a token; what they answered, as bytes of one length.

Both come from the edition's key, so that without it neither tells anything: a token cannot be
worked out from a name, and sealed answers are all as long as each other.
"""

import hashlib
import hmac

from bot.pulse.model import Answers
from bot.pulse.ports import Cipher

SIZE = 8192
"""Bytes of every sealed answer before encryption: more than the longest answer takes as JSON
(`LONGEST_WORDS` characters of four bytes, or of six where JSON writes them out)."""
_LENGTH = 4
"""Bytes that say how much of them is the answer."""


class Secrets:
    """What is worked out from one edition's key."""

    def __init__(self, key: bytes, cipher: Cipher, workspace: str, edition_id: str) -> None:
        self._tokens = _derived(key, b"tokens")
        self._answers = _derived(key, b"answers")
        self._cipher = cipher
        self._about = _joined(workspace, edition_id)

    def token(self, person_id: str) -> bytes:
        """Stands for the person in this edition, and nowhere else."""
        who = self._about + person_id.encode()
        return hmac.digest(self._tokens, who, hashlib.sha256)

    def seal(self, token: bytes, answers: Answers) -> bytes:
        """The answers, readable under this edition's key and this token alone."""
        return self._cipher.seal(self._answers, padded(_plain(answers)), self._about + token)

    def open(self, token: bytes, sealed: bytes) -> Answers | None:
        """The answers; None where the bytes are not what was sealed under the token."""
        plain = self._cipher.open(self._answers, sealed, self._about + token)
        return None if plain is None else Answers.model_validate_json(unpadded(plain))


class EventSeal:
    """Seals events on their way to one edition."""

    def __init__(self, key: bytes, cipher: Cipher, workspace: str, edition_id: str) -> None:
        self._key = _derived(key, b"events")
        self._cipher = cipher
        self._about = _joined(workspace, edition_id)

    def close(self, event: bytes) -> bytes:
        """The event, of one length with nearly all others."""
        return self._cipher.seal(self._key, padded(event), self._about)

    def open(self, sealed: bytes) -> bytes | None:
        """The event; None where the bytes are not what was sealed."""
        plain = self._cipher.open(self._key, sealed, self._about)
        return None if plain is None else unpadded(plain)


def padded(plain: bytes, size: int = SIZE) -> bytes:
    """Made as long as the next multiple of `size`."""
    whole = len(plain).to_bytes(_LENGTH, "big") + plain
    return whole + bytes(-len(whole) % size)


def unpadded(whole: bytes) -> bytes:
    """What was padded."""
    length = int.from_bytes(whole[:_LENGTH], "big")
    return whole[_LENGTH : _LENGTH + length]


def _plain(answers: Answers) -> bytes:
    return answers.model_dump_json().encode()


def _derived(key: bytes, purpose: bytes) -> bytes:
    return hmac.digest(key, b"missionbot pulse " + purpose, hashlib.sha256)


def _joined(*parts: str) -> bytes:
    # With their lengths, so that no two pairs of names are the same bytes.
    return b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
