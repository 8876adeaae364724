"""How findings are made into one list, and what makes two of them the same."""

from bot.check.facts import Facts
from bot.check.findings import by_model, by_rule, together
from bot.check.model import LONGEST_SENTENCE, Finding, Quoted, Remark, Review, quoted
from tests.check.samples import facts, line, refs
from tests.judging.charters import in_force


def review(*remarks: Remark) -> Review:
    return Review(remarks=remarks, model="m")


def test_the_gravest_first_and_each_matter_once() -> None:
    looked_at = facts(
        line("P1", "Leverage all."), line("P2", "Spain by 2025."), line("K1", "Calls")
    )
    (vague,) = (f for f in by_rule(looked_at) if f.kind == "vague")
    noted = [
        vague.model_copy(update={"basis": "model", "sentence": "It says nothing."}),
        Finding(kind="vague", basis="model", severity="low", lines=_lines("K1", looked_at)),
        Finding(kind="tension", basis="model", severity="high", lines=_lines("P1", looked_at)),
    ]
    found = together(by_rule(looked_at), noted)
    assert [(f.kind, f.basis) for f in found] == [
        ("overdue", "rule"),
        ("tension", "model"),
        ("vague", "rule"),
        ("unmeasured", "rule"),
    ]


def test_a_finding_changes_with_the_words_of_its_lines_only() -> None:
    def fingerprint(text: str, **changes: object) -> str:
        (found,) = by_rule(facts(line("P1", text), **changes))
        return found.fingerprint

    assert fingerprint("Leverage all.") == fingerprint("Leverage all.", review_after="P5000D")
    assert fingerprint("Leverage all.") != fingerprint("Leverage most.")


def test_the_order_of_a_pair_makes_no_difference() -> None:
    looked_at = facts(line("P1", "One."), line("P2", "Two."))
    one, two = _lines("P1", looked_at), _lines("P2", looked_at)
    pair = Finding(kind="tension", basis="reader", severity="low", lines=one + two)
    other = Finding(kind="tension", basis="model", severity="high", lines=two + one)
    assert pair.fingerprint == other.fingerprint


def test_quotes_come_from_the_charter_and_a_models_words_are_made_harmless() -> None:
    charter = in_force()
    ref = charter.lines[0].ref
    said = "See [this](https://evil.example) @everyone https://evil.example " + "x" * 900
    (found,) = by_model(review(Remark(kind="vague", refs=(ref,), sentence=said)), charter)
    assert found.lines[0].text == charter.lines[0].line.text
    assert "evil" not in found.sentence
    assert "@" not in found.sentence
    assert len(found.sentence) <= LONGEST_SENTENCE


def test_remarks_on_what_is_not_there_or_not_ours_are_left_out() -> None:
    charter = in_force()
    assert by_model(review(Remark(kind="vague", refs=("P999",))), charter) == []
    lines = (*charter.lines, line("Group:P1", "Above."))
    family = charter.model_copy(update={"lines": lines})
    assert by_model(review(Remark(kind="vague", refs=("Group:P1",))), family) == []
    both = Remark(kind="contradiction", refs=(charter.lines[0].ref, "Group:P1"))
    assert refs(by_model(review(both), family)) == [(charter.lines[0].ref, "Group:P1")]


def _lines(ref: str, looked_at: Facts) -> tuple[Quoted, ...]:
    return tuple(quoted(each) for each in looked_at.lines if each.ref == ref)
