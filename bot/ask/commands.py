"""Handlers of asking: service, then view."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot import usage
from bot.ask import views
from bot.ask.about import kinds_asked_for, not_for_judging
from bot.ask.responses import ResponseService
from bot.ask.service import AskService, Source
from bot.ask.verdict_view import NAMES, verdict_card
from bot.cards import Card
from bot.events import ButtonClick, FormSubmit
from bot.replies import Answer, FormErrors, OpenForm, privately, publicly, replacing, reply
from bot.router import Asking, Routes
from bot.usage import Word

ASK = Word(
    name="ask",
    takes="<question>",
    does="says whether something fits the charter, and by which lines",
    also=("fit", "fits"),
    example="/mission ask should we sell heart-rate data to advertisers?",
)


@dataclass(frozen=True, kw_only=True)
class AskCommands:
    """Everything people do to ask, and with the answer."""

    ask: AskService
    responses: ResponseService
    words: Callable[[], Sequence[Word]]
    """Every word of the bot, for who asks what it can do."""

    def routes(self) -> Routes:
        """The words, buttons and forms of this room."""
        return Routes(
            words={ASK: self.ask_words},
            opening={
                "ask.form": self.open_form,
                "ask.disagree": self.open_disagree,
            },
            buttons={
                "ask.show": self.show,
                "ask.call": self.call,
                "ask.share": self.share,
                "ask.alone": self.ask_alone,
                "ask.useful": self.useful,
            },
            forms={"ask.question": self.ask_by_form, "ask.disagree": self.disagree},
        )

    async def ask_words(self, event: Asking, question: str) -> Answer:
        """`/mission ask …`; without a question, the form to write one."""
        if not question:
            return OpenForm(form=views.ask_form(), button=views.ask_button())
        return await self.question(event, question)

    async def question(self, event: Asking | FormSubmit, question: str) -> Answer:
        """Plain words: a question of fit, or one about the charter or the bot."""
        why_not = not_for_judging(question)
        if why_not == "nothing":
            return reply(views.too_vague_card(question))
        if why_not == "thanks":
            return reply(usage.sentence("You're welcome. Ask any time."))
        if why_not:
            return reply(usage.help_card(self.words()))
        if kinds := kinds_asked_for(question):
            return reply(views.charter_lines_card(await self.ask.in_force(event), kinds))
        return reply(verdict_card(await self.ask.ask(event, question)))

    async def show(self, event: ButtonClick) -> Answer:
        """An earlier answer, for who clicked alone."""
        return privately(verdict_card(await self.ask.get(event, event.value)))

    async def open_form(self, event: ButtonClick) -> Answer:
        """Where to write a question."""
        return OpenForm(form=views.ask_form())

    async def ask_by_form(self, event: FormSubmit) -> Answer:
        """A question written in the form."""
        question = event.text("question")
        if not question:
            return FormErrors(errors={"question": "Write what you would do, in a sentence."})
        return await self.question(event, question)

    async def call(self, event: ButtonClick) -> Answer:
        """Fits, partly, conflicts, not sure: the person's own word."""
        kind, _, verdict_id = event.value.partition(":")
        if kind not in NAMES:
            return privately(usage.outdated())
        answered = await self.responses.call(event, verdict_id, kind)
        return replacing(verdict_card(answered))

    async def share(self, event: ButtonClick) -> Answer:
        """The private answer, for everybody here."""
        answered, fresh = await self.responses.share(event, event.value)
        if not fresh:
            return privately(views.shared_before_card())
        return publicly(verdict_card(answered, shared_by=event.person.name))

    async def open_disagree(self, event: ButtonClick) -> Answer:
        """Where to say how one sees it."""
        answered = await self.ask.get(event, event.value)
        return OpenForm(form=views.disagree_form(answered.verdict))

    async def disagree(self, event: FormSubmit) -> Answer:
        """How the person sees it, and why."""
        kind = event.text("kind")
        if kind not in NAMES:
            return FormErrors(errors={"kind": "Choose how you see it."})
        if not event.text("reason"):
            return FormErrors(errors={"reason": "Say in a sentence why; others will read it."})
        answered, counts = await self.responses.disagree(
            event, event.state, kind, event.text("reason")
        )
        return privately(views.noted_card(answered, counts=counts))

    async def ask_alone(self, event: ButtonClick) -> Answer:
        """The same question without what came before, under the charter of today."""
        earlier = await self.ask.get(event, event.value)
        return reply(await self._verdict(event, earlier.verdict.question))

    async def useful(self, event: ButtonClick) -> Answer:
        """Was this useful?"""
        word, _, verdict_id = event.value.partition(":")
        await self.responses.useful(event, verdict_id, word == "yes")
        answered = await self.ask.get(event, verdict_id)
        return privately(views.thanks_card(answered.verdict))

    async def _verdict(self, source: Source, question: str) -> Card:
        return verdict_card(await self.ask.ask(source, question, alone=True))
