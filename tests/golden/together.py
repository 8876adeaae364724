"""What a team does around that charter: an exercise, a ranking, a check, a pulse."""

from datetime import date, datetime, time, timedelta

from bot.check.model import Dismissal, Dismissed, Finding, Report, quoted
from bot.exercise.model import Answer, Compared, Exercise, Group
from bot.pulse.against import believed, beside
from bot.pulse.audience import Group as People
from bot.pulse.bank import suggested
from bot.pulse.model import Answers, Edition, Figures, Published, Pulse
from bot.pulse.results import Results
from bot.pulse.setup import Seen
from bot.pulse.times import weekly
from bot.ranking.model import Item, Ranked, Ranking, Standing
from bot.recurrence.model import Hours
from tests.golden.changing import PRODUCT
from tests.golden.sample import DANA, IN_FORCE, LEE, NOW

BERLIN = Hours(zone="Europe/Berlin")
TODAY = NOW.date()

# The exercise

OPEN = Exercise(
    id="e1",
    conversation=PRODUCT,
    by=DANA,
    opened_at=NOW,
    closes_at=NOW + timedelta(days=1),
)
WRITTEN = Answer(
    mission="Help people live healthier.",
    vision="Everybody understands their own health.",
    strategy=("Accuracy first", "Enthusiasts before clinics"),
)
CLOSED = OPEN.model_copy(
    update={"closed_at": NOW + timedelta(days=1), "answered": 4, "answers": (WRITTEN,) * 4}
)
COMPARED = (
    Compared(
        part="mission",
        groups=(
            Group(
                texts=(
                    "Empower people to take control of their health with real-time data.",
                    "Give everybody control of their health, with data as it happens.",
                    "Put people in charge of their health.",
                ),
                line="M1",
                likeness=0.83,
            ),
            Group(texts=("Sell the best band on the market.",), line="M1", likeness=0.21),
        ),
    ),
    Compared(
        part="vision",
        groups=(
            Group(texts=("Health data that everybody understands.",), line="V1", likeness=0.55),
            Group(texts=("A doctor on every wrist.",), line="V1", likeness=0.31),
        ),
    ),
    Compared(part="strategy"),
)

# The ranking

RANKING = Ranking(
    id="r1",
    charter_id="vitals",
    version=2,
    charter_name="Vitals",
    conversation=PRODUCT,
    by=DANA,
    asked_at=NOW,
    items=(
        Item(title="Sleep coach", effort="5"),
        Item(title="Sell heart-rate data to advertisers", effort="2"),
        Item(title="Calibrate against a clinic's device", effort="8"),
        Item(title="Gold edition"),
        Item(title="Expand to hospitals next quarter", effort="13"),
    ),
    judge="gpt-5-mini",
    finished_at=NOW,
)
RANKED = Standing(
    ranking=RANKING,
    ranked=(
        Ranked(n=0, kind="partly", line="M1", stance="supports", confidence="fairly_sure", by="m"),
        Ranked(n=1, kind="conflicts", line="R1", stance="opposes", confidence="sure", by="m"),
        Ranked(n=2, kind="fits", line="P1", stance="supports", confidence="sure", by="m"),
        Ranked(n=3, kind="unclear", confidence="unsure", by="m"),
        Ranked(n=4, lines=("A2", "P1"), kind="partly", by="Lee Lund"),
    ),
)
WORKING = Standing(
    ranking=RANKING.model_copy(update={"finished_at": None}),
    ranked=(*RANKED.ranked[:2], *(Ranked(n=n) for n in (2, 3, 4))),
)
READ_ONLY = Standing(
    ranking=RANKING.model_copy(update={"judge": ""}),
    ranked=(
        Ranked(n=0, lines=("M1",)),
        Ranked(n=1, lines=("R1", "M1", "V1")),
        Ranked(n=2, lines=("P1",)),
        Ranked(n=3),
        Ranked(n=4, lines=("A2", "P1")),
    ),
)

# The check


def _finding(kind: str, basis: str, severity: str, *refs: str, **more: object) -> Finding:
    lines = tuple(quoted(line) for ref in refs if (line := IN_FORCE.line(ref)))
    told = {"kind": kind, "basis": basis, "severity": severity, "lines": lines, **more}
    return Finding.model_validate(told)


UNREVIEWED = _finding("not_reviewed", "rule", "low", words=("2026-03-02",))
FINDINGS = (
    _finding(
        "tension",
        "model",
        "high",
        "R1",
        "K1",
        sentence="Daily wear is easiest to raise by nudges that need the members' data.",
    ),
    _finding("lingering", "rule", "medium", "A2", words=("later", "2025-09-01")),
    _finding("vague", "rule", "medium", "V1", words=("fashion: accessible", "who: everybody")),
    _finding("unsupported", "reader", "low", "P1"),
    UNREVIEWED,
)
REPORT = Report(
    charter_id="vitals",
    charter_name="Vitals",
    version=2,
    findings=FINDINGS,
    dismissed=(
        Dismissed(
            finding=FINDINGS[2],
            dismissal=Dismissal(
                charter_id="vitals",
                fingerprint=FINDINGS[2].fingerprint,
                reason="Everybody means everybody.",
                by=LEE,
                at=NOW,
            ),
        ),
    ),
    reviewed_by="gpt-5-mini",
    lines=7,
)

# The pulse

PULSE = Pulse(
    id="pulse",
    charter_id="vitals",
    conversation=PRODUCT,
    by=DANA,
    made_at=NOW,
    rule=weekly(1, "TU", time(10), NOW),
    statements=suggested(IN_FORCE.lines),
    open_question="What one thing would help you to follow our strategy?",
    state="on",
)
GROUPS = (People(id="S0LEADS", name="Leads"), People(id="S0SALES", name="Sales"))
SET_UP = Seen(pulse=PULSE, may_change=True)
ANSWERED = Answers(scores={each.id: 4 for each in PULSE.asked_in(1)[:3]}, words="Fewer meetings.")


def edition(number: int) -> Edition:
    """One of the pulse, a week after the one before."""
    opened = datetime(2026, 11, 24, 9, tzinfo=NOW.tzinfo) + timedelta(weeks=number - 1)
    return Edition(
        id=f"pulse/{opened.date()}",
        pulse_id="pulse",
        number=number,
        statements=PULSE.asked_in(1),
        open_question=PULSE.open_question,
        least=5,
        asked=24,
        opened_at=opened,
        closes_at=opened + timedelta(days=2),
    )


def _published(number: int, *means: float) -> Published:
    shares = (0, 10, 30, 40, 20)
    return Published(
        edition=edition(number),
        share=70,
        figures=tuple(
            Figures(statement=each, shares=shares, mean=mean, low=mean - 0.4, high=mean + 0.4)
            for each, mean in zip(PULSE.asked_in(1), means, strict=True)
        ),
        words=("Fewer meetings.", "*More* <!channel> about what we leave out.", "Nothing."),
    )


_FOUND = (
    _published(3, 3.1, 4.2, 2.2, 3.6),
    _published(2, 3.4, 3.3, 2.9, 3.5),
    _published(1, 3.5, 2.4, 3.1, 3.6),
)
RESULTS = Results(
    pulse=PULSE,
    found=_FOUND,
    beside=tuple(beside(believed(_FOUND), {"P1": 6, "A1": 2})),
    next=date(2026, 12, 15),
    leads=True,
)
