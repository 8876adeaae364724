"""Settings from the environment and from `.env`; what is wrong with them, in sentences."""

from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import URL

from adapters.settings import Settings, load, unknown
from bot.errors import UserFacing


def problem() -> str:
    with pytest.raises(UserFacing) as raised:
        load()
    return str(raised.value)


def test_they_stand_in_a_file_and_the_environment_comes_first(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".env").write_text(
        "# ours\nPORT=4001\nMISSIONBOT_JUDGE_MODEL='qwen3:8b'\n"
        "OPENAI_API_KEY=sk-hushhush\nOTHER=x\n"
    )
    monkeypatch.setenv("PORT", "4002")
    settings = load()
    assert settings.port == 4002
    assert settings.missionbot_judge_model == "qwen3:8b"
    assert settings.openai_api_key
    assert settings.openai_api_key.get_secret_value() == "sk-hushhush"
    assert settings.judge_connected
    assert "hushhush" not in repr(settings) + str(settings)


@pytest.mark.parametrize("name", [name.upper() for name in Settings.model_fields])
def test_an_empty_one_is_none(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    usual = load()
    monkeypatch.setenv(name, "")
    assert load() == usual


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "abc", "PORT has to be a whole number."),
        ("PORT", "70000", "PORT has to be 65535 or less."),
        ("PORT", "-1", "PORT has to be 0 or more."),
        ("MISSIONBOT_JUDGE_TIMEOUT", "soon", "MISSIONBOT_JUDGE_TIMEOUT has to be a number."),
        ("MISSIONBOT_JUDGE_TIMEOUT", "0", "MISSIONBOT_JUDGE_TIMEOUT has to be more than 0."),
        ("MISSIONBOT_JUDGE_MONTH_COST", "-1", "MISSIONBOT_JUDGE_MONTH_COST has to be 0 or more."),
        (
            "MISSIONBOT_LOG_LEVEL",
            "loud",
            "MISSIONBOT_LOG_LEVEL has to be DEBUG, INFO, WARNING or ERROR.",
        ),
    ],
)
def test_a_wrong_one_is_a_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    assert problem() == f"These settings are wrong:\n{said}"


def test_all_wrong_ones_are_said_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PORT", "MISSIONBOT_JUDGE_TIMEOUT", "MISSIONBOT_JUDGE_PRICE_IN"):
        monkeypatch.setenv(name, "hushhush")
    said = problem()
    assert said.count("\n") == 3
    assert "hushhush" not in said


def test_a_file_that_cannot_be_read(folder: Path) -> None:
    (folder / ".env").write_bytes(b"PORT=4000\nNAME=\xff\xfe\n")
    assert problem() == ".env is not a text file in UTF-8."


def test_mistyped_names_are_noticed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / ".env").write_text("MISSIONBOT_PASSWORD=x\nmissionbot_data=d\n")
    monkeypatch.setenv("MISSIONBOT_PORT", "4000")
    monkeypatch.setenv("MISSIONBOT_HOST", "127.0.0.1")
    assert unknown() == ["MISSIONBOT_PASSWORD", "MISSIONBOT_PORT"]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:////srv/bot.db", "SQLite in /srv/bot.db"),
        ("sqlite:///bot.db", "SQLite in bot.db"),
        ("postgresql://u:hushhush@db.example:5432/bot", "PostgreSQL at db.example:5432/bot"),
        ("postgresql+psycopg://u@[::1]:5432/bot", "PostgreSQL at [::1]:5432/bot"),
        ("postgres://db/bot?user=u&password=hushhush", "PostgreSQL at db/bot"),
        ("postgresql:///bot?host=/run/postgresql", "PostgreSQL at /bot"),
        ("postgresql://u:hush@hush@db/bot", "PostgreSQL"),
    ],
)
def test_the_database_as_it_is_shown(url: str, shown: str) -> None:
    assert Settings(missionbot_database_url=url).database_shown == shown


def test_the_database_is_shown_without_its_password_however_it_is_written() -> None:
    signs = "@:/?#%=&[]1"
    before = ["", *signs, *map("".join, product(signs, signs))]
    for first, last in product(before, ["", *signs]):
        password = f"{first}hushhush{last}"
        proper = URL.create("postgresql", "user", password, "host", 5432, "db")
        for url in (
            f"postgresql://user:{password}@host/db",
            f"postgresql://user:{password}@host:5432/db?sslmode=require",
            f"postgresql://host/db?user=me&password={password}",
            f"postgresql://host:5432/db?password={password}&sslmode=require",
            proper.render_as_string(hide_password=False),
        ):
            settings = Settings.model_construct(missionbot_database_url=url)
            assert "hush" not in settings.database_shown, url


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_addresses_that_only_this_machine_reaches(host: str) -> None:
    assert Settings(missionbot_host=host).loopback


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.com"])
def test_addresses_that_others_reach(host: str) -> None:
    assert not Settings(missionbot_host=host).loopback
