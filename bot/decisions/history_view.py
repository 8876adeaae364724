"""What was done to a decision, for people."""

from collections.abc import Mapping, Sequence

from bot.cards import Card, heading, quiet
from bot.decisions.forms import OUTCOMES
from bot.decisions.model import Decision, Deed, Entry, after
from bot.decisions.views import day, days_in_words
from bot.text import one_line

DEEDS: Mapping[Deed, str] = {
    "recorded": "recorded it",
    "imported": "brought it in from a file",
    "changed": "changed its words",
    "delegated": "handed it over",
    "checked": "said how it went",
    "shared": "shared it",
    "superseded": "put another in its place",
    "withdrawn": "withdrew it",
}


def history_card(decision: Decision, entries: Sequence[Entry]) -> Card:
    """Everything that was done to it, oldest first; its entries are all of them."""
    lines, before = [], None
    for entry in entries:
        now = after(before, entry)
        lines.append(
            quiet(
                "{at} · {who} {did}{why}{days}",
                at=day(entry.at.date()),
                who=entry.by.name,
                did=_did(entry, before, now),
                why=f": {one_line(entry.why)}" if entry.why else "",
                days=_days(before, now),
            )
        )
        before = now
    return Card(
        summary=f"History of {decision.name}",
        elements=(
            heading("**{name}** · {title}: history", name=decision.name, title=decision.title),
            *lines,
            quiet("Nothing here is ever taken out; each entry is sealed with the one before it."),
        ),
    )


def _did(entry: Entry, before: Decision | None, now: Decision) -> str:
    if entry.deed == "checked" and now.checks:
        anew = before is not None and len(before.checks) == len(now.checks)
        said = "changed the answer to" if anew else "answered"
        return f"{said} “{OUTCOMES[now.checks[-1].outcome]}”"
    if entry.deed == "delegated" and now.delegate:
        return f"handed it over to {now.delegate.name}"
    return DEEDS[entry.deed]


def _days(before: Decision | None, now: Decision) -> str:
    """When it is to be checked, where that changed."""
    if not now.check_days or (before and before.check_days == now.check_days):
        return ""
    return f" · to be checked {days_in_words(now.check_days)}"
