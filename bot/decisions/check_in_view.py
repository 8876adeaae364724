"""How check-ins look: the question, what follows the answer, and what owners get instead."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.cards import Actions, Button, Card, Element, Table, body, heading, quiet
from bot.charter.model import InForce
from bot.decisions.check_form import to_answer, to_change
from bot.decisions.forms import OUTCOMES
from bot.decisions.model import Check, Decision, Outcome
from bot.decisions.views import ago, day, names, said_so_far
from bot.text import one_line, shorten

WENT: Mapping[Outcome, str] = {
    "as_expected": "as expected",
    "better": "better than expected",
    "worse": "worse than expected",
}


def check_in_card(
    decision: Decision,
    *,
    today: date,
    changed: Sequence[Element],
    turn: int,
    newer: bool,
    own: bool = False,
) -> Card:
    """How did it go? `turn` counts how often it was asked before; `newer`: the charter has another
    version than when it was decided; `own`: whoever reads it decided it alone."""
    expecting = ", expecting “{what}”" if decision.expected else ""
    after = [each for each in decision.check_days[1:] if each > today][:1]
    asks = "How does it stand now?" if decision.so_far else "How did it go?"
    if turn:
        asks = f"{asks} Nobody has said yet."
    parts: list[Element] = [
        body(
            f"{{ago}} {{who}} decided **{{title}}**{expecting}. {asks}",
            ago=ago(decision.recorded_at.date(), today),
            who="you" if own else names(decision),
            title=decision.title,
            what=decision.expected.rstrip("."),
        ),
        *said_so_far(decision),
        *changed,
        *(quiet("After this I ask again on {day}.", day=day(each)) for each in after),
        Actions(buttons=_outcome_buttons(decision)),
        Actions(
            buttons=(
                Button(label="See it", action="decisions.show", value=decision.id),
                Button(label="Hand over", action="decisions.hand_over", value=decision.id),
                *((_anew_button(decision),) if newer else ()),
            )
        ),
    ]
    return Card(
        summary=f"How did {decision.name} go: {shorten(decision.title, 100)}?",
        elements=tuple(parts),
    )


def _anew_button(decision: Decision) -> Button:
    return Button(label="By today's charter?", action="decisions.anew", value=decision.id)


def checked_card(decision: Decision, *, shareable: bool) -> Card:
    """After an answer; who gave it alone sees it."""
    check = decision.checks[-1]
    again = f"I ask again on {day(decision.check_on)}."
    if check.outcome == "too_early":
        text = f"Noted: too early. {again}"
        return Card(summary=text, elements=(body("{text}", text=text),))
    goes_on = decision.state == "open"
    return Card(
        summary=f"{decision.name} {_how(check, goes_on)}",
        elements=(
            body(
                "Noted: **{title}** {how}.{again} You can change your answer for a week.",
                title=decision.title,
                how=_how(check, goes_on),
                again=f" {again}" if goes_on else "",
            ),
            Actions(
                buttons=(
                    *(
                        (Button(label="Share", action="decisions.share", value=decision.id),)
                        if shareable
                        else ()
                    ),
                    Button(label="Change", action="decisions.answer", value=to_change(decision)),
                )
            ),
        ),
    )


def shared_card(decision: Decision, by: str) -> Card:
    """One short line for everybody."""
    check = decision.checks[-1] if decision.checks else None
    how = f" {_how(check, decision.state == 'open')}" if check else ""
    why = f": {one_line(check.why)}" if check and check.why else "."
    text = f"{decision.name} “{decision.title}”{how}{why}"
    return Card(
        summary=shorten(text, 150),
        elements=(body("{text}", text=text), quiet("Shared by {who}", who=by)),
    )


def _how(check: Check, goes_on: bool) -> str:
    if check.outcome in WENT:
        how = WENT[check.outcome]
        return f"has gone {how} so far" if goes_on else f"went {how}"
    return "was reversed" if check.outcome == "reversed" else "is too early to judge"


def overdue_card(decisions: Sequence[Decision], today: date) -> Card:
    """For an owner: check-ins that nobody answered."""
    lines = [
        body(
            "**{name}** {title} · {who}, asked since {since}",
            name=each.name,
            title=each.title,
            who=names(each),
            since=day(each.check_on),
        )
        for each in decisions
    ]
    buttons = tuple(
        Button(label=f"Answer {each.name}", action="decisions.answer", value=to_answer(each))
        for each in decisions[:5]
    )
    return Card(
        summary=f"{len(decisions)} check-ins without an answer",
        elements=(
            heading("Nobody has said yet how these went"),
            *lines,
            quiet(
                "You can answer in their place, or open one with `/mission decisions` to hand it "
                "over or withdraw it."
            ),
            Actions(buttons=buttons),
        ),
    )


def changed_lines(decision: Decision, in_force: InForce | None) -> list[Element]:
    """The lines that the decision cites, then and now, where the charter reads otherwise today."""
    if in_force is None:
        return []
    rows = []
    for link in decision.lines:
        line = in_force.line(link.ref)
        now = line.line.text if line else "(taken out)"
        if now != link.quote:
            rows.append((link.ref, link.quote, now))
    if not rows:
        return []
    return [
        body("The charter has changed since. Does it still fit?"),
        Table(columns=("Line", "Then", "Now"), rows=tuple(rows)),
    ]


def _outcome_buttons(decision: Decision) -> tuple[Button, ...]:
    return tuple(
        Button(label=label, action="decisions.answer", value=f"{outcome}:{to_answer(decision)}")
        for outcome, label in OUTCOMES.items()
    )
