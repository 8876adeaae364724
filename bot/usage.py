"""Cards about the bot itself: help, unknown words, what broke."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.cards import Button, Card, Element, Text, body, heading, literal, quiet
from bot.events import ButtonClick, Event, FormSubmit
from bot.markup import Paragraph, Span
from bot.replies import Answer, FormErrors, OpenForm, privately
from bot.text import one_line, shorten

CARD_GONE = "The rest of that message is not kept any more. Ask again, and I show all of it."
"""For who turns a page of a message that is too old."""


@dataclass(frozen=True, kw_only=True)
class Word:
    """A word after `/mission`. `takes` names what follows it ("<question>"); empty: nothing."""

    name: str
    does: str
    takes: str = ""
    also: tuple[str, ...] = ()
    example: str = ""

    @property
    def usage(self) -> str:
        """The line that help shows."""
        return f"/mission {self.name} {self.takes}".rstrip()


def help_card(words: Sequence[Word], topic: str = "") -> Card:
    """Every word in one screen, or one word with its example."""
    about = next((w for w in words if topic.lower() in (w.name, *w.also)), None)
    if about:
        example = f"\nFor example: `{about.example}`" if about.example else ""
        return Card(
            summary=f"{about.usage}: {about.does}",
            elements=(heading("`{usage}`", usage=about.usage), body(about.does + example)),
        )
    lines = "\n".join(f"- `{word.usage}` {word.does}" for word in words)
    return Card(
        summary="What you can ask me",
        elements=(
            heading("What you can ask me"),
            body(lines),
            quiet(
                "`@Mission` and a direct message take the same words. "
                "Or just ask: “does … fit our strategy?”"
            ),
        ),
    )


def unknown_word(first: str, nearest: str | None, rest: str, words: Sequence[Word]) -> Card:
    """Says which word is not known, and the nearest that is."""
    typed = shorten(one_line(f"/mission {first}"), 60)
    guess = shorten(one_line(f"/mission {nearest} {rest}"), 120) if nearest else ""
    names = ", ".join(word.name for word in words)
    known = body("I don't know `{typed}`.", typed=typed)
    if nearest:
        known = body("I don't know `{typed}`. Did you mean `{guess}`?", typed=typed, guess=guess)
    return Card(
        summary=f"I don't know {typed}",
        elements=(
            known,
            quiet("You can: {names}. All of them: `/mission help`", names=names),
        ),
    )


def sentence(text: str) -> Card:
    """A sentence or two, and nothing to do but read it; `code` stands between backticks."""
    paragraphs = tuple(map(_with_code, text.split("\n")))
    return Card(
        summary=shorten(one_line(text).replace("`", ""), 150),
        elements=(Text(paragraphs=paragraphs),),
    )


def _with_code(line: str) -> Paragraph:
    # What stands between backticks is shown as code; everything else is data.
    parts = line.split("`")
    even = len(parts) % 2 == 1
    spans = [Span(text=part, code=even and i % 2 == 1) for i, part in enumerate(parts) if part]
    return Paragraph(spans=tuple(spans))


def outdated() -> Card:
    """For a button or form of an older version of the bot."""
    return sentence("This button is from an older version of me. Type `/mission` for a new one.")


def broken(event: Event, code: str) -> Answer:
    """Something failed that nobody foresaw; `code` finds it in the log."""
    if isinstance(event, FormSubmit):
        text = (
            "I could not save this: something broke on my side. Your text is kept here; "
            f"send it again in a minute. If it stays, tell your operator this code: {code}."
        )
        return FormErrors(errors={}, sentence=text)
    text = (
        "Something broke on my side, and I could not finish this. Try again in a minute. "
        f"If it stays, tell your operator this code: {code}."
    )
    return privately(sentence(text))


def not_saved(event: Event, errors: FormErrors) -> Card:
    """For a form that is gone: what is wrong with it, and what was typed."""
    sentences = [errors.sentence, *errors.errors.values()]
    elements: list[Element] = [
        body("**This was not saved.** {why}", why=" ".join(filter(None, sentences)))
    ]
    if isinstance(event, FormSubmit):
        typed = [v for v in event.fields.values() if isinstance(v, str) and len(v) > 20]
        if typed:
            elements.append(body("What you wrote, to copy:"))
            elements += map(literal, typed)
    return Card(summary="This was not saved", elements=tuple(elements))


def opener(event: Event, answer: OpenForm) -> Button | None:
    """The button that opens the form later; None where the person has to type again."""
    if answer.button is None and isinstance(event, ButtonClick):
        return Button(label="Open it", action=event.action, value=event.value)
    return answer.button
