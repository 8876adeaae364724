"""Seals answers: AES-256-GCM, as the pulse asks for it (`bot.pulse.ports.Cipher`)."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12
"""Bytes, random each time (NIST SP 800-38D); one key seals far fewer than 2**32 messages."""


class AesGcm:
    """Authenticated encryption with 32-byte keys."""

    def seal(self, key: bytes, plain: bytes, about: bytes) -> bytes:
        """The bytes, sealed and bound to `about`."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + AESGCM(key).encrypt(nonce, plain, about)

    def open(self, key: bytes, sealed: bytes, about: bytes) -> bytes | None:
        """The bytes; None where they are not what was sealed."""
        if len(sealed) <= _NONCE:
            return None
        try:
            return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], about)
        except InvalidTag:
            return None
