"""Handlers of reminders: service, then view."""

import re
from dataclasses import dataclass

from bot.cards import Card, Form
from bot.events import ButtonClick, Event, FormSubmit
from bot.filled import WrongFields
from bot.ports import Clock
from bot.reminders import forms, views
from bot.reminders.contents import Contents
from bot.reminders.model import Request
from bot.reminders.personal import PersonalService
from bot.reminders.ports import Charters, Roster
from bot.reminders.requests import AskBack, read_request
from bot.reminders.service import ReminderService, Seen
from bot.reminders.topic import Comings
from bot.reminders.wording import moment_with_zone
from bot.replies import Answer, FormErrors, OpenForm, privately, replacing, reply
from bot.router import Asking, Routes
from bot.settings.service import SettingsService
from bot.usage import Word

REMIND = Word(
    name="remind",
    takes="<when> to <what>",
    does="reminds this channel, `me`, people by name or `everybody here`; shown back first",
    example="/mission remind every other Friday 16:30 to review open decisions",
)
REMINDERS = Word(
    name="reminders",
    takes="<what> <number>",
    does="lists the reminders here and your own, to change, pause, skip or delete",
    also=("reminder",),
    example="/mission reminders pause 2",
)
_NUMBERED = re.compile(
    r"(?P<verb>pause|resume|skip|edit|change|delete|show)(?:\s+next)?\s+(?:#|number\s+)?(?P<n>\d{1,3})",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class ReminderCommands:
    """Everything people do with reminders."""

    reminders: ReminderService
    personal: PersonalService
    settings: SettingsService
    charters: Charters
    roster: Roster
    contents: Contents
    comings: Comings
    clock: Clock

    def routes(self) -> Routes:
        """The words, buttons and forms of this room."""
        return Routes(
            words={REMIND: self.remind, REMINDERS: self.words},
            opening={
                "reminders.form": self.open_new,
                "reminders.edit": self.open_edit,
            },
            buttons={
                "reminders.confirm": self.confirm,
                "reminders.discard": self.discard,
                "reminders.propose": self.propose,
                "reminders.list": self.list_clicked,
                "reminders.show": self.show,
                "reminders.pause": self.pause,
                "reminders.resume": self.resume,
                "reminders.skip": self.skip,
                "reminders.delete": self.delete,
                "reminders.snooze": self.snooze,
                "reminders.done": self.done,
                "reminders.leave": self.leave,
            },
            forms={"reminders.save": self.save},
            lifecycle=(self.comings.lifecycle,),
        )

    async def remind(self, event: Asking, words: str) -> Answer:
        """`/mission remind …`: read back before anything is promised; without words, the form."""
        if not words:
            form = await self._form(event)
            return OpenForm(form=form, button=views.new_button())
        try:
            request = await self._understood(event, words)
        except AskBack as asked:
            return privately(views.ask_back_card(str(asked)))
        seen = await self.reminders.draft(event, request)
        return reply(self._draft_card(seen))

    async def propose(self, event: ButtonClick) -> Answer:
        """What another room's button suggests, in the words that follow `/mission remind`."""
        request = await self._understood(event, event.value)
        return privately(self._draft_card(await self.reminders.draft(event, request)))

    async def words(self, event: Asking, words: str) -> Answer:
        """`/mission reminders`, or what to do with one of them by its number."""
        found = _NUMBERED.fullmatch(words.strip())
        if found is None:
            return await self._list(event, 1)
        listed = await self.reminders.listed(event)
        number = int(found["n"])
        if not 1 <= number <= len(listed):
            return await self._list(event, 1)
        return await self._do(event, found["verb"].lower(), listed[number - 1].id)

    async def open_new(self, event: ButtonClick) -> Answer:
        """The form for a new one."""
        return OpenForm(form=await self._form(event))

    async def open_edit(self, event: ButtonClick) -> Answer:
        """The form with the reminder's fields."""
        return await self._edit(event, event.value)

    async def save(self, event: FormSubmit) -> Answer:
        """What was filled in: a draft is shown back, what was promised is changed at once."""
        seen = await self.reminders.to_change(event, event.state) if event.state else None
        reminder = seen.reminder if seen else None
        zone = (await self.settings.hours_of(event.workspace, event.person)).zone
        try:
            request = forms.read_form(
                event, zone=zone, contents=self.contents.labels, reminder=reminder
            )
        except WrongFields as wrong:
            return FormErrors(errors=wrong.errors)
        if reminder is None:
            return reply(self._draft_card(await self.reminders.draft(event, request)))
        changed = await self.reminders.change(event, reminder.id, request)
        if changed.reminder.state == "draft":
            return reply(self._draft_card(changed))
        return reply(views.on_card(self.contents, changed, title="Changed"))

    async def confirm(self, event: ButtonClick) -> Answer:
        """Looks right: from now on it is promised."""
        seen, fresh = await self.reminders.confirm(event, event.value)
        title = "Set up" if fresh else "Set up already"
        return replacing(views.on_card(self.contents, seen, title=title))

    async def discard(self, event: ButtonClick) -> Answer:
        """Not now: the draft is forgotten."""
        await self.reminders.discard(event, event.value)
        return replacing(views.sentence_card("Nothing is set up."))

    async def list_clicked(self, event: ButtonClick) -> Answer:
        """A page of the list."""
        return await self._list(event, int(event.value) if event.value.isdecimal() else 1)

    async def show(self, event: ButtonClick) -> Answer:
        """One reminder with what can be done, for who clicked alone."""
        return await self._do(event, "show", event.value)

    async def pause(self, event: ButtonClick) -> Answer:
        """Nothing comes until it is resumed."""
        return await self._do(event, "pause", event.value)

    async def resume(self, event: ButtonClick) -> Answer:
        """It comes again."""
        return await self._do(event, "resume", event.value)

    async def skip(self, event: ButtonClick) -> Answer:
        """Leave out the date that the button was made for."""
        reminder_id, _, due = event.value.partition(":")
        return await self._skip(event, reminder_id, due)

    async def delete(self, event: ButtonClick) -> Answer:
        """Forget it; the button asked before."""
        await self.reminders.delete(event, event.value)
        return replacing(views.sentence_card("Deleted. It will not come again."))

    async def snooze(self, event: ButtonClick) -> Answer:
        """Put off one that came."""
        reminder_id, _, how = event.value.partition(":")
        until, name = await self.personal.snooze(event, reminder_id, how)
        seen = await self._came(event, reminder_id)
        zone = (await self.settings.hours_of(event.workspace, event.person)).zone
        when = moment_with_zone(until, zone, seen.now)
        return replacing(views.snoozed_card(self.contents, seen, when, name))

    async def done(self, event: ButtonClick) -> Answer:
        """Tick off one that came, put off or not."""
        reminder_id, _, snoozed = event.value.partition(":")
        await self.personal.done(event, reminder_id, snoozed)
        return replacing(views.done_card(self.contents, await self._came(event, reminder_id)))

    async def leave(self, event: ButtonClick) -> Answer:
        """Not for me."""
        await self.personal.leave(event, event.value)
        return replacing(views.left_out_card())

    # Parts

    async def _understood(self, event: Event, words: str) -> Request:
        hours = await self.settings.hours_of(event.workspace, event.person)
        return await read_request(
            words,
            event,
            hours=hours,
            now=self.clock.now(),
            roster=self.roster,
            contents=self.contents,
        )

    def _draft_card(self, seen: Seen) -> Card:
        if not views.says_what(seen.reminder):
            return views.what_about_card(seen)
        return views.draft_card(self.contents, seen)

    async def _list(self, event: Asking | ButtonClick, first: int) -> Answer:
        listed = await self.reminders.listed(event)
        page = listed[first - 1 : first - 1 + views.PAGE]
        seen = await self.reminders.seen(event, page)
        return privately(views.list_card(self.contents, seen, first=first, of=len(listed)))

    async def _do(self, event: Asking | ButtonClick, verb: str, reminder_id: str) -> Answer:
        match verb:
            case "pause":
                seen, title = await self.reminders.pause(event, reminder_id), "Paused"
            case "resume":
                seen, title = await self.reminders.resume(event, reminder_id), "Goes on"
            case "skip":
                next_one = await self.reminders.to_change(event, reminder_id)
                due = next_one.due.isoformat() if next_one.due else ""
                return await self._skip(event, reminder_id, due)
            case "delete":
                seen = await self.reminders.to_change(event, reminder_id)
                return privately(views.confirm_delete_card(self.contents, seen))
            case "edit" | "change":
                return await self._edit(event, reminder_id)
            case _:
                seen, title = await self.reminders.get(event, reminder_id), "Reminder"
                return privately(views.on_card(self.contents, seen, title=title))
        return self._instead(event, views.on_card(self.contents, seen, title=title))

    async def _skip(self, event: Asking | ButtonClick, reminder_id: str, due: str) -> Answer:
        seen, skipped = await self.reminders.skip(event, reminder_id, due)
        title = "The next one is left out" if skipped else "That one was left out already"
        return self._instead(event, views.on_card(self.contents, seen, title=title))

    def _instead(self, event: Event, card: Card) -> Answer:
        # In place of the list or page that was clicked; words have nothing to replace.
        return replacing(card) if isinstance(event, ButtonClick) else privately(card)

    async def _edit(self, event: Asking | ButtonClick, reminder_id: str) -> Answer:
        seen = await self.reminders.to_change(event, reminder_id)
        form = await self._form(event, seen)
        return OpenForm(form=form, button=views.edit_button(seen.reminder))

    async def _form(self, event: Event, seen: Seen | None = None) -> Form:
        hours = await self.settings.hours_of(event.workspace, event.person)
        here = seen.reminder.conversation if seen else event.conversation
        in_force = await self.charters.in_force(event.workspace, here.id)
        return forms.reminder_form(
            here=here,
            zone=hours.zone,
            now=self.clock.now(),
            contents=self.contents.labels,
            lines=in_force.lines if in_force else (),
            reminder=seen.reminder if seen else None,
        )

    async def _came(self, event: ButtonClick, reminder_id: str) -> Seen:
        reminder = await self.personal.came(event, reminder_id)
        (seen,) = await self.reminders.seen(event, [reminder])
        return seen
