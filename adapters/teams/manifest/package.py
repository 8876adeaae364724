"""The package that Teams takes: a zip of manifest, icons and languages."""

import json
import zipfile
from collections.abc import Mapping, Sequence
from importlib.resources import files
from io import BytesIO
from typing import Any, Literal

from adapters.teams.manifest.words import listed
from bot.usage import Word

Schema = Literal["1.30", "1.25"]
"""Versions of the manifest's form. Commands by slash and answers that one person alone sees in a
channel came after 1.25; a tenant that does not take the newest form takes that one."""
ICONS = ("color.png", "outline.png", "color32.png")
_HERE = files("adapters.teams.manifest")
_DAY = (1980, 1, 1, 0, 0, 0)
"""The date of every file in the zip, so that the same package is the same bytes."""


def package(
    *, app_id: str, url: str, words: Sequence[Word], version: str, schema: Schema = "1.30"
) -> bytes:
    """The zip. `app_id` and `url` are as `identity` lets them pass."""
    made = manifest(app_id=app_id, url=url, words=words, version=version, schema=schema)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, "manifest.json", _json(made))
        _put(archive, "de.json", _json(german(made)))
        for icon in ICONS:
            _put(archive, icon, _HERE.joinpath(icon).read_bytes())
    return packed.getvalue()


def manifest(
    *, app_id: str, url: str, words: Sequence[Word], version: str, schema: Schema = "1.30"
) -> dict[str, Any]:
    """What manifest.json holds."""
    made: dict[str, Any] = json.loads(_HERE.joinpath("manifest.json").read_text(encoding="utf-8"))
    made["$schema"] = (
        "https://developer.microsoft.com/en-us/json-schemas/teams/"
        f"v{schema}/MicrosoftTeams.schema.json"
    )
    made |= {"manifestVersion": schema, "version": version, "id": app_id}
    # Teams wants all three; people who ask about the app turn to whoever runs it.
    made["developer"] |= dict.fromkeys(("websiteUrl", "privacyUrl", "termsOfUseUrl"), url)
    bot = made["bots"][0]
    bot["botId"] = made["composeExtensions"][0]["botId"] = made["id"]
    for commands in bot["commandLists"]:
        commands["commands"] = listed(words)
    if schema == "1.25":
        _without_slash(bot)
    return made


def _without_slash(bot: dict[str, Any]) -> None:
    del bot["supportsTargetedMessages"]
    for commands in bot["commandLists"]:
        commands.pop("triggers", None)


def german(made: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest's texts in German, by where they stand in it. What has no German stays away:
    Teams then shows the English of the manifest."""
    told: dict[str, Any] = json.loads(_HERE.joinpath("de.json").read_text(encoding="utf-8"))
    words, actions = told.pop("words"), told.pop("actions")
    schema = made["$schema"].replace("MicrosoftTeams.schema", "MicrosoftTeams.Localization.schema")
    texts: dict[str, Any] = {"$schema": schema, **told}
    for at, commands in enumerate(made["bots"][0]["commandLists"]):
        for c, command in enumerate(commands["commands"]):
            if description := words.get(command["title"]):
                texts[f"bots[0].commandLists[{at}].commands[{c}].description"] = description
    for c, command in enumerate(made["composeExtensions"][0]["commands"]):
        for part, text in actions[command["id"]].items():
            texts[f"composeExtensions[0].commands[{c}].{part}"] = text
    return texts


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, date_time=_DAY)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content)


def _json(made: Mapping[str, Any]) -> bytes:
    return (json.dumps(made, ensure_ascii=False, indent=2) + "\n").encode()
