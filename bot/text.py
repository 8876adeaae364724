"""Plain-text helpers for words that people and models typed: clean, shorten, compare."""

import difflib
import re
import unicodedata
from typing import Literal
from urllib.parse import urlsplit

# Bidirectional overrides, zero-width and tag characters: they can make a text read otherwise
# than it is. Zero-width joiner (200D) stays, as family emoji and Indic scripts need it.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Letters and digits of every language, blanks and ASCII signs need no second look.
_ODD = re.compile(r"[^\w\n -~]+")
_NO_ADDRESS = re.compile(r"[\s\"'#<>\\]")
_LINK = re.compile(r"(?i)\b[a-z][a-z0-9+.-]*://\S*|\b(?:mailto|tel|sms|data|javascript):\S*")
# A bare host name: chat clients turn it into a link. A blank after the dot stops that.
_HOST = re.compile(r"(?i)(?<=[\w-])\.(?=[a-z]{2,}\b)")
_IMAGE_OR_LINK_MARKUP = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MENTION = re.compile(r"<[@#!][^>]*>|</?at>|@(?=\w)")

Change = Literal["same", "removed", "added"]


def clean(text: str) -> str:
    """`text` without control, bidirectional and invisible characters; tabs become blanks, newlines
    stay."""
    if text.isprintable():  # then none of those is in it
        return text
    return _ODD.sub(_shown, _LINE_END.sub("\n", text).replace("\t", " "))


def _shown(found: re.Match[str]) -> str:
    run = found[0]
    return run if run.isprintable() else "".join(filter(_is_shown, run))


def _is_shown(character: str) -> bool:
    return character.isprintable() or not (
        _INVISIBLE.match(character) or unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn")
    )


def one_line(text: str) -> str:
    """`clean`, with every run of white space as one blank."""
    return " ".join(clean(text).split())


def without_links(text: str) -> str:
    """A model's words made harmless: links, images, addresses and mentions are taken out."""
    text = _IMAGE_OR_LINK_MARKUP.sub(r"\1", one_line(text))
    text = _HOST.sub(". ", _LINK.sub("", text))
    return " ".join(_MENTION.sub("", text).split())


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a word where one ends near, with an ellipsis."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1].rstrip()
    blank = cut.rfind(" ")
    return (cut[:blank] if blank > limit * 0.6 else cut).rstrip(" ,;:.") + "…"


def https_host(address: str) -> str:
    """The host of a plain https address, without parameters; empty for anything else."""
    if _NO_ADDRESS.search(address):
        return ""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return ""
    plain = not (parts.query or parts.fragment or parts.username)
    return host or "" if parts.scheme == "https" and plain else ""


def same_words(text: str) -> str:
    """The key under which two spellings of one question are the same: case, blanks, end marks."""
    return one_line(unicodedata.normalize("NFKC", text)).casefold().strip(" .?!…")


def word_changes(old: str, new: str) -> list[tuple[Change, str]]:
    """A word-level diff: runs of words that stayed, went or came, in reading order."""
    a, b = old.split(), new.split()
    changes: list[tuple[Change, str]] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            changes.append(("same", " ".join(a[i1:i2])))
            continue
        if i2 > i1:
            changes.append(("removed", " ".join(a[i1:i2])))
        if j2 > j1:
            changes.append(("added", " ".join(b[j1:j2])))
    return changes
