"""Every setting, its default, and what it does. Read from the environment and from `.env`."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import UserFacing

Money = Annotated[float, Field(ge=0)]


class Settings(BaseSettings):
    """The settings in force. The name of a setting is its environment variable, in capitals."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", hide_input_in_errors=True, env_ignore_empty=True
    )

    missionbot_data: Path = Field(Path("data"), description="where the database and history live")
    missionbot_database_url: str = Field(
        "", description="another database, such as postgresql://user@host/missionbot"
    )
    missionbot_host: str = Field("127.0.0.1", description="the address to listen on")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(3978, description="the port to listen on")
    missionbot_web_password: SecretStr | None = Field(
        None, description="asked for by the web page; needed to listen beyond this machine"
    )
    missionbot_log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")

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
    missionbot_judge_price_in: Money = Field(0.0, description="price of a million tokens read")
    missionbot_judge_price_out: Money = Field(0.0, description="price of a million tokens written")
    missionbot_judge_month_tokens: Annotated[int, Field(ge=0)] | None = Field(
        None, description="the most tokens a workspace may use in a month"
    )
    missionbot_judge_month_cost: Money | None = Field(
        None, description="the most a workspace may spend in a month"
    )

    @property
    def database_url(self) -> str:
        """The database that is used: the one set, or a SQLite file in the data directory."""
        file = self.missionbot_data.absolute() / "missionbot.db"
        return self.missionbot_database_url or f"sqlite+aiosqlite:///{file}"

    @property
    def database_is_new(self) -> bool:
        """Whether the database is a file that the first start makes."""
        file = self.missionbot_data / "missionbot.db"
        return not self.missionbot_database_url and not file.exists()

    @property
    def database_shown(self) -> str:
        """The database for people to read: without a password."""
        scheme, _, rest = self.database_url.partition("://")
        if scheme.startswith("sqlite"):
            return f"SQLite in {rest.removeprefix('/')}"
        return f"PostgreSQL at {rest.rpartition('@')[2].partition('?')[0]}"

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
        lines = (
            f"{str(problem['loc'][0]).upper()}: {problem['msg'].lower()}"
            for problem in error.errors(include_input=False)
        )
        raise UserFacing("These settings are wrong:\n" + "\n".join(lines)) from None
