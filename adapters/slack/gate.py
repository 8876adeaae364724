"""Whether a request comes from Slack (docs.slack.dev/authentication/verifying-requests)."""

import hashlib
import hmac
import re
from collections.abc import Mapping

WINDOW = 300
"""Seconds that a request may be old, or ahead."""

_NUMBER = re.compile(r"[0-9]{1,12}", re.ASCII)
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)


def is_from_slack(secret: bytes, headers: Mapping[str, str], body: bytes, now: float) -> bool:
    """Whether the body was signed with the secret within the last minutes. Never raises, whatever
    the headers hold."""
    stamp = headers.get("X-Slack-Request-Timestamp", "")
    signature = headers.get("X-Slack-Signature", "")
    if not (_NUMBER.fullmatch(stamp) and _SIGNATURE.fullmatch(signature)):
        return False
    if abs(now - int(stamp)) > WINDOW:
        return False
    signed = b"v0:" + stamp.encode() + b":" + body
    expected = "v0=" + hmac.new(secret, signed, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, signature)
