"""The charter as seven text fields, one a kind, for people to edit: and back again.

One statement a line: `P1: Sell to teams first [now]`. A line without an id is new; one that lost
its id while being edited is recognised by its words.
"""

import difflib
import re
from collections.abc import Iterable, Mapping

from bot.charter.model import KIND_NAMES, Draft, Line
from bot.text import one_line

_WRITTEN = re.compile(
    r"^\s*(?:[-*•]\s+)?(?:(?P<id>[A-Z][0-9]{1,4})\s*[:.)]\s+)?(?P<text>.*)$", re.I
)
# Anywhere in the line: people go on typing behind it.
_HORIZON = re.compile(r"\s*\[(now|next|later)\]", re.IGNORECASE)
RECOGNISED = 0.6
"""Two texts from this likeness on are one line that was reworded (difflib's ratio)."""


def to_sections(lines: Iterable[Line]) -> dict[str, str]:
    """One text a kind, a statement a line, as `from_sections` reads it."""
    sections: dict[str, list[str]] = {kind: [] for kind in KIND_NAMES}
    for line in lines:
        horizon = f" [{line.horizon}]" if line.horizon else ""
        sections[line.kind].append(f"{line.id}: {line.text}{horizon}")
    return {kind: "\n".join(texts) for kind, texts in sections.items()}


def from_sections(sections: Mapping[str, str], before: Iterable[Line]) -> list[Draft]:
    """The lines that people wrote, with the ids of the ones they had before."""
    known = {line.id: line for line in before}
    drafts: list[Draft] = []
    for kind in KIND_NAMES:
        written = [d for t in sections.get(kind, "").splitlines() if (d := _draft(kind, t, known))]
        taken = {draft.id for draft in written}
        free = [line for line in known.values() if line.kind == kind and line.id not in taken]
        drafts += [draft if draft.id else _recognise(draft, free) for draft in written]
    return drafts


def merge(
    base: Mapping[str, str], typed: Mapping[str, str], current: Mapping[str, str]
) -> dict[str, str]:
    """What to offer when somebody else adopted a version meanwhile: sections that the person did
    not touch as they are now, the ones they did as they typed them."""
    return {
        kind: current.get(kind, "") if _same(typed[kind], base.get(kind, "")) else typed[kind]
        for kind in typed
    }


def _same(a: str, b: str) -> bool:
    return [one_line(x) for x in a.splitlines() if x.strip()] == b.splitlines()


def _draft(kind: str, text: str, known: Mapping[str, Line]) -> Draft | None:
    found = _WRITTEN.match(text)
    if not text.strip() or found is None:
        return None
    line_id: str | None = (found["id"] or "").upper() or None
    if line_id and line_id in known and known[line_id].kind != kind:
        line_id = None  # moved to another section: there it is a new line
    horizons = _HORIZON.findall(found["text"])
    return Draft(
        kind=kind,
        text=one_line(_HORIZON.sub("", found["text"])),
        id=line_id,
        horizon=horizons[-1].lower() if horizons else None,
    )


def _recognise(draft: Draft, free: list[Line]) -> Draft:
    def likeness(line: Line) -> float:
        return difflib.SequenceMatcher(None, line.text, draft.text).ratio()

    best = max(free, key=likeness, default=None)
    if best is None or likeness(best) < RECOGNISED:
        return draft
    free.remove(best)
    return draft.model_copy(update={"id": best.id})
