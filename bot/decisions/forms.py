"""The forms in which decisions are recorded and ended, and how they are read back."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import cast

from pydantic import ValidationError

from bot.cards import (
    ChoiceField,
    ChoicesField,
    Form,
    Option,
    PersonField,
    TextField,
    body,
)
from bot.charter.model import InForce, LineInForce
from bot.decisions.days import LONGEST_PHRASE
from bot.decisions.model import (
    LONGEST_TITLE,
    Confidence,
    Decision,
    LineLink,
    Outcome,
    Stance,
    StillFits,
)
from bot.decisions.writing import Origin, Written
from bot.errors import UserFacing
from bot.events import FormSubmit, Frozen
from bot.text import shorten

MOST_OPTIONS = 100
LONGEST_VALUE = 75
"""Characters of an option's value (bot.cards.Option)."""

OUTCOMES: Mapping[Outcome, str] = {
    "as_expected": "As expected",
    "better": "Better",
    "worse": "Worse",
    "too_early": "Too early",
    "reversed": "We reversed it",
}
STILL_FITS: Mapping[StillFits, str] = {
    "yes": "Yes",
    "no": "No",
    "unsure": "Not sure",
}
CONFIDENCE: Mapping[Confidence, str] = {
    "high": "High: I would bet on it",
    "medium": "Medium",
    "low": "Low: it is a try",
}


class Filled(Frozen):
    """What the form to record begins with."""

    title: str = ""
    choice: str = ""
    reason: str = ""
    rejected: str = ""
    expected: str = ""
    check_in: str = ""
    confidence: str = ""
    deciders: tuple[str, ...] = ()
    serves: tuple[str, ...] = ()
    violates: tuple[str, ...] = ()


def record_form(
    in_force: InForce, first: Sequence[LineInForce], filled: Filled, origin: Origin
) -> Form:
    """A new decision; the lines in `first` stand on top of those to choose from."""
    on_top = {line.ref for line in first}
    lines = [*first, *(line for line in in_force.lines if line.ref not in on_top)]
    return Form(
        form="decisions.record",
        title="Record a decision",
        submit="Record",
        state=origin.model_dump_json(),
        fields=_fields([(line.ref, line.line.text) for line in lines], filled),
    )


def change_form(lines: Sequence[LineInForce], decision: Decision) -> Form:
    """Other words for a decision; what stood there stays in its record. The lines that it cites
    stand first, as they read then, though the charter has them no more."""
    cited = {link.ref: link.quote for link in decision.lines}
    others = [(line.ref, line.line.text) for line in lines if line.ref not in cited]
    return Form(
        form="decisions.change",
        title=f"Change {decision.name}",
        submit="Save",
        state=decision.id,
        fields=(
            *_fields([*cited.items(), *others], filled_from(decision)),
            TextField(
                name="why", label="Why this change?", hint="One sentence for the record.", lines=2
            ),
        ),
    )


def end_form(decision: Decision, how: str) -> Form:
    """Withdraw it, or name what takes its place (`how`: "withdraw", "supersede")."""
    why = TextField(name="why", label="Why?", hint="One sentence; it stays in the record.", lines=2)
    newer = TextField(
        name="newer", label="Which decision takes its place?", placeholder="D14", max_length=20
    )
    verb = "Withdraw" if how == "withdraw" else "Replace"
    return Form(
        form=f"decisions.{how}",
        title=f"{verb} {decision.name}",
        submit=verb,
        state=decision.id,
        intro=(body("**{title}**", title=decision.title),),
        fields=(why,) if how == "withdraw" else (newer, why),
    )


def hand_over_form(decision: Decision) -> Form:
    """Who is asked from now on."""
    return Form(
        form="decisions.delegate",
        title=f"Hand over {decision.name}",
        submit="Hand over",
        state=decision.id,
        fields=(
            PersonField(
                name="to", label="Who will know how it went?", hint="They are asked in your place."
            ),
        ),
    )


def filled_from(decision: Decision) -> Filled:
    """The decision's words for the form."""
    return Filled(
        title=decision.title,
        choice=decision.choice,
        reason=decision.reason,
        rejected=decision.rejected,
        expected=decision.expected,
        check_in=check_in_words(decision),
        confidence=decision.confidence or "",
        deciders=tuple(person.id for person in decision.deciders),
        serves=tuple(link.ref for link in decision.lines if link.stance == "serves"),
        violates=tuple(link.ref for link in decision.lines if link.stance == "violates"),
    )


def check_in_words(decision: Decision) -> str:
    """The days of its check-ins, as the form shows and reads them."""
    return ", ".join(day.isoformat() for day in decision.check_days)


def origin_of(event: FormSubmit) -> Origin:
    """Where the decision comes from, as the form carried it. Raises UserFacing where it carries
    something else."""
    try:
        return Origin.model_validate_json(event.state)
    except ValidationError:
        raise UserFacing(
            "This form is out of date. `/mission decide` opens a new one; copy your words over."
        ) from None


def written_in(
    event: FormSubmit,
    lines: Sequence[LineInForce],
    check_days: Sequence[date],
    kept: Sequence[LineLink] = (),
) -> Written:
    """The decision as it stands in the form. What it cited before (`kept`) stays in the words of
    that time; of what else was chosen, only refs of `lines` count."""
    chosen = event.text("confidence")
    return Written(
        title=event.text("title"),
        choice=event.text("choice"),
        reason=event.text("reason"),
        rejected=event.text("rejected"),
        deciders=event.people_in("deciders"),
        lines=(
            *_links(event, lines, kept, "serves"),
            *_links(event, lines, kept, "violates"),
        ),
        expected=event.text("expected"),
        confidence=cast("Confidence", chosen) if chosen in CONFIDENCE else None,
        check_days=tuple(check_days),
    )


def _fields(
    lines: Sequence[tuple[str, str]], filled: Filled
) -> tuple[TextField | ChoiceField | ChoicesField | PersonField, ...]:
    options = _line_options(lines)
    return (
        TextField(
            name="title",
            label="What was decided?",
            placeholder="Drop the Android widget",
            value=shorten(filled.title, LONGEST_TITLE),
            max_length=LONGEST_TITLE,
        ),
        TextField(name="choice", label="What we do", value=filled.choice, lines=3),
        TextField(name="reason", label="Why", value=filled.reason, lines=3, required=False),
        TextField(
            name="rejected",
            label="What we do not do",
            hint="The options that were turned down, one a line.",
            value=filled.rejected,
            lines=2,
            required=False,
        ),
        PersonField(
            name="deciders",
            label="Who decided",
            hint="You, where nobody is named. They are asked later how it went.",
            several=True,
            values=filled.deciders,
            required=False,
        ),
        *_line_fields(options, filled),
        TextField(
            name="expected",
            label="What should come of it?",
            hint="One sentence that can turn out right or wrong.",
            value=filled.expected,
            required=False,
            max_length=500,
        ),
        ChoiceField(
            name="confidence",
            label="How sure are you?",
            options=tuple(Option(value=k, label=v) for k, v in CONFIDENCE.items()),
            value=filled.confidence,
            required=False,
        ),
        TextField(
            name="check_in",
            label="When shall I ask how it went?",
            placeholder="in 3 months",
            hint="“in 3 months”, “12 March”, or several: “in 1 month, in 6 months”. Empty: never.",
            value=filled.check_in,
            required=False,
            max_length=LONGEST_PHRASE,
        ),
    )


def _line_fields(options: tuple[Option, ...], filled: Filled) -> tuple[ChoicesField, ...]:
    if not options:
        return ()
    known = {option.value for option in options}
    return (
        ChoicesField(
            name="serves",
            label="Lines of the charter that it serves",
            options=options,
            values=tuple(ref for ref in filled.serves if ref in known),
            required=False,
        ),
        ChoicesField(
            name="violates",
            label="Lines that it knowingly goes against",
            options=options,
            values=tuple(ref for ref in filled.violates if ref in known),
            required=False,
        ),
    )


def _line_options(lines: Sequence[tuple[str, str]]) -> tuple[Option, ...]:
    # A charter above with a very long name: its lines are cited in words, not chosen.
    fitting = [(ref, text) for ref, text in lines if len(ref) <= LONGEST_VALUE]
    return tuple(
        Option(value=ref, label=shorten(f"{ref} {text}", LONGEST_VALUE))
        for ref, text in fitting[:MOST_OPTIONS]
    )


def _links(
    event: FormSubmit, lines: Sequence[LineInForce], kept: Sequence[LineLink], stance: Stance
) -> list[LineLink]:
    chosen = event.fields.get(stance, ())
    refs = filter(None, chosen.split(",")) if isinstance(chosen, str) else chosen
    now = {line.ref: line for line in lines}
    then = {link.ref: link for link in kept}
    # What could not be offered could not be taken out either.
    unseen = [link.ref for link in kept if len(link.ref) > LONGEST_VALUE and link.stance == stance]
    found = []
    for ref in dict.fromkeys([*refs, *unseen]):
        if ref in then:
            found.append(then[ref].model_copy(update={"stance": stance}))
        elif line := now.get(ref):
            found.append(LineLink(ref=ref, stance=stance, quote=line.line.text, source=line.source))
    return found
