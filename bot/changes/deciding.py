"""Handlers of what is done with a proposal: read, approve, return, withdraw, judge its impact."""

from dataclasses import dataclass
from typing import Any

from bot.cards import Card
from bot.changes import forms, views
from bot.changes.judging import ImpactJudging
from bot.changes.model import State
from bot.changes.service import ChangeService, Done
from bot.changes.showing import Showing, sight_of
from bot.changes.wording import names
from bot.errors import UserFacing
from bot.events import ButtonClick, Event, FormSubmit
from bot.replies import Answer, FormErrors, OpenForm, replacing, reply
from bot.router import Asking, Routes
from bot.usage import Word

PROPOSALS = Word(
    name="proposals",
    takes="<a number, mine or all>",
    does="lists proposed changes; a number shows one",
    also=("proposal",),
    example="/mission proposals 3",
)
MOST_DIGITS = 12


@dataclass(frozen=True, kw_only=True)
class DecideCommands:
    """For everybody to read, and for owners to decide."""

    changes: ChangeService[Any]
    showing: Showing
    judging: ImpactJudging

    def routes(self) -> Routes:
        """The words, buttons and forms."""
        return Routes(
            words={PROPOSALS: self.list_words},
            opening={"changes.return": self.open_return},
            buttons={
                "changes.show": self.show,
                "changes.page": self.page,
                "changes.history": self.history,
                "changes.approve": self.approve,
                "changes.withdraw": self.withdraw,
                "changes.impact": self.impact,
                "changes.judge": self.judge,
            },
            forms={"changes.return": self.return_},
        )

    # Reading

    async def list_words(self, event: Asking, words: str) -> Answer:
        """`/mission proposals …`"""
        digits = words.strip().lstrip("#")
        if digits.isdecimal():
            number = int(digits[:MOST_DIGITS])
            looked = await self.showing.reading.numbered(event.workspace, number)
            return reply(await self.showing.card(event.workspace, looked, sight_of(event)))
        wanted = words.lower().strip()
        if wanted not in ("", "open", "mine", "all"):
            raise UserFacing("Say `/mission proposals`, and behind it a number, `mine` or `all`.")
        return reply(await self._list(event, "" if wanted == "open" else wanted, 0))

    async def page(self, event: ButtonClick) -> Answer:
        """Newer or older ones."""
        offset, _, wanted = event.value.partition(":")
        return replacing(await self._list(event, wanted, int(offset) if offset.isdecimal() else 0))

    async def show(self, event: ButtonClick) -> Answer:
        """One proposal."""
        card = await self.showing.by_id(event.workspace, event.value, sight_of(event))
        return reply(card)

    async def history(self, event: ButtonClick) -> Answer:
        """Everything that was done to it."""
        looked = await self.showing.reading.look(event.workspace, event.value)
        entries = await self.showing.reading.history(event.workspace, event.value)
        return reply(views.history_card(looked.proposal, entries))

    async def _list(self, event: Event, wanted: str, offset: int) -> Card:
        states: tuple[State, ...] = () if wanted else ("open",)
        found = await self.showing.reading.find(
            event.workspace,
            states=states,
            by=event.person.id if wanted == "mine" else "",
            limit=views.PAGE + 1,
            offset=offset,
        )
        more = len(found) > views.PAGE
        return views.list_card(found[: views.PAGE], wanted=wanted, offset=offset, more=more)

    # Deciding

    async def approve(self, event: ButtonClick) -> Answer:
        """An owner approves; the last approval that is needed adopts it."""
        id_, _, edition = event.value.partition(":")
        done = await self.changes.approve(event, id_, int(edition) if edition.isdecimal() else 0)
        if done.charter:
            return replacing(views.adopted_card(done, done.charter))
        looked = await self.showing.reading.look(event.workspace, id_)
        note = f"Approved. It waits for {names(looked.standing.missing, 'and')} too."
        return replacing(
            await self.showing.card(event.workspace, looked, sight_of(event), note=note)
        )

    async def open_return(self, event: ButtonClick) -> Answer:
        """What is missing, to be written."""
        looked = await self.showing.reading.look(event.workspace, event.value)
        button = views.return_button(looked.proposal)
        return OpenForm(form=forms.return_form(looked.proposal), button=button)

    async def return_(self, event: FormSubmit) -> Answer:
        """It goes back to its author."""
        comment = event.text("comment")
        if not comment:
            return FormErrors(errors={"comment": "Say in a sentence what is missing."})
        done = await self.changes.return_(event, event.state, comment)
        return await self._after(event, done, f"Returned. I have let {done.proposal.by.name} know.")

    async def withdraw(self, event: ButtonClick) -> Answer:
        """It is taken back."""
        done = await self.changes.withdraw(event, event.value)
        looked = await self.showing.reading.look(event.workspace, done.proposal.id)
        return replacing(await self.showing.card(event.workspace, looked, sight_of(event)))

    async def _after(self, event: Event, done: Done, note: str) -> Answer:
        card = await self.showing.by_id(event.workspace, done.proposal.id, sight_of(event), note)
        return reply(card)

    # What it touches

    async def impact(self, event: ButtonClick) -> Answer:
        """All that it touches, and how far judging is; a round that broke off goes on."""
        sight = sight_of(event)
        _, impact = await self.showing.touched(event.workspace, event.value, sight)
        if impact.judging:
            self.judging.go_on(event.workspace, impact.judging)
        return reply(await self.showing.impact_card(event.workspace, event.value, sight))

    async def judge(self, event: ButtonClick) -> Answer:
        """Judge all that it touches, in the background."""
        sight = sight_of(event)
        looked, impact = await self.showing.touched(event.workspace, event.value, sight)
        if impact.judge is None or not impact.touched:
            raise UserFacing("There is nothing to judge any more.")
        await self.judging.begin(event, looked, impact)
        return reply(await self.showing.impact_card(event.workspace, event.value, sight))
