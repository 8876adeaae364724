"""The manifest: valid in both variants, asking for what the program uses and no more."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.slack import interactions, manifest
from adapters.slack.scopes import NOT_ASKED, REASONS, SCOPES
from bot.errors import UserFacing
from tests.fake_slack import server as fake
from tests.slack.manifest_schema import manifest_problems

TOP = Path(__file__).parents[2]


def parsed(**variant: Any) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(manifest.manifest(**variant))
    return found


def test_the_installed_copy_is_the_projects() -> None:
    packaged = TOP / "adapters/slack/manifest.yaml"
    assert (TOP / "manifest.yml").read_text() == packaged.read_text()


@pytest.mark.parametrize("variant", [{"url": "https://bot.example"}, {"socket": True}])
def test_both_variants_are_valid(variant: dict[str, Any]) -> None:
    assert manifest_problems(parsed(**variant)) == []


def test_the_schema_refuses_what_slack_refuses() -> None:
    wrong = parsed(url="https://bot.example")
    wrong["features"]["shortcuts"][0]["name"] = "Check against the strategy"
    wrong["settings"]["extra"] = True
    assert manifest_problems(wrong) == [
        "must be less than 25 characters [json-pointer:/features/shortcuts/0/name]",
        "invalid additional property: extra [json-pointer:/settings]",
    ]


def test_by_url_every_address_is_ours() -> None:
    text = manifest.manifest(url="https://bot.example/team/")
    assert manifest.PLACEHOLDER not in text
    settings = parsed(url="https://bot.example/team/")["settings"]
    assert settings["event_subscriptions"]["request_url"] == "https://bot.example/team/slack/events"
    assert settings["socket_mode_enabled"] is False
    assert text.count("https://bot.example/team/slack/") == 4


def test_by_socket_there_is_no_address_and_nothing_else_differs() -> None:
    text = manifest.manifest(socket=True)
    assert "https://" not in text
    by_url, by_socket = parsed(url="https://bot.example"), parsed(socket=True)
    assert by_socket["settings"]["socket_mode_enabled"] is True
    by_url["settings"]["socket_mode_enabled"] = True
    del by_url["oauth_config"]["redirect_urls"]
    del by_url["settings"]["event_subscriptions"]["request_url"]
    del by_url["settings"]["interactivity"]["request_url"]
    del by_url["features"]["slash_commands"][0]["url"]
    assert by_socket == by_url


@pytest.mark.parametrize(
    "url",
    [
        "http://bot.example",
        "bot.example",
        "https://",
        "https://bot.example/?a=b",
        "https://a b",
        "https://bot.example\n  evil: true",
        "https://bot.example:port",
        "https://[bot",
        "",
    ],
)
def test_an_address_that_slack_could_not_call_is_explained(url: str) -> None:
    with pytest.raises(UserFacing, match="--socket"):
        manifest.manifest(url=url)


def test_one_way_must_be_chosen() -> None:
    for both in ({}, {"url": "https://bot.example", "socket": True}):
        with pytest.raises(UserFacing, match="--url"):
            manifest.manifest(**both)  # type: ignore[arg-type]


def test_scopes_are_those_that_are_asked_for_each_with_its_reason() -> None:
    text = manifest.manifest(socket=True)
    assert parsed(socket=True)["oauth_config"]["scopes"]["bot"] == list(SCOPES)
    for scope, reason in REASONS.items():
        assert f"- {scope} # {reason}\n" in text


def test_the_guide_names_every_scope_with_its_reason() -> None:
    guide = (TOP / "docs/slack.md").read_text().replace("`/mission`", "/mission")
    for scope, reason in {**REASONS, **NOT_ASKED}.items():
        assert f"| `{scope}` | {reason} |\n" in guide
    assert not set(NOT_ASKED) & set(SCOPES)


def test_the_tests_have_the_same_rights_as_the_program() -> None:
    assert set(fake.SCOPES.split()) == set(SCOPES)


def test_shortcuts_are_those_that_are_handled() -> None:
    shortcuts = parsed(socket=True)["features"]["shortcuts"]
    assert {s["callback_id"] for s in shortcuts} == {interactions.CHECK, interactions.DECIDE}


def test_it_is_found_wherever_the_program_is_started(tmp_path: Path) -> None:
    code = "from adapters.slack.manifest import manifest; print(manifest(socket=True))"
    printed = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(TOP)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert yaml.safe_load(printed.stdout)["display_information"]["name"] == "Mission"
