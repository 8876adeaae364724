"""Each deed, each refusal, and what the record says of it."""

from datetime import date, timedelta

import pytest

from bot.decisions.model import LONGEST_TEXT, LONGEST_TITLE, Decision
from bot.decisions.ports import Wanted
from bot.errors import NotAllowed, NotFound, UserFacing
from bot.events import Conversation, Person
from bot.recurrence.model import Hours
from tests.decisions.desk import LEADS, NOA, ORIGIN, OWNER, PRIYA, Desk, alone, written
from tests.decisions.samples import DANA, ERIK, link

DAY = timedelta(days=1)
TODAY = date(2026, 11, 23)
IN_MARCH = date(2027, 3, 1)


async def recorded(desk: Desk, by: Person = DANA, **changes: object) -> Decision:
    return await desk.decisions.record(desk.by(by), written(**changes), ORIGIN)


async def deeds(desk: Desk, decision: Decision) -> list[tuple[str, str, str]]:
    """What was done to it: deed, who, why."""
    entries = await desk.decisions.history(desk.by(), decision.id)
    return [(entry.deed, entry.by.name, entry.why) for entry in entries]


# Recording


async def test_it_is_kept_as_it_was_written(desk: Desk) -> None:
    found = await recorded(
        desk,
        title="  Drop the\nwidget ",
        choice=" We stop.\u202e\n\nFor good. ",
        reason="Nobody uses it.",
        rejected="Keep it\nSell it",
        expected="Two weeks\nsaved.",
        lines=(link(),),
        confidence="high",
        check_on=IN_MARCH,
    )
    assert (found.name, found.title) == ("D1", "Drop the widget")
    assert found.choice == "We stop.\n\nFor good."
    assert (found.reason, found.rejected) == ("Nobody uses it.", "Keep it\nSell it")
    assert (found.expected, found.confidence, found.lines) == (
        "Two weeks saved.",
        "high",
        (link(),),
    )
    assert (found.deciders, found.recorded_by) == ((DANA,), DANA)
    assert (found.state, found.check_on, found.private_to) == ("open", IN_MARCH, None)
    assert (found.charter_id, found.charter_name, found.version) == ("c1", "Vitals", 1)
    assert await desk.decisions.get(desk.by(), found.id) == found
    assert await deeds(desk, found) == [("recorded", "Dana Diaz", "")]


async def test_numbers_count_up_and_are_never_used_again(desk: Desk) -> None:
    first = await recorded(desk)
    await desk.decisions.withdraw(desk.by(), first.id, "A slip.")
    assert (await recorded(desk)).name == "D2"


async def test_who_decided_may_be_others(desk: Desk) -> None:
    found = await recorded(desk, by=PRIYA, deciders=(DANA, ERIK))
    assert (found.deciders, found.recorded_by) == ((DANA, ERIK), PRIYA)


async def test_the_same_event_again_records_nothing(desk: Desk) -> None:
    event = desk.by()
    first = await desk.decisions.record(event, written(), ORIGIN)
    assert await desk.decisions.record(event, written(), ORIGIN) == first
    assert len(await desk.chain()) == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": " \u200b\n"}, "Give the decision a title: what was decided, in a few words."),
        (
            {"title": "x" * (LONGEST_TITLE + 1)},
            "The title has 151 characters, and 150 is the most. Details have room below it.",
        ),
        ({"choice": " \u200b"}, "Write what you do, in a sentence or two."),
        (
            {"choice": "x" * (LONGEST_TEXT + 1)},
            "“What we do” has 3001 characters, and 3000 is the most.",
        ),
        (
            {"reason": "x" * (LONGEST_TEXT + 1)},
            "“Why” has 3001 characters, and 3000 is the most.",
        ),
        (
            {"rejected": "x" * (LONGEST_TEXT + 1)},
            "“What we do not do” has 3001 characters, and 3000 is the most.",
        ),
        (
            {"expected": "x" * (LONGEST_TEXT + 1)},
            "“What should come of it?” has 3001 characters, and 3000 is the most.",
        ),
        ({"check_on": TODAY}, "The day to ask how it went has to be after today."),
        (
            {"lines": (link("P1"), link("P1", "violates"))},
            "P1 cannot be served and gone against at once; choose one.",
        ),
    ],
)
async def test_what_is_missing_or_too_long_is_said(
    desk: Desk, changes: dict[str, object], sentence: str
) -> None:
    with pytest.raises(UserFacing) as said:
        await recorded(desk, **changes)
    assert str(said.value) == sentence
    found = await recorded(desk)
    with pytest.raises(UserFacing, match=sentence.split()[0]):
        await desk.decisions.change(desk.by(), found.id, written(**changes), "")
    assert len(await desk.chain()) == 1


async def test_everything_wrong_is_said_at_once(desk: Desk) -> None:
    with pytest.raises(UserFacing) as said:
        await recorded(desk, title="", choice="", check_on=TODAY)
    assert len(str(said.value).splitlines()) == 3


async def test_the_longest_that_fits_is_taken(desk: Desk) -> None:
    found = await recorded(desk, title="x" * LONGEST_TITLE, choice="ä" * LONGEST_TEXT)
    assert (len(found.title), len(found.choice)) == (LONGEST_TITLE, LONGEST_TEXT)


async def test_tomorrow_is_where_the_person_lives(desk: Desk) -> None:
    # It is Monday 23:30 in London, and still Monday afternoon in Los Angeles.
    desk.clock.advance(timedelta(hours=17, minutes=30))
    desk.hours["dana"] = Hours(zone="America/Los_Angeles")
    desk.hours["erik"] = Hours(zone="Asia/Tokyo")
    assert (await recorded(desk, check_on=TODAY + DAY)).check_on == TODAY + DAY
    with pytest.raises(UserFacing, match="after today"):
        await recorded(desk, by=ERIK, check_on=TODAY + DAY)


# Finding


async def test_it_is_known_by_its_number(desk: Desk) -> None:
    found = await recorded(desk)
    for name in ("D1", "d1", "1", "#1", " D1 ", "d01"):
        assert await desk.decisions.numbered(desk.by(), name) == found


@pytest.mark.parametrize("name", ["D2", "0", "D99999999999999999999", "9" * 5000])
async def test_a_number_that_is_none_is_said_to_be_none(desk: Desk, name: str) -> None:
    await recorded(desk)
    with pytest.raises(NotFound, match="There is no such decision here"):
        await desk.decisions.numbered(desk.by(), name)


@pytest.mark.parametrize("name", ["", "widget", "D", "D1.5", "-1", "²", "x" * 500])
async def test_other_words_are_no_number(desk: Desk, name: str) -> None:
    with pytest.raises(NotFound, match=r"is no decision\. They are called D1, D2"):
        await desk.decisions.numbered(desk.by(), name)


async def test_a_page_and_how_many_there_are(desk: Desk) -> None:
    for number in range(5):
        await recorded(desk, title=f"Number {number}")
    found, total = await desk.decisions.find(desk.by(), Wanted(), limit=2, offset=2)
    assert ([each.name for each in found], total) == (["D3", "D2"], 5)


# Who may


@pytest.mark.parametrize("who", [DANA, PRIYA, OWNER])
async def test_who_decided_recorded_it_or_owns_the_charter_may_end_it(
    desk: Desk, who: Person
) -> None:
    found = await recorded(desk, by=PRIYA, deciders=(DANA,))
    ended = await desk.decisions.withdraw(desk.by(who), found.id, "Out of date.")
    assert ended.state == "withdrawn"


async def test_for_others_it_is_said_who_may(desk: Desk) -> None:
    found, event = await recorded(desk, deciders=(DANA, PRIYA)), desk.by(ERIK)
    other = await recorded(desk)
    deciding = desk.decisions
    for deed in (
        deciding.change(event, found.id, written(), ""),
        deciding.delegate(event, found.id, ERIK),
        deciding.supersede(event, found.id, other.name, ""),
        deciding.withdraw(event, found.id, "No."),
        deciding.check(event, found.id, "better", "Yes.", None, None),
    ):
        with pytest.raises(NotAllowed) as said:
            await deed
        assert str(said.value) == "D1 is for Dana Diaz or Priya Patel to say. Ask them."
    assert len(await desk.chain()) == 2


async def test_who_was_asked_in_their_place_may(desk: Desk) -> None:
    found = await recorded(desk, check_on=IN_MARCH)
    await desk.decisions.delegate(desk.by(), found.id, ERIK)
    checked = await desk.decisions.check(desk.by(ERIK), found.id, "worse", "Late.", "no", None)
    assert (checked.outcome, checked.checks[0].by) == ("worse", ERIK)


# Changing


async def test_other_words_leave_the_first_in_the_record(desk: Desk) -> None:
    found = await recorded(desk, check_on=IN_MARCH)
    changed = await desk.decisions.change(
        desk.by(), found.id, written("Drop both widgets"), " A slip.\n"
    )
    assert (changed.title, changed.check_on) == ("Drop both widgets", None)
    assert (changed.number, changed.recorded_at) == (found.number, found.recorded_at)
    assert await deeds(desk, found) == [
        ("recorded", "Dana Diaz", ""),
        ("changed", "Dana Diaz", "A slip."),
    ]
    first, _ = await desk.chain()
    assert first.changes["title"] == "Drop the widget"
    assert await desk.promised(found.id) is None


async def test_a_day_that_has_come_need_not_be_moved(desk: Desk) -> None:
    found = await recorded(desk, check_on=IN_MARCH)
    desk.clock.advance(timedelta(days=120))
    again = written("Drop it", check_on=IN_MARCH)
    changed = await desk.decisions.change(desk.by(), found.id, again, "")
    assert (changed.title, changed.check_on) == ("Drop it", IN_MARCH)
    with pytest.raises(UserFacing, match="after today"):
        await desk.decisions.change(desk.by(), found.id, written(check_on=IN_MARCH + DAY), "")


async def test_other_deciders_are_asked_in_their_own_time(desk: Desk) -> None:
    desk.hours["erik"] = Hours(zone="Asia/Tokyo")
    found = await recorded(desk, check_on=IN_MARCH)
    await desk.decisions.change(
        desk.by(), found.id, written(deciders=(ERIK,), check_on=IN_MARCH), ""
    )
    promised = await desk.promised(found.id)
    assert promised
    assert promised.rule.zone == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        ("withdrawn", "D1 was withdrawn already."),
        ("superseded", "D1 was replaced already."),
        ("closed", "D1 is closed already."),
    ],
)
async def test_what_is_over_changes_no_more(desk: Desk, end: str, sentence: str) -> None:
    found, other = await recorded(desk), await recorded(desk)
    deciding, event = desk.decisions, desk.by
    if end == "withdrawn":
        await deciding.withdraw(event(), found.id, "No.")
    elif end == "superseded":
        await deciding.supersede(event(), found.id, other.name, "")
    else:
        await deciding.check(event(), found.id, "better", "Yes.", None, None)
    for deed in (
        deciding.change(event(), found.id, written(), ""),
        deciding.delegate(event(), found.id, ERIK),
        deciding.withdraw(event(), found.id, "No."),
    ):
        with pytest.raises(UserFacing) as said:
            await deed
        assert str(said.value) == sentence
    if end != "closed":
        with pytest.raises(UserFacing) as said:
            await deciding.check(event(), found.id, "better", "Yes.", None, None)
        assert str(said.value) == f"{sentence} Nobody is asked about it any more."
        with pytest.raises(UserFacing, match=sentence):
            await deciding.supersede(event(), found.id, other.name, "")


async def test_each_deed_again_changes_nothing(desk: Desk) -> None:
    found, other = await recorded(desk, check_on=IN_MARCH), await recorded(desk)
    deciding = desk.decisions
    deeds = (
        lambda e: deciding.change(e, found.id, written("Other", check_on=IN_MARCH), "x"),
        lambda e: deciding.delegate(e, found.id, ERIK),
        lambda e: deciding.share(e, found.id),
        lambda e: deciding.check(e, found.id, "better", "Yes.", None, None),
        lambda e: deciding.supersede(e, found.id, other.name, "x"),
        lambda e: deciding.withdraw(e, other.id, "x"),
    )
    for deed in deeds:
        event = desk.by()
        done = await deed(event)
        length = len(await desk.chain())
        assert await deed(event) == done
        assert len(await desk.chain()) == length
    await desk.must_be_whole()


# Ending


async def test_another_takes_its_place_by_number(desk: Desk) -> None:
    older, newer = await recorded(desk, check_on=IN_MARCH), await recorded(desk)
    for name in ("d2", "2", " D2"):
        ended = await desk.decisions.supersede(desk.by(key="once"), older.id, name, "Better.")
    assert (ended.state, ended.superseded_by) == ("superseded", newer.id)
    assert await desk.promised(older.id) is None
    assert (await deeds(desk, older))[-1] == ("superseded", "Dana Diaz", "Better.")


async def test_one_that_was_checked_can_be_replaced_and_keeps_how_it_went(desk: Desk) -> None:
    older, newer = await recorded(desk), await recorded(desk)
    await desk.decisions.check(desk.by(), older.id, "better", "Yes.", None, None)
    ended = await desk.decisions.supersede(desk.by(), older.id, newer.name, "")
    assert (ended.state, ended.outcome) == ("superseded", "better")


async def test_what_cannot_take_its_place(desk: Desk) -> None:
    older, gone, replaced = [await recorded(desk) for _ in range(3)]
    newest = await recorded(desk)
    await desk.decisions.withdraw(desk.by(), gone.id, "No.")
    await desk.decisions.supersede(desk.by(), replaced.id, newest.name, "")
    for name, sentence in (
        ("D1", "A decision cannot take its own place. Name the newer one."),
        ("D2", "D2 was withdrawn already. Name one that holds."),
        ("D3", "D3 was replaced already. Name one that holds."),
        ("D9", "There is no such decision here. `/mission decisions` lists them."),
        ("widget", "“widget” is no decision. They are called D1, D2 and so on."),
    ):
        with pytest.raises(UserFacing) as said:
            await desk.decisions.supersede(desk.by(), older.id, name, "")
        assert str(said.value) == sentence


async def test_what_is_private_takes_no_place_outside(desk: Desk) -> None:
    older = await recorded(desk)
    private = await desk.decisions.record(desk.by(where=LEADS), written(), ORIGIN)
    with pytest.raises(UserFacing, match="D2 was recorded in a private conversation"):
        await desk.decisions.supersede(desk.by(where=LEADS), older.id, "D2", "The board says so.")
    assert private.private_to == "leads"
    both = await desk.decisions.record(desk.by(where=LEADS), written(), ORIGIN)
    ended = await desk.decisions.supersede(desk.by(where=LEADS), private.id, both.name, "")
    assert ended.superseded_by == both.id


@pytest.mark.parametrize("why", ["", "  ", "\u200b"])
async def test_withdrawing_takes_a_reason(desk: Desk, why: str) -> None:
    found = await recorded(desk)
    with pytest.raises(UserFacing, match="Say in a sentence why it is withdrawn"):
        await desk.decisions.withdraw(desk.by(), found.id, why)


# Checking


@pytest.mark.parametrize("outcome", ["as_expected", "better", "worse", "reversed"])
async def test_an_answer_closes_it(desk: Desk, outcome: str) -> None:
    found = await recorded(desk, check_on=IN_MARCH)
    closed = await desk.decisions.check(
        desk.by(),
        found.id,
        outcome,  # type: ignore[arg-type]
        " So it was. ",
        "unsure",
        None,
    )
    assert (closed.state, closed.outcome, closed.check_on) == ("closed", outcome, None)
    assert (closed.checks[0].why, closed.checks[0].still_fits) == ("So it was.", "unsure")
    assert await desk.promised(found.id) is None


async def test_too_early_is_asked_again(desk: Desk) -> None:
    found = await recorded(desk, check_on=IN_MARCH)
    for wrong in (None, TODAY):
        with pytest.raises(UserFacing, match="when I should ask again"):
            await desk.decisions.check(desk.by(), found.id, "too_early", "Wait.", None, wrong)
    later = date(2027, 6, 1)
    early = await desk.decisions.check(desk.by(), found.id, "too_early", "Wait.", None, later)
    assert (early.state, early.outcome, early.check_on) == ("open", None, later)
    assert await desk.asked_on(found.id) == later
    closed = await desk.decisions.check(desk.by(), found.id, "worse", "So.", None, None)
    assert [each.outcome for each in closed.checks] == ["too_early", "worse"]


async def test_an_answer_is_changed_for_a_week_by_who_gave_it(desk: Desk) -> None:
    found = await recorded(desk, deciders=(DANA, ERIK))
    await desk.decisions.check(desk.by(), found.id, "better", "Yes.", None, None)
    with pytest.raises(UserFacing) as said:
        await desk.decisions.check(desk.by(ERIK), found.id, "worse", "No.", None, None)
    assert str(said.value) == (
        "D1 is closed: Dana Diaz answered. An answer can be changed for a week by who gave it."
    )
    desk.clock.advance(7 * DAY)
    changed = await desk.decisions.check(desk.by(), found.id, "worse", "No.", None, None)
    assert [(each.outcome, each.why) for each in changed.checks] == [("worse", "No.")]
    assert [deed for deed, _, _ in await deeds(desk, found)] == ["recorded", "checked", "checked"]
    desk.clock.advance(7 * DAY + timedelta(seconds=1))
    with pytest.raises(UserFacing, match="for a week"):
        await desk.decisions.check(desk.by(), found.id, "better", "Yes.", None, None)


async def test_an_answer_changed_to_too_early_opens_it_again(desk: Desk) -> None:
    found = await recorded(desk)
    await desk.decisions.check(desk.by(), found.id, "better", "Yes.", None, None)
    again = await desk.decisions.check(desk.by(), found.id, "too_early", "Hm.", None, IN_MARCH)
    assert (again.state, again.outcome, len(again.checks)) == ("open", None, 1)
    assert await desk.asked_on(found.id) == IN_MARCH


async def test_handed_over_on_its_day_it_is_asked_anew_tomorrow(desk: Desk) -> None:
    early = await recorded(desk, check_on=IN_MARCH)
    handed = await desk.decisions.delegate(desk.by(), early.id, ERIK)
    assert (handed.delegate, handed.check_on) == (ERIK, IN_MARCH)
    late = await recorded(desk, check_on=TODAY + DAY)
    desk.clock.advance(8 * DAY)
    handed = await desk.decisions.delegate(desk.by(), late.id, ERIK)
    assert handed.check_on == TODAY + 9 * DAY
    assert await desk.asked_on(late.id) == TODAY + 9 * DAY


# Sharing


async def test_it_is_shared_once_in_each_place_by_anybody(desk: Desk) -> None:
    found, event = await recorded(desk), desk.by(ERIK)
    other = Conversation(id="design", name="#design")
    assert (await desk.decisions.share(event, found.id))[1]
    # After a crash the same click says it again; another click does not.
    assert (await desk.decisions.share(event, found.id))[1]
    assert not (await desk.decisions.share(desk.by(PRIYA), found.id))[1]
    shared, fresh = await desk.decisions.share(desk.by(where=other), found.id)
    assert fresh
    assert shared.shared_in == ("product", "design")


# What is private


async def test_what_was_decided_in_private_is_not_there_elsewhere(desk: Desk) -> None:
    found = await desk.decisions.record(desk.by(where=LEADS), written(), ORIGIN)
    for event in (desk.by(), desk.by(ERIK), desk.by(NOA, alone(NOA)), desk.by(ERIK, alone(ERIK))):
        for reading in (
            desk.decisions.get(event, found.id),
            desk.decisions.numbered(event, "D1"),
            desk.decisions.history(event, found.id),
            desk.decisions.withdraw(event, found.id, "No."),
            desk.decisions.share(event, found.id),
        ):
            with pytest.raises(NotFound):
                await reading
        assert await desk.decisions.find(event, Wanted(), limit=9) == ([], 0)
    for event in (desk.by(ERIK, LEADS), desk.by(DANA, alone(DANA))):
        assert await desk.decisions.get(event, found.id) == found
