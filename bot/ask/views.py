"""The other cards and forms of this room; every word that it says stands here or in
`verdict_view`."""

from collections.abc import Sequence

from bot.ask.model import Verdict
from bot.ask.service import Answered
from bot.ask.verdict_view import NAMES, disagree_button, title_of
from bot.cards import (
    Actions,
    Button,
    Card,
    ChoiceField,
    Form,
    Option,
    Quote,
    TextField,
    body,
    heading,
    quiet,
)
from bot.charter.model import KIND_NAMES, InForce
from bot.text import shorten


def charter_lines_card(in_force: InForce, kinds: Sequence[str]) -> Card:
    """The lines of those kinds, for who asks what the charter says."""
    found = [line for line in in_force.lines if line.line.kind in kinds]
    charter = in_force.charter
    if not found:
        names = " or ".join(KIND_NAMES[kind].lower() for kind in kinds)
        text = f"The charter of {charter.name} says nothing about {names} yet. `/mission edit`"
        return Card(summary=f"Nothing about {names} yet", elements=(body(text),))
    return Card(
        summary=shorten(found[0].line.text, 140),
        elements=(
            *(
                Quote(ref=line.ref, text=line.line.text, source=line.source)
                for line in found[:LONGEST_LIST]
            ),
            quiet("Everything: `/mission`"),
        ),
    )


LONGEST_LIST = 12
"""Lines shown in answer to "what is our …?"; a phone screen holds no more."""


def too_vague_card(question: str) -> Card:
    """For words in which there is nothing to judge."""
    return Card(
        summary="Unclear: I can't tell what would be done",
        elements=(
            heading("**{mark} Unclear** · {question}", mark="?", question=title_of(question)),
            body(
                "I can't tell what would be done. Try: “should we drop the free plan "
                "for the new version?”"
            ),
        ),
    )


def thanks_card(verdict: Verdict) -> Card:
    """After "was this useful?"."""
    return Card(
        summary="Noted, thank you",
        elements=(
            body("Noted, thank you. If you see it otherwise, say why: others will read it."),
            Actions(buttons=(disagree_button(verdict),)),
        ),
    )


def noted_card(answered: Answered, *, counts: bool) -> Card:
    """After somebody disagreed. `counts`: it is an override and a precedent."""
    if counts:
        text = "Noted. Your view stands beside the verdict and counts when a like question comes."
    else:
        text = (
            "Noted: your view stands beside the verdict. Overrides that count later come from "
            f"the owners of {answered.verdict.charter_name}; they can see yours there."
        )
    return Card(summary="Noted", elements=(body(text),))


def shared_before_card() -> Card:
    """For a second click on Share."""
    text = "This is shared here already."
    return Card(summary=text, elements=(body(text),))


def ask_form(question: str = "") -> Form:
    """Where to write a question."""
    return Form(
        form="ask.question",
        title="Ask about fit",
        submit="Ask",
        fields=(
            TextField(
                name="question",
                label="What would you do?",
                hint="One concrete step, as you would say it to a colleague.",
                placeholder="Should we sell through pharmacies next year?",
                value=question,
                lines=3,
            ),
        ),
    )


def disagree_form(verdict: Verdict) -> Form:
    """Where to say how one sees it, and why."""
    return Form(
        form="ask.disagree",
        title="I see it otherwise",
        submit="Say so",
        state=verdict.id,
        intro=(body("_{question}_", question=title_of(verdict.question)),),
        fields=(
            ChoiceField(
                name="kind",
                label="How do you see it?",
                options=tuple(Option(value=kind, label=NAMES[kind]) for kind in NAMES),
                shown_as="buttons",
            ),
            TextField(
                name="reason",
                label="Why?",
                hint="One or two sentences; others will read them beside the verdict.",
                lines=3,
                max_length=1000,
            ),
        ),
    )


def ask_button() -> Button:
    """Opens the form to ask."""
    return Button(label="Ask", action="ask.form", style="primary")
