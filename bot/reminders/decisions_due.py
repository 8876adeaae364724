"""Reminders about decisions: those that are open, or that are due for a look."""

import re
from collections.abc import Sequence

from bot.cards import Element, body, quiet
from bot.decisions.model import Decision
from bot.decisions.ports import DecisionWork, Sight, Wanted
from bot.ports import Clock, Work
from bot.recurrence.model import zone_named
from bot.reminders.model import Reminder

MOST_SHOWN = 8
"""On one card; a phone screen holds no more."""

_NAMED = re.compile(
    r"(?:(?:review|look at|go through|check|discuss)\s+)?(?:the\s+|our\s+|all\s+)?"
    r"(?:(?P<kind>open|due|overdue)\s+decisions|decisions\s+(?:that\s+are\s+)?(?P<after>open|due))",
    re.IGNORECASE,
)


class OpenDecisions:
    """A list as it stands when the reminder comes; `about` is "due" for those due for a look,
    else it is all that are open."""

    name = "decisions"
    label = "Open decisions"

    def __init__(self, *, work: Work[DecisionWork], clock: Clock) -> None:
        self._work = work
        self._clock = clock

    def named_by(self, words: str) -> str | None:
        """ "open decisions", "review decisions that are due"."""
        found = _NAMED.fullmatch(words.strip(" ."))
        if found is None:
            return None
        return "open" if (found["kind"] or found["after"]).lower() == "open" else "due"

    def in_words(self, about: str) -> str:
        """Within a sentence."""
        return "decisions due" if about == "due" else "open decisions"

    async def elements(self, workspace: str, reminder: Reminder) -> Sequence[Element]:
        """Those due the soonest first; else the newest first."""
        today = self._clock.now().astimezone(zone_named(reminder.rule.zone)).date()
        due = reminder.about == "due"
        wanted = Wanted(state="open", due_by=today if due else None)
        async with self._work(workspace) as tx:
            sight = sight_of(reminder)
            found = await tx.decisions.find(wanted, sight, limit=MOST_SHOWN)
            count = await tx.decisions.count(wanted, sight)
        if not found:
            return (body("None is due." if due else "None is open."),)
        parts: list[Element] = [_line(decision) for decision in found]
        if count > len(found):
            parts.append(quiet("and {n} more: `/mission decisions`", n=count - len(found)))
        else:
            parts.append(quiet("`/mission decisions` shows them with what can be done."))
        return parts


def sight_of(reminder: Reminder) -> Sight:
    """What everybody whom it goes to may see: those named need not be in the conversation, and
    only for oneself nobody else looks on."""
    place = "" if reminder.to == "people" else reminder.conversation.id
    return Sight(conversation_id=place, person_id=reminder.by.id, alone=reminder.to == "me")


def _line(decision: Decision) -> Element:
    check = decision.check_on
    return body(
        "- **{name}** {title} · {who}{when}",
        name=decision.name,
        title=decision.title,
        who=" and ".join(person.name for person in decision.deciders),
        when=f", to be checked {check.day} {check:%b %Y}" if check else "",
    )
