"""Handlers of the check: service, then view."""

from dataclasses import dataclass
from datetime import date

from bot.charter.service import CharterService
from bot.check import views
from bot.check.service import CheckService
from bot.decisions.service import sight_of
from bot.errors import UserFacing
from bot.events import ButtonClick, FormSubmit
from bot.ports import Clock
from bot.replies import Answer, FormErrors, OpenForm, privately, replacing, reply
from bot.router import Asking, Routes
from bot.usage import Word

CHECK = Word(
    name="check",
    does="looks for what is vague, overdue, unserved or contradictory in the charter",
)


@dataclass(frozen=True, kw_only=True)
class CheckCommands:
    """For everybody to read; owners and editors dismiss, owners say that they reviewed it."""

    checks: CheckService
    charters: CharterService
    clock: Clock

    def routes(self) -> Routes:
        """The word, buttons and form of this room."""
        return Routes(
            words={CHECK: self.check},
            opening={"check.dismiss": self.open_dismiss},
            buttons={
                "check.page": self.page,
                "check.whole": self.whole,
                "check.dismissed": self.dismissed,
                "check.bring_back": self.bring_back,
                "check.reviewed": self.reviewed,
            },
            forms={"check.dismiss": self.dismiss},
        )

    async def check(self, event: Asking, _: str = "") -> Answer:
        """`/mission check`"""
        report = await self.checks.here(event.workspace, sight_of(event))
        return reply(views.report_card(report, self._today()))

    async def page(self, event: ButtonClick) -> Answer:
        """Further findings, or those before."""
        charter_id, _, offset = event.value.rpartition(":")
        report = await self.checks.of(event, charter_id)
        at = int(offset) if offset.isdecimal() and int(offset) < len(report.findings) else 0
        return replacing(views.report_card(report, self._today(), offset=at))

    async def whole(self, event: ButtonClick) -> Answer:
        """All of it, for who clicked below a reminder, which stays for the others."""
        report = await self.checks.of(event, event.value)
        return privately(views.report_card(report, self._today()))

    async def dismissed(self, event: ButtonClick) -> Answer:
        """What was set aside."""
        return replacing(views.dismissed_card(await self.checks.of(event, event.value)))

    async def open_dismiss(self, event: ButtonClick) -> Answer:
        """Why is it all right as it is?"""
        charter_id, _, fingerprint = event.value.rpartition(":")
        charter = await self.charters.get(event.workspace, charter_id)
        await self.charters.must_edit(event.workspace, charter, event.person)
        finding = await self.checks.finding(event, charter_id, fingerprint)
        form = views.dismiss_form(charter_id, finding)
        return OpenForm(form=form, button=views.dismiss_button(charter_id, finding))

    async def dismiss(self, event: FormSubmit) -> Answer:
        """The form was sent."""
        charter_id, _, fingerprint = event.state.rpartition(":")
        reason = event.text("reason")
        try:
            finding = await self.checks.dismiss(event, charter_id, fingerprint, reason)
        except UserFacing as problem:
            return FormErrors(errors={"reason": str(problem)})
        return reply(views.was_dismissed_card(charter_id, finding))

    async def bring_back(self, event: ButtonClick) -> Answer:
        """It counts again."""
        charter_id, _, fingerprint = event.value.rpartition(":")
        was_there = await self.checks.bring_back(event, charter_id, fingerprint)
        note = "It is back in the report." if was_there else "It was back already."
        report = await self.checks.of(event, charter_id)
        return replacing(views.report_card(report, self._today(), note=note))

    async def reviewed(self, event: ButtonClick) -> Answer:
        """An owner looked through it, and nothing is to change."""
        charter = await self.charters.mark_reviewed(event.workspace, event.value, event.person)
        note = f"Noted: {event.person.name} reviewed {charter.name} today."
        report = await self.checks.of(event, charter.id)
        return replacing(views.report_card(report, self._today(), note=note))

    def _today(self) -> date:
        return self.clock.now().date()
