"""Which check-in an answer is for, and how a decision stands after it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from bot.decisions.model import EDIT_CHECK_FOR, Check, Decision, Outcome
from bot.decisions.writing import days_of
from bot.errors import UserFacing
from bot.events import Person


def answerable(
    decision: Decision, number: int, person: Person, now: datetime
) -> tuple[tuple[Check, ...], Sequence[date]]:
    """The answers that stay beside one to check-in `number` (from 0), and the check-ins after it.
    Raises UserFacing where the person may not answer that one (any more)."""
    if decision.state == "open" and number == decision.answered:
        return decision.checks, decision.check_days[1:]
    if decision.state in ("superseded", "withdrawn"):
        raise UserFacing(f"{ended(decision)} Nobody is asked about it any more.")
    last = decision.checks[-1] if decision.checks else None
    if last is None or last.outcome == "too_early" or number != decision.answered - 1:
        raise UserFacing(
            f"That question about {decision.name} is out of date. "
            f"`/mission decisions {decision.name}` shows what it waits for."
        )
    if last.by.id != person.id or now - last.at > EDIT_CHECK_FOR:
        over = "is closed" if decision.state == "closed" else "waits for its next check-in"
        raise UserFacing(
            f"{decision.name} {over}: {last.by.name} answered. "
            "An answer can be changed for a week by who gave it."
        )
    # One that ended it at once left the check-ins that were to come.
    return decision.checks[:-1], decision.check_days or decision.later_checks


def after_answer(
    outcome: Outcome, coming: Sequence[date], *, today: date, next_on: date | None
) -> dict[str, Any]:
    """The fields that the answer sets: asked again, on to the next of the `coming` check-ins, or
    over. Those whose day has come are answered along with it."""
    if outcome == "too_early" and next_on:
        return {"state": "open", **days_of((next_on, *(day for day in coming if day > next_on)))}
    if outcome == "reversed":
        # What was to come is kept, as this answer may be changed for a week.
        return {"state": "closed", "check_on": None, "later_checks": tuple(coming)}
    left = [day for day in coming if day > today]
    return {"state": "open" if left else "closed", **days_of(left)}


def ended(decision: Decision) -> str:
    """That it is over, and how."""
    how = {"superseded": "was replaced", "withdrawn": "was withdrawn"}
    return f"{decision.name} {how.get(decision.state, 'is closed')} already."
