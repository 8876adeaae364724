"""What people see of exercises, and their forms."""

from collections.abc import Sequence

from bot.cards import (
    Actions,
    Button,
    Card,
    ChoiceField,
    Element,
    Form,
    Option,
    Text,
    TextField,
    body,
    heading,
    quiet,
)
from bot.charter.model import InForce
from bot.exercise.grouping import CLOSE, NEAR
from bot.exercise.model import (
    LEAST,
    LONGEST_ANSWER,
    LONGEST_STRATEGY,
    MOST_STRATEGY_LINES,
    Answer,
    Compared,
    Exercise,
    Group,
    Part,
)
from bot.markup import Paragraph, Span
from bot.text import shorten

NAMES: dict[Part, str] = {"mission": "Mission", "vision": "Vision", "strategy": "Strategy"}
OPEN_FOR = (("hour", "One hour"), ("day", "One working day"), ("days", "Two working days"))
SHOWN = 10
"""Groups on one card."""
QUESTIONS = (
    "Which feature that you know serves the mission best, and which does not serve it at all?",
    "Reading only the vision: what would you build next year that nobody has asked for yet?",
    "Whom does the strategy put first? Show an advert, a page or a price that says or denies it.",
    "What did the product stop doing, or never begin, because of its strategy?",
    "If the market moved tomorrow, which of the three would change first, and which never?",
)
"""For the facilitator: how the three shape features, marketing and where a product goes."""


def begin_form() -> Form:
    """Where an exercise is set up."""
    return Form(
        form="exercise.begin",
        title="Begin an exercise",
        submit="Invite everybody here",
        intro=(
            quiet(
                "Everybody writes mission, vision and strategy as they see them, for themselves. "
                "At the end I show what was written side by side, without names."
            ),
        ),
        fields=(
            TextField(
                name="about",
                label="Which product?",
                hint="Leave it empty for your own. Practising on one that you all use is a good "
                "start.",
                required=False,
                max_length=80,
            ),
            ChoiceField(
                name="open_for",
                label="How long is it open?",
                hint="You can close it earlier.",
                options=tuple(Option(value=value, label=label) for value, label in OPEN_FOR),
                value="day",
            ),
        ),
    )


def begin_button(label: str = "Begin an exercise") -> Button:
    """Opens the form."""
    return Button(label=label, action="exercise.form")


def invitation_card(exercise: Exercise, when: str) -> Card:
    """Everybody in the conversation is asked to write."""
    about = exercise.about or "what we are building"
    title = f"{exercise.by.name} asks: what are mission, vision and strategy of {about}?"
    return Card(
        summary=title,
        elements=(
            heading("{title}", title=title),
            body(
                "Write them as you see them, without looking them up: three minutes. "
                "Open until {when}.",
                when=when,
            ),
            quiet(
                "Until then I keep whose answer it is, so that you can change it. After that names "
                "are gone and answers are shuffled. They are shown from {least} people on.",
                least=LEAST,
            ),
            _while_open(exercise),
        ),
    )


def write_form(exercise: Exercise, own: Answer | None) -> Form:
    """Where somebody writes, with what they wrote before."""
    own = own or Answer()
    about = exercise.about or "what you are building"
    return Form(
        form="exercise.answer",
        title="As you see it",
        submit="Save",
        state=exercise.id,
        intro=(quiet("Of {about}. Leave out what you do not know.", about=about),),
        fields=(
            TextField(
                name="mission",
                label="Mission",
                hint="For whom is it, and what can they do thanks to it?",
                lines=2,
                value=own.mission,
                required=False,
                max_length=LONGEST_ANSWER,
            ),
            TextField(
                name="vision",
                label="Vision",
                hint="What is the world like when it has worked out?",
                lines=2,
                value=own.vision,
                required=False,
                max_length=LONGEST_ANSWER,
            ),
            TextField(
                name="strategy",
                label="Strategy",
                hint=f"The few choices it goes by, one a line, {MOST_STRATEGY_LINES} at most.",
                lines=4,
                value="\n".join(own.strategy),
                required=False,
                max_length=LONGEST_STRATEGY,
            ),
        ),
    )


def saved_card(exercise: Exercise, when: str) -> Card:
    """After somebody wrote."""
    text = f"Saved. You can change it until {when}."
    change = Button(label="Change it", action="exercise.write", value=exercise.id)
    return Card(summary=text, elements=(body("{text}", text=text), Actions(buttons=(change,))))


def status_card(exercise: Exercise, count: int, when: str) -> Card:
    """How an open exercise stands, for who asks."""
    people = {0: "Nobody has", 1: "One person has"}.get(count, f"{count} people have")
    title = f"{people} answered so far"
    return Card(
        summary=title,
        elements=(
            heading("{title}", title=title),
            body(
                "{who} began it; it is open until {when}, and shown from {least} answers on.",
                who=exercise.by.name,
                when=when,
                least=LEAST,
            ),
            _while_open(exercise),
        ),
    )


def closed_card(exercise: Exercise) -> Card:
    """To who closed it from elsewhere: the comparison is for those who were asked."""
    where = exercise.conversation.name or "the conversation where it began"
    text = f"Closed. I show the comparison in {where}."
    return Card(summary=text, elements=(body("{text}", text=text),))


def too_few_card(exercise: Exercise) -> Card:
    """Closed with too few answers to show any."""
    count = {0: "Nobody", 1: "One person"}.get(exercise.answered, f"{exercise.answered} people")
    text = (
        f"{count} answered, so I show nothing: with fewer than {LEAST}, all could tell who wrote."
    )
    return Card(
        summary="The exercise is closed",
        elements=(
            body("{text}", text=text),
            Actions(buttons=(begin_button("Begin again"),)),
        ),
    )


def overview_card(
    exercise: Exercise, compared: Sequence[Compared], in_force: InForce | None
) -> Card:
    """What came of it, a sentence a part, and the way to everything that was written."""
    of = f" of {exercise.about}" if exercise.about else ""
    title = f"Mission, vision and strategy{of} as {exercise.answered} people see them, side by side"
    sentences = [
        body("- **{part}**: {said}", part=NAMES[each.part], said=_sentence(each, in_force))
        for each in compared
    ]
    buttons = [
        Button(
            label=f"{NAMES[each.part]}: all", action="exercise.part", value=_value(exercise, each)
        )
        for each in compared
        if each.groups
    ]
    buttons.append(Button(label="Five questions to discuss", action="exercise.questions"))
    if in_force is None and not exercise.about:
        buttons.append(
            Button(
                label="Draft our charter",
                action="exercise.draft",
                value=exercise.id,
                style="primary",
            )
        )
    return Card(
        summary=title,
        elements=(
            heading("{title}", title=title),
            *sentences,
            quiet("Grouped by meaning, by the words alone: a group may hold what you would part."),
            Actions(buttons=tuple(buttons)),
        ),
    )


def part_card(exercise: Exercise, compared: Compared, in_force: InForce | None) -> Card:
    """Everything that was written on one part, in its groups."""
    title = f"{NAMES[compared.part]}: what {exercise.answered} people wrote"
    parts: list[Element] = [heading("{title}", title=title)]
    for group in compared.groups[:SHOWN]:
        parts += _group(group, in_force)
    more = sum(len(group.texts) for group in compared.groups[SHOWN:])
    if more:
        parts.append(quiet("{more} more are not shown.", more=more))
    back = Button(label="Back to all three", action="exercise.overview", value=exercise.id)
    return Card(summary=title, elements=(*parts, Actions(buttons=(back,))))


def questions_card() -> Card:
    """For whoever leads the talk about it."""
    listed = "\n".join(f"- {question}" for question in QUESTIONS)
    return Card(
        summary="Five questions to discuss",
        elements=(
            heading("Five questions to discuss"),
            body(
                "Give each five minutes; let those speak first who wrote what nobody else did.\n"
                + listed
            ),
        ),
    )


def _while_open(exercise: Exercise) -> Actions:
    """What can be done with an open one."""
    write = Button(label="Write mine", action="exercise.write", value=exercise.id, style="primary")
    close = Button(label="Close and compare", action="exercise.close", value=exercise.id)
    return Actions(buttons=(write, close))


def _value(exercise: Exercise, compared: Compared) -> str:
    return f"{compared.part}:{exercise.id}"


def _sentence(compared: Compared, in_force: InForce | None) -> str:
    if not compared.groups:
        return "nobody wrote one."
    first = compared.groups[0]
    if len(first.texts) == 1 < compared.count:
        return "no two say the same."
    of = f"{compared.count} choices" if compared.part == "strategy" else compared.count
    alike = f"{len(first.texts)} of {of} say much the same"
    said = alike if compared.count > 1 else "one answer"
    return f"{said}{_against(first, in_force)}."


def _against(group: Group, in_force: InForce | None) -> str:
    if in_force is None or not group.line:
        return ""
    if group.likeness >= CLOSE:
        return f", close to {group.line}"
    if group.likeness >= NEAR:
        return f", near {group.line} and not the same"
    return ", and it differs from the charter"


def _group(group: Group, in_force: InForce | None) -> list[Element]:
    count = len(group.texts)
    title = f"{count} say much the same" if count > 1 else "One answer"
    line = in_force.line(group.line) if in_force and group.line else None
    texts = [
        Paragraph(spans=(Span(text=shorten(text, 300)),), kind="bullet") for text in group.texts
    ]
    parts: list[Element] = [
        body("**{title}**{against}:", title=title, against=_against(group, in_force)),
        Text(paragraphs=tuple(texts)),
    ]
    if line and group.likeness >= NEAR:
        said = "{ref} in the charter: “{text}”"
        parts.append(quiet(said, ref=line.ref, text=shorten(line.line.text, 200)))
    return parts
