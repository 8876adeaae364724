"""Handlers of time settings: service, then view."""

import asyncio
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from bot.events import ButtonClick, Event, FormSubmit, Person
from bot.filled import WrongFields
from bot.ports import Clock
from bot.replies import Answer, FormErrors, OpenForm, privately
from bot.router import Asking, Routes
from bot.settings import forms, views
from bot.settings.changes import changed, split_team
from bot.settings.model import InEffect
from bot.settings.service import SettingsService
from bot.usage import Word

SETTINGS = Word(
    name="settings",
    takes="<what>",
    does="your time zone, working days, holidays, days off and quiet hours; `team …` for everybody",
    also=("preferences",),
    example="/mission settings zone Berlin",
)


@dataclass(frozen=True, kw_only=True)
class SettingsCommands:
    """Everything people do to say when they work. Answered to them alone."""

    settings: SettingsService
    clock: Clock

    def routes(self) -> Routes:
        """The words, buttons and forms of this room."""
        return Routes(
            words={SETTINGS: self.words},
            opening={
                "settings.form": self.open_own,
                "settings.team": self.open_team,
            },
            buttons={
                "settings.show": self.show,
            },
            forms={"settings.save": self.save},
            noticing=(self.settings.noticed,),
        )

    async def words(self, event: Asking, words: str) -> Answer:
        """`/mission settings`, with or without what to change."""
        team, words = split_team(words)
        if not words:
            return await self._team_card(event) if team else await self._own_card(event)
        if team:
            await self.settings.must_set_team(event.workspace, event.person)
        whose = None if team else event.person
        before = await self.settings.wishes(event.workspace, whose)
        today = await self._today(event)
        # The library of holidays takes a moment to load.
        wishes = await asyncio.to_thread(changed, before, words, today)
        if team:
            holds = await self.settings.save_team(event.workspace, wishes, event.person)
        else:
            holds = await self.settings.save(event.workspace, event.person, wishes)
        return await self._card(event, holds, team=team, saved=True)

    async def show(self, event: ButtonClick) -> Answer:
        """What holds for the person."""
        return await self._own_card(event)

    async def open_own(self, event: ButtonClick) -> Answer:
        """The form for oneself."""
        return await self._form(event, event.person)

    async def open_team(self, event: ButtonClick) -> Answer:
        """The form for the team; owners may."""
        await self.settings.must_set_team(event.workspace, event.person)
        return await self._form(event, None)

    async def save(self, event: FormSubmit) -> Answer:
        """What was filled in, for oneself or for the team."""
        team = event.state == forms.TEAM
        whose = None if team else event.person
        if team:
            await self.settings.must_set_team(event.workspace, event.person)
        before = await self.settings.wishes(event.workspace, whose)
        today = await self._today(event)
        try:
            wishes = await asyncio.to_thread(forms.read_times, event, before, today)
        except WrongFields as wrong:
            return FormErrors(errors=wrong.errors)
        if team:
            holds = await self.settings.save_team(event.workspace, wishes, event.person)
        else:
            holds = await self.settings.save(event.workspace, event.person, wishes)
        return await self._card(event, holds, team=team, saved=True)

    async def _own_card(self, event: Event) -> Answer:
        holds = await self.settings.of(event.workspace, event.person)
        return await self._card(event, holds, team=False)

    async def _team_card(self, event: Event) -> Answer:
        holds = await self.settings.team(event.workspace)
        return await self._card(event, holds, team=True)

    async def _card(
        self, event: Event, holds: InEffect, *, team: bool, saved: bool = False
    ) -> Answer:
        if team:
            return privately(await asyncio.to_thread(views.team_card, holds, saved=saved))
        may = await self.settings.may_set_team(event.workspace, event.person)
        card = await asyncio.to_thread(views.own_card, holds, may_set_team=may, saved=saved)
        return privately(card)

    async def _form(self, event: ButtonClick, whose: Person | None) -> Answer:
        wishes = await self.settings.wishes(event.workspace, whose)
        holds = (
            await self.settings.of(event.workspace, whose)
            if whose
            else await self.settings.team(event.workspace)
        )
        form = await asyncio.to_thread(forms.times_form, wishes, holds, team=whose is None)
        return OpenForm(form=form, button=views.form_button(team=whose is None))

    async def _today(self, event: Event) -> date:
        holds = await self.settings.of(event.workspace, event.person)
        return self.clock.now().astimezone(ZoneInfo(holds.zone.value)).date()
