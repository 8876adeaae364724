"""One thing that owners could do about a result: picked by rules from the published figures."""

from collections.abc import Mapping, Sequence

from bot.pulse.model import About, Figures, Published
from bot.text import shorten

FEW = 50
"""Percent of those asked; with fewer answers, who stays silent says more than who answers."""
HIGH = 4.0
"""From this mean on, nothing asks to be mended."""
WHAT: Mapping[About, str] = {
    "clarity": "Let everybody write down what they think it is, and look at the spread together: "
    "/mission exercise.",
    "belief": "Ask in the next meeting what would have to change for people to believe it, and "
    "say what you will do about the answer.",
    "use": "Take the next three ideas that come up and ask about each in front of everybody: "
    "/mission ask.",
    "priorities": "Write down why what comes first comes first, where everybody can read it: "
    "/mission decide.",
    "line": "Ask the team why. Then keep the line and say the reason, or change it: /mission edit.",
    "own": "Ask the team why, and say what you will do about it.",
}


def suggested(found: Sequence[Published]) -> str:
    """For the newest of these."""
    newest = found[0]
    if newest.lost:
        return "Tell the team that the answers were lost, and that the next pulse comes as planned."
    if newest.why:
        return (
            "Tell the team what you did about the last pulse; that is what brings answers. If you "
            "cannot do something each time, ask every second week: /mission pulse change."
        )
    lowest = _lowest(newest)
    if lowest is not None and lowest.mean is not None and lowest.mean < HIGH:
        said = f"“{shorten(lowest.statement.text, 100)}” has the lowest mean"
        if lowest.statement.ref:
            said = f"{lowest.statement.ref} is believed least of what was asked"
        return f"{said} ({lowest.mean:.1f} of 5). {WHAT[lowest.statement.about]}"
    if newest.share is not None and newest.share < FEW:
        return (
            "Fewer than half answered. Say in the channel what the last results changed, before "
            "the next pulse comes."
        )
    return "Nothing stands out low. Tell the team so, and which one thing you will keep doing."


def _lowest(published: Published) -> Figures | None:
    there = [figures for figures in published.figures if figures.mean is not None]
    return min(there, key=lambda figures: figures.mean or 0.0, default=None)
