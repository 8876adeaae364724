"""The charter and the facts around it, made into findings."""

from collections.abc import Callable, Iterable, Sequence

from bot.charter.model import InForce
from bot.check.facts import Facts
from bot.check.findings_around import low_pulse, unclear_questions, violated, without_strategy
from bot.check.findings_of_time import lingering, not_reviewed, overdue
from bot.check.findings_of_words import unmeasured, vague
from bot.check.model import (
    LONGEST_SENTENCE,
    SEVERITIES,
    Finding,
    FindingKind,
    Remark,
    Review,
    Severity,
    quoted,
)
from bot.text import shorten, without_links

RULES: Sequence[Callable[[Facts], list[Finding]]] = (
    *(without_strategy, overdue, violated, low_pulse, not_reviewed),
    *(unclear_questions, vague, unmeasured, lingering),
)
GRAVITY: dict[FindingKind, Severity] = {
    "contradiction": "high",
    "tension": "high",
    "unsupported": "medium",
    "unserved": "medium",
    "vague": "low",
}
"""Of what a language model finds."""


def by_rule(facts: Facts) -> list[Finding]:
    """Everything that rules find; the same facts always give the same."""
    return [finding for rule in RULES for finding in rule(facts)]


def by_model(review: Review, in_force: InForce) -> list[Finding]:
    """A language model's remarks. The quotes come from the charter, never from the model; what it
    wrote in its own words loses links and mentions. What is about lines from above alone is left
    to the charter above."""
    found = (_from_remark(remark, in_force) for remark in review.remarks)
    return [finding for finding in found if finding]


def together(rules: Iterable[Finding], others: Iterable[Finding]) -> list[Finding]:
    """All of them, each matter once, the gravest first; among equals, as they came."""
    known: dict[object, Finding] = {}
    for finding in (*rules, *others):
        known.setdefault(_matter(finding), finding)
    return sorted(known.values(), key=lambda each: SEVERITIES.index(each.severity))


def _matter(finding: Finding) -> object:
    refs = tuple(sorted(line.ref for line in finding.lines))
    # A metric without a number is vague, whoever says so.
    kind = "vague" if finding.kind == "unmeasured" else finding.kind
    return kind, refs, finding.about


def _from_remark(remark: Remark, in_force: InForce) -> Finding | None:
    lines = [line for line in map(in_force.line, dict.fromkeys(remark.refs)) if line]
    if not lines or all(line.inherited for line in lines):
        return None
    return Finding(
        kind=remark.kind,
        basis="model",
        severity=GRAVITY[remark.kind],
        lines=tuple(map(quoted, lines)),
        sentence=shorten(without_links(remark.sentence), LONGEST_SENTENCE),
    )
