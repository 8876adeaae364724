"""Hostile words in every field of a form."""

from bot.cards import ChoiceField, Form, Option, TextField, body
from tests.golden.hostile import EVERYTHING

FORM = Form(
    form="golden.save",
    title="<!here> *x*",
    submit="<@U0DANA>",
    state=EVERYTHING[:300],
    intro=(body("{text}", text=EVERYTHING),),
    fields=(
        TextField(
            name="text",
            label=EVERYTHING,
            hint=EVERYTHING,
            placeholder=EVERYTHING,
            value=EVERYTHING,
        ),
        ChoiceField(
            name="kind", label="<!channel>", options=(Option(value="a", label=EVERYTHING),)
        ),
    ),
)
