"""Announced, confirmed, reminded, done. It is Monday 23 November 2026, 9:00 UTC, and Monday to
Friday are worked."""

from datetime import datetime, timedelta

from bot.announcing.model import MOST_PEOPLE, AnnouncingSettings
from bot.announcing.question import question_about
from bot.charter.model import Draft
from bot.events import Conversation, Person
from tests.announcing.town import (
    DANA,
    ERIK,
    GROWTH,
    LINES,
    NOA,
    PRIYA,
    PRODUCT,
    Town,
    W,
    alone,
)

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
NEWER = (*LINES, ("non_goal", "No ads."))
NEWEST = (*NEWER, ("pillar", "Insurers later."))


def days(town: Town, person: object) -> list[str]:
    return [f"{sent.at:%d %b %H:%M}" for sent in town.to(person)]  # type: ignore[arg-type]


async def set_up(town: Town, **changes: object) -> None:
    async with town.storage(W) as tx:
        charter = await tx.charters.named("Vitals")
        assert charter
        settings = AnnouncingSettings.model_validate(changes)
        await tx.announcements.put_settings(charter.id, settings)


async def test_a_card_says_what_changed_why_and_from_when(town: Town) -> None:
    await town.adopt(NEWER)
    await town.pass_time()
    (card,) = town.to(PRODUCT)
    assert "Vitals changed: version 2" in card.words
    assert "N2 No ads." in card.words
    assert "Why: two pilots asked for it" in card.words
    assert "In force since 23 Nov 2026 · adopted by Dana Diaz" in card.words
    assert "[I have read this]" in card.words
    assert [sent.to for sent in town.sent] == ["product"]  # nobody gets a message of their own


async def test_only_the_missing_are_reminded_on_the_third_and_seventh_working_day(
    town: Town,
) -> None:
    await town.adopt(NEWER)
    await town.pass_time(DAY)
    announced = await town.newest()
    assert "noted that you have read version 2" in await town.click(
        ERIK, "announcing.read", announced.id
    )
    await town.pass_time(5 * DAY)
    await town.click(NOA, "announcing.read", announced.id, alone(NOA))
    await town.pass_time(30 * DAY)
    assert days(town, ERIK) == []
    assert days(town, NOA) == ["26 Nov 10:00"]
    assert days(town, PRIYA) == ["26 Nov 10:00", "02 Dec 10:00"]
    assert days(town, DANA) == []  # she adopted it
    first, last = town.to(PRIYA)
    assert "Have you seen what changed in Vitals?" in first.words
    assert "I ask once more, in a few days." in first.words
    assert "I don't ask again." in last.words


async def test_holidays_quiet_hours_and_days_off_are_kept(town: Town) -> None:
    for person, words in (
        (DANA, "team days off 26 Nov"),
        (PRIYA, "quiet 9:00-14:00"),
        (ERIK, "days off 27 Nov to 30 Nov"),
    ):
        assert "I don't" not in await town.says(person, f"settings {words}")
    await town.adopt(NEWER)
    await town.pass_time(14 * DAY)
    assert days(town, NOA) == ["27 Nov 10:00", "03 Dec 10:00"]
    assert days(town, PRIYA) == ["27 Nov 14:00", "03 Dec 14:00"]
    assert days(town, ERIK) == ["01 Dec 10:00", "03 Dec 10:00"]


async def test_who_is_long_away_gets_one_reminder_on_coming_back(town: Town) -> None:
    await town.says(ERIK, "settings days off 24 Nov to 8 Dec")
    await town.adopt(NEWER)
    await town.pass_time(30 * DAY)
    assert days(town, ERIK) == ["09 Dec 10:00"]


async def test_bots_and_those_who_left_are_not_asked(town: Town) -> None:
    await town.adopt(NEWER)
    await town.comes(NOA, kind="bot")
    await town.leaves(PRIYA)
    await town.pass_time(14 * DAY)
    assert (days(town, PRIYA), days(town, NOA)[1:]) == ([], [])
    assert len(days(town, ERIK)) == 2


async def test_people_asked_by_name_get_it_privately_and_are_dropped_when_they_leave(
    town: Town,
) -> None:
    await set_up(town, audience="people", people=(ERIK, NOA, DANA))
    await town.adopt(NEWER)
    await town.pass_time(DAY)
    (card,) = town.to(PRODUCT)
    assert "[I have read this]" not in card.words
    assert ["[I have read this]" in sent.words for sent in town.to(ERIK)] == [True]
    assert days(town, DANA) == []
    await town.is_gone(NOA)
    await town.pass_time(14 * DAY)
    assert len(days(town, NOA)) == 1
    assert len(days(town, ERIK)) == 3


async def test_nobody_asked_means_nobody_reminded(town: Town) -> None:
    await set_up(town, audience="nobody")
    await town.adopt(NEWER)
    await town.pass_time(14 * DAY)
    assert [sent.to for sent in town.sent] == ["product"]
    assert "[I have read this]" not in town.sent[0].words
    await set_up(town, audience="nobody", channels=False)
    await town.adopt(NEWEST)
    await town.pass_time(14 * DAY)
    assert len(town.sent) == 1


async def test_a_newer_version_takes_the_older_one_s_place(town: Town) -> None:
    await town.adopt(NEWER)
    await town.pass_time(DAY)
    older = await town.newest()
    await town.adopt(NEWEST)
    await town.pass_time(14 * DAY)
    assert [sent.words.count("Insurers later.") for sent in town.to(ERIK)] == [1, 1]
    said = await town.click(ERIK, "announcing.read", older.id)
    assert "Version 2 is not in force any more" in said
    assert "Vitals changed: version 3" in said
    assert (await town.newest()).number == 3
    async with town.storage(W) as tx:
        assert await tx.announcements.confirmed(older.id) == []


async def test_what_was_adopted_while_nothing_ran_asks_only_for_the_newest(town: Town) -> None:
    await town.adopt(NEWER)
    town.clock.advance(timedelta(minutes=1))
    await town.adopt(NEWEST)
    await town.pass_time(timedelta(minutes=1))
    older, newer = town.to(PRODUCT)
    assert "Another version has followed" in older.words
    assert ["[I have read this]" in each.words for each in (older, newer)] == [False, True]


async def test_the_same_adoption_told_twice_is_announced_once(town: Town) -> None:
    before = await town.core.charters.find(W, "Vitals")
    after = await town.adopt(NEWER)
    assert before
    for _ in range(2):
        async with town.storage(W) as tx:
            await town.adopted(
                tx,
                workspace=W,
                before=before,
                after=after,
                reason="",
                by=DANA,
                approved_by=(),
            )
    await town.pass_time(30 * DAY)
    assert len(town.to(PRODUCT)) == 1
    assert len(town.to(ERIK)) == 2


async def test_an_adoption_that_is_undone_announces_nothing(town: Town) -> None:
    class Undone(Exception):
        pass

    try:
        async with town.storage(W) as tx:
            charter = await tx.charters.named("Vitals")
            assert charter
            after = charter.model_copy(
                update={"version": charter.version.model_copy(update={"number": 2})}
            )
            await town.adopted(
                tx,
                workspace=W,
                before=charter,
                after=after,
                reason="",
                by=DANA,
                approved_by=(),
            )
            raise Undone
    except Undone:
        pass
    await town.pass_time(30 * DAY)
    assert town.sent == []


# The question


async def test_one_question_is_answered_as_often_as_one_likes(town: Town) -> None:
    await set_up(town, question=True)
    await town.adopt(NEWER)
    announced = await town.newest()
    asked = await town.click(ERIK, "announcing.read", announced.id)
    assert "Which of these is now out of scope?" in asked
    for letter in "ABC":
        assert f"[{letter}]" in asked
    after, before = await town.core.charters.versions(W, announced.charter_id)
    question = question_about(before, after, f"{announced.id}/{ERIK.id}")
    assert question
    other = next(option.id for option in question.options if option != question.right)
    for _ in range(3):
        wrong = await town.click(ERIK, "announcing.answer", f"{announced.id}:{other}")
        assert "Not that one. It is N2 “No ads.” that is out of scope now." in wrong
        assert "Which of these is now out of scope?" in wrong
    async with town.storage(W) as tx:
        assert await tx.announcements.confirmed(announced.id) == []
    right = await town.click(ERIK, "announcing.answer", f"{announced.id}:N2")
    assert "Yes: N2 “No ads.”." in right
    assert "noted that you have read version 2" in right
    # Once confirmed, nobody is asked again.
    assert "noted that you" in await town.click(ERIK, "announcing.read", announced.id)
    await town.pass_time(14 * DAY)
    assert days(town, ERIK) == []


async def test_a_made_up_answer_confirms_nothing(town: Town) -> None:
    await set_up(town, question=True)
    await town.adopt(NEWER)
    announced = await town.newest()
    for line in ("", "N9", "N1"):
        said = await town.click(ERIK, "announcing.answer", f"{announced.id}:{line}")
        assert "Which of these is now out of scope?" in said
    async with town.storage(W) as tx:
        assert await tx.announcements.confirmed(announced.id) == []


# Where it is announced


async def test_the_default_charter_is_announced_wherever_none_is_bound(town: Town) -> None:
    await town.says(ERIK, "help", GROWTH)
    await town.says(ERIK, "help", alone(ERIK))
    other = Conversation(id="other", name="#other")
    await town.says(ERIK, "help", other)
    async with town.storage(W) as tx:
        vitals = await tx.charters.named("Vitals")
        assert vitals
        elsewhere = vitals.model_copy(update={"id": "elsewhere", "name": "Elsewhere"})
        await tx.charters.add(elsewhere)
        await tx.bindings.bind(other.id, "elsewhere")
    await town.adopt(NEWER)
    await town.pass_time()
    assert sorted(sent.to for sent in town.sent) == ["growth", "product"]


async def test_where_it_cannot_be_posted_owners_see_that(town: Town) -> None:
    await town.says(ERIK, "help", GROWTH)
    town.gone.add(GROWTH.id)
    await town.adopt(NEWER)
    await town.pass_time()
    said = await town.says(DANA, "announcements")
    assert "I may not write in 1 of the channels where it holds." in said
    await town.adopt(NEWEST)
    await town.pass_time()
    assert "I may not write" not in (await town.says(DANA, "announcements")).split("Version 2")[0]


async def child(town: Town, *lines: tuple[str, str], name: str = "Growth") -> None:
    """A charter below Vitals that holds in #growth."""
    vitals = await town.core.charters.find(W, "Vitals")
    assert vitals
    drafts = [Draft(kind=kind, text=text) for kind, text in lines]
    made = await town.core.charters.create(W, name, drafts, by=PRIYA, parent=vitals.id)
    async with town.storage(W) as tx:
        await tx.bindings.bind(GROWTH.id, made.id)


async def test_a_version_above_is_announced_below_where_it_is_inherited(town: Town) -> None:
    await child(town, ("mission", "Grow."))
    await town.adopt(NEWER)
    await town.pass_time()
    (there,) = town.to(GROWTH)
    assert "Vitals changed: version 2" in there.words
    assert "Growth, which holds here, inherits this." in there.words
    assert "inherits this" not in town.to(PRODUCT)[0].words


async def test_what_is_overridden_below_is_not_announced_there(town: Town) -> None:
    await child(town, ("mission", "Grow."))
    await town.adopt((("mission", "Help everybody."), *LINES[1:]))
    await town.pass_time()
    assert (len(town.to(PRODUCT)), town.to(GROWTH)) == (1, [])


async def test_a_version_below_is_not_announced_above(town: Town) -> None:
    await child(town, ("mission", "Grow."))
    await town.adopt((("mission", "Grow fast."),), name="Growth", by=PRIYA)
    await town.pass_time()
    assert (town.to(PRODUCT), len(town.to(GROWTH))) == ([], 1)


# Owners


async def test_owners_see_counts_and_names_only_where_they_are_allowed(town: Town) -> None:
    await town.adopt(NEWER)
    announced = await town.newest()
    await town.click(ERIK, "announcing.read", announced.id)
    said = await town.says(DANA, "announcements")
    assert "1 of 3 have read it." in said
    assert "Reminded next on 26 Nov 2026." in said
    assert "Erik" not in said
    # Who confirmed when only their number was told stays unnamed.
    await set_up(town, names=True)
    assert "Erik" not in await town.says(DANA, "announcements")
    await town.adopt(NEWEST)
    announced = await town.newest()
    await town.click(ERIK, "announcing.read", announced.id)
    said = await town.says(DANA, "announcements")
    assert "Read: Erik Ek" in said
    assert "Not yet: Priya Patel and Noa Novak" in said
    for person in (PRIYA, NOA):
        await town.click(person, "announcing.read", announced.id)
    assert "Done: everybody has read it (3 of 3)." in await town.says(DANA, "announcements")


async def test_who_is_no_owner_sees_their_own_part(town: Town) -> None:
    assert "Nothing has been announced" in await town.says(ERIK, "announcements")
    await town.adopt(NEWER)
    said = await town.says(ERIK, "announcements")
    assert "Version 2 of Vitals, from 23 Nov 2026, waits for you to read it." in said
    assert "of 3" not in said
    await town.click(ERIK, "announcing.read", (await town.newest()).id)
    assert "You have read version 2 of Vitals." in await town.says(ERIK, "announcements")


async def test_who_is_not_asked_by_name_is_not_told_that_it_waits(town: Town) -> None:
    await set_up(town, audience="people", people=(ERIK,))
    await town.adopt(NEWER)
    assert "waits for you to read it" in await town.says(ERIK, "announcements")
    said = await town.says(PRIYA, "announcements")
    assert said == "Nobody waits for you to read anything of Vitals."


async def test_where_nothing_is_said_unasked_a_version_is_adopted_all_the_same(town: Town) -> None:
    await set_up(town, audience="people", people=(ERIK,))
    del town.core.posters["web"]
    await town.adopt(NEWER)
    assert (await town.newest()).number == 2
    assert "waits for you to read it" in await town.says(ERIK, "announcements")


async def test_remind_now_uses_one_of_the_two_reminders(town: Town) -> None:
    await town.adopt(NEWER)
    announced = await town.newest()
    assert "reminded now" in await town.click(DANA, "announcing.remind", announced.id)
    assert "within the last day" in await town.click(DANA, "announcing.remind", announced.id)
    await town.pass_time(2 * DAY)
    assert days(town, ERIK) == ["23 Nov 09:00"]
    await town.pass_time(30 * DAY)
    assert days(town, ERIK) == ["23 Nov 09:00", "02 Dec 10:00"]
    refused = await town.click(DANA, "announcing.remind", announced.id)
    assert "nobody is reminded a third time" in refused


async def test_closed_nobody_is_reminded(town: Town) -> None:
    await town.adopt(NEWER)
    announced = await town.newest()
    assert "Closed: nobody is asked" in await town.click(DANA, "announcing.close", announced.id)
    await town.pass_time(30 * DAY)
    assert days(town, ERIK) == []
    # Whoever clicks the card still may.
    assert "noted that you" in await town.click(ERIK, "announcing.read", announced.id)
    assert "One person has read it. Closed by Dana Diaz." in await town.says(DANA, "announcements")


async def test_only_owners_remind_close_and_set(town: Town) -> None:
    charter = await town.adopt(NEWER)
    announced = await town.newest()
    for action, value in (
        ("announcing.remind", announced.id),
        ("announcing.close", announced.id),
        ("announcing.settings", charter.id),
    ):
        assert "Only owners of Vitals" in await town.click(ERIK, action, value)
    said = await town.fills(ERIK, "announcing.save", charter.id, audience="nobody")
    assert "Only owners of Vitals" in said
    assert (await town.newest()).state == "open"


async def test_settings_hold_from_the_next_version_on(town: Town) -> None:
    charter = await town.adopt(NEWER)
    said = await town.fills(
        DANA,
        "announcing.save",
        charter.id,
        audience="people",
        people=("erik",),
        question="on",
    )
    assert "Saved." in said
    assert "Asked to confirm: Erik Ek" in said
    assert "Question first: one about the change" in said
    await town.pass_time(DAY)
    assert town.to(ERIK) == []
    await town.adopt(NEWEST)
    await town.pass_time()
    assert len(town.to(ERIK)) == 1
    assert (await town.newest()).question


async def test_settings_that_do_not_go_together_are_refused(town: Town) -> None:
    charter = await town.adopt(NEWER)

    async def save(**fields: object) -> str:
        return await town.fills(DANA, "announcing.save", charter.id, **fields)

    assert "Choose who is asked" in await save(audience="people", people=())
    many = [Person(id=f"p{n}", name=f"P{n}") for n in range(MOST_PEOPLE + 1)]
    town.known.update({each.id: each for each in many})
    assert "At most 200 people" in await save(audience="people", people=tuple(town.known))
    assert "Post it, or name people" in await save(audience="members", channels="off")


async def test_while_the_platform_does_not_say_who_is_there_nobody_is_lost(town: Town) -> None:
    await town.adopt(NEWER)
    town.busy = True
    said = await town.says(DANA, "announcements")
    assert "Nobody has read it. I could not look who is still missing" in said
    await town.pass_time(3 * DAY + HOUR)
    assert days(town, ERIK) == []
    town.busy = False
    await town.pass_time(DAY)
    assert len(days(town, ERIK)) == 1


async def test_where_nobody_is_any_more_nobody_is_asked(town: Town) -> None:
    await town.adopt(NEWER)
    town.gone.add(PRODUCT.id)
    said = await town.says(DANA, "announcements")
    assert "Nobody is there now who could be asked." in said
    await town.pass_time(14 * DAY)
    assert town.sent == []


# Newcomers


async def test_newcomers_get_the_charter_once_privately(town: Town) -> None:
    await town.leaves(NOA)
    for _ in range(3):
        await town.comes(NOA)
        await town.leaves(NOA)
    await town.comes(NOA, GROWTH)
    await town.pass_time()
    (card,) = town.to(NOA)
    assert "Welcome. This is what Vitals works towards" in card.words
    assert "Help people own their health." in card.words
    assert town.to(PRODUCT) == []


async def test_who_came_after_the_adoption_is_not_asked_what_changed(town: Town) -> None:
    await town.leaves(NOA)
    await town.adopt(NEWER)
    await town.pass_time(DAY)
    await town.comes(NOA)
    await town.pass_time(14 * DAY)
    assert len(town.to(NOA)) == 1
    assert "N2" in town.to(NOA)[0].words
    assert "0 of 2 have read it." in await town.says(DANA, "announcements")


async def test_owners_may_switch_the_welcome_off(town: Town) -> None:
    await set_up(town, newcomers=False)
    await town.comes(NOA)
    await town.pass_time(DAY)
    assert town.to(NOA) == []


async def test_two_hundred_at_once_are_paced_by_the_engine(town: Town) -> None:
    for number in range(200):
        await town.comes(Person(id=f"new{number}", name=f"New {number}"))
    assert town.sent == []  # promised, not sent by the handlers
    await town.pass_time()
    assert len({sent.to for sent in town.sent}) == len(town.sent) == 200


async def test_nothing_is_announced_before_the_moment(town: Town) -> None:
    assert town.clock.now() == datetime.fromisoformat("2026-11-23T09:00+00:00")
    await town.pass_time(30 * DAY)
    assert town.sent == []
