"""Forms out and in: what people see filled in, and that nothing counts that was not offered."""

from datetime import date

import pytest

from bot.cards import ChoicesField, Form, PersonField, TextField
from bot.charter.model import Line, LineInForce
from bot.decisions.check_form import outcome_of, still_fits_of
from bot.decisions.forms import (
    LONGEST_VALUE,
    MOST_OPTIONS,
    Filled,
    change_form,
    filled_from,
    origin_of,
    record_form,
    written_in,
)
from bot.decisions.model import Decision, LineLink
from bot.decisions.writing import Written
from bot.errors import UserFacing
from bot.events import FormSubmit
from tests.decisions.desk import ORIGIN, PRODUCT
from tests.decisions.samples import DANA, ERIK, decision, link
from tests.decisions.test_report import in_force

LINES = in_force().lines


def sent(form: Form, *, people: bool = True, **changes: str | tuple[str, ...]) -> FormSubmit:
    """The form as it is shown, with those changes, sent off."""
    fields: dict[str, str | tuple[str, ...]] = {}
    for each in form.fields:
        match each:
            case ChoicesField() | PersonField(several=True):
                fields[each.name] = each.values
            case TextField():
                fields[each.name] = each.value
            case _:
                fields[each.name] = getattr(each, "value", "")
    return FormSubmit(
        key="k",
        workspace="W",
        person=DANA,
        conversation=PRODUCT,
        form=form.form,
        state=form.state,
        fields=fields | changes,
        people=(DANA, ERIK) if people else (),
    )


def full() -> Decision:
    return decision(
        1,
        reason="Nobody uses it.",
        rejected="Keep it\nSell it",
        deciders=(DANA, ERIK),
        lines=(
            LineLink(ref="P1", stance="serves", quote="As it read then.", source="Vitals v0"),
            LineLink(ref="P9", stance="violates", quote="Since taken out.", source="Vitals v0"),
        ),
        expected="Two weeks saved.",
        confidence="low",
        check_on=date(2027, 3, 1),
        later_checks=(date(2027, 9, 1), date(2028, 3, 1)),
    )


def choices(form: Form, name: str) -> ChoicesField:
    return next(f for f in form.fields if f.name == name and isinstance(f, ChoicesField))


def test_a_decision_comes_back_from_its_form_as_it_was() -> None:
    before = full()
    form = change_form(LINES, before)
    read = written_in(sent(form), LINES, before.check_days, kept=before.lines)
    assert read == Written.model_validate(
        {name: getattr(before, name) for name in Written.model_fields}
    )
    assert dict(sent(form).fields)["check_in"] == "2027-03-01, 2027-09-01, 2028-03-01"


def test_what_it_cites_keeps_the_words_of_then_and_what_is_added_has_those_of_now() -> None:
    before = full()
    event = sent(change_form(LINES, before), serves=("P1", "P2"), violates=())
    read = written_in(event, LINES, (), kept=before.lines)
    assert [(each.ref, each.quote) for each in read.lines] == [
        ("P1", "As it read then."),
        ("P2", "Keep getting more accurate."),
    ]


def test_what_it_served_may_be_gone_against_instead() -> None:
    event = sent(change_form(LINES, full()), serves=(), violates=("P1",))
    (read,) = written_in(event, LINES, (), kept=full().lines).lines
    assert (read.ref, read.stance, read.quote) == ("P1", "violates", "As it read then.")


def test_lines_that_were_taken_out_since_can_still_be_chosen() -> None:
    options = choices(change_form(LINES, full()), "violates").options
    assert [each.value for each in options][:2] == ["P1", "P9"]
    assert options[1].label == "P9 Since taken out."


def test_a_line_with_a_name_too_long_to_offer_is_not_lost() -> None:
    far = link("A charter with quite a name, of all of the company, on every continent at once:P1")
    assert len(far.ref) > LONGEST_VALUE
    before = decision(1, lines=(far,))
    form = change_form(LINES, before)
    assert far.ref not in [each.value for each in choices(form, "serves").options]
    assert written_in(sent(form), LINES, (), kept=before.lines).lines == (far,)


def test_of_very_many_lines_those_that_matter_are_offered() -> None:
    many = tuple(
        LineInForce(
            ref=f"P{n}",
            line=Line(id=f"P{n}", kind="pillar", text=f"Line {n}"),
            charter="V",
            version=1,
        )
        for n in range(1, 151)
    )
    charter = in_force().model_copy(update={"lines": many})
    form = record_form(charter, many[140:], Filled(serves=("P150",)), ORIGIN)
    field = choices(form, "serves")
    assert len(field.options) == MOST_OPTIONS
    assert field.options[0].value == "P141"
    assert field.values == ("P150",)
    cited = decision(1, lines=(link("P150"),))
    assert choices(change_form(many, cited), "serves").values == ("P150",)


@pytest.mark.parametrize("shape", [("P1", "X9", "P1", ""), "P1,X9,P1,"])
def test_what_was_not_offered_is_dropped(shape: str | tuple[str, ...]) -> None:
    form = record_form(in_force(), (), Filled(title="Drop it", choice="We do."), ORIGIN)
    event = sent(
        form,
        serves=shape,
        violates="N1; DROP TABLE",
        confidence="certain",
        deciders=("dana", "mallory"),
        state="closed",
        superseded_by="d9",
    )
    read = written_in(event, LINES, ())
    assert [each.ref for each in read.lines] == ["P1"]
    assert (read.confidence, read.deciders) == (None, (DANA,))


def test_answers_that_were_not_offered_count_as_none() -> None:
    form = record_form(in_force(), (), Filled(), ORIGIN)
    assert outcome_of(sent(form, outcome="brilliant")) is None
    assert outcome_of(sent(form, outcome="better")) == "better"
    assert still_fits_of(sent(form, still_fits="maybe")) is None
    assert still_fits_of(sent(form, still_fits="no")) == "no"


def test_where_it_comes_from_is_carried_along() -> None:
    assert origin_of(sent(record_form(in_force(), (), Filled(), ORIGIN))) == ORIGIN


@pytest.mark.parametrize("state", ["", "{}", "not json", '{"charter_id": 1}', "d1"])
def test_a_form_that_carries_something_else_is_out_of_date(state: str) -> None:
    event = sent(record_form(in_force(), (), Filled(), ORIGIN)).model_copy(update={"state": state})
    with pytest.raises(UserFacing, match=r"out of date. `/mission decide` opens a new one"):
        origin_of(event)


def test_words_too_long_for_the_title_are_shortened_there_alone() -> None:
    form = record_form(in_force(), (), Filled(title="long " * 90, choice="long " * 90), ORIGIN)
    fields = sent(form).fields
    assert len(fields["title"]) <= 150
    assert fields["choice"] == "long " * 90


def test_nothing_filled_in_is_nothing() -> None:
    assert filled_from(decision(1, deciders=(ERIK,))).check_in == ""
