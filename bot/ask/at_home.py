"""What this room puts on a person's own page: what was asked lately, and who judges."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.ask.model import Verdict
from bot.ask.service import AskService
from bot.ask.verdict_view import MARKS, NAMES, title_of, when
from bot.cards import Actions, Button, Element, Facts, body, quiet
from bot.charter.service import CharterService
from bot.home import Visitor
from bot.ports import Clock
from bot.settings.service import SettingsService
from bot.text import shorten

SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class AskAtHome:
    """Two sections of the page."""

    ask: AskService
    charters: CharterService
    times: SettingsService
    clock: Clock

    async def recent(self, visitor: Visitor) -> Sequence[Element]:
        """The last verdicts that the visitor may see, each with a button that opens it."""
        workspace, place = visitor.workspace, visitor.conversation.id
        if await self.charters.in_force(workspace, place) is None:
            return ()
        verdicts = await self.ask.recent(workspace, visitor.person, place, SHOWN)
        if not verdicts:
            return (
                body("**Asked lately**"),
                quiet("Nothing yet. Try: “does a social feed fit our strategy?”"),
            )
        parts: list[Element] = [body("**Asked lately**")]
        for verdict in verdicts:
            parts += self._verdict(verdict, visitor)
        return parts

    async def settings(self, visitor: Visitor) -> Sequence[Element]:
        """How things are set, in short, with a button for what the visitor may change."""
        workspace = visitor.workspace
        buttons = [Button(label="Change my times", action="settings.form")]
        facts = [("Your time zone", await self._zone(visitor))]
        in_force = await self.charters.in_force(workspace, visitor.conversation.id)
        if in_force:
            owners = await self.charters.owners(workspace, in_force.charter.id)
            facts.append(("Charter owned by", ", ".join(o.name for o in owners) or "nobody yet"))
            if not owners or visitor.person.id in {owner.id for owner in owners}:
                buttons.append(Button(label="Change roles", action="charter.roles"))
        judge = self.ask.judge_name
        facts.append(
            (
                "Language model",
                f"{judge} judges" if judge else "none connected: people make the calls",
            )
        )
        return [body("**Settings**"), Facts(items=tuple(facts)), Actions(buttons=tuple(buttons))]

    async def _zone(self, visitor: Visitor) -> str:
        holds = (await self.times.of(visitor.workspace, visitor.person)).zone
        if holds.source == "own":
            return str(holds.value)
        return visitor.zone or (str(holds.value) if holds.source != "default" else "not known")

    def _verdict(self, verdict: Verdict, visitor: Visitor) -> list[Element]:
        mark, name = ("?", "No call yet")
        if verdict.kind:
            mark, name = MARKS[verdict.kind], NAMES[verdict.kind]
        asker = verdict.asked_by
        return [
            body(
                "{mark} **{name}** · {title}\n{who}, {when}",
                mark=mark,
                name=name,
                title=shorten(title_of(verdict.question), 140),
                who="asked by you" if asker.id == visitor.person.id else f"asked by {asker.name}",
                when=when(verdict.asked_at, self.clock.now()),
            ),
            Actions(buttons=(Button(label="Open", action="ask.show", value=verdict.id),)),
        ]
