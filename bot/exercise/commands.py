"""Handlers of the exercise: service, then view."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.cards import Card, Form
from bot.charter.model import InForce
from bot.charter.service import CharterService
from bot.errors import NotFound
from bot.events import ButtonClick, Event, FormSubmit, Person
from bot.exercise import views
from bot.exercise.model import (
    LONGEST_ANSWER,
    MOST_STRATEGY_LINES,
    Answer,
    Exercise,
)
from bot.exercise.service import ExerciseService
from bot.exercise.times import closing_time, in_words
from bot.ports import Clock
from bot.recurrence.model import Hours
from bot.replies import Answer as Answered
from bot.replies import FormErrors, OpenForm, privately, publicly, replacing
from bot.router import Asking, Routes
from bot.text import one_line
from bot.usage import Word

EXERCISE = Word(
    name="exercise",
    does="everybody writes mission, vision and strategy as they see them; then you compare",
    also=("practice",),
)


@dataclass(frozen=True, kw_only=True)
class ExerciseCommands:
    """`/mission exercise`."""

    exercises: ExerciseService
    charters: CharterService
    hours_of: Callable[[str, Person], Awaitable[Hours]]
    clock: Clock
    write_form: Callable[[Mapping[str, str]], Form]
    """The form of a new charter, filled in."""

    def routes(self) -> Routes:
        """The word, buttons and forms of this room."""
        return Routes(
            words={EXERCISE: self.exercise},
            opening={
                "exercise.form": self.open_form,
                "exercise.write": self.open_write,
                "exercise.draft": self.open_draft,
            },
            buttons={
                "exercise.close": self.close,
                "exercise.overview": self.overview,
                "exercise.part": self.part,
                "exercise.questions": self.questions,
            },
            forms={"exercise.begin": self.begin, "exercise.answer": self.answer},
        )

    async def exercise(self, event: Asking, _: str = "") -> Answered:
        """`/mission exercise`: begin one, or how the one here stands."""
        there = await self.exercises.latest(event.workspace, event.conversation.id)
        if there is None or not there.is_open:
            return OpenForm(form=views.begin_form(), button=views.begin_button())
        count = await self.exercises.count(event.workspace, there.id)
        return privately(views.status_card(there, count, await self._when(event, there)))

    async def open_form(self, event: ButtonClick) -> Answered:
        """Where an exercise is set up."""
        return OpenForm(form=views.begin_form())

    async def begin(self, event: FormSubmit) -> Answered:
        """Everybody here is invited."""
        hours = await self.hours_of(event.workspace, event.person)
        closes_at = closing_time(self.clock.now(), event.text("open_for"), hours)
        about = one_line(event.text("about"))
        exercise = await self.exercises.begin(event, about, closes_at)
        when = in_words(exercise.closes_at, hours)
        return publicly(views.invitation_card(exercise, when))

    async def open_write(self, event: ButtonClick) -> Answered:
        """Where somebody writes, with what they wrote before."""
        exercise = await self._seen(event, event.value)
        if not exercise.is_open:
            return privately(await self.result(event.workspace, exercise))
        own = await self.exercises.own(event.workspace, exercise.id, event.person)
        return OpenForm(form=views.write_form(exercise, own))

    async def answer(self, event: FormSubmit) -> Answered:
        """What somebody wrote."""
        choices = [one_line(line) for line in event.text("strategy").splitlines()]
        strategy = tuple(line.lstrip("-*•– ") for line in choices if line.strip("-*•– "))
        mission, vision = one_line(event.text("mission")), one_line(event.text("vision"))
        wrong = {"mission": _too_long(mission), "vision": _too_long(vision)}
        wrong["strategy"] = _wrong(strategy)
        if errors := {name: sentence for name, sentence in wrong.items() if sentence}:
            return FormErrors(errors=errors)
        answer = Answer(mission=mission, vision=vision, strategy=strategy)
        if answer.is_empty:
            return FormErrors(errors={}, sentence="Write at least one of the three.")
        exercise = await self.exercises.write(event.workspace, event.state, event.person, answer)
        return privately(views.saved_card(exercise, await self._when(event, exercise)))

    async def close(self, event: ButtonClick) -> Answered:
        """Nobody writes any more: the comparison, for everybody here."""
        exercise = await self._seen(event, event.value)
        elsewhere = event.conversation.id != exercise.conversation.id
        if exercise.is_open:
            await self.exercises.may_close(event, exercise)
            exercise = await self.exercises.close(event.workspace, exercise.id, tell=elsewhere)
            if elsewhere:
                return privately(views.closed_card(exercise))
        card = await self.result(event.workspace, exercise)
        return privately(card) if elsewhere else publicly(card)

    async def overview(self, event: ButtonClick) -> Answered:
        """All three parts, in the place of one."""
        exercise = await self._seen(event, event.value)
        return replacing(await self.result(event.workspace, exercise))

    async def part(self, event: ButtonClick) -> Answered:
        """Everything that was written on one part."""
        name, _, exercise_id = event.value.partition(":")
        exercise = await self._seen(event, exercise_id)
        in_force = await self._charter(event.workspace, exercise)
        compared = await self.exercises.compared(event.workspace, exercise)
        found = next((each for each in compared if each.part == name), None)
        if found is None or not exercise.enough:
            return privately(await self.result(event.workspace, exercise))
        return privately(views.part_card(exercise, found, in_force))

    async def questions(self, event: ButtonClick) -> Answered:
        """Five questions for whoever leads the talk."""
        return privately(views.questions_card())

    async def open_draft(self, event: ButtonClick) -> Answered:
        """A charter out of what most people wrote, to be looked through and adopted."""
        exercise = await self._seen(event, event.value)
        if exercise.is_open or not exercise.enough:
            return privately(await self.result(event.workspace, exercise))
        compared = await self.exercises.compared(event.workspace, exercise)
        return OpenForm(form=self.write_form(self.exercises.draft(compared)))

    async def result(self, workspace: str, exercise: Exercise) -> Card:
        """What came of a closed one."""
        if not exercise.enough:
            return views.too_few_card(exercise)
        in_force = await self._charter(workspace, exercise)
        compared = await self.exercises.compared(workspace, exercise)
        return views.overview_card(exercise, compared, in_force)

    async def _seen(self, event: Event, exercise_id: str) -> Exercise:
        """The exercise; of a private conversation, nothing is shown in another one of several
        people. Raises NotFound."""
        exercise = await self.exercises.get(event.workspace, exercise_id)
        there, here = exercise.conversation, event.conversation
        if there.private and here.id != there.id and not here.direct:
            raise NotFound("That exercise is not for this conversation. Look at it where it began.")
        return exercise

    async def _charter(self, workspace: str, exercise: Exercise) -> InForce | None:
        """The charter to compare with; none for another product."""
        if exercise.about:
            return None
        return await self.charters.in_force(workspace, exercise.conversation.id)

    async def _when(self, event: Event, exercise: Exercise) -> str:
        return in_words(exercise.closes_at, await self.hours_of(event.workspace, event.person))


def _too_long(text: str) -> str:
    most = LONGEST_ANSWER
    return f"These are {len(text)} characters, and {most} fit." if len(text) > most else ""


def _wrong(strategy: Sequence[str]) -> str:
    if len(strategy) > MOST_STRATEGY_LINES:
        return (
            f"These are {len(strategy)} choices; keep the {MOST_STRATEGY_LINES} that matter most."
        )
    if any(len(line) > LONGEST_ANSWER for line in strategy):
        return (
            f"A choice has {LONGEST_ANSWER} characters at most; say it shorter, or make two of it."
        )
    return ""
