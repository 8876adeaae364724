"""Handlers of decisions, to record and to read: service, then view. `changing` and `checking` have
the others."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.ask.model import ALIKE
from bot.ask.ports import Reader
from bot.ask.service import AskService
from bot.cards import Button, Card
from bot.charter.model import InForce, LineInForce
from bot.decisions import forms, views
from bot.decisions.handlers import Handlers
from bot.decisions.history_view import history_card
from bot.decisions.model import LONGEST_TEXT, Decision, message_link
from bot.decisions.ports import Wanted
from bot.decisions.reporting import ReportCommands
from bot.decisions.writing import Origin
from bot.errors import UserFacing
from bot.events import ButtonClick, Event, FormSubmit, Shortcut
from bot.replies import Answer, FormErrors, OpenForm, replacing, reply
from bot.router import Asking, Routes
from bot.text import one_line, shorten
from bot.usage import Word

DECIDE = Word(
    name="decide",
    takes="<what was decided>",
    does="records a decision, and asks later how it went",
    also=("decided",),
    example="/mission decide drop the Android widget",
)
DECISIONS = Word(
    name="decisions",
    takes="<open, due, mine, report, export, a line or words>",
    does="lists what was decided; D12 shows one",
    also=("decision",),
    example="/mission decisions due",
)
COMPARED = 300
"""The newest open decisions that a new one is compared with."""
MOST_LIKE = 3
LONGEST_SEARCH = 200

_NUMBER = re.compile(r"[dD]?\d{1,9}")
_LINE = re.compile(r"(?:.+:)?[MVPARKNmvparkn]\d{1,4}")


@dataclass(frozen=True, kw_only=True)
class DecisionCommands(Handlers):
    """For everybody: record, find, read."""

    ask: AskService
    reader: Reader
    reporting: ReportCommands

    def routes(self) -> Routes:
        """The words, buttons and forms of this room."""
        return Routes(
            words={DECIDE: self.decide, DECISIONS: self.list_words},
            opening={
                "decisions.form": self.open_form,
                "decisions.from_verdict": self.from_verdict,
                "decisions.from_message": self.from_message_button,
            },
            buttons={
                "decisions.show": self.show,
                "decisions.page": self.page,
                "decisions.history": self.history,
            },
            shortcuts={"decide": self.from_message},
            forms={
                "decisions.record": self.record,
            },
        )

    # Recording

    async def decide(self, event: Asking, words: str) -> Answer:
        """`/mission decide …`"""
        return await self._form(event, _begun(words), views.record_button(words))

    async def open_form(self, event: ButtonClick) -> Answer:
        """The form; with the words that were typed before, where a click has to open it."""
        return await self._form(event, _begun(event.value), views.record_button(event.value))

    async def from_verdict(self, event: ButtonClick) -> Answer:
        """What was asked, with its verdict and the lines that it cites."""
        verdict = (await self.ask.get(event, event.value)).verdict
        supports = tuple(r.ref for r in verdict.reasons if r.stance == "supports")
        opposes = tuple(r.ref for r in verdict.reasons if r.stance == "opposes")
        filled = forms.Filled(
            title=one_line(verdict.question).rstrip("?"),
            choice=shorten(verdict.question, LONGEST_TEXT),
            serves=supports,
            violates=opposes,
        )
        button = views.from_verdict_button(verdict.id)
        return await self._form(event, filled, button, verdict_id=verdict.id, kind=verdict.kind)

    async def from_message(self, event: Shortcut) -> Answer:
        """Somebody's message, as the person who found it would record it."""
        return await self._from_message(event, event.text, event.link)

    async def from_message_button(self, event: ButtonClick) -> Answer:
        """The same, where a click has to open the form."""
        link, _, words = event.value.partition("\n")
        return await self._from_message(event, words, link)

    async def _from_message(self, event: Event, words: str, link: str) -> Answer:
        link = message_link(link)
        button = views.from_message_button(words, link)
        return await self._form(event, _begun(words), button, link=link)

    async def record(self, event: FormSubmit) -> Answer:
        """The form was sent."""
        origin = await self._checked(event, forms.origin_of(event))
        in_force = await self.charters.in_force_at(
            event.workspace, origin.charter_id, origin.version
        )
        try:
            days = await self.days(event, event.text("check_in"))
        except UserFacing as problem:
            return FormErrors(errors={"check_in": str(problem)})
        written = forms.written_in(event, in_force.lines if in_force else (), days)
        decision = await self.decisions.record(event, written, origin)
        like, against = await self._like(event, decision)
        card = await self.card(event, decision, note="Recorded, in these words:")
        return reply(views.recorded_card(card, decision, like=like, against=against))

    # Reading

    async def list_words(self, event: Asking, words: str) -> Answer:
        """`/mission decisions …`"""
        if _NUMBER.fullmatch(words):
            return reply(await self.card(event, await self.decisions.numbered(event, words)))
        if phrase := self.reporting.phrases.get(words.lower()):
            return await phrase(event)
        return reply(await self._list(event, words, 0))

    async def page(self, event: ButtonClick) -> Answer:
        """Newer or older ones."""
        offset, _, words = event.value.partition(":")
        at = int(offset) if offset.isdecimal() else 0
        return replacing(await self._list(event, words, at))

    async def show(self, event: ButtonClick) -> Answer:
        """One decision."""
        return reply(await self.card(event, await self.decisions.get(event, event.value)))

    async def history(self, event: ButtonClick) -> Answer:
        """Everything that was done to it."""
        decision = await self.decisions.get(event, event.value)
        entries = await self.decisions.history(event, event.value)
        return reply(history_card(decision, entries))

    # Behind them

    async def _form(
        self,
        event: Event,
        filled: forms.Filled,
        button: Button,
        *,
        verdict_id: str = "",
        kind: object = None,
        link: str = "",
    ) -> Answer:
        in_force = await self._in_force(event)
        origin = Origin.model_validate(
            {
                "charter_id": in_force.charter.id,
                "charter_name": in_force.charter.name,
                "version": in_force.charter.version.number,
                "verdict_id": verdict_id,
                "verdict_kind": kind,
                "link": link,
            }
        )
        first = await self._relevant(event.workspace, in_force, filled.choice)
        form = forms.record_form(in_force, first, filled, origin)
        return OpenForm(form=form, button=button)

    async def _relevant(
        self, workspace: str, in_force: InForce, text: str
    ) -> Sequence[LineInForce]:
        """The lines, those that speak to the text first."""
        if not text.strip():
            return ()
        findings = await self.reader.read(workspace, in_force.lines, text)
        return [line for line in (in_force.line(found.ref) for found in findings) if line]

    async def _like(
        self, event: Event, decision: Decision
    ) -> tuple[list[Decision], list[Decision]]:
        """Open decisions about the same matter: those on the same side, and those that take the
        other side on a line."""
        wanted = Wanted(state="open", charter_id=decision.charter_id)
        found = await self.decisions.first(event, wanted, limit=COMPARED)
        others = [each for each in found if each.id != decision.id]
        texts = [each.title for each in others]
        likeness = await self.reader.likeness(event.workspace, decision.title, texts)
        near = sorted(zip(likeness, others, strict=True), key=lambda pair: -pair[0])
        alike = [other for score, other in near if score >= ALIKE][:MOST_LIKE]
        against = [other for other in alike if _opposed(decision, other)]
        return [other for other in alike if other not in against], against

    async def _list(self, event: Event, words: str, offset: int) -> Card:
        words, today = words[:LONGEST_SEARCH], await self.decisions.today(event)
        wanted = _wanted(event, words, today)
        found, total = await self.decisions.find(event, wanted, limit=views.PAGE, offset=offset)
        return views.list_card(found, total, wanted=words, offset=offset, today=today)

    async def _in_force(self, event: Event) -> InForce:
        in_force = await self.charters.in_force(event.workspace, event.conversation.id)
        if in_force is None:
            raise UserFacing(
                "There is no charter here yet, and a decision is tied to one. "
                "`/mission edit` writes the first."
            )
        return in_force

    async def _checked(self, event: FormSubmit, origin: Origin) -> Origin:
        """What the form carried, looked up again: a form comes back from somebody's device."""
        then = await self.charters.in_force_at(event.workspace, origin.charter_id, origin.version)
        charter = (then or await self._in_force(event)).charter
        changes: dict[str, object] = {
            "charter_id": charter.id,
            "charter_name": charter.name,
            "version": charter.version.number,
            "link": message_link(origin.link),
        }
        if origin.verdict_id:
            verdict = (await self.ask.get(event, origin.verdict_id)).verdict
            changes["verdict_kind"] = verdict.kind
        else:
            changes["verdict_kind"] = None
        return origin.model_copy(update=changes)


def _begun(words: str) -> forms.Filled:
    """What was typed, as title (its first line) and choice."""
    first = next(filter(None, map(one_line, words.split("\n"))), "")
    return forms.Filled(title=first, choice=shorten(words.strip(), LONGEST_TEXT))


def _opposed(one: Decision, other: Decision) -> bool:
    stances = {link.ref: link.stance for link in one.lines}
    return any(stances.get(link.ref, link.stance) != link.stance for link in other.lines)


def _wanted(event: Event, words: str, today: date) -> Wanted:
    match words.lower():
        case "open":
            return Wanted(state="open")
        case "due":
            return Wanted(due_by=today)
        case "mine" | "my":
            return Wanted(person_id=event.person.id)
        case "ended" | "closed":
            return Wanted(state="ended")
    if _LINE.fullmatch(words):
        charter, colon, line = words.rpartition(":")
        return Wanted(line=f"{charter}{colon}{line.upper()}")
    return Wanted(text=words)
