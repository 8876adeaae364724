"""What is said about each kind of finding: what it is, what it hangs on, and one next step."""

from collections.abc import Mapping
from datetime import date

from bot.check.model import Basis, Finding, FindingKind, Severity
from bot.text import shorten

SEVERITY: Mapping[Severity, str] = {"high": "High", "medium": "Medium", "low": "Low"}
_TITLES: Mapping[FindingKind, str] = {
    "unsupported": "Serves neither the mission nor the vision",
    "unserved": "No line of the strategy serves this",
    "tension": "These two are in each other's way",
    "contradiction": "This contradicts the charter above",
    "vague": "Leaves open what is meant",
    "unmeasured": "A metric with something missing",
    "overdue": "Its time has come",
    "lingering": "Stands unchanged for long",
    "not_reviewed": "Nobody has reviewed the charter for long",
    "unclear_question": "A question that the charter does not answer",
    "violated": "Decisions knowingly go against this",
    "low_pulse": "Few people believe in this",
}
_LIKENED: Mapping[FindingKind, str] = {
    "unsupported": "Nothing ties this to the mission or the vision, by its words",
    "unserved": "Nothing in the strategy is about this, by its words",
    "tension": "About the same matter: do they agree?",
    "contradiction": "About the same matter on two levels: do they agree?",
}
_STEPS: Mapping[FindingKind, str] = {
    "unsupported": "Say in the line which of the two it serves, or take it out.",
    "unserved": "Add the line that serves it, or say less in it.",
    "tension": "Decide which one gives way, and say so in its line.",
    "contradiction": "Talk to the owners of the charter above; one of the two lines has to change.",
    "vague": "Say it so that two people would decide the same way by it.",
    "unmeasured": "Add what is missing to the line.",
    "overdue": "Mark what is done, move the date, or take the line out.",
    "lingering": "Ask who works on it; then keep it, move its horizon, or take it out.",
    "not_reviewed": "Read it through together; ten minutes are enough if nothing changed.",
    "unclear_question": "Answer it with a line, in your own words.",
    "violated": "Ask what the line stands in the way of; then keep it, or change it.",
    "low_pulse": "Ask the team why; then change the line, or explain it.",
}
_READ_BOTH = "Read them side by side. If they agree, dismiss this."
_OPEN: Mapping[str, str] = {
    "praise": "compared with what?",
    "fashion": "what is done?",
    "when": "by when?",
    "how_much": "how much?",
    "loophole": "when does it hold, and when not?",
    "who": "who comes first?",
    "rest": "what else?",
}
MOST_NAMED = 3


def title(finding: Finding) -> str:
    """What it is, in a few words."""
    if finding.basis == "reader":
        return _LIKENED.get(finding.kind, _TITLES[finding.kind])
    if finding.kind == "overdue" and finding.severity == "high":
        return "Its date has passed"
    if finding.kind == "unserved" and len(finding.lines) > 1:
        return "There is no strategy yet that serves these"
    return _TITLES[finding.kind]


def found_by(basis: Basis, model: str) -> str:
    """Who found it."""
    match basis:
        case "rule":
            return "found by a rule"
        case "reader":
            return "found by likeness of words"
        case "model":
            return f"noted by {model}" if model else "noted by the language model"


def says(finding: Finding, today: date) -> str:
    """What it hangs on; empty where its lines say it all."""
    if finding.basis == "model":
        return finding.sentence
    words = finding.words
    match finding.kind:
        case "vague":
            return _left_open(words)
        case "unmeasured":
            return f"It does not say {_several(list(words), ' or ')}."
        case "overdue":
            return f"It says {_several([f'“{each}”' for each in words])}."
        case "lingering":
            return f"It has been “{words[0]}” since {_day(words[1])}."
        case "not_reviewed":
            return _reviewed(words, today)
        case "unclear_question":
            return f"“{shorten(words[0], 150)}” was asked {words[1]} times, unclear each time."
        case "violated":
            return f"{_several(list(words), ', ')}."
        case "low_pulse":
            return f"In the last pulse it got {words[0]} of 5, from {words[1]} people or more."
        case _:
            return ""


def next_step(finding: Finding) -> str:
    """One thing to do about it."""
    if finding.basis == "reader" and finding.kind in ("tension", "contradiction"):
        return _READ_BOTH
    return _STEPS[finding.kind]


def _left_open(found: tuple[str, ...]) -> str:
    """The words by what they leave open."""
    by_question: dict[str, list[str]] = {}
    for each in found:
        what, _, words = each.partition(": ")
        by_question.setdefault(_OPEN[what], []).append(f"“{words}”")
    return _several([f"{', '.join(words)}: {asked}" for asked, words in by_question.items()])


def _reviewed(words: tuple[str, ...], today: date) -> str:
    if not words:
        return "Nobody ever said that they had."
    ago = (today - date.fromisoformat(words[0])).days
    return f"The last time was on {_day(words[0])}, {ago} days ago."


def _several(parts: list[str], between: str = " · ") -> str:
    more = len(parts) - MOST_NAMED
    named = between.join(parts[:MOST_NAMED])
    return f"{named}, and {more} more" if more > 0 else named


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day} {day:%b %Y}"
