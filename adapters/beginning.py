"""The exercise and the ways to a first charter, wired: part of the core that `adapters/core.py`
puts together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.ask.ports import Reader
from bot.cards import Button
from bot.charter.beginning import BeginCommands, paste_button, seven_button
from bot.charter.forms import write_form
from bot.charter.service import CharterService
from bot.delivery.ports import Topic
from bot.exercise.commands import ExerciseCommands
from bot.exercise.ports import ExerciseWork
from bot.exercise.service import ExerciseService
from bot.exercise.topic import ExerciseTopic
from bot.exercise.views import begin_button
from bot.ports import Clock, Work
from bot.router import Routes
from bot.settings.service import SettingsService


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """The room. `ways` lead to a first charter."""

    routes: Routes
    topics: Mapping[str, Topic]
    ways: Sequence[Button]


def build_beginning(
    *,
    work: Work[ExerciseWork],
    charters: CharterService,
    reader: Reader,
    settings: SettingsService,
    clock: Clock,
) -> Beginning:
    """Its services, handlers and topic."""
    exercises = ExerciseService(work=work, charters=charters, reader=reader, clock=clock)
    commands = ExerciseCommands(
        exercises=exercises,
        charters=charters,
        hours_of=settings.hours_of,
        clock=clock,
        write_form=write_form,
    )
    topic = ExerciseTopic(exercises=exercises, commands=commands)
    return Beginning(
        routes=commands.routes() + BeginCommands().routes(),
        topics={topic.name: topic},
        ways=(paste_button(), seven_button(), begin_button("Write it with the team")),
    )
