"""Seven questions whose answers make a first charter: for who has nothing to paste."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.text import one_line


@dataclass(frozen=True)
class Asked:
    """One of the questions."""

    name: str
    question: str
    hint: str
    lines: int = 1
    required: bool = False


QUESTIONS = (
    Asked(
        "whom", "For whom do you work?", "“Adults with diabetes”, not “everybody”.", required=True
    ),
    Asked(
        "able",
        "What can they do thanks to you?",
        "Go on from “they can …”: “take control of their health”.",
        required=True,
    ),
    Asked("means", "By what means?", "Go on from “through …”: “real-time data”."),
    Asked(
        "world",
        "What is different in ten years, if it works?",
        "A sentence about the world, not about you.",
        lines=2,
    ),
    Asked(
        "order", "Whom do you serve first, and who waits?", "One a line, the first ones first.", 3
    ),
    Asked("bets", "What do you bet on?", "Two or three things to be good at, one a line.", 3),
    Asked(
        "limits",
        "What do you never do, or leave to others?",
        "One a line. “We never sell data.” “No social network.”",
        3,
    ),
)


def sections(answers: Mapping[str, str]) -> dict[str, str]:
    """A first draft of a charter, a text a kind; only what was answered."""
    limits = [line for line in answers.get("limits", "").splitlines() if line.strip()]
    rules = [line for line in limits if _is_rule(line)]
    return {
        "mission": _mission(answers),
        "vision": _sentence(answers.get("world", "")),
        "pillar": answers.get("bets", ""),
        "audience": answers.get("order", ""),
        "principle": "\n".join(rules),
        "metric": "",
        "non_goal": "\n".join(line for line in limits if line not in rules),
    }


def _mission(answers: Mapping[str, str]) -> str:
    whom, able, means = (_clause(answers.get(name, "")) for name in ("whom", "able", "means"))
    through = f" through {means.removeprefix('through ')}" if means else ""
    return f"Help {whom} {able.removeprefix('they can ')}{through}."


def _clause(answer: str) -> str:
    words = one_line(answer).rstrip(".!")
    first = words.split(" ", 1)[0]
    # A name or an abbreviation keeps its capital.
    return words if first[1:] != first[1:].lower() else words[:1].lower() + words[1:]


def _sentence(answer: str) -> str:
    words = one_line(answer)
    return words[:1].upper() + words[1:]


def _is_rule(line: str) -> bool:
    return bool({"never", "always"} & set(line.lower().replace(",", " ").split()))
