"""Findings of time: what has passed, what nobody has touched, when somebody last looked."""

from collections.abc import Mapping
from datetime import date, timedelta

from bot.charter.model import Horizon, LineInForce
from bot.check.dates import named_in
from bot.check.facts import Facts
from bot.check.model import Finding, quoted

LINGERS: Mapping[Horizon, timedelta] = {
    "now": timedelta(days=180),
    "next": timedelta(days=270),
    "later": timedelta(days=365),
}
"""How long a line may stand under its horizon untouched."""


def overdue(facts: Facts) -> list[Finding]:
    """Own lines that name a time that has come or passed."""
    found = []
    for line in facts.own:
        passed, opened = _times_that_came(line, facts.since.get(line.ref, facts.today), facts.today)
        if passed or opened:
            found.append(
                Finding(
                    kind="overdue",
                    basis="rule",
                    severity="high" if passed else "medium",
                    lines=(quoted(line),),
                    words=tuple(passed or opened),
                )
            )
    return found


def _times_that_came(line: LineInForce, since: date, today: date) -> tuple[list[str], list[str]]:
    """Deadlines that passed, and times from which on something was to be done."""
    named = named_in(line.line.text, since)
    more_to_come = any(not each.has_come(today) for each in named)
    passed = [
        each.words
        for each in named
        # "from 8 % in 2023 to 20 % by 2028": the past one is only compared with.
        if each.sense == "deadline" and each.has_come(today) and (each.firm or not more_to_come)
    ]
    opened = [each.words for each in named if each.sense == "opening" and each.has_come(today)]
    # Under the horizon "now" it is being done.
    return passed, [] if line.line.horizon == "now" else opened


def lingering(facts: Facts) -> list[Finding]:
    """Own lines whose horizon nobody has touched for long."""
    found = []
    for line in facts.own:
        since, horizon = facts.since.get(line.ref), line.line.horizon
        # Whom it is for first may stay so for years.
        stays = horizon == "now" and line.line.kind in ("audience", "principle", "non_goal")
        if since and horizon and not stays and facts.today - since >= LINGERS[horizon]:
            found.append(
                Finding(
                    kind="lingering",
                    basis="rule",
                    severity="medium" if horizon == "now" else "low",
                    lines=(quoted(line),),
                    words=(horizon, since.isoformat()),
                    about=f"{horizon} {since}",
                )
            )
    return found


def not_reviewed(facts: Facts) -> list[Finding]:
    """The charter, where nobody has looked through it for long."""
    last = facts.reviewed_on
    if last and facts.today - last < facts.review_after:
        return []
    very_long = last is None or facts.today - last >= 2 * facts.review_after
    return [
        Finding(
            kind="not_reviewed",
            basis="rule",
            severity="high" if very_long else "medium",
            words=(last.isoformat(),) if last else (),
            about=str(last),
        )
    ]
