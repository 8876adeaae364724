"""What a second look at a verdict found, in words."""

from bot.ask.model import Verdict, VerdictKind
from bot.ask.second_look import Doubt, second_look
from bot.cards import Element, Quote, quiet
from bot.charter.model import InForce

NEAR = {
    "non_goal": "A non-goal near to this, which the verdict does not name. Have a look.",
    "silent": "The line nearest to this; the verdict passes it over. Have a look.",
}
SAID: dict[VerdictKind, str] = {
    "fits": "fits",
    "partly": "partly fits",
    "conflicts": "conflicts",
    "unclear": "unclear",
}


def doubts(verdict: Verdict, in_force: InForce) -> list[Element]:
    """An element for each doubt; none where nothing was found."""
    return [_doubt(doubt, verdict, in_force) for doubt in second_look(verdict, in_force)]


def _doubt(doubt: Doubt, verdict: Verdict, in_force: InForce) -> Element:
    line = in_force.line(doubt.ref)
    if line:
        return Quote(ref=line.ref, text=line.line.text, source=line.source, note=NEAR[doubt.why])
    if doubt.why == "opposite":
        return quiet(
            "Asked the other way round, the model called _not_ doing it **{kind}**. The two "
            "answers do not go together, so take this as open.",
            kind=SAID[verdict.opposite or "unclear"],
        )
    return quiet(
        "A question much like this one was called otherwise before. If it means the same, decide "
        "which of the two holds."
    )
