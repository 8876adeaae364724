"""The forms of this room: which line, how it is to read, why it is returned."""

import json
import re
from collections.abc import Sequence

from bot.cards import (
    AnyField,
    Button,
    ChoiceField,
    Element,
    Form,
    Option,
    TextField,
    body,
    quiet,
)
from bot.changes.model import LONGEST_COMMENT, LONGEST_REASON, Change, Proposal, Wording
from bot.changes.wording import words_of
from bot.charter.model import KIND_NAMES, LONGEST_LINE, Charter, Line
from bot.errors import UserFacing
from bot.events import FormSubmit, Frozen
from bot.text import one_line, shorten

NEW = "new"
MOST_CHOICES = 99
"""Lines to choose from, beside a new one (bot.cards.ChoiceField)."""
MOST_CHANGES = 18
"""Two fields each, and the reason (bot.cards.Form)."""
_HORIZON = re.compile(r"\s*\[(now|next|later)\]", re.IGNORECASE)


class Target(Frozen):
    """A line that somebody may want to change; None: a new one."""

    charter: Charter
    line: Line | None

    @property
    def value(self) -> str:
        """As a form carries it."""
        return f"{self.charter.id}:{self.line.id if self.line else NEW}"


class Row(Frozen):
    """A line of the form: as it reads (None: a new one), and as it is proposed to read."""

    was: Line | None = None
    now: Wording | None = None
    remove: bool = False
    kind: str = "pillar"
    """Of a new line that has no words yet."""


class Filled(Frozen):
    """What is filled into the form before the person sees it."""

    rows: tuple[Row, ...]
    reason: str = ""
    intro: str = ""
    proposal_id: str = ""
    """The proposal that is worded anew; empty for a new one."""


def which_form(targets: Sequence[Target]) -> Form:
    """Which line it is about: own ones first, then those from above, and a new one."""
    charter = targets[0].charter
    new = Option(value=f"{charter.id}:{NEW}", label="A new line")
    shown = [each for each in targets if each.line][:MOST_CHOICES]
    left = len([each for each in targets if each.line]) - len(shown)
    lines = [Option(value=each.value, label=_label(each, charter)) for each in shown]
    hint = f"Of {left} more lines: `/mission propose P7` names one." if left > 0 else ""
    return Form(
        form="changes.which",
        title="Propose a change",
        submit="Next",
        intro=(quiet("Anybody may propose a change; the owners of the charter approve it."),),
        fields=(
            ChoiceField(
                name="line",
                label="Which line?",
                options=(*lines, new),
                value=new.value,
                hint=hint,
            ),
        ),
    )


def words_form(charter: Charter, filled: Filled) -> Form:
    """How the lines are to read, and why. Raises UserFacing for more lines than a form holds."""
    if len(filled.rows) > MOST_CHANGES:
        raise UserFacing(
            "That is more than a form holds. Withdraw the proposal, and propose it anew with "
            "`/mission edit`."
        )
    fields: list[AnyField] = []
    for number, row in enumerate(filled.rows, 1):
        fields += _fields(number, row)
    intro: list[Element] = [body("{intro}", intro=filled.intro)] if filled.intro else []
    state = {
        "charter": charter.id,
        "base": charter.version.number,
        "lines": [row.was.id if row.was else "" for row in filled.rows],
        "proposal": filled.proposal_id,
    }
    reason = TextField(
        name="reason",
        label="Why?",
        hint="The owners read it, and it stays in the history.",
        value=filled.reason,
        lines=3,
        required=False,
        max_length=LONGEST_REASON,
    )
    return Form(
        form="changes.words",
        title="Edit the proposal" if filled.proposal_id else "Propose a change",
        submit="Propose",
        intro=tuple(intro),
        fields=(*fields, reason),
        state=json.dumps(state),
    )


def return_form(proposal: Proposal) -> Form:
    """What is missing."""
    return Form(
        form="changes.return",
        title="Return the proposal",
        submit="Return",
        state=proposal.id,
        fields=(
            TextField(
                name="comment",
                label=f"What should {proposal.by.name} change?",
                lines=3,
                max_length=LONGEST_COMMENT,
            ),
        ),
    )


def edit_button(proposal: Proposal) -> Button:
    """Opens the form to word it anew."""
    return Button(label="Edit", action="changes.edit", value=proposal.id)


class Typed(Frozen):
    """A form of words as it was sent."""

    charter_id: str
    base: int
    proposal_id: str
    lines: tuple[str, ...]
    """The lines' ids, empty for new ones."""
    wordings: tuple[Wording | None, ...]
    """How each is to read; None: it is taken out, or a new line was left empty."""
    reason: str

    def on(self, lines: Sequence[Line]) -> tuple[Change, ...]:
        """The changes that this makes of the lines; what stays as it is makes none."""
        known = {line.id: line for line in lines}
        changes = []
        for line_id, now in zip(self.lines, self.wordings, strict=True):
            was = known.get(line_id)
            same = was and now and (was.text, was.horizon) == (now.text, now.horizon)
            if (was or now) and not same:
                changes.append(Change(was=was, now=now))
        return tuple(changes)


def typed_in(event: FormSubmit, charter: Charter) -> tuple[Typed | None, dict[str, str]]:
    """What the form says, or a sentence for each field that is wrong."""
    state = json.loads(event.state)
    kinds = {line.id: line.kind for line in charter.version.lines}
    errors: dict[str, str] = {}
    wordings: list[Wording | None] = []
    for number, line_id in enumerate(state["lines"], 1):
        if line_id and event.text(f"what_{number}") == "remove":
            wordings.append(None)
            continue
        typed = event.text(f"text_{number}")
        text, horizons = one_line(_HORIZON.sub("", typed)), _HORIZON.findall(typed)
        if not text:
            out = " Or choose “Take it out”." if line_id else ""
            errors[f"text_{number}"] = f"Write how it is to read.{out}"
            continue
        if len(text) > LONGEST_LINE:
            errors[f"text_{number}"] = f"A line has {LONGEST_LINE} characters at most."
            continue
        kind = kinds.get(line_id, "pillar") if line_id else event.text(f"kind_{number}")
        if kind not in KIND_NAMES:
            errors[f"kind_{number}"] = "Choose what it is."
            continue
        horizon = horizons[-1].lower() if horizons else None
        wordings.append(Wording.model_validate({"kind": kind, "text": text, "horizon": horizon}))
    if errors:
        return None, errors
    return (
        Typed(
            charter_id=state["charter"],
            base=state["base"],
            proposal_id=state["proposal"],
            lines=tuple(state["lines"]),
            wordings=tuple(wordings),
            reason=event.text("reason"),
        ),
        {},
    )


def _fields(number: int, row: Row) -> list[AnyField]:
    was, now = row.was, row.now
    text = TextField(
        name=f"text_{number}",
        label=f"{was.id} · {KIND_NAMES[was.kind]}" if was else "The new line",
        hint="One statement. It may end with [now], [next] or [later].",
        value=words_of(now or was),
        lines=3,
        required=False,
    )
    if was is None:
        chosen = now.kind if now else row.kind
        options = tuple(Option(value=each, label=name) for each, name in KIND_NAMES.items())
        return [
            ChoiceField(name=f"kind_{number}", label="What is it?", options=options, value=chosen),
            text,
        ]
    options = (
        Option(value="change", label="Read as below"),
        Option(value="remove", label="Take it out"),
    )
    return [
        ChoiceField(
            name=f"what_{number}",
            label=f"What becomes of {was.id}?",
            options=options,
            value="remove" if row.remove else "change",
            shown_as="buttons",
        ),
        text,
    ]


def _label(target: Target, here: Charter) -> str:
    line = target.line
    above = f" ({target.charter.name})" if target.charter.id != here.id else ""
    return f"{line.id}{above} {shorten(line.text, 60)}" if line else "A new line"
