"""Hostile words in every place of a card where words can stand."""

from bot.cards import (
    Actions,
    Button,
    Card,
    Chart,
    Facts,
    Quote,
    Series,
    Table,
    body,
    heading,
    literal,
    quiet,
)
from tests.golden.hostile import EVERYTHING

_SHORT = "<!channel> *x*"

CARD = Card(
    summary=EVERYTHING,
    elements=(
        heading("**{text}** · {text}", text=EVERYTHING),
        body("{text} `{text}`", text=EVERYTHING),
        literal(EVERYTHING),
        quiet("{text} **{text}**", text=EVERYTHING),
        quiet("Owned by {who} with `{code}`.", who="<!channel> & <@U0DANA>", code="<!here>"),
        Facts(items=((EVERYTHING, EVERYTHING),)),
        Quote(ref=_SHORT, text=EVERYTHING, source=EVERYTHING, stance="for", note=EVERYTHING),
        Table(columns=(_SHORT, "b"), rows=((EVERYTHING, _SHORT),), caption=EVERYTHING),
        Chart(
            shape="bar",
            title=EVERYTHING,
            categories=(EVERYTHING, EVERYTHING),
            series=(Series(name=EVERYTHING, values=(1, 2)), Series(name=_SHORT, values=(1, 2))),
            words=EVERYTHING,
        ),
        Actions(buttons=(Button(label=_SHORT, action="ask.share", confirm=EVERYTHING),)),
    ),
)
