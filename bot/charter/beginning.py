"""Where there is no charter yet: paste what there is, or answer seven questions. Both lead to the
form of a new charter, filled in, for a person to look through and adopt."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.cards import Button, Element, Form, TextField, body, quiet
from bot.charter import seven
from bot.charter.forms import LONGEST_FIELD, write_form
from bot.charter.pasted import Pasted, read
from bot.events import ButtonClick, FormSubmit
from bot.replies import Answer, FormErrors, OpenForm
from bot.router import Routes
from bot.text import shorten

MOST_LEFT_OUT = 5
"""Statements that were not used and are named."""
_ANSWER = 300


def paste_button() -> Button:
    """Opens the form to paste into."""
    return Button(label="Paste what you have", action="charter.paste", style="primary")


def seven_button() -> Button:
    """Opens the seven questions."""
    return Button(label="Answer seven questions", action="charter.seven")


@dataclass(frozen=True, kw_only=True)
class BeginCommands:
    """The ways to a first charter."""

    def routes(self) -> Routes:
        """The buttons and forms of this part."""
        return Routes(
            opening={"charter.paste": self.open_paste, "charter.seven": self.open_seven},
            forms={"charter.pasted": self.pasted, "charter.answered": self.answered},
        )

    async def open_paste(self, event: ButtonClick) -> Answer:
        """Where to paste a document."""
        return OpenForm(form=paste_form())

    async def open_seven(self, event: ButtonClick) -> Answer:
        """The seven questions."""
        return OpenForm(form=seven_form())

    async def pasted(self, event: FormSubmit) -> Answer:
        """What was read out of it, to be looked through."""
        found = read(event.text("document"))
        if not found.count:
            return FormErrors(
                errors={
                    "document": "I found no statement in it. Paste the sentences themselves: what "
                    "the team is for, where it wants to get, what it bets on."
                }
            )
        values = {"name": found.name, **found.fitting(LONGEST_FIELD)}
        return OpenForm(form=confirm_form(values, read_out(found)), button=paste_button())

    async def answered(self, event: FormSubmit) -> Answer:
        """A first draft from the answers, to be looked through."""
        answers = {asked.name: event.text(asked.name) for asked in seven.QUESTIONS}
        missing = {
            asked.name: "The mission is made of this; a few words are enough."
            for asked in seven.QUESTIONS
            if asked.required and not answers[asked.name]
        }
        if missing:
            return FormErrors(errors=missing)
        intro = (
            body("**A first draft from your answers.** Make the sentences yours, then adopt it."),
        )
        values = {"name": event.text("name"), **seven.sections(answers)}
        return OpenForm(form=confirm_form(values, intro), button=seven_button())


def paste_form() -> Form:
    """Where to paste a document."""
    return Form(
        form="charter.pasted",
        title="Paste what you have",
        submit="Read it",
        intro=(
            quiet("I split it into lines and show you what I made of it; nothing is stored yet."),
        ),
        fields=(
            TextField(
                name="document",
                label="A document, a page, some notes",
                hint="Headings such as Mission, Vision, Strategy, Non-goals help; they need not "
                "be there.",
                lines=12,
            ),
        ),
    )


def seven_form() -> Form:
    """The seven questions."""
    name = TextField(
        name="name", label="What is it called?", hint="The product or the team.", max_length=80
    )
    questions = (
        TextField(
            name=asked.name,
            label=asked.question,
            hint=asked.hint,
            lines=asked.lines,
            required=asked.required,
            max_length=_ANSWER if asked.lines == 1 else LONGEST_FIELD,
        )
        for asked in seven.QUESTIONS
    )
    return Form(
        form="charter.answered",
        title="Seven questions",
        submit="Draft it",
        fields=(name, *questions),
    )


def confirm_form(values: Mapping[str, str], intro: tuple[Element, ...]) -> Form:
    """A new charter, filled in, to be looked through."""
    form = write_form(values)
    return form.model_copy(update={"intro": (*intro, *form.intro)})


def read_out(found: Pasted) -> tuple[Element, ...]:
    """How much was read, and what was not used."""
    lines = "1 line" if found.count == 1 else f"{found.count} lines"
    said = body(
        "**I read {lines} out of it.** Look them through: move, reword, take out. "
        "Nothing is stored before you adopt it.",
        lines=lines,
    )
    if not found.left_out:
        return (said,)
    some = " · ".join(shorten(text, 120) for text in found.left_out[:MOST_LEFT_OUT])
    more = len(found.left_out) - MOST_LEFT_OUT
    rest = f" · and {more} more" if more > 0 else ""
    return said, quiet("Not used: {some}{rest}", some=some, rest=rest)
