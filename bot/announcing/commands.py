"""Handlers of announcements: service, then view."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.announcing import forms, views
from bot.announcing.model import Announcement
from bot.announcing.newcomers import Comings
from bot.announcing.service import AnnouncingService
from bot.cards import Card, Text
from bot.charter.model import Charter, Version
from bot.charter.service import CharterService
from bot.errors import UserFacing
from bot.events import ButtonClick, Event, FormSubmit
from bot.replies import Answer, FormErrors, OpenForm, Replies, Reply, privately
from bot.router import Asking, Routes
from bot.usage import Word

ANNOUNCEMENTS = Word(
    name="announcements",
    does="who has read the newest version; owners choose who is asked",
    also=("announcement",),
)


@dataclass(frozen=True, kw_only=True)
class AnnouncingCommands:
    """Everything people do with an announcement. Answered to them alone."""

    announcing: AnnouncingService
    charters: CharterService
    comings: Comings
    changes: Callable[[Version | None, Version], Text]
    """What one version changed, word by word."""

    def routes(self) -> Routes:
        """The words, buttons and forms of this room."""
        return Routes(
            words={ANNOUNCEMENTS: self.overview},
            opening={"announcing.settings": self.open_settings},
            buttons={
                "announcing.read": self.read,
                "announcing.answer": self.answer,
                "announcing.remind": self.remind,
                "announcing.close": self.close,
            },
            forms={"announcing.save": self.save},
            lifecycle=(self.comings.lifecycle,),
            noticing=(self.comings.noticed,),
        )

    async def overview(self, event: Asking, _: str) -> Answer:
        """`/mission announcements`"""
        charter = (await self.announcing.here(event)).charter
        if await self.announcing.owns(event, charter):
            return privately(await self._progress(event, charter))
        newest = await self.announcing.newest(event.workspace, charter.id)
        confirmed = newest is not None and await self.announcing.has_confirmed(event, newest)
        asked = newest is not None and newest.may_ask(event.person)
        return privately(views.own_card(newest, charter, asked=asked, confirmed=confirmed))

    async def read(self, event: ButtonClick) -> Answer:
        """I have read this."""
        announcement = await self.announcing.get(event.workspace, event.value)
        question = await self.announcing.question(event.workspace, announcement, event.person)
        known = await self.announcing.has_confirmed(event, announcement)
        if question and announcement.asks and not known:
            return _to_them(event, views.question_card(announcement, question, None))
        return await self._confirm(event, announcement)

    async def answer(self, event: ButtonClick) -> Answer:
        """One of the question's options."""
        announcement_id, _, line_id = event.value.partition(":")
        announcement = await self.announcing.get(event.workspace, announcement_id)
        question = await self.announcing.question(event.workspace, announcement, event.person)
        chosen = question.option(line_id) if question else None
        if question and chosen != question.right:
            card = views.question_card(announcement, question, chosen)
            return Replies(items=(Reply(card=card, seen_by="asker", replace=True),))
        announcement = await self.announcing.confirm(event, announcement_id)
        if announcement.state == "replaced":
            return await self._followed(event, announcement)
        card = views.confirmed_card(announcement, question)
        return Replies(items=(Reply(card=card, seen_by="asker", replace=True),))

    async def remind(self, event: ButtonClick) -> Answer:
        """Bring the next reminder forward."""
        announcement = await self.announcing.remind_now(event, event.value)
        return await self._after(event, announcement, "Everybody who is missing is reminded now.")

    async def close(self, event: ButtonClick) -> Answer:
        """Nobody is asked any more."""
        announcement = await self.announcing.close(event, event.value)
        text = f"Closed: nobody is asked to read version {announcement.number} any more."
        return await self._after(event, announcement, text)

    async def open_settings(self, event: ButtonClick) -> Answer:
        """How the next versions are announced."""
        charter = await self.charters.get(event.workspace, event.value)
        await self.announcing.must_own(event, charter)
        settings = await self.announcing.settings(event.workspace, charter.id)
        return OpenForm(form=forms.settings_form(charter, settings))

    async def save(self, event: FormSubmit) -> Answer:
        """As filled in."""
        before = await self.announcing.settings(event.workspace, event.state)
        try:
            settings = forms.settings_in(event, before)
            charter = await self.announcing.save(event, event.state, settings)
        except UserFacing as problem:
            return FormErrors(errors={}, sentence=str(problem))
        return privately(await self._progress(event, charter, note="Saved."))

    async def _confirm(self, event: ButtonClick, announcement: Announcement) -> Answer:
        announcement = await self.announcing.confirm(event, announcement.id)
        if announcement.state == "replaced":
            return await self._followed(event, announcement)
        return _to_them(event, views.confirmed_card(announcement, None))

    async def _followed(self, event: Event, announcement: Announcement) -> Answer:
        newest = await self.announcing.newest(event.workspace, announcement.charter_id)
        newest = newest or announcement
        changes = self.changes(*await self.announcing.versions(event.workspace, newest))
        return privately(views.replaced_card(announcement, newest, changes))

    async def _after(self, event: ButtonClick, announcement: Announcement, note: str) -> Answer:
        charter = await self.charters.get(event.workspace, announcement.charter_id)
        card = await self._progress(event, charter, note=note)
        return Replies(items=(Reply(card=card, seen_by="asker", replace=True),))

    async def _progress(self, event: Event, charter: Charter, *, note: str = "") -> Card:
        workspace = event.workspace
        standings = [
            (each, await self.announcing.next_reminder(workspace, each.announcement))
            for each in await self.announcing.recent(event, charter)
        ]
        settings = await self.announcing.settings(workspace, charter.id)
        return views.progress_card(charter, standings, settings, note=note)


def _to_them(event: ButtonClick, card: Card) -> Replies:
    """In place of what was clicked where nobody else sees that; else beside it, for them alone."""
    alone = event.conversation.direct
    return Replies(items=(Reply(card=card, seen_by="asker", replace=alone),))
