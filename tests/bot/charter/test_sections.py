from hypothesis import given
from hypothesis import strategies as st

from bot.charter.model import LETTER, Draft, Line
from bot.charter.sections import from_sections, merge, to_sections
from bot.text import one_line

P1 = Line(id="P1", kind="pillar", text="Accuracy first, every claim is validated.", horizon="now")
P2 = Line(id="P2", kind="pillar", text="One action a day instead of dashboards.")


def test_people_see_one_statement_a_line() -> None:
    assert to_sections([P1, P2])["pillar"] == (
        "P1: Accuracy first, every claim is validated. [now]\n"
        "P2: One action a day instead of dashboards."
    )


def test_a_reworded_line_without_its_id_is_recognised() -> None:
    typed = {"pillar": "- Accuracy first: every claim is validated twice.\nSell to clinics [later]"}
    assert from_sections(typed, [P1, P2]) == [
        Draft(kind="pillar", text="Accuracy first: every claim is validated twice.", id="P1"),
        Draft(kind="pillar", text="Sell to clinics", horizon="later"),
    ]


def test_a_line_moved_to_another_section_is_a_new_one() -> None:
    typed = {"principle": "P1: Accuracy first, every claim is validated."}
    assert from_sections(typed, [P1]) == [Draft(kind="principle", text=P1.text)]


def test_a_horizon_counts_wherever_it_stands() -> None:
    (draft,) = from_sections({"pillar": "P2: Sell to clinics [Next] after the audit"}, [])
    assert (draft.text, draft.horizon) == ("Sell to clinics after the audit", "next")


def test_a_colon_is_no_id() -> None:
    (draft,) = from_sections({"pillar": "Order: clinics after 2027"}, [])
    assert (draft.id, draft.text) == (None, "Order: clinics after 2027")


_text = st.text(min_size=1, max_size=60).map(one_line).filter(bool)
_lines = st.lists(
    st.tuples(st.sampled_from(list(LETTER)), _text, st.sampled_from([None, "now", "next"])),
    max_size=8,
)


@given(_lines)
def test_unchanged_sections_give_the_same_lines(written: list[tuple[str, str, str | None]]) -> None:
    lines = [
        Line.model_validate({"id": f"{LETTER[k]}{i}", "kind": k, "text": t, "horizon": h})
        for i, (k, t, h) in enumerate(written, start=1)
    ]
    lines.sort(key=lambda line: list(LETTER).index(line.kind))
    drafts = from_sections(to_sections(lines), lines)
    # A text that holds what looks like a horizon is read as one: the only reading there is.
    if any(mark in line.text.lower() for line in lines for mark in ("[now]", "[next]", "[later]")):
        return
    assert [d.model_dump() for d in drafts] == [
        {"kind": line.kind, "text": line.text, "id": line.id, "horizon": line.horizon}
        for line in lines
    ]


def test_merge_keeps_what_was_typed_and_takes_what_was_not_touched() -> None:
    base = {"mission": "M1: Sleep.", "pillar": "P1: One.\nP2: Two."}
    typed = {"mission": "M1: Sleep better.", "pillar": "P1:  One.\n\nP2: Two. "}
    current = {"mission": "M1: Rest.", "pillar": "P1: One!\nP2: Two."}
    assert merge(base, typed, current) == {
        "mission": "M1: Sleep better.",
        "pillar": "P1: One!\nP2: Two.",
    }
