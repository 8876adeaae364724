"""What people see of decisions: one, or a page of them. The room's other words stand in `forms`,
`check_form` and the other views."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.cards import (
    Actions,
    Button,
    Card,
    Element,
    Facts,
    Link,
    Quote,
    Table,
    body,
    heading,
    quiet,
)
from bot.decisions.check_form import to_answer, to_change
from bot.decisions.forms import OUTCOMES, STILL_FITS
from bot.decisions.model import EDIT_CHECK_FOR, Check, Decision
from bot.text import one_line, shorten

MOST_CARRIED = 1000
"""Characters of typed words that a button brings back to who typed them."""
LINK_AND_WORDS = 1499
"""Characters of a message and the address of it, together."""
PAGE = 8
"""Decisions on one screen."""

VERDICTS: Mapping[str, str] = {
    "fits": "fits",
    "partly": "partly fits",
    "conflicts": "conflicts",
    "unclear": "unclear",
}


def decision_card(
    decision: Decision,
    *,
    today: date,
    newer: Decision | None = None,
    note: str = "",
    shareable: bool = False,
) -> Card:
    """One decision, the whole of it but its history. `newer` took its place; others are there to
    share it with where it is `shareable`."""
    parts: list[Element] = [
        heading("**{name}** · {title}", name=decision.name, title=decision.title)
    ]
    if note:
        parts.append(body("{note}", note=note))
    if one_line(decision.choice) != decision.title:
        parts.append(body("{choice}", choice=decision.choice))
    if decision.reason:
        parts.append(body("_Why:_ {reason}", reason=decision.reason))
    if decision.rejected:
        parts.append(body("_Not taken:_ {rejected}", rejected=decision.rejected))
    parts += _quotes(decision)
    parts.append(Facts(items=_facts(decision, today, newer)))
    parts += said_so_far(decision)
    parts.append(Actions(buttons=(*_buttons(decision, shareable, today), *_source(decision))))
    summary = f"{decision.name}: {shorten(decision.title, 120)}"
    return Card(summary=summary, elements=tuple(parts))


def recorded_card(
    card: Card, decision: Decision, *, like: Sequence[Decision], against: Sequence[Decision]
) -> Card:
    """The decision's `card`, right after it was recorded, and what earlier ones it touches."""
    parts = list(card.elements)
    for other in against:
        parts.insert(
            -1,
            body(
                "{name} “{title}” takes the other side on a line that this one cites. "
                "If it no longer holds, replace it.",
                name=other.name,
                title=other.title,
            ),
        )
    for other in like:
        parts.insert(
            -1,
            body(
                "{name} “{title}” is about the same matter and still open.",
                name=other.name,
                title=other.title,
            ),
        )
    touched = {other.id: other for other in (*against, *like)}
    buttons = tuple(
        Button(
            label=f"It replaces {other.name}",
            action="decisions.replaces",
            value=f"{other.id}:{decision.id}",
            confirm=f"{other.name} stays in the record as replaced by {decision.name}.",
        )
        for other in touched.values()
        if decision.private_to in (None, other.private_to)
    )
    if buttons:
        parts.insert(-1, Actions(buttons=buttons))
    return card.model_copy(update={"elements": tuple(parts)})


def list_card(
    decisions: Sequence[Decision], total: int, *, wanted: str, offset: int, today: date
) -> Card:
    """A page of decisions. `wanted` are the words that narrowed them down."""
    what = f"Decisions · {wanted}" if wanted else "Decisions"
    if not decisions:
        text = (
            "No decision here matches. `/mission decisions` lists all of them."
            if wanted
            else "No decision is recorded here yet. `/mission decide` records one in a minute."
        )
        record = record_button()
        return Card(
            summary="No decisions",
            elements=(heading("{what}", what=what), body(text), Actions(buttons=(record,))),
        )
    rows = tuple(
        (each.name, shorten(each.title, 80), standing(each, today), names(each))
        for each in decisions
    )
    shown = f"{offset + 1} to {offset + len(decisions)} of {total}"
    parts: list[Element] = [
        heading("{what}", what=what),
        Table(columns=("", "Decision", "Stands", "Decided by"), rows=rows, caption=shown),
    ]
    buttons = [
        Button(label=each.name, action="decisions.show", value=each.id) for each in decisions
    ]
    if offset:
        before = max(0, offset - PAGE)
        buttons.append(Button(label="Newer", action="decisions.page", value=f"{before}:{wanted}"))
    if offset + len(decisions) < total:
        after = offset + PAGE
        buttons.append(Button(label="Older", action="decisions.page", value=f"{after}:{wanted}"))
    parts.append(Actions(buttons=tuple(buttons)))
    parts.append(
        quiet("Narrow it down: `/mission decisions open`, `due`, `mine`, a line's id, or words.")
    )
    return Card(summary=f"{total} decisions", elements=tuple(parts))


def standing(decision: Decision, today: date) -> str:
    """Where it stands, in a few words."""
    if decision.state == "closed" and decision.outcome:
        reversed_ = decision.outcome == "reversed"
        return "reversed" if reversed_ else OUTCOMES[decision.outcome].lower()
    if decision.state != "open":
        return {"superseded": "replaced", "withdrawn": "withdrawn"}.get(decision.state, "closed")
    if decision.check_on is None:
        return "open"
    return "due" if decision.check_on <= today else f"open, check {day(decision.check_on)}"


def day(at: date | None) -> str:
    """A day for people: "12 Mar 2027"."""
    return f"{at.day} {at:%b %Y}" if at else "no day"


def days_in_words(days: Sequence[date]) -> str:
    """Days for people, in order: "12 Mar 2027, then 12 Sep 2027"; nothing for none."""
    return ", then ".join(day(each) for each in days)


def ago(then: date, today: date) -> str:
    """How long ago, roughly: "3 months ago"."""
    days = (today - then).days
    if days < 1:
        return "Today"
    if days < 14:
        return "Yesterday" if days == 1 else f"{days} days ago"
    if days < 60:
        return f"{round(days / 7)} weeks ago"
    if days < 700:
        return f"{round(days / 30.4)} months ago"
    return f"{round(days / 365.25)} years ago"


def _quotes(decision: Decision) -> list[Element]:
    return [
        Quote(
            ref=link.ref,
            text=link.quote,
            source=link.source,
            stance="for" if link.stance == "serves" else "against",
            note="" if link.stance == "serves" else "Knowingly against this line.",
        )
        for link in decision.lines
    ]


def _facts(decision: Decision, today: date, newer: Decision | None) -> tuple[tuple[str, str], ...]:
    stands = standing(decision, today)
    # The day that it is checked on has a place of its own here.
    facts = [("Decided by", names(decision)), ("Stands", stands.partition(", check ")[0])]
    if decision.delegate and decision.state == "open":
        facts.append(("Asked later", decision.delegate.name))
    if newer:
        facts.append(("Replaced by", f"{newer.name} {newer.title}"))
    if decision.expected:
        facts.append(("Expected", decision.expected))
    if decision.confidence:
        facts.append(("Confidence", decision.confidence))
    if decision.verdict_kind:
        facts.append(("Verdict then", VERDICTS[decision.verdict_kind]))
    if decision.state == "open":
        days = decision.check_days
        label = "Check-ins" if len(days) > 1 else "Check-in"
        facts.append((label, days_in_words(days) or "none"))
    facts.append(("Recorded", f"{day(decision.recorded_at.date())} by {decision.recorded_by.name}"))
    return tuple(facts)


def _buttons(decision: Decision, shareable: bool, today: date) -> tuple[Button, ...]:
    def button(label: str, verb: str) -> Button:
        return Button(label=label, action=f"decisions.{verb}", value=decision.id)

    history = button("History", "history")
    always = (button("Share", "share"), history) if shareable else (history,)

    def answer(label: str, value: str) -> Button:
        return Button(label=label, action="decisions.answer", value=value)

    change = (
        (answer("Change the answer", to_change(decision)),) if _is_fresh(decision, today) else ()
    )
    if decision.state == "open":
        return (
            answer("How did it go?", to_answer(decision)),
            *change,
            button("Change", "change"),
            button("Replace", "supersede"),
            button("Withdraw", "withdraw"),
            *always,
        )
    if decision.state == "closed":
        return (*change, button("Replace", "supersede"), *always)
    return always


def _is_fresh(decision: Decision, today: date) -> bool:
    """Whether who answered last may still answer otherwise."""
    last = decision.checks[-1] if decision.checks else None
    if last is None or last.outcome == "too_early":
        return False
    return today - last.at.date() <= EDIT_CHECK_FOR


def _source(decision: Decision) -> tuple[Link, ...]:
    return (Link(label="The message", url=decision.message),) if decision.message else ()


def said_so_far(decision: Decision) -> list[Element]:
    """Every answer, the first one first."""
    return [quiet("{said}", said=_said(check)) for check in decision.checks]


def _said(check: Check) -> str:
    fits = f" Still fits: {STILL_FITS[check.still_fits].lower()}." if check.still_fits else ""
    why = f" {one_line(check.why)}" if check.why else ""
    said = OUTCOMES[check.outcome].lower()
    return f"{day(check.at.date())} · {check.by.name}: {said}.{why}{fits}"


def names(decision: Decision) -> str:
    """Who decided, by name."""
    return ", ".join(person.name for person in decision.deciders)


def record_button(words: str = "") -> Button:
    """Opens the form to record, with the words that the same person typed."""
    return Button(
        label="Record a decision",
        action="decisions.form",
        value=shorten(words, MOST_CARRIED),
        style="primary",
    )


def from_message_button(words: str, link: str) -> Button:
    """Opens the form with the words of a message, which `link` leads to."""
    return Button(
        label="Record a decision",
        action="decisions.from_message",
        value=f"{link}\n{shorten(words, LINK_AND_WORDS - len(link))}",
        style="primary",
    )


def from_verdict_button(verdict_id: str) -> Button:
    """Opens the form with what was asked and said."""
    return Button(label="Record a decision", action="decisions.from_verdict", value=verdict_id)
