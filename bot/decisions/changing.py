"""Handlers of what changes a decision: other words, another in its place, its end, who is asked."""

from dataclasses import dataclass

from bot import usage
from bot.decisions import forms
from bot.decisions.handlers import Handlers
from bot.errors import UserFacing
from bot.events import ButtonClick, FormSubmit
from bot.replies import Answer, FormErrors, OpenForm, privately, reply
from bot.router import Routes


@dataclass(frozen=True, kw_only=True)
class ChangeCommands(Handlers):
    """For who decided, and the charter's owners."""

    def routes(self) -> Routes:
        """Their buttons and forms."""
        return Routes(
            opening={
                "decisions.change": self.open_change,
                "decisions.hand_over": self.open_hand_over,
                "decisions.supersede": self.open_end,
                "decisions.withdraw": self.open_end,
            },
            buttons={"decisions.replaces": self.replaces},
            forms={
                "decisions.change": self.change,
                "decisions.delegate": self.delegate,
                "decisions.supersede": self.supersede,
                "decisions.withdraw": self.withdraw,
            },
        )

    async def open_change(self, event: ButtonClick) -> Answer:
        """The form with its words, and the lines of its own charter."""
        decision = await self.decisions.get(event, event.value)
        in_force = await self.charter_today(event, decision)
        lines = in_force.lines if in_force else ()
        return OpenForm(form=forms.change_form(lines, decision))

    async def change(self, event: FormSubmit) -> Answer:
        """Other words."""
        decision = await self.decisions.get(event, event.state)
        said, days = event.text("check_in"), decision.check_days
        if said != forms.check_in_words(decision):
            try:
                days = await self.days(event, said)
            except UserFacing as problem:
                return FormErrors(errors={"check_in": str(problem)})
        in_force = await self.charter_today(event, decision)
        lines = in_force.lines if in_force else ()
        written = forms.written_in(event, lines, days, kept=decision.lines)
        decision = await self.decisions.change(event, decision.id, written, event.text("why"))
        return reply(await self.card(event, decision, note="Changed. What stood here is kept."))

    async def open_end(self, event: ButtonClick) -> Answer:
        """Why it ends, and what takes its place."""
        decision = await self.decisions.get(event, event.value)
        how = event.action.rpartition(".")[2]
        return OpenForm(form=forms.end_form(decision, how))

    async def withdraw(self, event: FormSubmit) -> Answer:
        """It does not hold any more."""
        if not event.text("why"):
            return FormErrors(errors={"why": "Say in a sentence why it is withdrawn."})
        decision = await self.decisions.withdraw(event, event.state, event.text("why"))
        return reply(await self.card(event, decision, note="Withdrawn. It stays in the record."))

    async def supersede(self, event: FormSubmit) -> Answer:
        """Another takes its place."""
        decision = await self.decisions.supersede(
            event, event.state, event.text("newer"), event.text("why")
        )
        return reply(await self.card(event, decision, note="Replaced. It stays in the record."))

    async def replaces(self, event: ButtonClick) -> Answer:
        """The new decision takes an earlier one's place."""
        earlier, _, newer_id = event.value.partition(":")
        newer = await self.decisions.get(event, newer_id)
        decision = await self.decisions.supersede(event, earlier, newer.name, "")
        return privately(await self.card(event, decision, note=f"Replaced by {newer.name}."))

    async def open_hand_over(self, event: ButtonClick) -> Answer:
        """Who is asked from now on."""
        decision = await self.decisions.get(event, event.value)
        return OpenForm(form=forms.hand_over_form(decision))

    async def delegate(self, event: FormSubmit) -> Answer:
        """Somebody else is asked."""
        people = event.people_in("to")
        if not people:
            return FormErrors(errors={"to": "Choose who will know."})
        decision = await self.decisions.delegate(event, event.state, people[0])
        text = f"{people[0].name} is asked about {decision.name} from now on."
        return privately(usage.sentence(text))
