"""The Teams app's package, judged by the schemas that Microsoft publishes; and its icons, drawn
anew from their source.
"""

import base64
import copy
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from adapters.teams.manifest.package import german, manifest
from bot.usage import Word
from tests.docs_tables import words
from tests.e2e import icons
from tests.e2e.packages import HERE, installed

SCHEMAS = ("1.30", "1.25")
both = pytest.mark.parametrize("schema", SCHEMAS)
MANY = [Word(name=f"word{n}", does="does " + "x" * 200) for n in range(20)]


def made(schema: str, of: Any = None) -> dict[str, Any]:
    return manifest(
        app_id="0f8fad5b-d9cb-469f-a165-70867728950e",
        url="https://mission.example.com",
        words=of or words(),
        version="1.2.3",
        schema=schema,  # type: ignore[arg-type]
    )


@pytest.fixture(scope="module")
def packages() -> Path:
    return installed()


def problems(
    packages: Path, folder: Path, schema: str, told: dict[str, Any], kind: str = ""
) -> list[str]:
    """What that version's schema finds wrong."""
    file = folder / "told.json"
    file.write_text(json.dumps(told))
    schemas = packages / "@microsoft/app-manifest/build/json-schemas/teams"
    ran = subprocess.run(
        [
            "node",
            HERE / "validate_manifest.cjs",
            schemas / f"v{schema}/MicrosoftTeams{kind}.schema.json",
            file,
        ],
        cwd=HERE,
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[str] = json.loads(ran.stdout)
    return found


@both
@pytest.mark.parametrize("of", [None, MANY], ids=["the bot's words", "too many and too long"])
def test_microsofts_schema_agrees(packages: Path, tmp_path: Path, schema: str, of: Any) -> None:
    assert problems(packages, tmp_path, schema, made(schema, of)) == []


@both
def test_microsofts_schema_agrees_with_the_german_texts(
    packages: Path, tmp_path: Path, schema: str
) -> None:
    texts = german(made(schema))
    assert problems(packages, tmp_path, schema, texts, ".Localization") == []
    texts["bots[0].commandLists[0].commands[12].description"] = "one too many"
    assert problems(packages, tmp_path, schema, texts, ".Localization")


def _long_name(told: dict[str, Any]) -> None:
    told["name"]["short"] = "x" * 31


def _wrong_scope(told: dict[str, Any]) -> None:
    told["bots"][0]["scopes"][2] = "groupchat"


def _thirteen(told: dict[str, Any]) -> None:
    told["bots"][0]["commandLists"][0]["commands"] = [{"title": "x"}] * 13


def _no_colour(told: dict[str, Any]) -> None:
    del told["accentColor"]


@both
@pytest.mark.parametrize("spoil", [_long_name, _wrong_scope, _thirteen, _no_colour])
def test_microsofts_schema_is_looking(
    packages: Path, tmp_path: Path, schema: str, spoil: Callable[[dict[str, Any]], None]
) -> None:
    told = copy.deepcopy(made(schema))
    spoil(told)
    assert problems(packages, tmp_path, schema, told)


def test_the_older_schema_refuses_what_the_newest_has(packages: Path, tmp_path: Path) -> None:
    found = problems(packages, tmp_path, "1.25", made("1.30"))
    assert "/bots/0 must NOT have additional properties" in found


def test_there_is_no_newer_schema(packages: Path) -> None:
    folders = (packages / "@microsoft/app-manifest/build/json-schemas/teams").glob("v1.*")
    assert max((f.name for f in folders), key=lambda name: int(name[3:])) == f"v{SCHEMAS[0]}"


COMPARE = """async ([one, other]) => {
  const pixels = async (picture) => {
    const image = new Image();
    image.src = "data:image/png;base64," + picture;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.width, image.height];
    canvas.getContext("2d").drawImage(image, 0, 0);
    return canvas.getContext("2d").getImageData(0, 0, image.width, image.height).data;
  };
  const [a, b] = [await pixels(one), await pixels(other)];
  if (a.length !== b.length) return 255;
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at])), 0);
}"""


@pytest.mark.parametrize("source", icons.SOURCES, ids=lambda source: source.name)
def test_the_icons_are_their_sources(browser: Browser, source: Path) -> None:
    pictures = [source.with_suffix(".png").read_bytes(), icons.drawn(browser, source)]
    page = browser.new_page()
    difference = page.evaluate(COMPARE, [base64.b64encode(each).decode() for each in pictures])
    page.close()
    # Edges are smoothed a little differently from one version of the browser to another.
    assert difference < 64, "draw them anew: .venv/bin/python -m tests.e2e.icons"
