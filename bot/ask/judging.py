"""From a judge's bare ids to reasons with quotes, and a second look at them by the reader."""

from collections.abc import Iterable

from bot.ask.model import Judgement, Reason, Stance, Verdict
from bot.charter.model import InForce
from bot.text import shorten, without_links

DOUBTFUL = 0.15
"""A cited line below this relevance is marked: the reader finds nothing in common."""
LONGEST_CONDITION = 300
"""Characters of "would fit if" that are shown."""


def with_judgement(verdict: Verdict, judgement: Judgement, in_force: InForce) -> Verdict:
    """The verdict with what the judge said. The quotes come from the charter, never from the
    model; what it wrote in its own words loses links and mentions."""
    reasons = (
        *_reasons(verdict, judgement.opposes, "opposes", in_force),
        *_reasons(verdict, judgement.supports, "supports", in_force),
    )
    condition = shorten(without_links(judgement.would_fit_if), LONGEST_CONDITION)
    return verdict.model_copy(
        update={
            "kind": judgement.kind,
            "why_unclear": judgement.why_unclear,
            "reasons": reasons,
            "would_fit_if": condition,
            "confidence": judgement.confidence,
            "opposite": judgement.opposite,
            "judged_by": "model",
            "judge": judgement.model,
        }
    )


def _reasons(
    verdict: Verdict, refs: Iterable[str], stance: Stance, in_force: InForce
) -> list[Reason]:
    relevance = {finding.ref: finding.relevance for finding in verdict.findings}
    cited = [line for line in map(in_force.line, dict.fromkeys(refs)) if line]
    return [
        Reason(
            ref=line.ref,
            stance=stance,
            quote=line.line.text,
            source=line.source,
            doubtful=relevance.get(line.ref, 1.0) < DOUBTFUL,
        )
        for line in cited
    ]
