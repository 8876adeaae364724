"""The forms in which the charter is written and changed."""

import json
from collections.abc import Mapping, Sequence

from bot.cards import (
    AnyField,
    Button,
    ChoiceField,
    Element,
    Form,
    NumberField,
    Option,
    PersonField,
    TextField,
    body,
    quiet,
)
from bot.charter.history_view import changes_text
from bot.charter.model import KIND_NAMES, ApprovalRule, Charter
from bot.charter.sections import to_sections
from bot.charter.service import StaleCharter
from bot.errors import UserFacing
from bot.events import FormSubmit, Person

LONGEST_FIELD = 3000
"""Characters of one form field (bot.cards.TextField)."""
RULES = {"one": "One owner", "all": "All owners", "some": "Several owners"}
HINTS = {
    "mission": "Why the team exists, in one sentence.",
    "vision": "What the world looks like when it worked out.",
    "pillar": "The few bets of the strategy. One a line; end a line with [now], [next] or [later].",
    "audience": "Who comes first, and who later. One a line.",
    "principle": "What you always or never do. One a line.",
    "metric": "How you notice that it works. One a line.",
    "non_goal": "What you leave to others. One a line.",
}


def edit_form(
    charter: Charter,
    sections: Mapping[str, str] | None = None,
    *,
    note: str = "",
    alone: bool = False,
) -> Form:
    """The charter's lines to change; `sections` are what was typed before, where there is any.
    `alone`: nobody else has to approve it.

    Raises UserFacing for a charter that is too large for a form.
    """
    sections = sections or to_sections(charter.version.lines)
    too_long = [KIND_NAMES[kind] for kind, text in sections.items() if len(text) > LONGEST_FIELD]
    if too_long:
        raise UserFacing(
            f"{charter.name} is too large for a form ({', '.join(too_long)}). Your operator can "
            "change it as a file: `missionbot charter export` and `missionbot charter import`."
        )
    return Form(
        form="charter.save",
        title="Edit the charter",
        submit="Adopt" if alone else "Propose",
        state=json.dumps({"charter": charter.id, "base": charter.version.number}),
        intro=(
            quiet(
                "{what} version {next} of {name}{approved}. One statement a line; keep the ids in "
                "front, and leave them out for new lines.",
                what="This makes" if alone else "This proposes",
                next=charter.version.number + 1,
                name=charter.name,
                approved="" if alone else ", for its owners to approve",
            ),
        ),
        fields=(
            *_section_fields(sections),
            TextField(
                name="note",
                label="Why this change?",
                hint="One sentence for the history.",
                value=note,
                required=False,
                max_length=300,
            ),
        ),
    )


def write_form(values: Mapping[str, str] | None = None) -> Form:
    """A new charter."""
    values = values or {}
    name = TextField(
        name="name",
        label="Name",
        hint="The product or the team.",
        value=values.get("name", ""),
        max_length=80,
    )
    return Form(
        form="charter.create",
        title="Write the charter",
        submit="Adopt",
        fields=(name, *_section_fields(values)),
    )


def stale_form(
    problem: StaleCharter, charter: Charter, merged: Mapping[str, str], note: str, *, alone: bool
) -> Form:
    """The edit form again after somebody else was faster: says what they changed, keeps what was
    typed."""
    form = edit_form(charter, merged, note=note, alone=alone)
    who, number = problem.current.adopted_by.name, problem.current.number
    intro: tuple[Element, ...] = (
        body(
            "**{who} adopted version {number} while you were writing.** Nothing of yours is lost: "
            "it stands below, beside their changes in the sections that you did not touch. "
            "Look it through and send it again.",
            who=who,
            number=number,
        ),
        changes_text(problem.base, problem.current),
    )
    return form.model_copy(update={"intro": intro + form.intro})


def roles_form(
    charter: Charter, owners: Sequence[Person], editors: Sequence[Person], rule: ApprovalRule
) -> Form:
    """Who may do what."""
    return Form(
        form="charter.roles",
        title="Roles",
        submit="Save",
        state=charter.id,
        intro=(
            quiet(
                "Everybody reads {name}, asks and proposes changes. Owners approve changes and "
                "give roles; editors word proposals anew.",
                name=charter.name,
            ),
        ),
        fields=(
            PersonField(
                name="owners", label="Owners", several=True, values=tuple(p.id for p in owners)
            ),
            PersonField(
                name="editors",
                label="Editors",
                several=True,
                required=False,
                values=tuple(p.id for p in editors),
            ),
            ChoiceField(
                name="approval",
                label="Who approves changes",
                hint="Who proposed a change counts only where they own the charter alone.",
                options=tuple(Option(value=who, label=name) for who, name in RULES.items()),
                value=rule.who,
            ),
            NumberField(
                name="number",
                label="How many owners",
                hint="Only for “Several owners”.",
                value=rule.number,
                minimum=2,
                maximum=50,
                required=False,
            ),
        ),
    )


def rule_in(event: FormSubmit) -> ApprovalRule | None:
    """Who approves changes, as the form says; None for a number that cannot be."""
    who, number = event.text("approval") or "one", event.text("number") or "2"
    if who not in RULES or not number.isdecimal() or not 2 <= int(number[:4]) <= 50:
        return None
    return ApprovalRule.model_validate({"who": who, "number": int(number)})


def rule_in_words(rule: ApprovalRule) -> str:
    """The rule as a sentence."""
    several = f"{rule.number} owners approve a change."
    return {"one": "One owner approves a change.", "all": "All owners approve a change."}.get(
        rule.who, several
    )


def edit_button(charter: Charter) -> Button:
    """Opens the form to edit."""
    return Button(label="Edit", action="charter.edit", value=charter.id)


def write_button() -> Button:
    """Opens the form for a first charter."""
    return Button(label="Write the charter", action="charter.write", style="primary")


def roles_button() -> Button:
    """Opens the form for roles."""
    return Button(label="Change roles", action="charter.roles")


def _section_fields(sections: Mapping[str, str]) -> tuple[AnyField, ...]:
    return tuple(
        TextField(
            name=kind,
            label=name,
            hint=HINTS[kind],
            value=sections.get(kind, ""),
            lines=2 if kind in ("mission", "vision") else 4,
            required=False,
        )
        for kind, name in KIND_NAMES.items()
    )
