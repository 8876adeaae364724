"""What the reader learns from: questions, the lines that speak to them, and lines that do not."""

import json
import random
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

KINDS = {"mission", "vision", "pillar", "audience", "principle", "metric", "non_goal"}
SIDES = {"A": "one", "B": "other", "N": "neutral"}
PROPOSALS = {"S": "for_one", "O": "for_other", "I": "besides"}
OPENINGS = (
    "Should we ",
    "does it fit to ",
    "What if we ",
    "thinking about this: ",
    "would it be ok to ",
    "Proposal: ",
    "idea: ",
)
OPENED = 0.09
"""Share of proposals that get an opening, so that the reader does not mind how people ask."""
STRANGERS = 4
"""Lines from other themes of the same author, as negatives to each proposal."""

_LINE = re.compile(r"^([ABN]) ([a-z_]+): (.+)$")
_PROPOSAL = re.compile(r"^([SOI]) (.+)$")


@dataclass(frozen=True)
class Theme:
    """One strategic question with charter lines on both sides; THEMES.md says how it is written."""

    name: str
    author: str
    one: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    neutral: list[str] = field(default_factory=list)
    for_one: list[str] = field(default_factory=list)
    for_other: list[str] = field(default_factory=list)
    besides: list[str] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        """Its lines of every side."""
        return self.one + self.other + self.neutral


@dataclass(frozen=True)
class Example:
    """A question; every line in `speak` should come before every line in `silent`. Where `speak`
    is empty, no line should come near."""

    question: str
    speak: list[str]
    silent: list[str]
    decisive: list[str] = field(default_factory=list)
    """Those that decide; all that speak to it, where that is not known."""
    whole: bool = False
    """Whether these are all lines of a charter."""


def read_themes(folder: Path) -> list[Theme]:
    """The themes of all `*.txt` files. Raises ValueError with file and line for what is wrong."""
    themes: list[Theme] = []
    for path in sorted(folder.glob("*.txt")):
        for number, text in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
            if text.startswith("# "):
                themes.append(Theme(name=text[2:].split(" |")[0], author=path.stem))
            elif text.strip():
                _add(themes, text.strip(), f"{path}, line {number}")
    return themes


def _add(themes: list[Theme], text: str, where: str) -> None:
    if not themes:
        raise ValueError(f"{where}: a file begins with a theme's name: # name | domain")
    if (line := _LINE.match(text)) and line[2] in KINDS:
        getattr(themes[-1], SIDES[line[1]]).append(line[3])
    elif proposal := _PROPOSAL.match(text):
        getattr(themes[-1], PROPOSALS[proposal[1]]).append(proposal[2])
    else:
        raise ValueError(f"{where}: neither a line (A principle: ...) nor a proposal (S ...)")


def examples(
    themes: Sequence[Theme], charters: Sequence[Path], rng: random.Random
) -> list[Example]:
    """One epoch, shuffled: other lines, negatives and openings are drawn every time."""
    drawn = _from_themes(themes, rng) + _from_charters(charters)
    rng.shuffle(drawn)
    return drawn


def _from_themes(themes: Sequence[Theme], rng: random.Random) -> list[Example]:
    by_author: defaultdict[str, list[Theme]] = defaultdict(list)
    for theme in themes:
        by_author[theme.author].append(theme)
    drawn = []
    for theme in themes:
        sides = {*theme.one, *theme.other}
        if theme.besides:
            question = _opened(rng.choice(theme.besides), rng)
            drawn.append(Example(question, [], theme.one + theme.other))
        for proposal in theme.for_one + theme.for_other:
            # The same author's other themes: what gives a line away must be what it says, not how.
            others = [
                rng.choice(rng.choice(by_author[theme.author]).lines) for _ in range(STRANGERS)
            ]
            drawn.append(
                Example(
                    question=_opened(proposal, rng),
                    # A line that the proposal goes against speaks to it as much as one it serves.
                    speak=[rng.choice(theme.one), rng.choice(theme.other)],
                    silent=theme.neutral + [line for line in others if line not in sides],
                )
            )
    return drawn


def _from_charters(paths: Sequence[Path]) -> list[Example]:
    drawn = []
    for path in paths:
        for row in path.read_text(encoding="utf-8").split("\n"):
            if not row.strip():
                continue
            charter = json.loads(row)
            text = {line["id"]: line["text"] for line in charter["lines"]}
            for case in charter["cases"]:
                evidence = {*case["supports"], *case["opposes"]}
                speak = [text[i] for i in text if i in evidence]
                silent = [text[i] for i in text if i not in evidence]
                decisive = [text[side[0]] for side in (case["supports"], case["opposes"]) if side]
                drawn.append(Example(case["q"], speak, silent, decisive, whole=True))
    return drawn


def _opened(proposal: str, rng: random.Random) -> str:
    if rng.random() >= OPENED:
        return proposal
    return rng.choice(OPENINGS) + proposal[0].lower() + proposal[1:]
