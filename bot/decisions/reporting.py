"""Handlers of what decisions add up to: the report, once or every month, and files of them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot import usage
from bot.decisions import report_view
from bot.decisions.monthly import ReportService
from bot.decisions.ports import Downloads
from bot.decisions.service import sight_of
from bot.errors import UserFacing
from bot.replies import Answer, privately, reply
from bot.router import Asking

Handler = Callable[[Asking], Awaitable[Answer]]


@dataclass(frozen=True, kw_only=True)
class ReportCommands:
    """For everybody; the monthly report is for who may edit the charter to say."""

    reports: ReportService
    downloads: Mapping[str, Downloads]
    """By adapter, the first part of a workspace's id; those that hand out files."""

    @property
    def phrases(self) -> Mapping[str, Handler]:
        """What is said after `/mission decisions`, word for word."""
        return {
            "report": self.report,
            "report monthly": self.monthly,
            "report monthly on": self.monthly_on,
            "report monthly off": self.monthly_off,
            "export": self.export,
        }

    async def report(self, event: Asking) -> Answer:
        """What the decisions here add up to."""
        card = await self.reports.card(event.workspace, sight_of(event))
        if card is None:
            raise UserFacing(
                "There is no charter here yet, and decisions are counted by its lines. "
                "`/mission edit` writes the first."
            )
        return reply(card)

    async def monthly(self, event: Asking) -> Answer:
        """Whether it comes every month, and how to change that."""
        promised = await self.reports.next(event)
        return reply(usage.sentence(report_view.monthly(promised)))

    async def monthly_on(self, event: Asking) -> Answer:
        """It comes here from now on."""
        if event.conversation.direct:
            raise UserFacing(
                "The monthly report is for a channel. Say it there: "
                "`/mission decisions report monthly on`"
            )
        promised = await self.reports.every_month(event, on=True)
        return reply(usage.sentence(report_view.monthly(promised)))

    async def monthly_off(self, event: Asking) -> Answer:
        """It does not come any more."""
        await self.reports.every_month(event, on=False)
        return reply(usage.sentence(report_view.monthly(None)))

    async def export(self, event: Asking) -> Answer:
        """Addresses of files, for the person alone; else how the operator makes them."""
        here = self.downloads.get(event.workspace.partition(":")[0])
        if here is None:
            return privately(report_view.no_files_card(event.workspace))
        return privately(report_view.files_card(await here.hand_over(event, sight_of(event))))
