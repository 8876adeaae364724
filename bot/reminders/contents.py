"""What reminders can be about beside one's own words: the charter, or one line of it, always as
they stand when the reminder comes."""

import re
from collections.abc import Mapping, Sequence

from bot.cards import Element, Quote, body, literal, quiet
from bot.charter.model import LineInForce
from bot.reminders.model import OWN_WORDS, Reminder, Request
from bot.reminders.ports import Charters, Content
from bot.text import shorten

MOST_LINES = 6
"""Of the charter on one card; a phone screen holds no more."""

_CHARTER = re.compile(
    r"(?:(?:read|review|look at|go through|remember)\s+)?(?:the|our)\s+(?:whole\s+)?charter",
    re.IGNORECASE,
)
_LINE = re.compile(
    r"(?:the\s+|our\s+)?(?:charter\s+)?(?:line\s+)?(?P<ref>[MVPARKN][1-9][0-9]{0,3})"
    r"(?:\s+of\s+(?:the|our)\s+charter)?",
    re.IGNORECASE,
)
_KINDS = {"mission": "mission", "vision": "vision"}
_KIND = re.compile(r"(?:the|our)\s+(?P<kind>mission|vision)", re.IGNORECASE)


class WholeCharter:
    """The charter that holds where the reminder was set up."""

    name = "charter"
    label = "The charter"

    def __init__(self, charters: Charters) -> None:
        self._charters = charters

    def named_by(self, words: str) -> str | None:
        """ "the charter"."""
        return "" if _CHARTER.fullmatch(words.strip(" .")) else None

    def in_words(self, about: str) -> str:
        """Within a sentence."""
        return "the charter"

    async def elements(self, workspace: str, reminder: Reminder) -> Sequence[Element]:
        """Its lines, those of the mission and vision first."""
        in_force = await self._charters.in_force(workspace, reminder.conversation.id)
        if in_force is None:
            return (body("There is no charter here any more. Write one with `/mission edit`."),)
        own = [line for line in in_force.lines if not line.inherited]
        parts: list[Element] = [body("**{name}**", name=in_force.charter.name)]
        parts += [_quote(line) for line in own[:MOST_LINES]]
        if len(own) > MOST_LINES:
            parts.append(quiet("and {n} more lines: `/mission`", n=len(own) - MOST_LINES))
        return parts


class OneLine:
    """One line of the charter that holds where the reminder was set up; `about` is its id, or
    "mission" and "vision"."""

    name = "line"
    label = "One line of the charter"

    def __init__(self, charters: Charters) -> None:
        self._charters = charters

    def named_by(self, words: str) -> str | None:
        """ "P2", "line P2", "our mission"."""
        words = words.strip(" .")
        if found := _LINE.fullmatch(words):
            return found["ref"].upper()
        if kind := _KIND.fullmatch(words):
            return kind["kind"].lower()
        return None

    def in_words(self, about: str) -> str:
        """Within a sentence."""
        return f"the {about}" if about in _KINDS else f"line {about} of the charter"

    async def elements(self, workspace: str, reminder: Reminder) -> Sequence[Element]:
        """The line, word for word with its version."""
        in_force = await self._charters.in_force(workspace, reminder.conversation.id)
        found = None
        if in_force:
            found = in_force.line(reminder.about) or next(
                (line for line in in_force.lines if line.line.kind == reminder.about), None
            )
        if found is None:
            text = "The charter has no {what} any more. `/mission` shows what it says now."
            return (body(text, what=self.in_words(reminder.about).removesuffix(" of the charter")),)
        return (_quote(found),)


class Contents:
    """Everything that reminders can be about."""

    def __init__(self, by_name: Mapping[str, Content]) -> None:
        self._by_name = by_name

    @property
    def labels(self) -> Mapping[str, str]:
        """By name, how a form offers it; one's own words first."""
        others = {name: content.label for name, content in self._by_name.items()}
        return {OWN_WORDS: "My own words", **others}

    def named_by(self, words: str) -> tuple[str, str]:
        """The content's name that the words mean, and which one of it; else they are one's own."""
        for name, content in self._by_name.items():
            about = content.named_by(words)
            if about is not None:
                return name, about
        return OWN_WORDS, words

    def in_words(self, reminder: Reminder | Request) -> str:
        """What it is about, within a sentence: the own words' first line in quotes."""
        if reminder.content == OWN_WORDS:
            first = reminder.about.strip().split("\n")[0]
            return f"“{shorten(first, 120)}”"
        content = self._by_name.get(reminder.content)
        return content.in_words(reminder.about) if content else "something I know no more"

    async def elements(self, workspace: str, reminder: Reminder) -> Sequence[Element]:
        """It as it stands now."""
        if reminder.content == OWN_WORDS:
            return (literal(reminder.about),)
        content = self._by_name.get(reminder.content)
        if content is None:
            return (body("What this reminder was about is not there any more."),)
        return await content.elements(workspace, reminder)


def charter_contents(charters: Charters) -> Mapping[str, Content]:
    """What this room brings itself; `main` adds those of other rooms."""
    contents: tuple[WholeCharter | OneLine, ...] = (WholeCharter(charters), OneLine(charters))
    return {content.name: content for content in contents}


def _quote(line: LineInForce) -> Quote:
    return Quote(ref=line.ref, text=line.line.text, source=line.source)
