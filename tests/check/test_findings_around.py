"""What people ask, decide and believe; what is missing altogether."""

from bot.check.findings_around import low_pulse, unclear_questions, violated, without_strategy
from bot.check.ports import Belief
from bot.decisions.model import LineLink
from tests.check.samples import facts, line, refs
from tests.storage.filled import decision

P1, M1 = line("P1", "Enthusiasts first."), line("M1", "Help people.")
AGAINST = LineLink(ref="P1", stance="violates", quote="Enthusiasts first.", source="v1")
FOR = LineLink(ref="P1", stance="serves", quote="Enthusiasts first.", source="v1")


def test_questions_that_stay_unclear() -> None:
    (found,) = unclear_questions(facts(P1, unclear=(("Do we ship to Japan?", 4),)))
    assert found.words == ("Do we ship to Japan?", "4")


def test_the_more_decisions_go_against_a_line_the_graver() -> None:
    made = [decision(n, lines=(AGAINST,)) for n in (1, 2, 3)]
    grave = [violated(facts(P1, decisions=made[:n]))[0].severity for n in (1, 2, 3)]
    assert grave == ["low", "medium", "high"]
    (found,) = violated(facts(P1, decisions=made))
    assert found.words == ("D1 Drop widget 1", "D2 Drop widget 2", "D3 Drop widget 3")


def test_a_further_decision_makes_it_another_finding() -> None:
    made = [decision(n, lines=(AGAINST,)) for n in (1, 2)]
    (one,), (two,) = (violated(facts(P1, decisions=made[:n])) for n in (1, 2))
    assert one.fingerprint != two.fingerprint


def test_decisions_that_serve_a_line_or_one_that_is_gone_are_no_finding() -> None:
    assert violated(facts(P1, decisions=(decision(lines=(FOR,)),))) == []
    assert violated(facts(M1, decisions=(decision(lines=(AGAINST,)),))) == []


def test_lines_that_few_believe_in() -> None:
    def found(mean: float, answers: int = 9) -> list[str]:
        beliefs = (Belief(ref="P1", mean=mean, answers=answers),)
        return [f.severity for f in low_pulse(facts(P1, beliefs=beliefs))]

    assert [found(3.0), found(2.9), found(2.4), found(1.0, answers=4)] == [
        [],
        ["medium"],
        ["high"],
        [],
    ]


def test_a_charter_without_a_strategy() -> None:
    assert refs(without_strategy(facts(M1, line("N1", "No ads.")))) == [("M1",)]
    assert without_strategy(facts(M1, P1)) == []
    assert without_strategy(facts(M1, line("Group:P1", "Phones first."))) == []
