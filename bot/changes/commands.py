"""Handlers of proposing: which line, how it is to read, from a verdict, from the whole charter.
`deciding` has what is done with a proposal."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot import usage
from bot.ask.model import RELEVANT, Verdict
from bot.ask.service import AskService
from bot.cards import Button, Form
from bot.changes import forms
from bot.changes.forms import Filled, Row, Target
from bot.changes.model import Change, changes_between, wording
from bot.changes.service import ChangeService, Done
from bot.changes.showing import Showing, sight_of
from bot.changes.views import adopted_card, propose_button
from bot.changes.wording import names
from bot.charter.model import Charter, Draft, InForce, Version, next_version
from bot.charter.service import CharterService, StaleCharter
from bot.errors import NotFound, UserFacing
from bot.events import ButtonClick, Event, FormSubmit
from bot.ports import Clock
from bot.replies import Answer, FormErrors, OpenForm, reply
from bot.router import Asking, Routes
from bot.text import one_line, shorten
from bot.usage import Word

PROPOSE = Word(
    name="propose",
    takes="<a line, or words for a new one>",
    does="proposes a change to the charter; its owners approve it",
    also=("amend",),
    example="/mission propose P2",
)
_REF = re.compile(r"(?:.+:)?[MVPARKNmvparkn][1-9]\d{0,3}")
MOST_CARRIED = 400


@dataclass(frozen=True, kw_only=True)
class ProposeCommands:
    """For everybody."""

    changes: ChangeService[Any]
    charters: CharterService
    ask: AskService
    showing: Showing
    clock: Clock

    def routes(self) -> Routes:
        """The words, buttons and forms of proposing."""
        return Routes(
            words={PROPOSE: self.propose},
            opening={
                "changes.form": self.open_form,
                "changes.from_verdict": self.from_verdict,
                "changes.edit": self.edit,
            },
            forms={"changes.which": self.which, "changes.words": self.words},
        )

    # Forms

    async def propose(self, event: Asking, words: str) -> Answer:
        """`/mission propose …`"""
        return await self._form(event, words)

    async def open_form(self, event: ButtonClick) -> Answer:
        """The form, from a button; its value is what would be typed."""
        return await self._form(event, event.value)

    async def _form(self, event: Event, words: str) -> Answer:
        words = one_line(words)
        button = propose_button(shorten(words, MOST_CARRIED))
        targets = await self._targets(event)
        if not words:
            return OpenForm(form=forms.which_form(targets), button=button)
        if _REF.fullmatch(words):
            return OpenForm(form=_form_for(_named(targets, words)), button=button)
        new = Row(now=wording(Draft(kind="pillar", text=words)))
        charter = targets[0].charter
        return OpenForm(form=forms.words_form(charter, Filled(rows=(new,))), button=button)

    async def which(self, event: FormSubmit) -> Answer:
        """The line was chosen: now its words."""
        targets = await self._targets(event)
        chosen = next((each for each in targets if each.value == event.text("line")), None)
        if chosen is None:
            return FormErrors(errors={"line": "Choose a line; it is not there any more."})
        ref = f"{chosen.charter.name}:{chosen.line.id}" if chosen.line else ""
        return OpenForm(form=_form_for(chosen), button=propose_button(ref))

    async def from_verdict(self, event: ButtonClick) -> Answer:
        """The line that stands against what was asked, to be amended; without one, a new line."""
        verdict = (await self.ask.get(event, event.value)).verdict
        targets = await self._targets(event, verdict.charter_id)
        found = (_find(targets, ref) for ref in _speaking_to(verdict))
        target = next(filter(None, found), targets[-1])
        form = _form_for(target, reason=_reason(verdict), intro=_would_fit_if(verdict))
        return OpenForm(form=form, button=amend_button(verdict))

    async def edit(self, event: ButtonClick) -> Answer:
        """An open or returned proposal, to be worded anew on the charter of today."""
        looked = await self.showing.reading.look(event.workspace, event.value)
        proposal, charter = looked.proposal, looked.charter
        lines = {line.id: line for line in charter.version.lines}
        rows = [
            Row(was=lines.get(change.line_id), now=change.now, remove=change.now is None)
            for change in proposal.changes
            if change.now or change.line_id in lines
        ]
        if not rows:
            raise UserFacing("There is nothing left of it to edit. Withdraw it.")
        filled = Filled(
            rows=tuple(rows),
            reason=proposal.reason,
            proposal_id=proposal.id,
            intro=" ".join(looked.carried.because),
        )
        return OpenForm(form=forms.words_form(charter, filled), button=forms.edit_button(proposal))

    # What was sent

    async def words(self, event: FormSubmit) -> Answer:
        """The form of words was sent: a new proposal, or other words for one."""
        state = json.loads(event.state)
        charter = await self.charters.get(event.workspace, state["charter"])
        before = await self._version(event, charter, state["base"])
        then = charter.model_copy(update={"version": before})
        typed, errors = forms.typed_in(event, then)
        if typed is None:
            return FormErrors(errors=errors)
        changes = typed.on(before.lines)
        try:
            if typed.proposal_id:
                done = await self.changes.reword(
                    event, typed.proposal_id, typed.base, changes, typed.reason
                )
            else:
                done = await self.changes.propose(
                    event, charter.id, typed.base, changes, typed.reason
                )
        except StaleCharter as stale:
            return OpenForm(form=_stale_form(charter, stale, typed, changes))
        return await self._proposed(event, done)

    async def whole(
        self, event: Event, charter: Charter, before: Version, drafts: Sequence[Draft], reason: str
    ) -> Answer:
        """A `bot.charter.ports.Propose`."""
        then = charter.model_copy(update={"version": before})
        next_version(drafts, before=then, by=event.person, at=self.clock.now())
        changes = changes_between(before.lines, drafts)
        if not changes:
            number = charter.version.number
            text = f"Nothing was changed: {charter.name} stays at version {number}."
            return reply(usage.sentence(text))
        done = await self.changes.propose(
            event, charter.id, before.number, changes, reason, adopt_if_alone=True
        )
        return await self._proposed(event, done)

    async def _proposed(self, event: Event, done: Done) -> Answer:
        if done.charter:
            return reply(adopted_card(done, done.charter))
        looked = await self.showing.reading.look(event.workspace, done.proposal.id)
        missing = [p for p in looked.standing.missing if p.id != event.person.id]
        note = f"Proposed. I have let {names(missing)} know." if missing else "Proposed."
        if not missing:
            note += " Nobody else has to approve it: look at what it touches, then approve."
        card = await self.showing.card(event.workspace, looked, sight_of(event), note=note)
        return reply(card)

    # Behind them

    async def _targets(self, event: Event, charter_id: str = "") -> list[Target]:
        """Every line that holds here (or in that charter), each with its own charter; a new one
        last. Raises NotFound where no charter holds."""
        in_force = await self._in_force(event, charter_id)
        all_, _ = await self.charters.all(event.workspace)
        by_name = {each.name: each for each in all_}
        lines = [
            Target(charter=by_name[each.charter], line=each.line)
            for each in in_force.lines
            if each.charter in by_name
        ]
        return [*lines, Target(charter=in_force.charter, line=None)]

    async def _in_force(self, event: Event, charter_id: str) -> InForce:
        if charter_id:
            charter = await self.charters.get(event.workspace, charter_id)
            found = await self.charters.in_force_with(event.workspace, charter_id, charter)
        else:
            found = await self.charters.in_force(event.workspace, event.conversation.id)
        if found is None:
            raise NotFound("There is no charter here yet. `/mission edit` writes the first.")
        return found

    async def _version(self, event: Event, charter: Charter, number: int) -> Version:
        versions = await self.charters.versions(event.workspace, charter.id)
        return next((each for each in versions if each.number == number), charter.version)


def amend_button(verdict: Verdict) -> Button:
    """Under a verdict (`bot.ask.verdict_view` has the same)."""
    return Button(label="Draft an amendment", action="changes.from_verdict", value=verdict.id)


def _form_for(target: Target, *, reason: str = "", intro: str = "") -> Form:
    row = Row(was=target.line, kind="pillar")
    intro = intro or f"This changes {target.charter.name}."
    return forms.words_form(target.charter, Filled(rows=(row,), reason=reason, intro=intro))


def _named(targets: Sequence[Target], ref: str) -> Target:
    found = _find(targets, ref)
    if found is None:
        raise NotFound(f"There is no line {ref.upper()} here. `/mission` shows them all.")
    return found


def _find(targets: Sequence[Target], ref: str) -> Target | None:
    """The line that is cited so: by its id, behind the charter's name where it is inherited."""
    name, _, line_id = ref.rpartition(":")
    here = targets[-1].charter.name
    return next(
        (
            each
            for each in targets
            if each.line
            and each.line.id == line_id.upper()
            and each.charter.name.casefold() == (name or here).casefold()
        ),
        None,
    )


def _speaking_to(verdict: Verdict) -> list[str]:
    """The lines that an amendment is likely about: those against, those for, those near."""
    if verdict.kind == "unclear":
        return []
    against = [reason.ref for reason in verdict.reasons if reason.stance == "opposes"]
    near = [found.ref for found in verdict.findings if found.relevance >= RELEVANT]
    return [*against, *(reason.ref for reason in verdict.reasons), *near]


def _reason(verdict: Verdict) -> str:
    """The question, where others saw it asked; else it is for the person to say."""
    public = verdict.private_to is None and (verdict.asked_in_public or verdict.shared_in)
    return f"Asked: “{shorten(one_line(verdict.question), 300)}”" if public else ""


def _would_fit_if(verdict: Verdict) -> str:
    question = shorten(one_line(verdict.question), 200)
    condition = f" It would fit if {verdict.would_fit_if}" if verdict.would_fit_if else ""
    return f"For “{question}”.{condition}"


def _stale_form(
    charter: Charter, stale: StaleCharter, typed: forms.Typed, changes: Sequence[Change]
) -> Form:
    """The form again, on the version that was adopted meanwhile; what was typed is kept."""
    newest = charter.model_copy(update={"version": stale.current})
    lines = {line.id: line for line in stale.current.lines}
    rows = [
        Row(was=lines.get(change.line_id), now=change.now, remove=change.now is None)
        for change in changes
        if change.now or change.line_id in lines
    ]
    now = "; ".join(
        f"{row.was.id} reads “{shorten(row.was.text, 160)}” now" for row in rows if row.was
    )
    intro = f"{stale} Nothing of yours is lost. {now}."
    filled = Filled(
        rows=tuple(rows), reason=typed.reason, intro=intro, proposal_id=typed.proposal_id
    )
    return forms.words_form(newest, filled)
