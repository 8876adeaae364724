"""How check-ins look: the question, what follows the answer, and what owners get instead."""

from collections.abc import Sequence
from datetime import date

from bot.cards import Actions, Button, Card, Element, Table, body, heading, quiet
from bot.charter.model import InForce
from bot.decisions.forms import OUTCOMES
from bot.decisions.model import Decision
from bot.decisions.views import ago, day, names, went
from bot.text import one_line, shorten


def check_in_card(
    decision: Decision, *, today: date, changed: Sequence[Element], turn: int, newer: bool
) -> Card:
    """How did it go? `turn` counts how often it was asked before; `newer`: the charter has another
    version than when it was decided."""
    expecting = ", expecting “{what}”" if decision.expected else ""
    asks = "How did it go?" if turn == 0 else "How did it go? Nobody has said yet."
    parts: list[Element] = [
        body(
            f"{{ago}} {{who}} decided **{{title}}**{expecting}. {asks}",
            ago=ago(decision.recorded_at.date(), today),
            who=names(decision),
            title=decision.title,
            what=decision.expected,
        ),
        *changed,
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
    if check.outcome == "too_early":
        text = f"Noted: too early. I ask again on {day(decision.check_on)}."
        return Card(summary=text, elements=(body("{text}", text=text),))
    return Card(
        summary=f"{decision.name} is closed",
        elements=(
            body(
                "Noted: **{title}** went {how}. You can change your answer for a week.",
                title=decision.title,
                how=went(check.outcome),
            ),
            Actions(
                buttons=(
                    *(
                        (Button(label="Share", action="decisions.share", value=decision.id),)
                        if shareable
                        else ()
                    ),
                    Button(label="Change", action="decisions.answer", value=decision.id),
                )
            ),
        ),
    )


def shared_card(decision: Decision, by: str) -> Card:
    """One short line for everybody."""
    check = decision.checks[-1] if decision.checks else None
    how = f" went {went(check.outcome)}" if check else ""
    why = f": {one_line(check.why)}" if check and check.why else "."
    text = f"{decision.name} “{decision.title}”{how}{why}"
    return Card(
        summary=shorten(text, 150),
        elements=(body("{text}", text=text), quiet("Shared by {who}", who=by)),
    )


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
        Button(label=f"Answer {each.name}", action="decisions.answer", value=each.id)
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
        Button(label=label, action="decisions.answer", value=f"{outcome}:{decision.id}")
        for outcome, label in OUTCOMES.items()
    )
