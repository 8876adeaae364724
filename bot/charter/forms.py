"""The forms in which the charter is written and changed."""

import json
from collections.abc import Mapping, Sequence

from bot.cards import (
    AnyField,
    Button,
    Element,
    Form,
    PersonField,
    TextField,
    body,
    quiet,
)
from bot.charter.history_view import changes_text
from bot.charter.model import KIND_NAMES, Charter
from bot.charter.sections import to_sections
from bot.charter.service import StaleCharter
from bot.errors import UserFacing
from bot.events import Person

LONGEST_FIELD = 3000
"""Characters of one form field (bot.cards.TextField)."""
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
    charter: Charter, sections: Mapping[str, str] | None = None, *, note: str = ""
) -> Form:
    """The charter's lines to change; `sections` are what was typed before, where there is any.

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
        submit="Adopt",
        state=json.dumps({"charter": charter.id, "base": charter.version.number}),
        intro=(
            quiet(
                "This makes version {next} of {name}. One statement a line; keep the ids in front, "
                "and leave them out for new lines.",
                next=charter.version.number + 1,
                name=charter.name,
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
    problem: StaleCharter, charter: Charter, merged: Mapping[str, str], note: str
) -> Form:
    """The edit form again after somebody else was faster: says what they changed, keeps what was
    typed."""
    form = edit_form(charter, merged, note=note)
    who, number = problem.current.adopted_by.name, problem.current.number
    intro: tuple[Element, ...] = (
        body(
            "**{who} adopted version {number} while you were writing.** Nothing of yours is lost: "
            "it stands below, beside their changes in the sections that you did not touch. "
            "Look it through and adopt again.",
            who=who,
            number=number,
        ),
        changes_text(problem.base, problem.current),
    )
    return form.model_copy(update={"intro": intro + form.intro})


def roles_form(charter: Charter, owners: Sequence[Person], editors: Sequence[Person]) -> Form:
    """Who may do what."""
    return Form(
        form="charter.roles",
        title="Roles",
        submit="Save",
        state=charter.id,
        intro=(
            quiet(
                "Owners decide and give roles; editors change the charter of {name}; "
                "everybody reads and asks.",
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
        ),
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
