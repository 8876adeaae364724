"""`missionbot model`: fetching, naming and doing without a model of this machine."""

import asyncio
import io
import sys
from pathlib import Path

import pytest

from adapters.judging.local import catalogue, chosen
from tests.edges.conftest import Desk
from tests.judging.local.files import ModelServer

CONTENT = b"GGUF" + bytes(100_000)


def model_file(desk: Desk) -> Path:
    file = desk.folder / "mine.gguf"
    file.write_bytes(CONTENT)
    return file


def test_it_says_what_there_is(desk: Desk) -> None:
    said = desk.done("model")
    assert "No model of this machine was chosen." in said
    assert "qwen3-4b" in said
    assert "2.5 GB" in said


def test_one_of_ones_own_judges_until_it_is_taken_off(desk: Desk) -> None:
    said = desk.done("model", "use", str(model_file(desk)), "--name", "Mine 4B")
    assert said.startswith("Mine 4B judges from the next start on.")
    assert "Mine 4B judges from the next start on" in desk.done("model")
    assert desk.done("model", "off") == "It judges no more from the next start on."
    assert desk.done("model", "off") == "None was chosen."


def test_an_address_in_the_settings_goes_before_it(desk: Desk) -> None:
    desk.set(OPENAI_API_KEY="a-key")
    said = desk.done("model", "use", str(model_file(desk)))
    assert "OPENAI_API_KEY or OPENAI_BASE_URL is set, though" in said


def test_what_is_no_model_is_refused(desk: Desk) -> None:
    page = desk.file("page.gguf", "<html>")
    assert "is no GGUF file" in desk.type("model", "use", str(page)).sentence
    assert "cannot be read" in desk.type("model", "use", "nowhere.gguf").sentence
    assert "I know no model 'gpt'" in desk.type("model", "get", "gpt").sentence


def test_a_model_that_is_gone_is_said_by_the_doctor(desk: Desk) -> None:
    file = model_file(desk)
    desk.done("model", "use", str(file))
    file.unlink()
    assert "is gone. Name another" in desk.type("doctor").out


async def test_it_is_fetched_after_a_yes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async with ModelServer(CONTENT) as server:
        monkeypatch.setattr(catalogue, "MODELS", {"tiny": server.model()})
        said = await asyncio.to_thread(desk.done, "model", "get", "--yes")
    assert "Licence: Apache 2.0 (https://example.com/tiny)" in said
    assert "Download: 0.0 GB into" in said
    assert "Tiny judges from the next start on." in said
    found = chosen.chosen(desk.data)
    assert found
    assert found.file.read_bytes() == CONTENT


def test_nothing_is_fetched_without_a_yes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("n\n"))
    assert desk.type("model", "get").code == 130
    assert not desk.data.exists()
