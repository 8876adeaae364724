"""The form that asks how a decision went, and which of its check-ins a button or form is about."""

from collections.abc import Sequence
from typing import cast, get_args

from bot.cards import ChoiceField, Element, Form, Option, TextField, body, quiet
from bot.decisions.forms import OUTCOMES, STILL_FITS
from bot.decisions.model import Check, Decision, Outcome, StillFits
from bot.events import FormSubmit


def to_answer(decision: Decision) -> str:
    """The value of a button, or what a form carries, for the check-in that the decision waits
    for: what comes back late is not taken for an answer to the next one."""
    return _named(decision, decision.answered)


def to_change(decision: Decision) -> str:
    """The same for the answer that was given last."""
    return _named(decision, decision.answered - 1)


def asked_about(value: str) -> tuple[str, int]:
    """The decision's id and the number of its check-in, from 0."""
    number, _, decision_id = value.rpartition(":")
    return decision_id, int(number) if number.isdecimal() and len(number) < 4 else 0


def check_form(
    decision: Decision, number: int, outcome: Outcome | None, changed: Sequence[Element]
) -> Form:
    """How it went, at check-in `number`; filled with the answer that was given, if one was.
    `changed` shows how the lines that it cites read today."""
    given = _given(decision, number)
    return Form(
        form="decisions.check",
        title=f"How did {decision.name} go?",
        submit="Change" if given else "Answer",
        state=_named(decision, number),
        intro=(
            body("**{title}**", title=decision.title),
            *((quiet("Expected: {what}", what=decision.expected),) if decision.expected else ()),
            *changed,
        ),
        fields=(
            ChoiceField(
                name="outcome",
                label="How did it turn out?",
                options=tuple(Option(value=k, label=v) for k, v in OUTCOMES.items()),
                value=outcome or (given.outcome if given else ""),
                shown_as="buttons",
            ),
            TextField(
                name="why",
                label="Why?",
                hint="One sentence, for everybody who may see the decision.",
                value=given.why if given else "",
                lines=2,
                max_length=1000,
            ),
            ChoiceField(
                name="still_fits",
                label="Does it still fit today's charter?",
                options=tuple(Option(value=k, label=v) for k, v in STILL_FITS.items()),
                value=(given.still_fits or "") if given else "",
                shown_as="buttons",
                required=False,
            ),
            TextField(
                name="next",
                label="If it is too early: when shall I ask again?",
                placeholder="in 6 weeks",
                hint="Empty: in a month.",
                required=False,
                max_length=100,
            ),
        ),
    )


def outcome_of(event: FormSubmit) -> Outcome | None:
    """What was chosen; None where nothing was."""
    chosen = event.text("outcome")
    return cast("Outcome", chosen) if chosen in get_args(Outcome) else None


def still_fits_of(event: FormSubmit) -> StillFits | None:
    """What was chosen; None where nothing was."""
    chosen = event.text("still_fits")
    return cast("StillFits", chosen) if chosen in get_args(StillFits) else None


def _named(decision: Decision, number: int) -> str:
    # The first goes by the id alone, as it did before there could be several.
    return f"{number}:{decision.id}" if number > 0 else decision.id


def _given(decision: Decision, number: int) -> Check | None:
    last = decision.checks[-1] if decision.checks else None
    changes = last and last.outcome != "too_early" and number == decision.answered - 1
    return last if changes else None
