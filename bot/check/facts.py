"""What findings are made from: the charter, and what happened around it as seen from one place."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from bot.charter.model import LineInForce, Version
from bot.check.ports import Belief
from bot.decisions.model import Decision
from bot.events import Frozen


class Facts(Frozen):
    """Everything that rules look at."""

    lines: tuple[LineInForce, ...]
    """In force here, own and inherited."""
    overridden: tuple[LineInForce, ...] = ()
    """From above, an own mission or vision in their place."""
    today: date
    since: Mapping[str, date] = {}
    """By id, the day from which on an own line reads as it does."""
    reviewed_on: date | None = None
    review_after: timedelta = timedelta(days=90)
    unclear: tuple[tuple[str, int], ...] = ()
    """Questions that were unclear again and again, with how often."""
    decisions: tuple[Decision, ...] = ()
    """Those that knowingly go against a line."""
    beliefs: tuple[Belief, ...] = ()

    @property
    def own(self) -> tuple[LineInForce, ...]:
        """The charter's own lines; what is inherited is for the charter above to put right."""
        return tuple(line for line in self.lines if not line.inherited)


def read_so_since(versions: Sequence[Version]) -> dict[str, datetime]:
    """By id, when each line of the newest version got its wording and horizon; versions come the
    newest first."""
    if not versions:
        return {}
    newest, *older = versions
    since = {line.id: newest.adopted_at for line in newest.lines}
    same = {line.id: line for line in newest.lines}
    for version in older:
        then = {line.id: line for line in version.lines}
        same = {ref: line for ref, line in same.items() if then.get(ref) == line}
        since |= dict.fromkeys(same, version.adopted_at)
    return since
