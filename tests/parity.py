"""What each way in can do, as a table for people: made from what the adapters say themselves."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

ADAPTERS = Path(__file__).parents[1] / "adapters"

NAMES = {"web": "Page", "terminal": "Terminal", "slack": "Slack", "teams": "Teams"}
"""The ways in, in the order of the table; others follow by their folder's name."""
LABELS = {
    "command": "`/mission …`",
    "question": "Plain questions",
    "thread": "Follow-ups in a thread",
    "button": "Buttons",
    "form": "Forms",
    "private_reply": "Answers that you alone see",
    "replace": "Cards that change in place",
    "post": "Messages that nobody asked for",
    "feedback": "“Was this useful?”",
    "table": "Tables",
    "chart": "Charts",
    "image": "Pictures",
    "lifecycle": "A welcome where it is added",
    "throttled": "Waits when it is asked to",
    "several_workspaces": "Several workspaces",
}
"""What CAPABILITIES are called here."""

Capabilities = Mapping[str, object]


def capabilities() -> Mapping[str, Capabilities]:
    """What every adapter on disk says of itself, by its folder's name."""
    packages = {
        path.parent.name: import_module(f"adapters.{path.parent.name}")
        for path in ADAPTERS.glob("*/__init__.py")
    }
    found = {n: p.CAPABILITIES for n, p in packages.items() if hasattr(p, "CAPABILITIES")}
    order = [*NAMES, *sorted(set(found) - set(NAMES))]
    return {name: found[name] for name in order if name in found}


def parity_table(found: Mapping[str, Capabilities] | None = None) -> str:
    """A row a capability, a column a way in; where one need not, a note says why."""
    found = capabilities() if found is None else found
    notes: list[str] = []
    names = [NAMES.get(name, name.capitalize()) for name in found]
    rows = [f"| | {' | '.join(names)} |", "|---|" + ":-:|" * len(names)]
    for capability, label in LABELS.items():
        cells = []
        for way, name in zip(found.values(), names, strict=True):
            state = way[capability]
            if state == "done":
                cells.append("✓")
            else:
                notes.append(f"{name}, {label[:1].lower()}{label[1:]}: {state[1]}.")  # type: ignore[index]
                cells.append(f"[{len(notes)}]")
        rows.append(f"| {label} | {' | '.join(cells)} |")
    numbered = [f"{number}. {note}" for number, note in enumerate(notes, 1)]
    return "\n".join([*rows, "", *numbered]).rstrip()
