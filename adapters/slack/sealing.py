"""Tokens at rest: encrypted by a key that is not in the database, bound to their workspace."""

import secrets
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import Problem

_FORMAT = b"\x01"
_NONCE = 12
"""Bytes (NIST SP 800-38D)."""


class WrongKey(Problem):
    """The bytes were sealed with another key, for another workspace, or were changed."""


class Seal:
    """AES-256-GCM with a key derived from the installation's secret."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 16:
            raise ValueError("a secret of at least 16 bytes is needed")
        self._secret = secret

    def close(self, content: bytes, workspace: str) -> bytes:
        """The content, sealed for that workspace."""
        nonce = secrets.token_bytes(_NONCE)
        return _FORMAT + nonce + self._key.encrypt(nonce, content, workspace.encode())

    def open(self, sealed: bytes, workspace: str) -> bytes:
        """The content. Raises WrongKey."""
        if sealed[:1] != _FORMAT or len(sealed) <= 1 + _NONCE:
            raise WrongKey("not sealed by this program")
        nonce, rest = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        try:
            return self._key.decrypt(nonce, rest, workspace.encode())
        except InvalidTag:
            raise WrongKey("sealed with another key, or for another workspace") from None

    @cached_property
    def _key(self) -> AESGCM:
        derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"missionbot slack tokens")
        return AESGCM(derive.derive(self._secret))
