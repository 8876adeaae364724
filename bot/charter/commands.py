"""Handlers of the charter: service, then view."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot import usage
from bot.cards import Button
from bot.charter import forms, views
from bot.charter.history_view import history_card
from bot.charter.model import KIND_NAMES, Charter, Draft, InvalidCharter
from bot.charter.ports import Propose
from bot.charter.sections import from_sections, merge, to_sections
from bot.charter.service import CharterService, StaleCharter
from bot.events import ButtonClick, Event, FormSubmit
from bot.replies import Answer, FormErrors, OpenForm, privately, reply
from bot.router import Asking, Routes
from bot.usage import Word

SHOW = Word(name="show", does="shows the charter of this conversation", also=("charter",))
EDIT = Word(name="edit", does="changes the whole charter; owners approve it")
HISTORY = Word(name="history", does="shows every version and what it changed")
CHARTERS = Word(name="charters", does="lists all charters and where they hold")
LINK = Word(
    name="link",
    takes="<name>",
    does="makes a charter hold in this conversation",
    example="/mission link Vitals",
)
ROLES = Word(name="roles", does="names owners and editors, and who approves changes")


@dataclass(frozen=True, kw_only=True)
class CharterCommands:
    """Everything people do with the charter itself."""

    charters: CharterService
    propose: Propose
    sample: Callable[[], tuple[str, Sequence[Draft]]] | None = None
    """Reads a charter to look at where there is none yet: its name and lines."""
    ways: Sequence[Button] = ()
    """To a first charter, where there is none yet; writing it down, unless given."""

    def routes(self) -> Routes:
        """The words, buttons and forms of this room."""
        return Routes(
            words={
                SHOW: self.show,
                EDIT: self.edit,
                HISTORY: self.history,
                CHARTERS: self.all,
                LINK: self.link,
                ROLES: self.roles,
            },
            opening={
                "charter.edit": self.edit_clicked,
                "charter.write": self.write_clicked,
                "charter.roles": self.roles,
            },
            buttons={
                "charter.show": self.show_clicked,
                "charter.sample": self.show_sample,
                "charter.history": self.history_clicked,
            },
            forms={
                "charter.save": self.save,
                "charter.create": self.create,
                "charter.roles": self.save_roles,
            },
        )

    async def show(self, event: Event, _: str = "") -> Answer:
        """`/mission`"""
        held = await self.charters.held(event.workspace, event.conversation.id)
        return reply(views.charter_card(*held)) if held else self._no_charter()

    async def show_clicked(self, event: ButtonClick) -> Answer:
        """The charter, from a button."""
        return await self.show(event)

    async def edit(self, event: Asking, _: str = "") -> Answer:
        """`/mission edit`"""
        in_force = await self.charters.in_force(event.workspace, event.conversation.id)
        if in_force is None:
            return OpenForm(form=forms.write_form(), button=forms.write_button())
        return await self._edit_form(event, in_force.charter)

    async def edit_clicked(self, event: ButtonClick) -> Answer:
        """Edit, from the charter's card."""
        return await self._edit_form(event, await self.charters.get(event.workspace, event.value))

    async def write_clicked(self, event: ButtonClick) -> Answer:
        """Write the first charter."""
        return OpenForm(form=forms.write_form())

    async def show_sample(self, event: ButtonClick) -> Answer:
        """What a charter looks like."""
        if self.sample is None:
            return privately(usage.outdated())
        return privately(views.sample_card(*await asyncio.to_thread(self.sample)))

    async def save(self, event: FormSubmit) -> Answer:
        """The edited charter is proposed; when somebody was faster, the form comes again."""
        state = json.loads(event.state)
        charter = await self.charters.get(event.workspace, state["charter"])
        versions = await self.charters.versions(event.workspace, charter.id)
        before = next((v for v in versions if v.number == state["base"]), charter.version)
        typed = {kind: event.text(kind) for kind in KIND_NAMES}
        drafts, note = from_sections(typed, before.lines), event.text("note")
        try:
            return await self.propose(event, charter, before, drafts, note)
        except StaleCharter as stale:
            base, current = to_sections(stale.base.lines), to_sections(stale.current.lines)
            newest = charter.model_copy(update={"version": stale.current})
            merged = merge(base, typed, current)
            alone = await self._alone(event, charter)
            return OpenForm(form=forms.stale_form(stale, newest, merged, note, alone=alone))
        except InvalidCharter as problem:
            return FormErrors(errors={}, sentence=str(problem))

    async def create(self, event: FormSubmit) -> Answer:
        """The first version of a new charter."""
        sections = {kind: event.text(kind) for kind in KIND_NAMES}
        charter = await self.charters.create(
            event.workspace,
            event.text("name"),
            from_sections(sections, ()),
            by=event.person,
            key=event.key,
            conversation_id=event.conversation.id,
        )
        return reply(views.written_card(charter))

    async def history(self, event: Event, _: str = "") -> Answer:
        """`/mission history`"""
        in_force = await self.charters.in_force(event.workspace, event.conversation.id)
        if in_force is None:
            return self._no_charter()
        return await self._history(event, in_force.charter)

    async def history_clicked(self, event: ButtonClick) -> Answer:
        """History, or a further page of it."""
        charter_id, _, before = event.value.partition(":")
        charter = await self.charters.get(event.workspace, charter_id)
        return await self._history(event, charter, int(before) if before.isdecimal() else None)

    async def all(self, event: Asking, _: str = "") -> Answer:
        """`/mission charters`"""
        charters, default = await self.charters.all(event.workspace)
        if not charters:
            return self._no_charter()
        here = await self.charters.in_force(event.workspace, event.conversation.id)
        return reply(views.charters_card(charters, default, here.charter.id if here else None))

    async def link(self, event: Asking, name: str) -> Answer:
        """`/mission link <name>`"""
        if not name:
            return await self.all(event)
        charter = await self.charters.bind(
            event.workspace, name, event.conversation.id, event.person
        )
        return reply(views.linked_card(charter))

    async def roles(self, event: Event, _: str = "") -> Answer:
        """`/mission roles`"""
        in_force = await self.charters.in_force(event.workspace, event.conversation.id)
        if in_force is None:
            return self._no_charter()
        charter = in_force.charter
        await self.charters.must_own(event.workspace, charter, event.person)
        owners = await self.charters.owners(event.workspace, charter.id)
        editors = await self.charters.editors(event.workspace, charter.id)
        rule = await self.charters.rule(event.workspace, charter.id)
        form = forms.roles_form(charter, owners, editors, rule)
        return OpenForm(form=form, button=forms.roles_button())

    async def save_roles(self, event: FormSubmit) -> Answer:
        """Owners and editors as chosen; who is in neither list is a member."""
        rule = forms.rule_in(event)
        if rule is None:
            return FormErrors(errors={"number": "Write how many: a number from 2 to 50."})
        owners = await self.charters.set_roles(
            event.workspace,
            event.state,
            owners=event.people_in("owners"),
            editors=event.people_in("editors"),
            by=event.person,
            rule=rule,
        )
        names = ", ".join(owner.name for owner in owners)
        return privately(usage.sentence(f"Saved. Owned by {names}. {forms.rule_in_words(rule)}"))

    def _no_charter(self) -> Answer:
        return reply(views.no_charter_card(self.ways, sample=self.sample is not None))

    async def _edit_form(self, event: Event, charter: Charter) -> Answer:
        form = forms.edit_form(charter, alone=await self._alone(event, charter))
        return OpenForm(form=form, button=forms.edit_button(charter))

    async def _alone(self, event: Event, charter: Charter) -> bool:
        """Whether nobody else has to approve what the person changes."""
        owners = await self.charters.owners(event.workspace, charter.id)
        return {owner.id for owner in owners} <= {event.person.id}

    async def _history(self, event: Event, charter: Charter, before: int | None = None) -> Answer:
        versions = await self.charters.versions(event.workspace, charter.id)
        return reply(history_card(charter, versions, before))
