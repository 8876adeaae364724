"""Handlers of check-ins: how did it go, and who is told."""

from collections.abc import Callable
from dataclasses import dataclass

from bot import usage
from bot.ask.service import Answered, AskService
from bot.cards import Card
from bot.decisions import check_in_view, forms
from bot.decisions.check_form import asked_about, check_form, outcome_of, still_fits_of
from bot.decisions.handlers import Handlers, shareable
from bot.decisions.model import Outcome
from bot.errors import UserFacing
from bot.events import ButtonClick, Conversation, FormSubmit
from bot.replies import Answer, FormErrors, OpenForm, privately, publicly
from bot.router import Routes


@dataclass(frozen=True, kw_only=True)
class CheckCommands(Handlers):
    """For who was asked."""

    ask: AskService
    verdict: Callable[[Answered], Card]
    """How a verdict is shown."""

    def routes(self) -> Routes:
        """Their buttons and forms."""
        return Routes(
            opening={"decisions.answer": self.open_check},
            buttons={"decisions.share": self.share, "decisions.anew": self.judge_anew},
            forms={"decisions.check": self.check},
        )

    async def open_check(self, event: ButtonClick) -> Answer:
        """How did it go? The value may name the answer, and which check-in it is about."""
        named, _, rest = event.value.partition(":")
        outcome: Outcome | None = next((each for each in forms.OUTCOMES if each == named), None)
        decision_id, number = asked_about(rest if outcome else event.value)
        decision = await self.decisions.get(event, decision_id)
        today = await self.charter_today(event, decision)
        changed = check_in_view.changed_lines(decision, today)
        return OpenForm(form=check_form(decision, number, outcome, changed))

    async def check(self, event: FormSubmit) -> Answer:
        """The answer."""
        outcome = outcome_of(event)
        if outcome is None:
            return FormErrors(errors={"outcome": "Choose how it turned out."})
        if not event.text("why"):
            return FormErrors(errors={"why": "Say why; one sentence is enough."})
        next_on = None
        if outcome == "too_early":
            try:
                next_on, *others = await self.days(event, event.text("next") or "in 1 month")
            except UserFacing as problem:
                return FormErrors(errors={"next": str(problem)})
            if others:
                return FormErrors(errors={"next": "Name one day here."})
        decision_id, number = asked_about(event.state)
        decision = await self.decisions.check(
            event,
            decision_id,
            outcome,
            event.text("why"),
            still_fits_of(event),
            next_on,
            number=number,
        )
        return privately(check_in_view.checked_card(decision, shareable=shareable(event, decision)))

    async def judge_anew(self, event: ButtonClick) -> Answer:
        """A fresh verdict on what was decided, by the charter that holds today where it was."""
        decision = await self.decisions.get(event, event.value)
        private = decision.private_to is not None
        place = Conversation(id=decision.conversation_id, private=private)
        asking = event.model_copy(update={"conversation": place, "thread": None})
        answered = await self.ask.ask(asking, decision.choice, alone=True)
        return privately(self.verdict(answered))

    async def share(self, event: ButtonClick) -> Answer:
        """One short line for everybody here."""
        decision, fresh = await self.decisions.share(event, event.value)
        if not fresh:
            return privately(usage.sentence(f"{decision.name} is shared here already."))
        return publicly(check_in_view.shared_card(decision, event.person.name))
