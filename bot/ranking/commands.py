"""Handlers of rankings: service, then view."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.ask.model import VerdictKind
from bot.ask.service import AskService
from bot.cards import Card
from bot.decisions.ports import Downloads, Sight
from bot.errors import NotFound, UserFacing
from bot.events import ButtonClick, Event, FormSubmit
from bot.ranking import views
from bot.ranking.judging import RankingJudging
from bot.ranking.model import Standing
from bot.ranking.pasted import WrongPaste, read
from bot.ranking.service import RankingService
from bot.replies import Answer, FormErrors, OpenForm, privately, publicly, replacing
from bot.router import Asking, Routes
from bot.usage import Word

FILE = "ranking"
"""The name of the file that `Downloads` hands out: the newest ranking of who asks."""
RANK = Word(
    name="rank",
    takes="<list>",
    does="compares a list of ideas, one a line, by how they fit",
    example="/mission rank",
)
_KINDS: Mapping[str, VerdictKind] = {kind: kind for kind, _ in views.CALLS}


@dataclass(frozen=True, kw_only=True)
class RankingCommands:
    """`/mission rank`. A ranking is its asker's until they share it."""

    rankings: RankingService
    judging: RankingJudging
    ask: AskService
    downloads: Mapping[str, Downloads]
    """By adapter, how it hands out files."""

    def routes(self) -> Routes:
        """The word, buttons and forms of this room."""
        return Routes(
            words={RANK: self.rank},
            opening={"ranking.form": self.open_form, "ranking.calls": self.open_calls},
            buttons={
                "ranking.show": self.show,
                "ranking.share": self.share,
                "ranking.export": self.export,
            },
            forms={"ranking.begin": self.begin, "ranking.call": self.call},
        )

    async def rank(self, event: Asking, pasted: str) -> Answer:
        """`/mission rank`, with the list behind it or in a form."""
        if not pasted:
            await self.ask.in_force(event)  # raises where there is no charter
            return OpenForm(form=views.form(), button=views.open_button())
        return await self._begin(event, pasted)

    async def open_form(self, event: ButtonClick) -> Answer:
        """Where to paste a list."""
        return OpenForm(form=views.form())

    async def begin(self, event: FormSubmit) -> Answer:
        """The pasted list."""
        try:
            return await self._begin(event, event.text("items"))
        except WrongPaste as wrong:
            return FormErrors(errors={"items": str(wrong)})

    async def show(self, event: ButtonClick) -> Answer:
        """How far it is, or the table, in the place of what was shown before."""
        standing = await self._own(event, event.value)
        self.judging.go_on(event.workspace, standing.ranking)
        return replacing(await self._card(event.workspace, standing))

    async def open_calls(self, event: ButtonClick) -> Answer:
        """A form with the items that nobody judged."""
        standing = await self._own(event, event.value)
        if not standing.open:
            return privately(await self._card(event.workspace, standing))
        return OpenForm(form=views.call_form(standing))

    async def call(self, event: FormSubmit) -> Answer:
        """The person's own words on them."""
        await self._own(event, event.state)
        calls = {
            int(name.removeprefix("item")): _KINDS[event.text(name)]
            for name in event.fields
            if name.startswith("item") and event.text(name) in _KINDS
        }
        if not calls:
            return FormErrors(errors={}, sentence="Make at least one call, then save.")
        standing = await self.rankings.call(event, event.state, calls)
        return privately(await self._card(event.workspace, standing))

    async def share(self, event: ButtonClick) -> Answer:
        """The table, for everybody here."""
        standing = await self._own(event, event.value)
        if standing.ranking.conversation.id != event.conversation.id:
            raise UserFacing("Share it where you asked for it: it may not leave that conversation.")
        in_force = await self.rankings.charter_of(event.workspace, standing.ranking)
        return publicly(views.ranking_card(standing, in_force, shared_by=event.person.name))

    async def export(self, event: ButtonClick) -> Answer:
        """The table as a file."""
        standing = await self._own(event, event.value)
        newest = await self.rankings.newest(event.workspace, event.person.id)
        if newest is None or newest.ranking.id != standing.ranking.id:
            raise UserFacing("I export your newest ranking only. Rank these again to export them.")
        downloads = self.downloads.get(event.workspace.partition(":")[0])
        if downloads is None:
            raise UserFacing("Files are not handed out here. Copy the table from the message.")
        sight = Sight(conversation_id=event.conversation.id, person_id=event.person.id, alone=True)
        return privately(views.files_card(await downloads.hand_over(event, sight, (FILE,))))

    async def file(self, workspace: str, sight: Sight) -> bytes:
        """The newest ranking of who looks, as CSV. Raises NotFound."""
        standing = await self.rankings.newest(workspace, sight.person_id)
        if standing is None:
            raise NotFound("That ranking is not kept any more.")
        in_force = await self.rankings.charter_of(workspace, standing.ranking)
        return views.to_csv(standing, in_force)

    async def _begin(self, event: Asking | FormSubmit, pasted: str) -> Answer:
        items = read(pasted)
        in_force = await self.ask.in_force(event)
        standing = await self.rankings.begin(event, in_force, items)
        if not standing.ranking.judge or standing.ranking.finished_at:
            return privately(await self._card(event.workspace, standing))
        await self.judging.begin(event.workspace, standing.ranking)
        most = self.rankings.most_to_judge(in_force, items)
        return privately(views.working_card(standing, most))

    async def _own(self, event: Event, ranking_id: str) -> Standing:
        standing = await self.rankings.standing(event.workspace, ranking_id)
        if standing.ranking.by.id != event.person.id:
            raise UserFacing(
                f"{standing.ranking.by.name} made that ranking. `/mission rank` makes yours."
            )
        return standing

    async def _card(self, workspace: str, standing: Standing) -> Card:
        ranking = standing.ranking
        if ranking.judge and not ranking.finished_at:
            return views.working_card(standing)
        return views.ranking_card(standing, await self.rankings.charter_of(workspace, ranking))
