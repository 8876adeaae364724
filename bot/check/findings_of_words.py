"""Findings of words: lines that cannot be checked, and what they leave open."""

import re
from datetime import date

from bot.check.dates import named_in
from bot.check.facts import Facts
from bot.check.model import AIMS, Finding, quoted
from bot.check.vague import vague_words

_HOW_MUCH = re.compile(
    r"(?<!per )(?:\d|\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million"
    r"|dozen|half|halve|doubles?|twice|triples?|none|nobody|all)\b)|%",
    re.IGNORECASE,
)
_WHICH_WAY = re.compile(
    r"\b(?:under|below|less|fewer|lower|down|drops?|falls?|cut|reduce|decrease|shrink|halve"
    r"|at most|no more than|up to|max(?:imum)?|over|above|more|higher|up|rises?|grow|raise|increase"
    r"|doubles?|twice|triples?|at least|no less than|min(?:imum)?|reach|exceed|beat|from|to|of"
    r"|out of|per cent of|within|between|zero|none|nobody|all|every|each|stays?|keep|remains?|in)\b"
    r"|[<>≤≥]|%\s+of",
    re.IGNORECASE,
)
_ANY_DAY = date(2000, 1, 1)
"""Whatever "this year" is, it is a date."""
_ALWAYS = re.compile(
    r"\b(?:stays?|keeps?|remains?|always|never|at all times|(?:every|each|per|a|any)\s+"
    r"(?:day|week|month|quarter|year|release)|daily|weekly|monthly|quarterly|yearly|annually"
    r"|within\s+\S+\s+(?:seconds?|minutes?|hours?|days?|weeks?|months?)"
    r"|in\s+(?:under|less than)\s+\S+\s+(?:seconds?|minutes?|hours?|days?))\b",
    re.IGNORECASE,
)


def vague(facts: Facts) -> list[Finding]:
    """Own lines with words that leave open what is meant."""
    found = []
    for line in facts.own:
        words = vague_words(line.line.text, line.line.kind)
        if not words:
            continue
        found.append(
            Finding(
                kind="vague",
                basis="rule",
                severity="low" if line.line.kind in AIMS else "medium",
                lines=(quoted(line),),
                words=tuple(f"{each.leaves_open}: {each.words}" for each in words),
            )
        )
    return found


def unmeasured(facts: Facts) -> list[Finding]:
    """Own metrics that do not say how much, which way or by when."""
    found = []
    for line in facts.own:
        if line.line.kind != "metric":
            continue
        missing = missing_in(line.line.text)
        if missing:
            found.append(
                Finding(
                    kind="unmeasured",
                    basis="rule",
                    severity="medium" if "how much" in missing else "low",
                    lines=(quoted(line),),
                    words=missing,
                )
            )
    return found


def missing_in(metric: str) -> tuple[str, ...]:
    """What a metric does not say: "how much", "which way", "by when"."""
    dates = named_in(metric, _ANY_DAY)
    text = metric
    for named in dates:
        text = text.replace(named.words, " ")
    found = []
    if not _HOW_MUCH.search(text):
        found.append("how much")
    if not dates and not _WHICH_WAY.search(text):
        found.append("which way")  # by a day, a number is what is to be reached
    if not dates and not _ALWAYS.search(text):
        found.append("by when")
    return tuple(found)
