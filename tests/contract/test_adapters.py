"""Every chat adapter on disk keeps the same contract; a new one cannot be forgotten.

An adapter is a folder in `adapters/` whose package says CAPABILITIES.
"""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import pytest

from tests.golden.renderers import RENDERERS
from tests.scenarios.conftest import STAGES

ADAPTERS = Path(__file__).parents[2] / "adapters"
PLAYED_OTHERWISE = {"terminal": "tests/terminal/test_chat.py types into the real line editor"}
"""Adapters without a stage, and what tests them instead."""


def capabilities() -> Mapping[str, Mapping[str, object]]:
    packages = {
        p.parent.name: import_module(f"adapters.{p.parent.name}")
        for p in ADAPTERS.glob("*/__init__.py")
    }
    return {n: p.CAPABILITIES for n, p in packages.items() if hasattr(p, "CAPABILITIES")}


FOUND = capabilities()


def test_the_ways_in_are_found() -> None:
    assert {"web", "terminal"} <= set(FOUND)


@pytest.mark.parametrize("name", FOUND)
def test_it_says_of_everything_whether_it_can(name: str) -> None:
    assert set(FOUND[name]) == set(FOUND["web"])
    for capability, state in FOUND[name].items():
        if state != "done":
            kind, reason = state  # type: ignore[misc]
            assert kind == "exempt", capability
            assert len(reason) > 20, f"{capability}: say why it need not"


@pytest.mark.parametrize("name", FOUND)
def test_it_draws_every_golden_card(name: str) -> None:
    assert name in RENDERERS, f"add {name} to tests/golden/renderers.py"


@pytest.mark.parametrize("name", FOUND)
def test_it_plays_the_scenarios(name: str) -> None:
    assert name in STAGES or name in PLAYED_OTHERWISE, f"give {name} a stage"
    for room in ("inbound", "messenger"):
        assert (ADAPTERS / name / f"{room}.py").exists()
