"""Lines and facts to look at."""

from collections.abc import Iterable
from datetime import date, timedelta

from bot.ask.model import Tokens
from bot.ask.ports import NotJudged
from bot.charter.model import InForce, Kind, Line, LineInForce
from bot.check.facts import Facts
from bot.check.model import Finding, Remark, Review

TODAY = date(2026, 11, 23)
KINDS: dict[str, Kind] = {
    "M": "mission",
    "V": "vision",
    "P": "pillar",
    "A": "audience",
    "R": "principle",
    "K": "metric",
    "N": "non_goal",
}


def line(ref: str, text: str, horizon: str | None = None) -> LineInForce:
    """A line of "Vitals"; one of "Group:P1" is inherited from there."""
    charter, _, line_id = ref.rpartition(":")
    made = Line.model_validate(
        {"id": line_id, "kind": KINDS[line_id[0]], "text": text, "horizon": horizon}
    )
    return LineInForce(
        ref=ref, line=made, charter=charter or "Vitals", version=4, inherited=bool(charter)
    )


def facts(*lines: LineInForce, **changes: object) -> Facts:
    """The lines, reviewed last week, as they read since last month."""
    values = {
        "lines": lines,
        "today": TODAY,
        "since": {each.ref: TODAY - timedelta(days=30) for each in lines},
        "reviewed_on": TODAY - timedelta(days=7),
    }
    return Facts.model_validate(values | changes)


def refs(findings: Iterable[Finding]) -> list[tuple[str, ...]]:
    """The lines of each finding."""
    return [tuple(each.ref for each in finding.lines) for finding in findings]


class ScriptedReviewer:
    """Answers what it was told to, in order; `history` is what it was asked."""

    def __init__(self, *answers: tuple[Remark, ...] | NotJudged) -> None:
        self.answers = list(answers)
        self.history: list[InForce] = []
        self.name = "scripted"

    def estimate(self, charter: InForce) -> Tokens:
        return Tokens(prompt=1000, completion=200)

    async def review(self, charter: InForce) -> Review:
        self.history.append(charter)
        answer = self.answers.pop(0)
        if isinstance(answer, NotJudged):
            raise answer
        return Review(remarks=answer, model=self.name, tokens=Tokens(prompt=500, completion=50))
