"""Handlers for who is asked: answer, change one's mind, not now, never. Nothing here logs who or
when."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.cards import Button
from bot.errors import NotFound, UserFacing
from bot.events import ButtonClick, Event, FormSubmit
from bot.pulse import ask_view
from bot.pulse.answer_form import answer_form, read_answers
from bot.pulse.answering import CLOSED, AnsweringService
from bot.pulse.asking import Asking
from bot.pulse.model import Edition, Pulse
from bot.pulse.ports import KeysUnavailable
from bot.pulse.setup import PulseService, gone
from bot.recurrence.model import Hours
from bot.replies import Answer, OpenForm, privately, replacing
from bot.router import ButtonHandler

FormHandler = Callable[[FormSubmit], Awaitable[Answer]]
NOT_NOW = (
    "I can't seal answers just now, so I take none: the key store does not answer. Try again in a "
    "minute; what you filled in is still here. If it stays, tell your operator."
)


@dataclass(frozen=True, kw_only=True)
class ReplyCommands:
    """For everybody who is asked."""

    pulses: PulseService
    answering: AnsweringService
    asking: Asking

    @property
    def opening(self) -> Mapping[str, ButtonHandler]:
        """Buttons that open a form."""
        return {"pulse.answer": self.open}

    @property
    def buttons(self) -> Mapping[str, ButtonHandler]:
        """The other buttons."""
        return {
            "pulse.not_now": self.not_now,
            "pulse.leave": self.leave,
            "pulse.join": self.join,
        }

    @property
    def forms(self) -> Mapping[str, FormHandler]:
        """Forms."""
        return {"pulse.answer": self.answer}

    async def open(self, event: ButtonClick) -> Answer:
        """The form, with what the person said already."""
        edition, pulse = await self._edition(event, event.value)
        return await self._open(event, edition, pulse)

    async def open_current(self, event: Event, pulse: Pulse) -> Answer:
        """The same for the edition that is open now."""
        edition = await self.asking.current(event.workspace, pulse)
        if edition is None:
            raise UserFacing("No pulse is open here now. The next one comes by itself.")
        return await self._open(event, edition, pulse)

    async def answer(self, event: FormSubmit) -> Answer:
        """What was filled in, sealed."""
        edition, _ = await self._edition(event, event.state)
        answers = read_answers(event, edition.statements)
        workspace, person = event.workspace, event.person.id
        try:
            await self.answering.answer(workspace, edition.id, person, answers)
        except KeysUnavailable:
            raise UserFacing(NOT_NOW) from None
        return privately(ask_view.answered_card(edition, await self._hours(event)))

    async def not_now(self, event: ButtonClick) -> Answer:
        """Put aside; the reminders still come."""
        edition, _ = await self._edition(event, event.value)
        return replacing(ask_view.not_now_card(edition, await self._hours(event)))

    async def leave(self, event: ButtonClick) -> Answer:
        """Never again."""
        pulse = await self.pulses.leave(event, event.value)
        return replacing(ask_view.left_card(pulse))

    async def join(self, event: ButtonClick) -> Answer:
        """From the next time on, after all."""
        await self.pulses.leave(event, event.value, back=True)
        return replacing(ask_view.joined_card())

    async def never(self, event: Event, pulse_id: str) -> Answer:
        """The same by words."""
        return privately(ask_view.left_card(await self.pulses.leave(event, pulse_id)))

    async def again(self, event: Event, pulse_id: str) -> Answer:
        """The same by words."""
        await self.pulses.leave(event, pulse_id, back=True)
        return privately(ask_view.joined_card())

    async def _open(self, event: Event, edition: Edition, pulse: Pulse) -> Answer:
        workspace, person = event.workspace, event.person.id
        try:
            own = await self.answering.own_answers(workspace, edition.id, person)
        except KeysUnavailable:
            raise UserFacing(NOT_NOW) from None
        promise = ask_view.promise(edition, pulse, await self._hours(event))
        form = answer_form(edition, promise, own)
        return OpenForm(form=form, button=answer_button(edition))

    async def _edition(self, event: Event, edition_id: str) -> tuple[Edition, Pulse]:
        """The edition while it can be answered, and its pulse. Raises UserFacing."""
        edition = await self.answering.edition(event.workspace, edition_id)
        if edition is None:
            raise gone()
        pulse = await self.pulses.get(event.workspace, edition.pulse_id)
        current = await self.asking.current(event.workspace, pulse)
        if current is None or current.id != edition.id:
            raise NotFound(CLOSED)
        return edition, pulse

    async def _hours(self, event: Event) -> Hours:
        return await self.asking.hours_of(event.workspace, event.person.id)


def answer_button(edition: Edition) -> Button:
    """Opens the form."""
    return Button(label="Answer (under a minute)", action="pulse.answer", value=edition.id)
