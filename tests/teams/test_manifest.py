"""The app's package: within Teams' limits, asking for what the program uses and no more."""

import json
import re
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from adapters.teams.manifest.identity import checked_id, checked_url
from adapters.teams.manifest.package import ICONS, Schema, german, manifest, package
from adapters.teams.manifest.words import DESCRIPTION, FIRST, MOST, TITLE, listed
from bot.errors import UserFacing
from bot.usage import Word
from tests.docs_tables import words
from tests.teams.png import Picture, read

TOP = Path(__file__).parents[2]
ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
URL = "https://mission.example.com"
SCHEMAS: tuple[Schema, ...] = ("1.30", "1.25")
both = pytest.mark.parametrize("schema", SCHEMAS)


def made(schema: Schema = "1.30") -> dict[str, Any]:
    return manifest(app_id=ID, url=URL, words=words(), version="1.2.3", schema=schema)


def unpacked(schema: Schema = "1.30") -> dict[str, bytes]:
    packed = package(app_id=ID, url=URL, words=words(), version="1.2.3", schema=schema)
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@both
def test_everything_that_the_manifest_names_is_in_the_package(schema: Schema) -> None:
    files = unpacked(schema)
    told = json.loads(files["manifest.json"])
    assert told == made(schema)
    languages = [each["file"] for each in told["localizationInfo"]["additionalLanguages"]]
    assert set(files) == {"manifest.json", *told["icons"].values(), *languages}


def test_the_same_package_is_the_same_bytes() -> None:
    def once() -> bytes:
        return package(app_id=ID, url=URL, words=words(), version="1.2.3")

    assert once() == once()


@both
def test_it_is_this_installations(schema: Schema) -> None:
    told = made(schema)
    assert told["id"] == told["bots"][0]["botId"] == told["composeExtensions"][0]["botId"] == ID
    assert (told["version"], told["manifestVersion"]) == ("1.2.3", schema)
    assert told["$schema"].endswith(f"/v{schema}/MicrosoftTeams.schema.json")
    addresses = set(re.findall(r"https?://[^\"]+", json.dumps(told))) - {told["$schema"]}
    assert addresses == {URL}
    assert '""' not in json.dumps(told), "a gap was left open"


@both
def test_texts_are_within_teams_limits(schema: Schema) -> None:
    told = made(schema)
    for each in (told, _by_path(german(told))):
        assert len(each["name"]["short"]) <= 30
        assert len(each["name"]["full"]) <= 100
        assert len(each["description"]["short"]) <= 80
        assert len(each["description"]["full"]) <= 4000
    assert len(told["developer"]["name"]) <= 32
    lists = told["bots"][0]["commandLists"]
    assert len(lists) <= 3
    for commands in lists:
        assert 1 <= len(commands["commands"]) <= MOST
        for command in commands["commands"]:
            assert len(command["title"]) <= TITLE
            assert len(command["description"]) <= DESCRIPTION
    for key, text in german(told).items():
        assert not key.startswith("bots") or len(text) <= DESCRIPTION
    actions = told["composeExtensions"][0]["commands"]
    assert len(actions) <= 10
    for action in (*actions, *_told("de.json")["actions"].values()):
        assert len(action["title"]) <= 32
        assert len(action["description"]) <= 128


def _told(name: str) -> Any:
    return json.loads((TOP / "adapters/teams/manifest" / name).read_text(encoding="utf-8"))


def _by_path(texts: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {
        outer: {inner: texts[f"{outer}.{inner}"] for inner in ("short", "full")}
        for outer in ("name", "description")
    }


def test_the_older_form_knows_no_slash() -> None:
    newest, older = made("1.30"), made("1.25")
    assert newest["bots"][0]["supportsTargetedMessages"] is True
    personal, shared = newest["bots"][0]["commandLists"]
    assert personal["scopes"] == ["personal"]
    assert "triggers" not in personal, "somebody alone with the bot need not call it"
    assert shared["triggers"] == ["mention", "slash"]
    for later in ("supportsTargetedMessages", "triggers", "slash"):
        assert later not in json.dumps(older)
    newest["bots"][0].pop("supportsTargetedMessages")
    shared.pop("triggers")
    for told in (newest, older):
        del told["$schema"], told["manifestVersion"]
    assert newest == older, "nothing else differs"


def test_the_commands_are_the_bots_words() -> None:
    real = {word.name: word for word in words()}
    for commands in made()["bots"][0]["commandLists"]:
        titles = [each["title"] for each in commands["commands"]]
        assert titles[: len(FIRST)] == list(FIRST)
        assert titles[-1] == "help"
        assert set(titles) - {"help"} <= set(real)
        assert len(titles) == min(len(real) + 1, MOST)
        for each in commands["commands"][:-1]:
            does = real[each["title"]].does.replace("`", "")
            assert each["description"].lower() == does.lower()


def test_more_words_than_fit_leave_room_for_help() -> None:
    many = [Word(name=f"word{n}", does="does something") for n in range(20)]
    many.append(Word(name="ask", does="x" * 300))
    many.insert(0, Word(name="roles", does="is wanted least"))
    commands = listed(many)
    assert [each["title"] for each in commands] == [
        "ask",
        *(f"word{n}" for n in range(10)),
        "help",
    ]
    assert len(commands[0]["description"]) == DESCRIPTION


@both
def test_it_has_a_german_text_for_every_english_one(schema: Schema) -> None:
    told = made(schema)
    texts = german(told)
    for outer in ("name", "description"):
        for inner in told[outer]:
            assert f"{outer}.{inner}" in texts
    for at, commands in enumerate(told["bots"][0]["commandLists"]):
        for c, command in enumerate(commands["commands"]):
            key = f"bots[0].commandLists[{at}].commands[{c}].description"
            assert key in texts, f"adapters/teams/manifest/de.json lacks “{command['title']}”"
    for c, _ in enumerate(told["composeExtensions"][0]["commands"]):
        for part in ("title", "description"):
            assert f"composeExtensions[0].commands[{c}].{part}" in texts


def test_a_word_without_german_is_shown_in_english() -> None:
    new = [Word(name="brandnew", does="does something")]
    texts = german(manifest(app_id=ID, url=URL, words=new, version="1.0.0"))
    assert "bots[0].commandLists[0].commands[0].description" not in texts
    assert texts["bots[0].commandLists[0].commands[1].description"] == "Zeigt alles, was Sie " + (
        "den Bot fragen können"
    )


@both
def test_it_hears_only_what_is_addressed_to_it(schema: Schema) -> None:
    told = made(schema)
    assert "authorization" not in told, "resource-specific consent may deliver every message"
    assert "webApplicationInfo" not in told
    assert told["permissions"] == ["identity", "messageTeamMembers"]
    page = (TOP / "docs/teams.md").read_text(encoding="utf-8")
    for permission in told["permissions"]:
        assert f"| `{permission}` |" in page, "say there what it is for"


def test_the_message_actions_ask_for_a_dialog() -> None:
    actions = made()["composeExtensions"][0]["commands"]
    assert [each["id"] for each in actions] == ["checkStrategy", "recordDecision"]
    for action in actions:
        assert action["type"] == "action"
        assert action["context"] == ["message"]
        assert action["fetchTask"] is True


def test_no_other_platform_is_spoken_of() -> None:
    files = unpacked()
    said = (files["manifest.json"] + files["de.json"]).decode().lower()
    for rival in ("slack", "discord", "mattermost", "google"):
        assert rival not in said


def icon(name: str) -> Picture:
    return read(unpacked()[name])


def test_the_colour_icon_fills_its_square() -> None:
    picture = icon("color.png")
    assert (picture.width, picture.height) == (192, 192)
    assert {opacity for *_, opacity in picture.pixels} == {255}
    corners = {picture.pixels[at] for at in (0, 191, 192 * 191, 192 * 192 - 1)}
    assert corners == {(0x1F, 0x4E, 0x5F, 255)}
    assert made()["accentColor"] == "#1f4e5f"
    # The sign stays within the middle 120 pixels, which Teams never crops.
    signs = [at for at, pixel in enumerate(picture.pixels) if pixel[0] > 128]
    places = [(at % 192, at // 192) for at in signs]
    assert all(36 <= x < 156 and 36 <= y < 156 for x, y in places)
    assert len(places) > 1000


def test_the_outline_is_white_on_nothing() -> None:
    picture = icon("outline.png")
    assert (picture.width, picture.height) == (32, 32)
    shown = {pixel[:3] for pixel in picture.pixels if pixel[3]}
    assert shown == {(255, 255, 255)}
    assert picture.pixels[0][3] == 0
    assert picture.pixels[16 * 32 + 16][3] == 0, "the middle of the compass is open"


def test_the_small_colour_icon_stands_on_nothing() -> None:
    picture = icon("color32.png")
    assert (picture.width, picture.height) == (32, 32)
    assert picture.pixels[0][3] == 0
    assert picture.pixels[16 * 32 + 16][3] == 255


def test_every_icon_has_its_source() -> None:
    folder = TOP / "adapters/teams/manifest"
    assert {path.stem for path in folder.glob("*.svg")} == {Path(name).stem for name in ICONS}


@pytest.mark.parametrize("given", ["", "  ", "compass", ID[:-1], ID + "0", "{" + ID + "}"])
def test_an_app_id_that_is_none_is_explained(given: str) -> None:
    with pytest.raises(UserFacing, match="MICROSOFT_APP_ID") as problem:
        checked_id(given)
    assert "Azure bot" in str(problem.value)


def test_an_app_id_may_be_copied_in_capitals_and_with_blanks() -> None:
    assert checked_id(f" {ID.upper()}\n") == ID


@pytest.mark.parametrize(
    "url",
    [
        "http://mission.example.com",
        "mission.example.com",
        "https://",
        "https://mission.example.com/?a=b",
        "https://mission.example.com#a",
        "https://you:word@mission.example.com",
        "https://a b.example.com",
        'https://mission.example.com"',
        "https://mission.example.com:port",
        "https://[mission",
        "",
    ],
)
def test_what_is_no_address_over_https_is_explained(url: str) -> None:
    with pytest.raises(UserFacing, match="over https"):
        checked_url(url)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "127.0.0.1",
        "10.1.2.3",
        "192.168.1.4:8443",
        "[::1]",
        "[fd00::1]",
        "mission",
        "mission.local",
        "mission.internal",
        "mission..example.com",
        "mission_bot.example.com",
        "-.example.com",
        "300.1.1.1",
    ],
)
def test_a_host_that_microsoft_cannot_reach_is_explained(host: str) -> None:
    with pytest.raises(UserFacing, match="from outside"):
        checked_url(f"https://{host}")


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://mission.example.com", "https://mission.example.com"),
        ("https://mission.example.com/", "https://mission.example.com"),
        ("https://example.com:8443/team/", "https://example.com:8443/team"),
        ("https://xn--mhle-0ra.example", "https://xn--mhle-0ra.example"),
        ("https://8.8.8.8", "https://8.8.8.8"),
    ],
)
def test_a_public_address_is_taken(url: str, kept: str) -> None:
    assert checked_url(url) == kept


def command(*words: str, cwd: Path, app_id: str = ID) -> "subprocess.CompletedProcess[str]":
    program = Path(sys.executable).with_name("missionbot")
    return subprocess.run(
        [program, "manifest", "teams", *words],
        cwd=cwd,
        env={"MICROSOFT_APP_ID": app_id},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_writes_it_wherever_it_is_started(tmp_path: Path) -> None:
    ran = command("--url", URL + "/", "--app-version", "1.2.3", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert f"{URL}/api/messages" in ran.stdout
    with zipfile.ZipFile(tmp_path / "missionbot-teams.zip") as archive:
        assert json.loads(archive.read("manifest.json")) == made()
    assert [path.name for path in tmp_path.iterdir()] == ["missionbot-teams.zip"]


def test_the_command_writes_the_older_form_where_it_is_told(tmp_path: Path) -> None:
    ran = command("--url", URL, "--version-1-25", "--out", "older.zip", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    with zipfile.ZipFile(tmp_path / "older.zip") as archive:
        assert json.loads(archive.read("manifest.json"))["manifestVersion"] == "1.25"


@pytest.mark.parametrize(
    ("words", "app_id", "said"),
    [
        (("--url", URL), "", "MICROSOFT_APP_ID is missing"),
        (("--url", "http://mission.example.com"), ID, "over https"),
        (("--url", URL, "--out", "no/such/folder.zip"), ID, "could not be written"),
    ],
)
def test_the_command_says_what_is_wrong(
    words: tuple[str, ...], app_id: str, said: str, tmp_path: Path
) -> None:
    ran = command(*words, cwd=tmp_path, app_id=app_id)
    assert ran.returncode == 70
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not [*tmp_path.iterdir()]
