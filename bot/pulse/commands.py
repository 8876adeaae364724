"""Handlers of the pulse for who sets it up and who reads its results: service, then view. Those of
who answers are in `replying`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.cards import Button, Card
from bot.decisions.ports import Downloads, Sight
from bot.errors import NotFound, PlatformError, UserFacing
from bot.events import ButtonClick, Event, FormSubmit
from bot.filled import WrongFields
from bot.ports import Clock
from bot.pulse import ask_view, bank, forms, results_view, views
from bot.pulse.answer_form import preview_form
from bot.pulse.asking import Asking
from bot.pulse.audience import Audience, Group
from bot.pulse.model import Pulse
from bot.pulse.replying import ReplyCommands
from bot.pulse.results import ResultsService
from bot.pulse.setup import Charters, PulseService, Seen, gone
from bot.replies import Answer, FormErrors, OpenForm, privately, replacing
from bot.router import Asking as Typed
from bot.router import Routes
from bot.usage import Word, sentence

PULSE = Word(
    name="pulse",
    takes="<results, pause, skip …>",
    does="asks the team a few statements, anonymously, every week",
    also=("poll", "survey"),
    example="/mission pulse results",
)
CSV = "pulse"
"""The name of the file that is handed out (`adapters/exports.py`)."""
WORDS = (
    "After `/mission pulse` I know: results, export, answer, preview, change, skip, pause, resume, "
    "stop, never, again."
)


@dataclass(frozen=True, kw_only=True)
class PulseCommands:
    """Everything but answering."""

    pulses: PulseService
    asking: Asking
    results: ResultsService
    replying: ReplyCommands
    audience: Audience
    charters: Charters
    downloads: Mapping[str, Downloads]
    """By adapter, the first part of a workspace's id; those that hand out files."""
    clock: Clock

    def routes(self) -> Routes:
        """The words, buttons and forms of this room."""
        return Routes(
            words={PULSE: self.words},
            opening={
                "pulse.set_up": self.open_new,
                "pulse.change": self.open_change,
                "pulse.preview": self.open_preview,
                **self.replying.opening,
            },
            buttons={
                "pulse.start": self.start,
                "pulse.discard": self.discard,
                "pulse.pause": self.pause,
                "pulse.resume": self.resume,
                "pulse.skip": self.skip,
                "pulse.stop": self.stop,
                "pulse.results": self.show_results,
                "pulse.results_at": self.turn_page,
                "pulse.export": self.export_clicked,
                **self.replying.buttons,
            },
            forms={
                "pulse.draft": self.draft,
                "pulse.change": self.changed,
                "pulse.preview": self.previewed,
                **self.replying.forms,
            },
        )

    async def words(self, event: Typed, words: str) -> Answer:
        """`/mission pulse …`"""
        verb = words.lower().strip(" .?!")
        if not verb:
            return await self._front(event)
        if verb in ("result", "results"):
            return privately(await self._results_card(event, await self._latest(event), 0))
        if verb in ("export", "csv"):
            return await self._export(event, await self._latest(event))
        seen = await self.pulses.here(event)
        if verb in ("set up", "setup", "new"):
            return await self._open_new(event)
        if seen is None:
            return privately(views.none_card(may=await self._may_set_up(event)))
        return await self._do(event, verb, seen)

    async def open_new(self, event: ButtonClick) -> Answer:
        """The form for a new one."""
        return await self._open_new(event)

    async def open_change(self, event: ButtonClick) -> Answer:
        """The form with the pulse as it is."""
        return await self._open_change(event, await self.pulses.led(event, event.value))

    async def open_preview(self, event: ButtonClick) -> Answer:
        """What those who are asked will see, to oneself."""
        return await self._preview(event, await self.pulses.led(event, event.value))

    async def draft(self, event: FormSubmit) -> Answer:
        """What was filled in, read back."""
        in_force = await self.pulses.charter(event)
        refs = [line.ref for line in in_force.lines]
        try:
            filled = forms.read_setup(event, refs=refs, now=self.clock.now(), pulse=None)
        except WrongFields as wrong:
            return FormErrors(errors=wrong.errors)
        seen = await self.pulses.draft(event, filled)
        return privately(views.draft_card(seen, await self._count(event, seen.pulse)))

    async def changed(self, event: FormSubmit) -> Answer:
        """The same for one that is there."""
        pulse = await self.pulses.led(event, event.state)
        refs = [statement.ref for statement in pulse.statements]
        in_force = await self.charters.in_force(event.workspace, event.conversation.id)
        refs += [line.ref for line in in_force.lines] if in_force else []
        try:
            filled = forms.read_setup(event, refs=refs, now=self.clock.now(), pulse=pulse)
        except WrongFields as wrong:
            return FormErrors(errors=wrong.errors)
        seen = await self.pulses.change(event, filled)
        if seen.pulse.state == "draft":
            return privately(views.draft_card(seen, await self._count(event, seen.pulse)))
        return privately(views.status_card(seen, title="Changed, from the next time on"))

    async def previewed(self, event: FormSubmit) -> Answer:
        """The preview was filled in."""
        return privately(sentence("That was the preview. Nothing of it was kept."))

    async def start(self, event: ButtonClick) -> Answer:
        """From now on it is asked."""
        seen = await self.pulses.start(event, event.value)
        return replacing(views.status_card(seen, title="The pulse is on"))

    async def discard(self, event: ButtonClick) -> Answer:
        """The draft is forgotten."""
        await self.pulses.discard(event, event.value)
        return replacing(sentence("Nothing is set up."))

    async def pause(self, event: ButtonClick) -> Answer:
        """Nothing new is asked."""
        seen = await self.pulses.pause(event, event.value)
        return replacing(views.status_card(seen, title="The pulse is paused"))

    async def resume(self, event: ButtonClick) -> Answer:
        """Asked again."""
        seen = await self.pulses.resume(event, event.value)
        return replacing(views.status_card(seen, title="The pulse goes on"))

    async def skip(self, event: ButtonClick) -> Answer:
        """Leave out the date that the button was made for."""
        pulse_id, _, day = event.value.partition(":")
        return replacing(await self._skip(event, pulse_id, day))

    async def stop(self, event: ButtonClick) -> Answer:
        """For good; the button asked before."""
        return replacing(_stopped(await self.pulses.stop(event, event.value)))

    async def show_results(self, event: ButtonClick) -> Answer:
        """The newest results."""
        return privately(await self._results_card(event, await self._here(event, event.value), 0))

    async def turn_page(self, event: ButtonClick) -> Answer:
        """Earlier ones, or newer."""
        pulse_id, _, at = event.value.partition(":")
        pulse = await self._here(event, pulse_id)
        place = int(at) if at.isdecimal() else 0
        return privately(await self._results_card(event, pulse, place))

    async def export_clicked(self, event: ButtonClick) -> Answer:
        """The figures as a file."""
        return await self._export(event, await self._here(event, event.value))

    # Parts

    async def _front(self, event: Event) -> Answer:
        seen = await self.pulses.here(event)
        if seen:
            open_now = await self.asking.current(event.workspace, seen.pulse)
            card = views.status_card(seen, title=_title(seen), edition=open_now)
            return privately(card)
        if not await self._may_set_up(event):
            return privately(views.none_card(may=False))
        return await self._open_new(event)

    async def _do(self, event: Typed, verb: str, seen: Seen) -> Answer:
        pulse = seen.pulse
        match verb.split()[0]:
            case "answer":
                return await self.replying.open_current(event, pulse)
            case "never" | "leave":
                return await self.replying.never(event, pulse.id)
            case "again" | "join":
                return await self.replying.again(event, pulse.id)
            case "preview":
                return await self._preview(event, await self.pulses.led(event, pulse.id))
            case "change" | "edit" | "audience":
                return await self._open_change(event, await self.pulses.led(event, pulse.id))
            case "skip":
                day = seen.next.date.isoformat() if seen.next else ""
                return privately(await self._skip(event, pulse.id, day))
            case "pause":
                paused = await self.pulses.pause(event, pulse.id)
                return privately(views.status_card(paused, title="The pulse is paused"))
            case "resume":
                on = await self.pulses.resume(event, pulse.id)
                return privately(views.status_card(on, title="The pulse goes on"))
            case "stop":
                await self.pulses.led(event, pulse.id)
                return privately(views.confirm_stop_card(pulse))
        return privately(sentence(WORDS))

    async def _skip(self, event: Event, pulse_id: str, day: str) -> Card:
        seen, skipped = await self.pulses.skip(event, pulse_id, day)
        title = "The next pulse is left out" if skipped else "That one was left out already"
        return views.status_card(seen, title=title)

    async def _open_new(self, event: Event) -> Answer:
        in_force = await self.pulses.charter(event)
        if seen := await self.pulses.here(event):
            return privately(views.status_card(seen, title=_title(seen)))
        groups = await self._groups(event.workspace)
        form = forms.setup_form(event.conversation, bank.suggested(in_force.lines), groups=groups)
        return OpenForm(form=form, button=views.set_up_button())

    async def _open_change(self, event: Event, pulse: Pulse) -> Answer:
        groups = await self._groups(event.workspace)
        form = forms.setup_form(pulse.conversation, pulse.statements, groups=groups, pulse=pulse)
        button = Button(label="Change the pulse", action="pulse.change", value=pulse.id)
        return OpenForm(form=form, button=button)

    async def _preview(self, event: Event, pulse: Pulse) -> Answer:
        hours = await self.asking.hours_of(event.workspace, event.person.id)
        example = ask_view.example_of(pulse, self.clock.now())
        form = preview_form(example, ask_view.promise(example, pulse, hours))
        button = Button(label="Preview", action="pulse.preview", value=pulse.id)
        return OpenForm(form=form, button=button)

    async def _groups(self, workspace: str) -> Sequence[Group]:
        groups = self.audience.groups_of(workspace)
        if groups is None:
            return ()
        try:
            return await groups.groups(workspace)
        except PlatformError:
            return ()  # the form says that groups cannot be read

    async def _count(self, event: Event, pulse: Pulse) -> int | None:
        try:
            return len(await self.audience.of(event.workspace, pulse))
        except PlatformError:
            return None

    async def _may_set_up(self, event: Event) -> bool:
        try:
            await self.pulses.charter(event)
        except UserFacing:
            return False
        return True

    async def _latest(self, event: Event) -> Pulse:
        pulse = await self.pulses.newest(event.workspace, event.conversation.id)
        if pulse is None:
            raise NotFound("There is no pulse here yet. `/mission pulse` says how to get one.")
        return pulse

    async def _here(self, event: Event, pulse_id: str) -> Pulse:
        """The pulse, where it may be read: in its conversation, and privately by who leads it."""
        pulse = await self.pulses.get(event.workspace, pulse_id)
        own = event.conversation.direct and await self.pulses.leads(event, pulse)
        if pulse.conversation.id != event.conversation.id and not own:
            raise gone()
        return pulse

    async def _results_card(self, event: Event, pulse: Pulse, at: int) -> Card:
        results = await self.results.seen_by(event, pulse)
        if not results.found:
            return results_view.none_yet_card(results)
        return results_view.results_card(results, at=min(at, len(results.found) - 1))

    async def _export(self, event: Event, pulse: Pulse) -> Answer:
        here = self.downloads.get(event.workspace.partition(":")[0])
        if here is None:
            return privately(results_view.figures_card(await self.results.seen_by(event, pulse)))
        place, person = pulse.conversation.id, event.person.id
        sight = Sight(conversation_id=place, person_id=person, alone=True)
        return privately(results_view.file_card(await here.hand_over(event, sight, (CSV,))))


def _title(seen: Seen) -> str:
    place = seen.pulse.conversation.name
    return f"The pulse of {place}" if place else "Your pulse"


def _stopped(seen: Seen) -> Card:
    return views.status_card(seen, title="The pulse is stopped")
