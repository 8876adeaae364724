"""The form in which a pulse is answered, and reading what was filled in."""

from collections.abc import Mapping, Sequence

from bot.cards import AnyField, ChoiceField, Form, Option, TextField, body, quiet
from bot.errors import UserFacing
from bot.events import FormSubmit
from bot.pulse.model import LONGEST_WORDS, Answers, Edition, Score, Statement

SCALE: Mapping[str, str] = {
    "1": "1 Not at all",
    "2": "2 Rather not",
    "3": "3 Partly",
    "4": "4 Mostly",
    "5": "5 Fully",
}
SKIP = "skip"


def answer_form(edition: Edition, promise: str, own: Answers | None) -> Form:
    """What is asked, with what the person said already. `promise`: what becomes of it."""
    return Form(
        form="pulse.answer",
        title="Pulse",
        submit="Send" if own is None else "Change",
        state=edition.id,
        intro=(quiet("{promise}", promise=promise),),
        fields=_fields(edition, own),
        secret=True,
    )


def preview_form(edition: Edition, promise: str) -> Form:
    """The same for who only wants to see it."""
    note = body("**A preview:** nothing that you fill in here is kept.")
    return Form(
        form="pulse.preview",
        title="Pulse (preview)",
        submit="Close",
        intro=(note, quiet("{promise}", promise=promise)),
        fields=_fields(edition, None),
    )


def read_answers(event: FormSubmit, statements: Sequence[Statement]) -> Answers:
    """What was answered. Raises UserFacing where nothing was."""
    scores: dict[str, Score | None] = {}
    for number, each in enumerate(statements, 1):
        chosen = event.text(f"s{number}")
        scores[each.id] = int(chosen) if chosen in SCALE else None
    words = event.text("words")
    if not words and not any(scores.values()):
        raise UserFacing("Nothing is filled in. Rate one statement at least, or close this.")
    return Answers(scores=scores, words=words)


def _fields(edition: Edition, own: Answers | None) -> tuple[AnyField, ...]:
    scores = own.scores if own else {}
    fields: list[AnyField] = [
        ChoiceField(
            name=f"s{number}",
            label=each.text,
            options=(*_scale(), Option(value=SKIP, label="Leave this one out")),
            value=_chosen(own is not None, scores.get(each.id)),
            required=False,
        )
        for number, each in enumerate(edition.statements, 1)
    ]
    if edition.open_question:
        fields.append(
            TextField(
                name="words",
                label=edition.open_question,
                hint="Shown word for word, mixed with the others' and without your name. Write "
                "nothing that gives you or somebody else away.",
                value=own.words if own else "",
                lines=3,
                max_length=LONGEST_WORDS,
                required=False,
            )
        )
    return tuple(fields)


def _chosen(answered: bool, score: Score | None) -> str:
    if score is not None:
        return str(score)
    return SKIP if answered else ""


def _scale() -> tuple[Option, ...]:
    return tuple(Option(value=value, label=label) for value, label in SCALE.items())
