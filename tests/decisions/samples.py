"""Decisions to try things on."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from bot.decisions.model import Check, Decision, Entry, LineLink, after, as_json
from bot.events import Person

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DANA = Person(id="dana", name="Dana Diaz")
ERIK = Person(id="erik", name="Erik Ek")


def fields(number: int = 1, **changes: object) -> dict[str, object]:
    values: dict[str, object] = {
        "id": f"d{number}",
        "number": number,
        "charter_id": "c1",
        "charter_name": "Vitals",
        "version": 4,
        "title": f"Drop widget {number}",
        "choice": "We stop building the Android widget.",
        "deciders": (DANA,),
        "recorded_by": DANA,
        "recorded_at": AT,
        "conversation_id": "product",
    }
    return values | changes


def decision(number: int = 1, **changes: object) -> Decision:
    return Decision.model_validate(fields(number, **changes))


def link(ref: str = "P1", stance: str = "serves") -> LineLink:
    return LineLink.model_validate(
        {"ref": ref, "stance": stance, "quote": "Enthusiasts first.", "source": "Vitals v4"}
    )


def check(outcome: str = "as_expected", **changes: object) -> Check:
    values = {"outcome": outcome, "why": "Two weeks saved.", "by": DANA, "at": AT}
    return Check.model_validate(values | changes)


def chain(*steps: tuple[str, Mapping[str, object]]) -> list[Entry]:
    """Entries, one after another: (decision's id, the fields that it changes)."""
    entries: list[Entry] = []
    for decision_id, changes in steps:
        entries.append(
            Entry(
                number=len(entries) + 1,
                decision_id=decision_id,
                deed="changed"
                if any(e.decision_id == decision_id for e in entries)
                else "recorded",
                by=DANA,
                at=AT,
                changes=as_json(changes),
                key=f"e{len(entries) + 1}",
                before=entries[-1].hash if entries else "",
            ).sealed()
        )
    return entries


def three() -> list[Entry]:
    return chain(
        ("d1", fields(1, check_on=date(2027, 2, 23), lines=(link(),))),
        ("d2", fields(2)),
        ("d1", {"title": "Drop the Android widget"}),
    )


def added_up(entries: list[Entry]) -> dict[str, Decision]:
    found: dict[str, Decision] = {}
    for entry in entries:
        found[entry.decision_id] = after(found.get(entry.decision_id), entry)
    return found
