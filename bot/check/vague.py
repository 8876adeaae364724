"""Words that say nothing that could be checked, and what each of them leaves open."""

import re
from collections.abc import Collection, Sequence
from typing import Literal

from bot.charter.model import Kind
from bot.events import Frozen

Open = Literal["praise", "fashion", "when", "how_much", "loophole", "who", "rest"]
"""What is left open: what it is that is good, what is meant, when, how much, whether it binds,
who it is for, what else there is."""

_STRATEGY: Collection[Kind] = ("pillar", "audience", "principle", "metric", "non_goal")
_EVERYWHERE: Collection[Kind] = ("mission", "vision", *_STRATEGY)
_NUMBER = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|dozen|hundred|thousand|half"
    r"|twice|double|triple|once|every|each|zero|never|always)\b",
    re.IGNORECASE,
)
LONG = 14
"""Words from which on a line says more than its verb: "improve …: by doing this and that"."""


class _Group(Frozen):
    leaves_open: Open
    words: str
    """A pattern."""
    kinds: tuple[Kind, ...]
    unless_said: bool = False
    """Not where the line has a number, or goes on to say what is meant."""

    def found_in(self, text: str) -> list[str]:
        if self.unless_said and _says_more(text):
            return []
        return [match[0] for match in re.finditer(rf"\b(?:{self.words})\b", text, re.IGNORECASE)]


_GROUPS = (
    _Group(
        leaves_open="praise",
        words=r"best[- ]in[- ]class|world[- ]class|best[- ]of[- ]breed|cutting[- ]edge|"
        r"state[- ]of[- ]the[- ]art|next[- ]gen(?:eration)?|(?:industry|market|"
        r"world)[- ]lead(?:er|ing)|leading(?= (?:provider|platform|company|solution|"
        r"supplier|brand))|innovative|unparalleled|unmatched|unrivalled|first[- ]class|"
        r"superior|game[- ]chang(?:er|ing)|disruptive|excellence|premier|outstanding|"
        r"exceptional|the best(?!-)|number one|top[- ]tier|high[- ]quality",
        kinds=tuple(_EVERYWHERE),
    ),
    _Group(
        leaves_open="fashion",
        words=r"leverag(?:e|es|ing)|synerg(?:y|ies|istic)|holistic(?:ally)?|seamless(?:ly)?|"
        r"paradigm|value[- ]add(?:ed)?|thought leader(?:ship)?|frictionless|impactful|"
        r"robust|(?:digital )?transformation|transformative|delight(?:ful|ing)?|"
        r"customer[- ]centric(?:ity)?|user[- ]centric|data[- ]driven|agile|"
        r"strategic(?:ally)?|user[- ]friendly|actionable insights",
        kinds=("mission", "vision", "pillar", "principle", "metric"),
    ),
    _Group(
        leaves_open="when",
        words=r"soon|asap|as soon as possible|in the near future|eventually|over time|"
        r"in due course|in a timely (?:manner|fashion)|timely|shortly|at some point|"
        r"sooner or later|regularly|periodically|from time to time|in the (?:long|short|"
        r"medium) (?:run|term)|when the time comes",
        kinds=tuple(_STRATEGY),
    ),
    _Group(
        leaves_open="how_much",
        words=r"significant(?:ly)?|substantial(?:ly)?|considerabl[ey]|as much as possible|"
        r"as (?:many|few|little|low|high|fast|quickly) as possible|more and more|"
        r"sufficient(?:ly)?|adequate(?:ly)?|reasonabl[ey]|dramatic(?:ally)?|various|"
        r"numerous|a number of|competitive(?:ly)?|efficient(?:ly)?|optimal(?:ly)?|maximum|"
        r"minimal",
        kinds=("pillar", "audience", "principle", "non_goal"),
    ),
    _Group(
        leaves_open="how_much",
        words=r"improv(?:e|es|ing)|enhanc(?:e|es|ing)|optimi[sz](?:e|es|ing)|increas(?:e|es|"
        r"ing)|grow(?:s|ing)?|boost(?:s|ing)?|reduc(?:e|es|ing)|maximi[sz](?:e|es|ing)|"
        r"expand(?:s|ing)?|minimi[sz](?:e|es|ing)|strengthen(?:s|ing)?|accelerat(?:e|es|"
        r"ing)|drive(?= \w)",
        kinds=("pillar",),
        unless_said=True,
    ),
    _Group(
        leaves_open="loophole",
        words=r"(?:where|when|whenever|if|wherever) (?:possible|appropriate|necessary|needed|"
        r"feasible|it makes sense|practical)|as (?:appropriate|needed|necessary|required)|"
        r"generally|usually|try to|tries to|strive (?:to|for)|strives to|aim to|ideally|"
        r"best effort|should consider|take into account|mindful of",
        kinds=("pillar", "principle", "non_goal", "audience"),
    ),
    _Group(
        leaves_open="who",
        words=r"everyone|everybody|anyone|all (?:users|customers|people|segments|industries|"
        r"businesses)|(?:all )?stakeholders|users of all kinds|consumers and businesses",
        kinds=("audience",),
    ),
    _Group(
        leaves_open="rest",
        words=r"etc\.?|and so on|and (?:much )?more(?=\W*$)|among others|and/or|and the like",
        kinds=tuple(_STRATEGY),
    ),
)


class VagueWords(Frozen):
    """Words of a line, and what they leave open."""

    words: str
    leaves_open: Open


def vague_words(text: str, kind: Kind) -> Sequence[VagueWords]:
    """Every vague expression of a line of that kind, each once, in the order of the groups."""
    found = {
        words.casefold(): VagueWords(words=words, leaves_open=group.leaves_open)
        for group in _GROUPS
        if kind in group.kinds
        for words in group.found_in(text)
    }
    return tuple(found.values())


def _says_more(text: str) -> bool:
    return bool(_NUMBER.search(text)) or ":" in text or len(text.split()) >= LONG
