"""What happens to that charter: a proposal, what it touches, and its announcement."""

from datetime import UTC, datetime

from bot.announcing.asked import Standing as Read
from bot.announcing.model import Announcement, AnnouncingSettings, Confirmed, Place
from bot.announcing.question import question_about
from bot.ask.model import Tokens
from bot.ask.ports import Asked
from bot.changes.impact import Impact, Subject, Touched
from bot.changes.levels import Pair
from bot.changes.model import (
    Change,
    Judging,
    Proposal,
    Rejudged,
    Said,
    Wording,
    carried_over,
    standing,
)
from bot.changes.steps import Looked
from bot.charter.history_view import changes_text
from bot.charter.model import ApprovalRule, LineInForce
from bot.events import Conversation, Person
from tests.golden.sample import CHARTER, DANA, LEE, NOW, VERSIONS

NOA = Person(id="U0NOA", name="Noa Nir")
ERIK = Person(id="U0ERIK", name="Erik Ek")
PRIYA = Person(id="U0PRIYA", name="Priya Patel")
PRODUCT = Conversation(id="C0PRODUCT", name="#product")
_LINES = {line.id: line for line in CHARTER.version.lines}
_EARLIER = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)

PROPOSAL = Proposal(
    id="p7",
    number=7,
    charter_id="vitals",
    charter_name="Vitals",
    base=2,
    changes=(
        Change(
            was=_LINES["A2"],
            now=Wording(kind="audience", text="Care providers from mid-2027.", horizon="next"),
        ),
        Change(
            was=None,
            now=Wording(kind="non_goal", text="No hardware of our own beside the band."),
        ),
        Change(was=_LINES["K1"], now=None),
    ),
    reason="Two pilots asked for it, and the band does the rest.",
    by=NOA,
    made_at=NOW,
    worded_by=NOA,
    approvals=(DANA,),
)
_OTHER = PROPOSAL.model_copy(
    update={
        "id": "p6",
        "number": 6,
        "changes": (
            Change(was=_LINES["A2"], now=Wording(kind="audience", text="Care providers in 2029.")),
        ),
        "by": ERIK,
        "worded_by": ERIK,
        "approvals": (),
    }
)
LOOKED = Looked(
    proposal=PROPOSAL,
    charter=CHARTER,
    standing=standing(PROPOSAL, [DANA, LEE], ApprovalRule(who="all")),
    carried=carried_over(PROPOSAL, CHARTER.version),
    competing=((_OTHER, frozenset({"A2"})),),
)
PROPOSALS = (
    PROPOSAL,
    _OTHER,
    _OTHER.model_copy(
        update={
            "id": "p5",
            "number": 5,
            "state": "returned",
            "comments": (Said(by=LEE, at=NOW, words="Say until when."),),
        }
    ),
    _OTHER.model_copy(update={"id": "p2", "number": 2, "state": "adopted", "adopted_as": 2}),
)


def _subject(number: int, title: str, was: str | None, *, seen: bool = True) -> Subject:
    return Subject.model_validate(
        {
            "key": f"verdict:{number}",
            "charter_id": "vitals",
            "asked": Asked(question=title),
            "title": title,
            "at": _EARLIER,
            "was": was,
            "called_by": "Lee Lund" if number == 2 else "",
            "refs": frozenset({"A2"}),
            "seen": seen,
        }
    )


def _again(number: int, was: str | None, now: str | None, why_not: str = "") -> Rejudged:
    return Rejudged.model_validate(
        {
            "proposal_id": "p7",
            "edition": 1,
            "subject": f"verdict:{number}",
            "was": was,
            "now": now,
            "why_not": why_not,
        }
    )


_TOUCHED = (
    Touched(
        subject=_subject(1, "Expand to hospitals next quarter", "conflicts"),
        cites=("A2",),
        rejudged=_again(1, "conflicts", "partly"),
    ),
    Touched(
        subject=_subject(2, "Hire somebody who knows clinics", "partly"),
        cites=("A2",),
        rejudged=_again(2, "partly", "partly"),
    ),
    Touched(
        subject=_subject(3, "Decided: sell a scale", "fits"),
        rejudged=_again(3, None, None, "The language model did not answer within 20 seconds."),
    ),
    Touched(subject=_subject(4, "From a private channel", "fits", seen=False)),
)
JUDGED_IMPACT = Impact(
    proposal=PROPOSAL,
    looked_at=31,
    touched=_TOUCHED,
    judging=Judging(
        proposal_id="p7",
        edition=1,
        version=2,
        subjects=tuple(each.subject.key for each in _TOUCHED),
        asked_by=DANA,
        asked_at=NOW,
        finished_at=NOW,
    ),
    judge="gpt-5-mini",
)
READ_IMPACT = Impact(
    proposal=PROPOSAL,
    looked_at=31,
    touched=tuple(each.model_copy(update={"rejudged": None}) for each in _TOUCHED),
    most=Tokens(prompt=6800, completion=6000, cost=0.02),
    judge="gpt-5-mini",
)
PAIRS = (
    Pair(
        lines=(
            LineInForce(ref="A2", line=_LINES["A2"], charter="Vitals", version=2),
            LineInForce(
                ref="Acme:N1",
                line=_LINES["N1"].model_copy(update={"text": "No business with hospitals."}),
                charter="Acme",
                version=4,
                inherited=True,
            ),
        ),
        sentence="Care providers are hospitals for the most part.",
    ),
)

ANNOUNCED = Announcement(
    id="a2",
    charter_id="vitals",
    charter_name="Vitals",
    number=2,
    before=1,
    reason="Two pilots asked for it.",
    by=NOA,
    approved_by=(LEE, DANA),
    at=VERSIONS[0].adopted_at,
    places=(Place(to=PRODUCT, charter_id="vitals", charter_name="Vitals"),),
    audience="members",
    question=True,
    names=True,
    unreached=("C0GONE",),
)
CHANGED = changes_text(VERSIONS[1], VERSIONS[0])
QUESTION = question_about(VERSIONS[1], VERSIONS[0], "U0ERIK")
SETTINGS = AnnouncingSettings(audience="members", question=True, names=True)
READ = Read(
    announcement=ANNOUNCED,
    confirmed=(Confirmed(by=ERIK, at=NOW),),
    asked=(ERIK, PRIYA),
)
