"""A charter to judge by, and what goes with it."""

from datetime import UTC, datetime

from bot.ask.model import Precedent
from bot.charter.model import Charter, InForce, Line, LineInForce, Version
from bot.events import Person

DANA = Person(id="U1", name="Dana")
WHEN = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)

LINES = (
    Line(
        id="M1",
        kind="mission",
        text="Empower individuals to take control of their health through real-time data.",
    ),
    Line(id="P1", kind="pillar", text="Keep improving accuracy and ease of use."),
    Line(id="A1", kind="audience", text="Tech-savvy health enthusiasts first.", horizon="now"),
    Line(id="A2", kind="audience", text="Care providers and insurers after that.", horizon="later"),
    Line(id="R1", kind="principle", text="Members own their data; we never sell it."),
    Line(id="N1", kind="non_goal", text="No social network."),
)


def in_force(*lines: Line, inherited: tuple[Line, ...] = (), name: str = "Pulse") -> InForce:
    """A charter with these lines (the usual ones when none are given)."""
    own = lines or LINES
    version = Version(number=4, lines=own, adopted_at=WHEN, adopted_by=DANA)
    charter = Charter(id="c1", name=name, version=version, highest={})
    return InForce(
        charter=charter,
        lines=(
            *(LineInForce(ref=line.id, line=line, charter=name, version=4) for line in own),
            *(
                LineInForce(
                    ref=f"Acme {line.id}", line=line, charter="Acme", version=2, inherited=True
                )
                for line in inherited
            ),
        ),
    )


def precedent(question: str, *, reason: str = "", override: bool = False) -> Precedent:
    """Somebody's earlier call."""
    return Precedent(
        verdict_id="v1",
        question=question,
        kind="conflicts",
        by=DANA,
        at=WHEN,
        reason=reason,
        override=override,
        version=3,
    )
