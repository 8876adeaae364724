"""Charters with planted faults, to measure the check on: a YAML file each.

name, lines, and where there is one the charter `above`; `reviewed_on`; `since`: by line id, the day
from which on it reads so; `planted`: the faults, each with its kind and its lines; `defensible`:
what a careful reader may find or not, and what counts neither way.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import yaml
from pydantic import ValidationError

from adapters.evaluation.data import BadData, wrong
from bot.charter.model import Charter, InForce, Line, LineInForce, Version
from bot.check.facts import Facts
from bot.check.model import FindingKind
from bot.events import Frozen, Key, Person

TODAY = date(2026, 11, 23)
"""The day on which the planted charters are looked at."""


class Planted(Frozen):
    """A fault that was put in on purpose."""

    kind: FindingKind
    lines: tuple[str, ...]


class Above(Frozen):
    """The charter above."""

    name: Key
    lines: tuple[Line, ...]


class PlantedCharter(Frozen):
    """A charter and its faults."""

    name: Key
    lines: tuple[Line, ...]
    above: Above | None = None
    reviewed_on: date | None = None
    since: Mapping[str, date] = {}
    planted: tuple[Planted, ...]
    defensible: tuple[Planted, ...] = ()

    @property
    def facts(self) -> Facts:
        """What the rules and the reader get."""
        return Facts(
            lines=self.in_force.lines,
            today=TODAY,
            since=self.since,
            reviewed_on=self.reviewed_on,
        )

    @property
    def in_force(self) -> InForce:
        """What a language model gets."""
        version = Version(
            number=1,
            lines=self.lines,
            adopted_at=datetime(2026, 1, 1, tzinfo=UTC),
            adopted_by=Person(id="eval", name="eval"),
        )
        lines = [
            LineInForce(ref=line.id, line=line, charter=self.name, version=1) for line in self.lines
        ]
        if above := self.above:
            lines += [
                LineInForce(
                    ref=f"{above.name}:{line.id}",
                    line=line,
                    charter=above.name,
                    version=1,
                    inherited=True,
                )
                for line in above.lines
            ]
        charter = Charter(id=self.name, name=self.name, version=version, highest={})
        return InForce(charter=charter, lines=tuple(lines))


def load_planted(files: Sequence[Path]) -> list[PlantedCharter]:
    """Every charter; raises BadData for the first thing wrong."""
    return [_load(path) for path in files]


def _load(path: Path) -> PlantedCharter:
    try:
        charter = PlantedCharter.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadData(f"{path} cannot be read ({type(error).__name__}).") from error
    except ValidationError as error:
        raise BadData(f"{path}: {wrong(error)}.") from error
    known = {line.ref for line in charter.in_force.lines}
    for fault in (*charter.planted, *charter.defensible):
        if unknown := set(fault.lines) - known:
            raise BadData(
                f"{path}: a planted fault names {sorted(unknown)[0]!r}, which is no line."
            )
    return charter
