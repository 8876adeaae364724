"""One answer for scripts and CI: as JSON, and as an exit code."""

from bot.ask.model import Verdict
from bot.ask.service import Answered

EXIT_CODES = {"fits": 0, "partly": 1, "conflicts": 2, "unclear": 3, None: 4}
"""By verdict; None is where nobody judged."""


def exit_code(verdict: Verdict) -> int:
    """0 fits, 1 partly, 2 conflicts, 3 unclear, 4 nobody judged."""
    return EXIT_CODES[verdict.kind]


def as_dict(answered: Answered) -> dict[str, object]:
    """The answer as JSON-ready data; quotes are the charter's words."""
    verdict, in_force = answered.verdict, answered.in_force
    return {
        "verdict": verdict.kind,
        "why_unclear": verdict.why_unclear,
        "confidence": verdict.confidence,
        "reasons": [{"line": r.ref, "stance": r.stance, "quote": r.quote} for r in verdict.reasons],
        "lines": [
            {"line": f.ref, "relevance": round(f.relevance, 3), "quote": line.line.text}
            for f in verdict.findings
            if (line := in_force.line(f.ref))
        ],
        "would_fit_if": verdict.would_fit_if or None,
        "precedents": [
            {
                "question": p.question,
                "verdict": p.kind,
                "by": p.by.name,
                "at": p.at.isoformat(),
                "reason": p.reason or None,
            }
            for p in verdict.precedents
        ],
        "judge": {"model": verdict.judge, "person": "person"}.get(verdict.judged_by or ""),
        "no_judge_because": verdict.no_judge_because or None,
        "charter": {"name": verdict.charter_name, "version": verdict.version},
    }
