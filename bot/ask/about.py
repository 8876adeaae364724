"""Questions that are not to be judged: about the charter itself, about the bot, or no question."""

import re
from collections.abc import Sequence
from typing import Literal

from bot.charter.model import LETTER
from bot.text import one_line

_NOUNS: dict[str, tuple[str, ...]] = {
    "mission": ("mission",),
    "purpose": ("mission",),
    "vision": ("vision",),
    "strategy": ("pillar", "audience"),
    "pillar": ("pillar",),
    "priority": ("pillar",),
    "priorities": ("pillar",),
    "audience": ("audience",),
    "principle": ("principle",),
    "value": ("principle",),
    "metric": ("metric",),
    "kpi": ("metric",),
    "non-goal": ("non_goal",),
    "nongoal": ("non_goal",),
    "charter": tuple(LETTER),
}
_FILLERS = frozenset(
    # One string reads better here than eighty quoted words.
    "a about again all and are at company current currently describe do exactly for give goals "  # noqa: SIM905
    "have in is it know like list me moment now of once one or our please product quickly read "
    "remind right say see show state statement statements team tell that the their this to today "
    "us we what whats which who whos you your".split()
)
_OPENERS = ("what", "which", "who", "show", "tell", "remind", "give", "list", "read", "see", "do")
_GREETINGS = re.compile(r"(?i)^(hi|hello|hey|good (morning|afternoon|evening)|yo|hallo)\b.{0,20}$")
_THANKS = re.compile(r"(?i)^(thanks?|thank you|thx|cheers|great|ok(ay)?|cool)\b.{0,20}$")
_ABOUT_BOT = re.compile(
    r"(?i)^(who|what) are you\b|^what (can|do) you do\b|^how (do|can) (i|we) use you\b"
    r"|^how do you work\b|^are you (a |an )?(bot|human|ai|robot|person)\b"
)
_ENGLISH = frozenset(
    # Only words that other languages in Latin letters do not share ("an", "in", "so" are German).
    "about add all and are at be by can could does every fit for from how if into it its let make "  # noqa: SIM905
    "more new no not of or our should stop than that the their them this to us via we what when "
    "with without would your".split()
)

NotForJudging = Literal["greeting", "thanks", "bot", "nothing"]


def not_for_judging(question: str) -> NotForJudging | None:
    """Why the words are no question of fit; None when they may be one."""
    words = one_line(question)
    if not any(c.isalnum() for c in words):
        return "nothing"
    if _GREETINGS.match(words):
        return "greeting"
    if _THANKS.match(words):
        return "thanks"
    return "bot" if _ABOUT_BOT.match(words) else None


def kinds_asked_for(question: str) -> Sequence[str]:
    """The line kinds that the question asks to see ("what is our mission?"); none when it asks
    for something else. Every word must be accounted for, or it is a question of fit."""
    words = [w.strip(".,?!:;\"'“”’") for w in one_line(question).casefold().split()]
    words = [w.removesuffix("'s").removesuffix("’s") for w in words if w]
    nouns = [n for w in words if (n := _noun(w))]
    known = all(_noun(w) or w in _FILLERS for w in words)
    if not nouns or not known or (len(words) > len(nouns) and words[0] not in _OPENERS + _MINE):
        return ()
    return [kind for kind in LETTER if any(kind in _NOUNS[noun] for noun in nouns)]


_MINE = ("our", "the", "your", "mission", "vision", "strategy", "charter")


def looks_english(question: str) -> bool:
    """Whether the built-in reader, which knows English only, can make sense of it. Short texts
    get the benefit of the doubt."""
    letters = [c for c in question if c.isalpha()]
    if letters and sum(c.isascii() for c in letters) / len(letters) < 0.7:
        return False
    words = [w.strip(".,?!").casefold() for w in question.split()]
    return len(words) < 6 or any(w in _ENGLISH for w in words)


def _noun(word: str) -> str | None:
    return next((w for w in (word, word.removesuffix("s")) if w in _NOUNS), None)
