"""One field of every kind, filled in and empty."""

from bot.cards import (
    ChoiceField,
    ChoicesField,
    DateField,
    Form,
    NumberField,
    Option,
    PersonField,
    Table,
    TextField,
    TimeField,
    body,
)

_FEW = tuple(Option(value=v, label=v.title()) for v in ("fits", "partly", "conflicts"))
_MANY = tuple(Option(value=f"{n}", label=f"Week {n}") for n in range(1, 31))

FORM = Form(
    form="golden.save",
    title="Every field",
    submit="Save",
    state='{"id": 7}',
    intro=(
        body("Fill in **what you know**."),
        Table(columns=("Line", "Text"), rows=(("M1", "Empower individuals"),)),
    ),
    fields=(
        TextField(name="name", label="Name", placeholder="Vitals", max_length=80),
        TextField(
            name="why", label="Why?", hint="One sentence.", value="Because.\nAnd so.", lines=3
        ),
        ChoiceField(name="kind", label="How?", options=_FEW, value="partly", shown_as="buttons"),
        ChoiceField(name="week", label="Which week?", options=_MANY, value="12"),
        ChoicesField(name="lines", label="Which?", options=_FEW, values=("fits",), required=False),
        ChoicesField(name="weeks", label="Which weeks?", options=_MANY),
        NumberField(name="count", label="How many?", value=3, minimum=1, maximum=10),
        DateField(name="day", label="When?", value="2027-03-31", required=False),
        TimeField(name="hour", label="At what time?", value="16:30"),
        PersonField(name="owner", label="Who?", values=("U0DANA",)),
        PersonField(name="others", label="Who else?", several=True, required=False),
    ),
)
