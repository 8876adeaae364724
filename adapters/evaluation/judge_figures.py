"""How often the judge is right, and whether it goes by the charter or by the sound of a question.

"Both right" tells the two apart: the same question under charters that call for different
verdicts. A judge that never reads the charter gets none of these, and can still be right in two
of three plain questions, as their wording gives the verdict away.
"""

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import get_args

from adapters.evaluation.data import Case
from adapters.evaluation.reader_figures import share
from bot.ask.model import Confidence, Judgement, Tokens, VerdictKind
from bot.ask.second_look import contradicts_itself
from bot.events import Frozen
from bot.text import same_words

KINDS: tuple[VerdictKind, ...] = get_args(VerdictKind)
NO_ANSWER = "no answer"


class Judged(Frozen):
    """A case and what the judge said; `judgement` is None where it gave no usable answer."""

    charter: str
    case: Case
    judgement: Judgement | None
    why_not: str = ""
    tokens: Tokens
    seconds: float

    @property
    def right(self) -> bool:
        """Whether the verdict is the labelled one."""
        return self.judgement is not None and self.judgement.kind == self.case.verdict


class KindFigures(Frozen):
    """One verdict: how often it was due, how often it was said, and both at once."""

    due: int
    said: int
    precision: float | None
    recall: float | None
    f1: float | None
    """None where the verdict was neither due nor said."""


class JudgeFigures(Frozen):
    """Shares are of 1, and of all questions: no usable answer is a wrong answer. None where the
    data has no case of the sort."""

    questions: int
    no_answer: int
    accuracy: float
    commonest: float
    """What always saying the commonest verdict would get."""
    macro_f1: float
    """The mean over the verdicts that occur."""
    reversed: float | None
    """"Fits" said to what conflicts, or the other way round; of the questions of both sorts."""
    verdicts: Mapping[VerdictKind, KindFigures]
    confusion: Mapping[VerdictKind, Mapping[str, int]]
    """Due, then said, then how often."""
    cited: int
    cited_right: float | None
    """Share of the cited lines that the labels name, with the same stance."""
    cited_reversed: float | None
    """Share that the labels name with the opposite stance."""
    right_when: Mapping[Confidence, float | None]
    """Accuracy by how sure the judge said it was."""
    both_ways: int
    """Questions that were asked about doing it and about not doing it."""
    wrong_clash: float | None
    """Share of the wrong ones among these where the two answers do not go together."""
    right_clash: float | None
    """The same among the right ones."""
    mirrored: int
    """Questions asked under charters that call for different verdicts."""
    both_right: float | None
    """Share of these that it judged right under every one of them."""
    tokens: Tokens
    seconds: float
    """Median for a question."""


def judge_figures(judged: Sequence[Judged]) -> JudgeFigures:
    """The figures of one judged case or more."""
    confusion = {kind: _said(j for j in judged if j.case.verdict == kind) for kind in KINDS}
    verdicts = {kind: _kind_figures(kind, confusion) for kind in KINDS}
    opposed = [j for j in judged if j.case.verdict in ("fits", "conflicts")]
    cited = [stance for j in judged for stance in _citations(j)]
    mirrored = _mirrored(judged)
    both_ways = [(j, _clashes(j.judgement)) for j in judged if j.judgement and j.judgement.opposite]
    return JudgeFigures(
        questions=len(judged),
        no_answer=sum(j.judgement is None for j in judged),
        accuracy=sum(j.right for j in judged) / len(judged),
        commonest=max(Counter(j.case.verdict for j in judged).values()) / len(judged),
        macro_f1=statistics.fmean(v.f1 for v in verdicts.values() if v.f1 is not None),
        reversed=share([_is_reversed(j) for j in opposed]),
        verdicts=verdicts,
        confusion=confusion,
        cited=len(cited),
        cited_right=share([stance == "right" for stance in cited]),
        cited_reversed=share([stance == "reversed" for stance in cited]),
        right_when={sure: _right_when(judged, sure) for sure in get_args(Confidence)},
        both_ways=len(both_ways),
        wrong_clash=share([clash for j, clash in both_ways if not j.right]),
        right_clash=share([clash for j, clash in both_ways if j.right]),
        mirrored=len(mirrored),
        both_right=share([all(j.right for j in group) for group in mirrored]),
        tokens=_sum(j.tokens for j in judged),
        seconds=statistics.median(j.seconds for j in judged),
    )


def _said(judged: Iterable[Judged]) -> dict[str, int]:
    counted = Counter(j.judgement.kind if j.judgement else NO_ANSWER for j in judged)
    return {said: counted[said] for said in (*KINDS, NO_ANSWER)}


def _kind_figures(
    kind: VerdictKind, confusion: Mapping[VerdictKind, Mapping[str, int]]
) -> KindFigures:
    due = sum(confusion[kind].values())
    said = sum(row[kind] for row in confusion.values())
    right = confusion[kind][kind]
    return KindFigures(
        due=due,
        said=said,
        precision=right / said if said else None,
        recall=right / due if due else None,
        f1=2 * right / (due + said) if due + said else None,
    )


def _is_reversed(judged: Judged) -> bool:
    said = judged.judgement.kind if judged.judgement else NO_ANSWER
    return {said, judged.case.verdict} == {"fits", "conflicts"}


def _citations(judged: Judged) -> Iterable[str]:
    """For every cited line: right, reversed or besides."""
    if judged.judgement is None:
        return
    case, said = judged.case, judged.judgement
    for cited, same, other in (
        (said.supports, case.supports, case.opposes),
        (said.opposes, case.opposes, case.supports),
    ):
        for ref in cited:
            yield "right" if ref in same else "reversed" if ref in other else "besides"


def _clashes(judgement: Judgement) -> bool:
    return contradicts_itself(judgement.kind, judgement.opposite)


def _right_when(judged: Sequence[Judged], sure: Confidence) -> float | None:
    return share([j.right for j in judged if j.judgement and j.judgement.confidence == sure])


def _mirrored(judged: Sequence[Judged]) -> list[list[Judged]]:
    """The same question under several charters, where the right verdicts differ."""
    groups: defaultdict[str, list[Judged]] = defaultdict(list)
    for j in judged:
        groups[same_words(j.case.q)].append(j)
    return [group for group in groups.values() if len({j.case.verdict for j in group}) > 1]


def _sum(tokens: Iterable[Tokens]) -> Tokens:
    spent = list(tokens)
    return Tokens(
        prompt=sum(t.prompt for t in spent),
        completion=sum(t.completion for t in spent),
        cached=sum(t.cached for t in spent),
        cost=sum(t.cost for t in spent),
    )
