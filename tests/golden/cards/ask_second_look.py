"""A verdict that a second look finds reasons to doubt: all of them at once."""

from bot.ask.model import Finding, Precedent, Reason
from bot.ask.verdict_view import verdict_card
from tests.golden.sample import JUDGED, LEE, NOW

_QUESTION = "Let members follow each other's recovery"
_VERDICT = JUDGED.verdict.model_copy(
    update={
        "question": _QUESTION,
        "kind": "fits",
        "reasons": (
            Reason(
                ref="P1",
                stance="supports",
                quote="Accuracy first: a reading is as good as a clinic's.",
                source="Vitals v2",
                doubtful=True,
            ),
        ),
        "would_fit_if": "",
        "opposite": "fits",
        "findings": (Finding(ref="N1", relevance=0.52), Finding(ref="P1", relevance=0.04)),
        "precedents": (
            Precedent(
                verdict_id="v0",
                question="Let members follow friends' recovery",
                kind="conflicts",
                by=LEE,
                at=NOW,
                version=2,
                likeness=0.93,
            ),
        ),
    }
)
CARD = verdict_card(JUDGED.model_copy(update={"verdict": _VERDICT, "calls": ()}))
