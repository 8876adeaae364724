"""The house rules, checked by walking the imports and the sizes of every file."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted(
    path
    for room in ("bot", "adapters", "storage")
    for path in (ROOT / room).rglob("*.py")
    if "migrations/versions" not in path.as_posix()
)
FLOORS = [
    {
        "bot",
        "bot.faults",
        "bot.errors",
        "bot.text",
        "bot.events",
        "bot.markup",
        "bot.cards",
        "bot.drawing",
        "bot.plain_text",
    },
    {"bot.replies", "bot.filled"},
    {"bot.ports", "bot.recurrence"},
    {"bot.usage", "bot.router", "bot.welcome", "bot.home", "bot.delivery"},
    {"bot.charter", "bot.settings"},
    {"bot.ask", "bot.guide"},
    {"bot.decisions", "bot.announcing", "bot.exercise"},
    {"bot.changes", "bot.pulse", "bot.ranking"},
    {"bot.check"},
    {"bot.reminders"},
]
CORE_MAY_IMPORT = {"pydantic", "dateutil", "cronsim", "holidays"}
SHARED_PARTS_OF_A_ROOM = {"model", "service", "ports"}
"""What another room may import of a room; never its views or commands."""
WIRING = {
    *("adapters.core", "adapters.local", "adapters.main", "adapters.once", "adapters.platforms"),
    *("adapters.cli", "adapters.cli_decisions", "adapters.cli_manifest", "adapters.cli_model"),
    *("adapters.cli_queue", "adapters.anonymity", "adapters.announcing", "adapters.beginning"),
    *("adapters.changing", "adapters.checking", "adapters.deciding", "adapters.exports"),
    *("adapters.guiding", "adapters.judges", "adapters.paces", "adapters.pulsing"),
    *("adapters.ranking", "adapters.reminding", "adapters.rooms"),
}
ADAPTERS_OF_ALL = {"adapters", "adapters.settings", "adapters.logs"}


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute here"
            base = node.module or ""
            for alias in node.names:
                inner = ROOT / base.replace(".", "/") / alias.name
                is_module = inner.is_dir() or inner.with_suffix(".py").exists()
                yield f"{base}.{alias.name}" if is_module else base


def room_of(module: str) -> str:
    return ".".join(module.split(".")[:2])


def floor_of(module: str) -> int:
    room = room_of(module)
    found = [i for i, floor in enumerate(FLOORS) if room in floor]
    assert found, f"{room} stands on no floor: add it to FLOORS and to ARCHITECTURE.md"
    return found[0]


def is_in(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_imports_follow_the_floors(path: Path) -> None:
    module = module_of(path)
    for name in imports_of(path):
        top = name.split(".")[0]
        if is_in(module, "bot"):
            assert top in {"bot", *CORE_MAY_IMPORT} or top in sys.stdlib_module_names, (
                f"{module} imports {name}: the core knows no library beside pydantic"
            )
            if top == "bot" and room_of(name) != room_of(module):
                assert floor_of(name) <= floor_of(module), f"{module} imports {name} from above"
                if floor_of(name) >= 4:
                    part = name.split(".")[2:3]
                    assert set(part) <= SHARED_PARTS_OF_A_ROOM, f"{module} reaches into {name}"
        elif is_in(module, "storage"):
            assert not is_in(name, "adapters"), f"{module} imports {name}"
            if is_in(name, "bot") and floor_of(name) >= 4:
                assert set(name.split(".")[2:3]) <= SHARED_PARTS_OF_A_ROOM
        elif module not in WIRING:
            assert not is_in(name, "storage"), f"{module} imports {name}: only main wires storage"
            if is_in(name, "adapters") and name not in ADAPTERS_OF_ALL:
                assert room_of(name) == room_of(module), f"{module} imports another adapter: {name}"


def test_botbuilder_stays_replaceable() -> None:
    users = [
        p for p in FILES if any("botbuilder" in n or "botframework" in n for n in imports_of(p))
    ]
    assert len(users) <= 2, users


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_files_and_functions_stay_small(path: Path) -> None:
    source = path.read_text()
    assert len(source.splitlines()) <= 400, f"{path} has outgrown its room"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            assert lines <= 60, f"{path}: {node.name} is {lines} lines long"


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_public_names_say_their_contract(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree), f"{path} does not say what it is for"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            assert node.name.startswith("_") or ast.get_docstring(node), f"{path}: {node.name}"
