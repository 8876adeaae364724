"""Every setting, its default, and what it does. Read from the environment and from `.env`."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import UserFacing

Money = Annotated[float, Field(ge=0)]

FILE = Path(".env")
"""Settings that the environment does not have, in the folder where the program is started."""

# As the database's driver reads an address; where a password could be left in what is shown, it
# matches nothing.
_DATABASE = re.compile(
    r"(?:[^:/@?]*(?::[^@/?]*)?@)?"
    r"(?P<shown>(?:\[[0-9A-Fa-f:.]*\]|[^@/?:\[]*)(?::\d+)?(?:/[^@/?]*)?)(?:\?[^@]*)?"
)


class Settings(BaseSettings):
    """The settings in force. The name of a setting is its environment variable, in capitals."""

    model_config = SettingsConfigDict(
        env_file=FILE, extra="ignore", hide_input_in_errors=True, env_ignore_empty=True
    )

    missionbot_data: Path = Field(Path("data"), description="where the database and history live")
    missionbot_database_url: str = Field(
        "", description="another database, such as postgresql://user@host/missionbot"
    )
    missionbot_pulse_keys: str = Field(
        "",
        description="where keys of open pulses are kept: a folder outside of every backup "
        "(pulse-keys in the data directory, unless set), or another postgresql:// database",
    )
    missionbot_host: str = Field("127.0.0.1", description="the address to listen on")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(3978, description="the port to listen on")
    missionbot_web_password: SecretStr | None = Field(
        None, description="asked for by the web page; needed to listen beyond this machine"
    )
    missionbot_operator_password: SecretStr | None = Field(
        None, description="asked for by /queue and /metrics; without it they are for this machine"
    )
    missionbot_sample: bool = Field(
        True, description="begin the page and the terminal with a sample charter to try"
    )
    missionbot_log_level: str = Field(
        "INFO",
        pattern="^(?i:debug|info|warning|error|critical)$",
        description="DEBUG, INFO, WARNING or ERROR",
    )

    slack_signing_secret: SecretStr | None = Field(
        None, description="proves that a request comes from Slack (not needed with Socket Mode)"
    )
    slack_bot_token: SecretStr | None = Field(
        None, description="for one workspace: the token that begins with xoxb-"
    )
    slack_client_id: str = Field("", description="for many workspaces, which install by OAuth")
    slack_client_secret: SecretStr | None = Field(None, description="belongs to the client id")
    slack_app_token: SecretStr | None = Field(
        None, description="for Socket Mode: the token that begins with xapp-"
    )
    slack_api_url: str = Field("https://slack.com/api/", description="Slack's API, or a stand-in")
    microsoft_app_id: str = Field("", description="for Teams: the bot's app (client) id")
    microsoft_app_password: SecretStr | None = Field(
        None, description="for Teams: the app's client secret"
    )
    microsoft_tenant_id: str = Field("", description="for Teams: your organisation's tenant id")
    microsoft_app_type: str = Field(
        "SingleTenant", description="for Teams: SingleTenant or MultiTenant, as it was registered"
    )
    missionbot_teams_tenants: str = Field(
        "", description="tenants that Teams may send from, between commas (your own, unless set)"
    )
    missionbot_teams_hosts: str = Field(
        "", description="more hosts that Teams may be answered at, between commas"
    )
    missionbot_teams_local: bool = Field(
        False, description="answer the Agents Playground on this machine, without an app id"
    )
    missionbot_encryption_key: SecretStr | None = Field(
        None, description="seals stored tokens in place of the data directory's secret (16+ bytes)"
    )
    missionbot_public_url: str = Field(
        "", description="where others reach the bot, such as https://mission.example.com"
    )

    openai_api_key: SecretStr | None = Field(None, description="key of the language model's server")
    openai_base_url: str = Field(
        "", description="another OpenAI-compatible server, such as http://127.0.0.1:11434/v1"
    )
    missionbot_judge_model: str = Field("gpt-5-mini", description="the language model that judges")
    missionbot_judge_timeout: Annotated[float, Field(gt=0, le=60)] = Field(
        20.0, description="seconds to wait for a judgement, all tries together"
    )
    missionbot_judge_most_tokens: Annotated[int, Field(ge=200, le=32000)] = Field(
        2000, description="the most tokens of one answer, a reasoning model's thoughts included"
    )
    missionbot_judge_twice: bool = Field(
        False, description="also ask about not doing it, and say where the two answers clash"
    )
    missionbot_judge_price_in: Money = Field(0.0, description="price of a million tokens read")
    missionbot_judge_price_out: Money = Field(0.0, description="price of a million tokens written")
    missionbot_judge_month_tokens: Annotated[int, Field(ge=0)] | None = Field(
        None, description="the most tokens a workspace may use in a month"
    )
    missionbot_judge_month_cost: Money | None = Field(
        None, description="the most a workspace may spend in a month"
    )
    missionbot_review_after: Annotated[int, Field(ge=7, le=3660)] = Field(
        90, description="days after which a charter that nobody reviewed is reported"
    )

    @property
    def database_url(self) -> str:
        """The database that is used: the one set, or a SQLite file in the data directory."""
        file = self.missionbot_data.absolute() / "missionbot.db"
        return self.missionbot_database_url or f"sqlite+aiosqlite:///{file}"

    @property
    def pulse_keys_directory(self) -> Path | None:
        """Where keys of pulses are kept; None where that is a database."""
        if self.missionbot_pulse_keys.startswith("postgres"):
            return None
        return Path(self.missionbot_pulse_keys or self.missionbot_data / "pulse-keys").absolute()

    @property
    def database_is_new(self) -> bool:
        """Whether the database is a file that the first start makes."""
        file = self.missionbot_data / "missionbot.db"
        # An empty file is what is left of a start that was broken off at once.
        made = file.is_file() and file.stat().st_size > 0
        return not self.missionbot_database_url and not made

    @property
    def database_shown(self) -> str:
        """The database for people to read: without a password."""
        scheme, _, rest = self.database_url.partition("://")
        if scheme.startswith("sqlite"):
            return f"SQLite in {rest.removeprefix('/')}"
        found = _DATABASE.fullmatch(rest)
        return f"PostgreSQL at {found['shown']}" if found and found["shown"] else "PostgreSQL"

    @property
    def slack_connected(self) -> bool:
        """Whether anything is set that only Slack needs."""
        secrets = (self.slack_signing_secret, self.slack_bot_token, self.slack_app_token)
        return any(secrets) or bool(self.slack_client_id)

    @property
    def teams_connected(self) -> bool:
        """Whether anything is set that only Teams needs."""
        return self.missionbot_teams_local or bool(
            self.microsoft_app_id or self.microsoft_app_password or self.missionbot_teams_tenants
        )

    @property
    def judge_connected(self) -> bool:
        """Whether a language model is to judge."""
        return self.openai_api_key is not None or bool(self.openai_base_url)

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the bot."""
        return self.missionbot_host in ("127.0.0.1", "localhost", "::1")


def load() -> Settings:
    """The settings. Raises UserFacing with a line for each that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = (_sentence(problem) for problem in error.errors(include_input=False))
        raise UserFacing("\n".join(["These settings are wrong:", *wrong])) from None
    except UnicodeDecodeError:
        raise UserFacing(f"{FILE} is not a text file in UTF-8.") from None
    except OSError as error:
        raise UserFacing(f"{FILE} cannot be read: {error.strerror}.") from None


def unknown() -> Sequence[str]:
    """Names that look like settings of ours and are none: most likely mistyped."""
    given = {name.upper() for name in (*os.environ, *dotenv_values(FILE))}
    known = {name.upper() for name in Settings.model_fields}
    return sorted(name for name in given - known if name.startswith("MISSIONBOT_"))


_WRONG = {
    "int_parsing": "has to be a whole number",
    "float_parsing": "has to be a number",
    "bool_parsing": "has to be true or false",
    "greater_than": "has to be more than {gt:g}",
    "greater_than_equal": "has to be {ge:g} or more",
    "less_than_equal": "has to be {le:g} or less",
}


def _sentence(problem: ErrorDetails) -> str:
    name = str(problem["loc"][0])
    context = problem.get("ctx", {})
    if problem["type"] == "string_pattern_mismatch":
        return f"{name.upper()} has to be {Settings.model_fields[name].description}."
    said = _WRONG.get(problem["type"])
    return f"{name.upper()} {said.format(**context) if said else problem['msg'].lower()}."
