"""What the Slack adapter makes, compiled against the types that Slack publishes for TypeScript.

Nobody here wrote those, so a mistake that our validator shares with our renderer shows here.
Needs node and npm; the packages are installed into this folder once.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.slack import blocks, forms
from adapters.slack.manifest import manifest
from bot.cards import Card
from tests.e2e.packages import HERE, installed
from tests.golden.renderers import golden, slack_parts

NOT_IN_THE_TYPES = {"data_visualization"}
"""Blocks that @slack/types has no type for yet; `tests/slack/validate.py` alone checks them."""
SCOPES_NOT_IN_THE_TYPES = {"assistant:write"}
"""Scopes that @slack/web-api does not list, though the pages of assistant.threads.* do."""

IMPORTS = """
import type { HomeView, KnownBlock, ModalView } from "@slack/types";
import type { AppsManifestCreateArguments } from "@slack/web-api";
type Manifest = AppsManifestCreateArguments["manifest"];
type Modal = Omit<ModalView, "blocks"> & { blocks: KnownBlock[] };
type Home = Omit<HomeView, "blocks"> & { blocks: KnownBlock[] };
type Strict<T> = { [K in keyof T as string extends K ? never : K]: T[K] };
"""
# Each of these must fail, or the compiler is not looking.
CONTROLS = """
// @ts-expect-error
const wrong1: KnownBlock[] = [{ type: "section", txt: { type: "plain_text", text: "x" } }];
// @ts-expect-error
const wrong2: KnownBlock[] = [{ type: "context", elements: [{ type: "markdown", text: "x" }] }];
// @ts-expect-error
const wrong3: Modal = { type: "modal", blocks: [] };
// @ts-expect-error
const wrong4: Strict<Manifest> = { display_information: { name: "x" }, features: { no_such: 1 } };
"""


@pytest.fixture(scope="module")
def packages() -> Path:
    """The npm packages of the lock file."""
    return installed()


def declarations() -> Iterator[str]:
    """A constant of Slack's type for everything that we make."""
    for name, thing in golden().items():
        if isinstance(thing, Card):
            for number, part in enumerate(slack_parts(thing), 1):
                yield _constant(f"{name}_{number}", "KnownBlock[]", _typed(part.blocks))
            yield _constant(f"{name}_home", "Home", blocks.home(thing))
        else:
            yield _constant(name, "Modal", forms.modal(thing))
    for name, variant in (("url", {"url": "https://bot.example"}), ("socket", {"socket": True})):
        found = yaml.safe_load(manifest(**variant))  # type: ignore[arg-type]
        scopes = found["oauth_config"]["scopes"]
        scopes["bot"] = [s for s in scopes["bot"] if s not in SCOPES_NOT_IN_THE_TYPES]
        yield _constant(f"manifest_{name}", "Strict<Manifest>", found)


def _typed(found: Any) -> list[Any]:
    return [block for block in found if block["type"] not in NOT_IN_THE_TYPES]


def _constant(name: str, kind: str, value: Any) -> str:
    return f"export const {name}: {kind} = {json.dumps(value)};"


def test_slacks_own_types_agree(packages: Path, tmp_path: Path) -> None:
    (tmp_path / "node_modules").symlink_to(packages)
    (tmp_path / "made.ts").write_text("\n".join([IMPORTS, CONTROLS, *declarations()]))
    compiler = packages / "typescript/bin/tsc"
    options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext"]
    ran = subprocess.run(
        ["node", str(compiler), *options, "made.ts"], cwd=tmp_path, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout[:4000]


def test_the_exceptions_are_still_needed(packages: Path) -> None:
    types = (packages / "@slack/types/dist/block-kit/blocks.d.ts").read_text()
    for kind in NOT_IN_THE_TYPES:
        assert f"'{kind}'" not in types, f"@slack/types knows {kind} now: check it too"
    types = (packages / "@slack/web-api/dist/types/request/manifest.d.ts").read_text()
    for scope in SCOPES_NOT_IN_THE_TYPES:
        assert f"'{scope}'" not in types, f"@slack/web-api knows {scope} now: check it too"


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((HERE / "package-lock.json").read_text())
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
