"""The chained record: what it adds up to, and how a change behind the bot's back shows."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decisions.model import Entry, as_json, faults
from bot.events import Person
from tests.decisions.samples import AT, DANA, ERIK, added_up, chain, decision, fields, link, three


def test_a_decision_is_what_its_entries_add_up_to() -> None:
    found = added_up(three())
    assert found["d1"].title == "Drop the Android widget"
    assert found["d1"].check_on == date(2027, 2, 23)
    assert found["d1"].lines == (link(),)
    assert found["d2"].title == "Drop widget 2"


def test_a_whole_chain_has_no_faults() -> None:
    assert faults(three()) == []
    assert faults([]) == []


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"changes": {"title": "Keep the widget"}}, "its words were changed"),
        ({"by": ERIK}, "its words were changed"),
        ({"at": AT.replace(year=2025)}, "its words were changed"),
        ({"why": "Because."}, "its words were changed"),
    ],
)
def test_changed_words_show(changes: dict[str, object], what: str) -> None:
    entries = three()
    entries[1] = entries[1].model_copy(update=changes)
    assert [(fault.entry, fault.what) for fault in faults(entries)] == [(2, what)]


def test_an_entry_that_was_changed_and_sealed_anew_shows_in_the_next() -> None:
    entries = three()
    entries[1] = entries[1].model_copy(update={"why": "Because."}).sealed()
    assert [(fault.entry, fault.what) for fault in faults(entries)] == [
        (3, "it does not follow the entry before it")
    ]


def test_entries_that_are_missing_show() -> None:
    first, second, third = three()
    assert faults([first, third])[0].what == "entry 2 is missing before it"
    assert faults([third])[0].what == "entry 1 and more is missing before it"
    assert faults([second, third])[0].entry == 2


@given(st.data())
def test_any_change_of_any_stored_character_shows(data: st.DataObject) -> None:
    entries = three()
    place = data.draw(st.integers(0, len(entries) - 1))
    text = entries[place].model_dump_json()
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(exclude_categories=["Cs"]).filter(lambda c: c != text[at]))
    try:
        changed = Entry.model_validate_json(text[:at] + other + text[at + 1 :])
    except ValueError:
        return  # It does not even read.
    if changed == entries[place]:
        return  # The same in other characters, such as another way to write a time.
    entries[place] = changed
    assert faults(entries)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.text(min_size=1, max_size=9)), max_size=12))
def test_history_only_grows_and_stays_whole(steps: list[tuple[str, str]]) -> None:
    known: set[str] = set()
    deeds: list[tuple[str, dict[str, object]]] = []
    for name, words in steps:
        number = "abc".index(name) + 1
        first = fields(number, id=name) if name not in known else {"choice": words}
        known.add(name)
        deeds.append((name, first))
    entries = chain(*deeds)
    assert faults(entries) == []
    for length in range(len(entries)):
        assert chain(*deeds[:length]) == entries[:length]


def test_only_plain_values_are_kept() -> None:
    with pytest.raises(TypeError):
        as_json({"title": object()})


def test_who_sees_a_private_one() -> None:
    private = decision(private_to="leads", deciders=(ERIK,), recorded_by=DANA)
    noa = Person(id="noa", name="Noa")
    for person in (DANA, ERIK, noa):
        assert private.may_be_seen("leads", person.id, alone=False)
        assert not private.may_be_seen("product", person.id, alone=False)
    assert private.may_be_seen("dana", "dana", alone=True)
    assert private.may_be_seen("erik", "erik", alone=True)
    assert not private.may_be_seen("noa", "noa", alone=True)
