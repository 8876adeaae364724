"""The question about a change: made from the charter's own lines, the same each time."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.announcing.question import question_about
from bot.charter.model import LETTER, Line, Version, changed_lines
from bot.events import Person

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DANA = Person(id="dana", name="Dana")


def version(number: int, *lines: Line) -> Version:
    return Version(number=number, lines=lines, adopted_at=AT, adopted_by=DANA)


def line(id_: str, text: str) -> Line:
    kind = next(kind for kind, letter in LETTER.items() if letter == id_[0])
    return Line.model_validate({"id": id_, "kind": kind, "text": text})


M1, P1, P2, N1 = (
    line("M1", "Help people own their health."),
    line("P1", "Enthusiasts first."),
    line("P2", "Accuracy before looks."),
    line("N1", "No hospital sales."),
)


def test_what_is_out_of_scope_now_is_asked_for_first() -> None:
    found = question_about(version(1, M1, P1, P2), version(2, M1, P1, N1), "erik")
    assert found
    assert (found.asks, found.right) == ("Which of these is now out of scope?", N1)
    assert {option.id for option in found.options} == {"N1", "P1"}


def test_an_older_non_goal_is_no_wrong_answer_to_what_is_out_of_scope() -> None:
    n2 = line("N2", "No ads.")
    found = question_about(version(1, M1, N1), version(2, M1, N1, n2), "erik")
    assert found
    assert {option.id for option in found.options} == {"N2", "M1"}


def test_what_no_longer_holds_then_what_is_new_then_what_reads_differently() -> None:
    gone = question_about(version(1, M1, P1, P2), version(2, M1, P1, line("P3", "New.")), "x")
    assert gone
    assert (gone.asks, gone.right) == ("Which of these no longer holds?", P2)
    new = question_about(version(1, M1, P1), version(2, M1, P1, P2), "x")
    assert new
    assert (new.asks, new.right) == ("Which of these is new in version 2?", P2)
    other = line("P1", "Everybody first.")
    reworded = question_about(version(1, M1, P1), version(2, M1, other), "x")
    assert reworded
    assert (reworded.asks, reworded.right) == ("Which of these did version 2 change?", other)


def test_where_nothing_stayed_as_it_was_there_is_nothing_to_choose_from() -> None:
    assert question_about(version(1, M1), version(2, line("M1", "Another.")), "x") is None
    assert question_about(version(1, M1, P1), version(2, M1, P1), "x") is None


def test_people_get_the_options_in_orders_of_their_own() -> None:
    before, after = version(1, M1, P1, P2), version(2, M1, P1, P2, N1)
    orders = {
        tuple(option.id for option in found.options)
        for n in range(40)
        if (found := question_about(before, after, f"person {n}"))
    }
    assert len(orders) == 6
    places = {order.index("N1") for order in orders}
    assert places == {0, 1, 2}


lines = st.lists(
    st.tuples(st.sampled_from(["P1", "P2", "P3", "N1", "N2", "V1"]), st.sampled_from("abcd")),
    unique_by=lambda pair: pair[0],
).map(lambda pairs: [line(id_, text) for id_, text in pairs])


@given(before=lines, after=lines, seed=st.text(max_size=5))
def test_the_right_answer_is_the_only_one(before: list[Line], after: list[Line], seed: str) -> None:
    old, new = version(1, M1, *before), version(2, M1, *after)
    found = question_about(old, new, seed)
    changes = {(now or was).id: change for change, was, now in changed_lines(old, new)}  # type: ignore[union-attr]
    if found is None:
        assert set(changes.values()) == {"same"}  # M1 always stays
        return
    assert found == question_about(old, new, seed)
    assert found.options.count(found.right) == 1
    assert 2 <= len(found.options) <= 3
    assert changes[found.right.id] != "same"
    others = [option for option in found.options if option != found.right]
    assert all(changes[option.id] == "same" for option in others)
