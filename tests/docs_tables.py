"""The tables in `README.md` and `docs/` that say what the code says: every setting, every word,
what works where.

    .venv/bin/python -m tests.docs_tables     writes them anew, between their marks

Everything around the tables is written by hand.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import UnionType
from typing import Any, get_args

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from adapters.core import SystemClock, build_core
from adapters.settings import Settings
from bot.ask.model import Cap
from bot.usage import Word
from tests.fake_storage import FakeStorage
from tests.fakes import WordReader
from tests.measured_tables import (
    confusion_table,
    judge_table,
    prompts_table,
    reader_table,
    second_look_table,
    shortlist_table,
    twice_table,
)
from tests.parity import parity_table

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"

GROUPS = {
    "where": r"missionbot_(data|database_url|pulse_keys|host|public_url|log_level)|port",
    "page": r"missionbot_web_.*|missionbot_sample",
    "operator": r"missionbot_operator_.*",
    "judge": r"openai_.*|missionbot_judge_.*",
    "check": r"missionbot_review_.*",
    "slack": r"slack_.*|missionbot_encryption_key",
    "teams": r"microsoft_.*|missionbot_teams_.*",
}
"""By mark in docs/settings.md, the names of the settings that stand there."""


def words() -> Sequence[Word]:
    """Every word that the router understands, put together as the program does it."""
    core = build_core(
        storage=FakeStorage(),  # type: ignore[arg-type]
        reader=WordReader(),  # type: ignore[arg-type]
        judge=None,
        cap=Cap(),
        clock=SystemClock(),
    )
    return core.router.words


def words_table() -> str:
    """Every word with what it does."""
    rows = ["| Words | What happens | Also |", "|---|---|---|"]
    for word in words():
        also = ", ".join(f"`{name}`" for name in word.also)
        example = f"<br>For example: `{word.example}`" if word.example else ""
        rows.append(f"| `{word.usage}` | {word.does}{example} | {also} |")
    rows.append("| `/mission help <word>` | every word, or one word with its example |  |")
    return "\n".join(rows)


def settings_table(pattern: str) -> str:
    """The settings whose names match, with their defaults and what they do."""
    rows = ["| Setting | Default | What it is |", "|---|---|---|"]
    rows += [
        f"| `{name.upper()}` | {_default(field)} | {field.description} |"
        for name, field in Settings.model_fields.items()
        if re.fullmatch(pattern, name)
    ]
    return "\n".join(rows)


def _default(field: FieldInfo) -> str:
    if field.default in (None, ""):
        return "none, secret" if _is_secret(field.annotation) else "none"
    if isinstance(field.default, bool):
        return f"`{str(field.default).lower()}`"
    shown = f"{field.default:g}" if isinstance(field.default, float) else str(field.default)
    return f"`{shown}`"


def _is_secret(annotation: Any) -> bool:
    kinds = get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)
    return SecretStr in kinds


TABLES: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "README.md": {"parity": parity_table},
    "docs/commands.md": {"words": words_table},
    "docs/judging.md": {
        "judge": judge_table,
        "confusion": confusion_table,
        "prompts": prompts_table,
        "reader": reader_table,
        "second look": second_look_table,
        "shortlist": shortlist_table,
        "twice": twice_table,
    },
    "docs/settings.md": {
        mark: lambda pattern=pattern: settings_table(pattern)  # type: ignore[misc]
        for mark, pattern in GROUPS.items()
    },
}
"""By file, the tables in it by their marks."""


def with_tables(name: str, text: str) -> str:
    """The file's text with every table as the code has it. Raises ValueError for a mark that is
    not there."""
    for mark, table in TABLES[name].items():
        begin, end = f"<!-- {mark} -->\n", f"<!-- end of {mark} -->"
        before, found, rest = text.partition(begin)
        _, closed, after = rest.partition(end)
        if not (found and closed):
            raise ValueError(f"{name} lacks the marks {begin!r} and {end!r}")
        text = f"{before}{begin}{table()}\n{end}{after}"
    return text


def main() -> None:
    """Write the tables into their files."""
    for name in TABLES:
        file = ROOT / name
        file.write_text(with_tables(name, file.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
