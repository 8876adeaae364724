"""A small charter with a past, and a verdict on it: what golden cards show."""

from datetime import UTC, datetime

from bot.ask.model import Call, Finding, Precedent, Reason, Verdict
from bot.ask.service import Answered
from bot.charter.model import Charter, InForce, Line, LineInForce, Version
from bot.events import Person

DANA = Person(id="U0DANA", name="Dana Diaz")
LEE = Person(id="U0LEE", name="Lee Lund")
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)

_FIRST = (
    Line(
        id="M1",
        kind="mission",
        text="Empower individuals to take control of their health through real-time data.",
    ),
    Line(
        id="V1",
        kind="vision",
        text="Make health data accessible and actionable for everybody.",
    ),
    Line(
        id="P1",
        kind="pillar",
        text="Accuracy first: a reading is as good as a clinic's.",
        horizon="now",
    ),
    Line(id="A1", kind="audience", text="Tech-savvy health enthusiasts first.", horizon="now"),
    Line(id="R1", kind="principle", text="Members own their data; we sell it."),
    Line(id="N1", kind="non_goal", text="No social network: no feeds, no followers."),
)
_SECOND = (
    *_FIRST[:3],
    Line(id="A2", kind="audience", text="Care providers after 2027.", horizon="later"),
    Line(id="R1", kind="principle", text="Members own their data; we never sell it."),
    Line(id="K1", kind="metric", text="Seven of ten members wear it daily in their third month."),
    _FIRST[5],
)

VERSIONS = (
    Version(
        number=2,
        lines=_SECOND,
        adopted_at=datetime(2026, 9, 1, 8, 0, tzinfo=UTC),
        adopted_by=LEE,
        note="Two pilots asked for it.",
    ),
    Version(
        number=1, lines=_FIRST, adopted_at=datetime(2026, 3, 2, 8, 0, tzinfo=UTC), adopted_by=DANA
    ),
)
CHARTER = Charter(
    id="vitals",
    name="Vitals",
    version=VERSIONS[0],
    highest={"M": 1, "V": 1, "P": 1, "A": 2, "R": 1, "N": 1, "K": 1},
    reviewed_at=datetime(2026, 9, 1, 8, 0, tzinfo=UTC),
)
IN_FORCE = InForce(
    charter=CHARTER,
    lines=tuple(
        LineInForce(ref=line.id, line=line, charter="Vitals", version=2)
        for line in CHARTER.version.lines
    ),
)
JUDGED = Answered(
    verdict=Verdict(
        id="v1",
        charter_id="vitals",
        charter_name="Vitals",
        version=2,
        question="Sell heart-rate data to advertisers",
        asked_by=DANA,
        asked_at=NOW,
        conversation_id="C0PRODUCT",
        kind="conflicts",
        reasons=(
            Reason(
                ref="R1",
                stance="opposes",
                quote="Members own their data; we never sell it.",
                source="Vitals v2",
            ),
            Reason(
                ref="M1",
                stance="opposes",
                quote=_FIRST[0].text,
                source="Vitals v2",
                doubtful=True,
            ),
        ),
        would_fit_if="members could opt in and be paid: needs a change to R1.",
        confidence="fairly_sure",
        judged_by="model",
        judge="gpt-5-mini",
        precedents=(
            Precedent(
                verdict_id="v0",
                question="Share data with insurers",
                kind="conflicts",
                by=LEE,
                at=datetime(2026, 3, 12, tzinfo=UTC),
                reason="They would price people by it.",
                version=1,
            ),
        ),
    ),
    in_force=IN_FORCE,
    calls=(
        Call(
            verdict_id="v1",
            by=LEE,
            at=NOW,
            kind="partly",
            reason="Anonymous totals would be fine.",
            weight="objection",
        ),
    ),
    now=NOW,
)
READ = Answered(
    verdict=Verdict(
        id="v2",
        charter_id="vitals",
        charter_name="Vitals",
        version=2,
        question="Expand to hospitals next quarter",
        asked_by=DANA,
        asked_at=NOW,
        conversation_id="C0PRODUCT",
        findings=(
            Finding(ref="A2", relevance=0.61),
            Finding(ref="P1", relevance=0.44),
            Finding(ref="M1", relevance=0.12),
        ),
    ),
    in_force=IN_FORCE,
    now=NOW,
    tell_how_to_connect=True,
)
