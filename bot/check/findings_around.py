"""Findings around the lines: what is missing, what people ask, decide and believe."""

from collections.abc import Mapping

from bot.charter.model import LineInForce
from bot.check.facts import Facts
from bot.check.model import AIMS, STRATEGY, Finding, Severity, quoted
from bot.decisions.model import Decision
from bot.text import same_words

LOW = 3.0
"""Of 5: people believe less in a line than not."""
VERY_LOW = 2.5
ENOUGH_ANSWERS = 5
"""Below, an answer could be guessed; the pulse shows none, and neither does this."""


def without_strategy(facts: Facts) -> list[Finding]:
    """Mission and vision, where there is no line of a strategy at all to serve them."""
    if any(line.line.kind in STRATEGY for line in facts.lines):
        return []
    aims = tuple(quoted(line) for line in facts.own if line.line.kind in AIMS)
    return [Finding(kind="unserved", basis="rule", severity="high", lines=aims)] if aims else []


def unclear_questions(facts: Facts) -> list[Finding]:
    """Questions that the charter did not answer, however often they were asked."""
    return [
        Finding(
            kind="unclear_question",
            basis="rule",
            severity="medium",
            words=(question, str(times)),
            about=same_words(question),
        )
        for question, times in facts.unclear
    ]


def violated(facts: Facts) -> list[Finding]:
    """Lines that decisions knowingly go against."""
    by_line: dict[str, list[Decision]] = {}
    for decision in facts.decisions:
        for link in decision.lines:
            if link.stance == "violates":
                by_line.setdefault(link.ref, []).append(decision)
    return [
        Finding(
            kind="violated",
            basis="rule",
            severity=_gravity(len(decisions)),
            lines=(quoted(line),),
            words=tuple(f"{each.name} {each.title}" for each in decisions),
            about=" ".join(sorted(each.id for each in decisions)),
        )
        for ref, decisions in by_line.items()
        if (line := _by_ref(facts).get(ref))
    ]


def low_pulse(facts: Facts) -> list[Finding]:
    """Lines that people said they do not believe in."""
    found = []
    for belief in facts.beliefs:
        line = _by_ref(facts).get(belief.ref)
        if line is None or belief.answers < ENOUGH_ANSWERS or belief.mean >= LOW:
            continue
        found.append(
            Finding(
                kind="low_pulse",
                basis="rule",
                severity="high" if belief.mean < VERY_LOW else "medium",
                lines=(quoted(line),),
                words=(f"{belief.mean:.1f}", str(belief.answers)),
                about=f"{belief.mean:.1f} of {belief.answers}",
            )
        )
    return found


def _gravity(times: int) -> Severity:
    return "high" if times >= 3 else "medium" if times == 2 else "low"


def _by_ref(facts: Facts) -> Mapping[str, LineInForce]:
    return {line.ref: line for line in facts.lines}
