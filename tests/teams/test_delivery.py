"""What the bot says reaches whom it is for, once, whatever Teams does meanwhile."""

import asyncio

import pytest

from bot.errors import CannotTell, Gone, Refused, Throttled, Unreachable
from bot.events import Conversation, Event, Person
from storage.unit_of_work import Storage
from tests.fake_teams import FakeTeams, Fault, Message
from tests.fake_teams.world import TENANT
from tests.teams.running import Running, card, running

WORKSPACE = f"teams:{TENANT}"


def calls(teams: FakeTeams, what: str) -> list[int]:
    return [
        call.status
        for call in teams.calls
        if call.what == what and (call.body or {}).get("type") != "typing"
    ]


def last(teams: FakeTeams, place: str) -> Message:
    where = teams.place(place)
    return [m for m in teams.world.messages if m.place == where.id][-1]


async def known(bot: Running, teams: FakeTeams, place: str = "product") -> Conversation:
    """The bot has met the conversation."""
    await teams.person("Dana").types("@Mission show", place)
    await bot.settled()
    return bot.rooms.events[-1].conversation


# Answers


@pytest.mark.parametrize(
    "faults",
    [
        [Fault(429, {"Retry-After": "1"})],
        [Fault(429)],
        [Fault(429, {"Retry-After": "soon"})],
        [Fault(412), Fault(502)],
        [Fault(503), Fault(504)],
        [Fault(drop=True)],
        [Fault(401)],
    ],
)
async def test_answers_are_tried_again(bot: Running, teams: FakeTeams, faults: list[Fault]) -> None:
    teams.next("send", *faults)
    await teams.person("Dana").types("@Mission show", "product")
    await bot.settled()
    assert teams.person("Dana").reads("product").count("Charter v4") == 1
    assert len(calls(teams, "send")) == len(faults) + 1


async def test_nothing_is_sent_while_teams_wants_us_to_wait(bot: Running, teams: FakeTeams) -> None:
    teams.next("send", Fault(429, {"Retry-After": "1"}))
    dana = teams.person("Dana")
    for _ in range(3):
        await dana.types("@Mission show", "product")
    await dana.types("show", "mission")
    await bot.settled()
    assert dana.reads("product").count("Charter v4") == 3
    assert 429 in calls(teams, "send")
    assert teams.connector.hasty == []


async def test_a_busy_conversation_is_paced_and_others_are_not(
    bot: Running, teams: FakeTeams
) -> None:
    dana, erik = teams.person("Dana"), teams.person("Erik")
    for _ in range(12):
        await dana.types("@Mission show", "product")
    await erik.types("show", "mission")
    await bot.settled()
    assert dana.reads("product").count("Charter v4") == 12
    assert erik.reads("mission").count("Charter v4") == 1
    assert 429 not in calls(teams, "send")


@pytest.mark.parametrize("fault", [Fault(403, code="TargetedNotAllowed"), Fault(400), Fault(404)])
async def test_where_targeted_messages_are_refused_the_answer_comes_to_the_own_chat(
    bot: Running, teams: FakeTeams, fault: Fault
) -> None:
    dana, erik = teams.person("Dana"), teams.person("Erik")
    await dana.types("/mission show", "product")
    await bot.settled()
    teams.next("send", fault)
    await dana.types("/mission secret", "product")
    await bot.settled()
    assert "For you alone" in dana.reads("mission")
    assert "From “product”; nobody else sees it." in dana.reads("mission")
    for place in ("product", "random"):
        assert "For you alone" not in erik.reads(place)
    # The conversation itself is not given up for that.
    await dana.types("@Mission show", "product")
    await bot.settled()
    assert "Charter v4" in erik.reads("product")


async def test_a_private_answer_is_never_public(bot: Running, teams: FakeTeams) -> None:
    """Whatever Teams answers, in whatever order."""
    dana = teams.person("Dana")
    await dana.types("/mission show", "product")
    for faults in (
        [Fault(500), Fault(502)],
        [Fault(429, {"Retry-After": "0"}), Fault(403)],
        [Fault(400), Fault(400)],
        [Fault(413)],
        [Fault(drop=True), Fault(404)],
        [Fault(502, done=True)],
    ):
        teams.next("send", *faults)
        await dana.types("/mission secret", "product")
        await bot.settled()
    seen = [m for m in teams.world.messages if "For you alone" in dana.words(m)]
    assert len(seen) >= 4
    own = teams.world.personal(dana.human).id
    assert all(m.only_for == dana.human.mri or m.place == own for m in seen)


async def test_what_cannot_be_written_publicly_is_told_to_the_asker(
    bot: Running, teams: FakeTeams
) -> None:
    dana, erik = teams.person("Dana"), teams.person("Erik")
    await dana.types("@Mission show", "product")
    await bot.settled()
    teams.place("product").bot = False
    await dana.clicks("Share", "product")
    await bot.settled()
    assert "Shared by Dana Diaz" in dana.reads("mission")
    assert "nobody else saw this" in dana.reads("mission")
    assert "Shared" not in erik.reads("product")


async def test_a_vote_changes_the_card_once_a_moment(bot: Running, teams: FakeTeams) -> None:
    people = [teams.person(name) for name in ("Dana", "Priya", "Erik", "Noa")]
    await people[0].types("@Mission show", "product")
    await bot.settled()
    message = last(teams, "product")
    for _ in range(3):
        for person in people:
            await person.clicks("Vote", "product", message=message)
    await bot.settled()
    assert all("12 votes" in person.reads("product") for person in people)
    assert message.edits <= 4
    assert teams.refused == []


async def test_an_answer_that_was_given_is_not_given_again(
    storage_file: Storage, teams: FakeTeams
) -> None:
    async with running(storage_file, teams) as bot:
        dana = teams.person("Dana")
        await dana.types("@Mission show", "product")
        await bot.settled()
        event = bot.rooms.events[0]
        for _ in range(2):
            await bot.adapter.messenger.answer(event, await bot.rooms.router.dispatch(event))
        assert dana.reads("product").count("Charter v4") == 1


async def test_after_a_restart_the_answer_comes_all_the_same(
    storage_file: Storage, teams: FakeTeams
) -> None:
    stuck = asyncio.Event()

    async def think(event: Event) -> None:
        await stuck.wait()

    dana, erik = teams.person("Dana"), teams.person("Erik")
    async with running(storage_file, teams) as bot:
        bot.rooms.think = think
        await dana.types("/mission secret", "product")
        assert not await bot.inbox.drain(0.1)
    async with running(storage_file, teams) as bot:
        await bot.inbox.recover(alone=True)
        await teams.until(lambda: "For you alone" in dana.reads("product"))
        assert "For you alone" not in erik.reads("product")


# Unprompted


async def test_a_post_is_one_message_a_key(bot: Running, teams: FakeTeams) -> None:
    place, messenger = await known(bot, teams), bot.adapter.messenger
    first = await messenger.post(place, card("Reminder"), "r1")
    assert await messenger.post(place, card("Reminder"), "r1") == first
    assert await messenger.find(place, "r1") == first
    assert last(teams, "product").id == first
    assert last(teams, "product").thread is None
    with pytest.raises(CannotTell):
        await messenger.find(place, "r2")


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(429, {"Retry-After": "7"}), Throttled),
        (Fault(412), Throttled),
        (Fault(500), Unreachable),
        (Fault(502), Unreachable),
        (Fault(503), Unreachable),
        (Fault(504), Unreachable),
        (Fault(drop=True), Unreachable),
        (Fault(400), Refused),
        (Fault(413), Refused),
        (Fault(403), Gone),
        (Fault(404), Gone),
    ],
)
async def test_a_post_is_tried_once(
    bot: Running, teams: FakeTeams, fault: Fault, error: type[Exception]
) -> None:
    place = await known(bot, teams)
    before = len(teams.calls)
    teams.next("send", fault)
    with pytest.raises(error) as caught:
        await bot.adapter.messenger.post(place, card("Reminder"), "r1")
    assert len(teams.calls) == before + 1
    if isinstance(caught.value, Throttled):
        assert caught.value.retry_after == (7.0 if fault.status == 429 else None)
    if isinstance(caught.value, Unreachable):
        assert caught.value.may_be_done


async def test_a_post_waits_for_nobody(bot: Running, teams: FakeTeams) -> None:
    place, messenger = await known(bot, teams), bot.adapter.messenger

    async def post_many() -> None:
        for number in range(20):
            await messenger.post(place, card("Reminder"), f"r{number}")

    with pytest.raises(Throttled) as caught:
        await post_many()
    assert caught.value.retry_after
    assert caught.value.retry_after > 0
    assert 429 not in calls(teams, "send")


async def test_nobody_takes_the_connection(bot: Running, teams: FakeTeams) -> None:
    """Then it is certain that nothing was said."""
    teams.delivery.service_url = "http://127.0.0.1:9/teams/"
    own = teams.world.personal(teams.person("Dana").human)
    activity = teams.delivery.activity("installationUpdate", None, own, None)
    activity |= {"action": "add", "from": teams.person("Dana").human.account()}
    assert (await teams.delivery.send({**activity, "id": "1"})).status == 200
    to = Conversation(id=f"{WORKSPACE}/{own.id}", private=True)
    with pytest.raises(Unreachable) as caught:
        await bot.adapter.messenger.post(to, card("Reminder"), "r1")
    assert caught.value.may_be_done is False


async def test_after_it_was_taken_out_nothing_is_sent(bot: Running, teams: FakeTeams) -> None:
    place = await known(bot, teams)
    teams.place("product").bot = False
    with pytest.raises(Gone):
        await bot.adapter.messenger.post(place, card("Reminder"), "r1")
    before = len(teams.calls)
    with pytest.raises(Gone):
        await bot.adapter.messenger.post(place, card("Reminder"), "r2")
    assert len(teams.calls) == before
    # It is let in again: whatever is heard from there brings it back to life.
    teams.place("product").bot = True
    await known(bot, teams)
    await bot.adapter.messenger.post(place, card("Reminder"), "r3")


async def test_somebody_can_be_written_to_who_never_wrote(bot: Running, teams: FakeTeams) -> None:
    noa = teams.person("Noa")
    person = Person(id=noa.human.aad, name="Noa")
    to = bot.adapter.messenger.direct(WORKSPACE, person)
    with pytest.raises(Gone):
        await bot.adapter.messenger.post(to, card("Hello"), "r0")
    await known(bot, teams)
    await bot.adapter.messenger.post(to, card("Reminder"), "r1")
    await bot.adapter.messenger.post(to, card("Another"), "r2")
    assert "Reminder" in noa.reads("mission")
    assert "Another" in noa.reads("mission")
    assert calls(teams, "create") == [201]
    noa.human.blocked = True
    with pytest.raises(Gone):
        await bot.adapter.messenger.post(to, card("Reminder"), "r3")
    assert teams.refused[-1].startswith("send: 403")


async def test_members_are_read_page_by_page(bot: Running, teams: FakeTeams) -> None:
    place = await known(bot, teams)
    guest = teams.world.human("Gus Guest")
    guest.role = "guest"
    many = [teams.world.human(f"Person {number}") for number in range(1100)]
    teams.place("product").members += [guest, *many]
    members = await bot.adapter.messenger.members(place)
    assert len(members) == 1107
    assert calls(teams, "members") == [200, 200, 200]
    kinds = {m.person.name: m.kind for m in members}
    assert (kinds["Gus Guest"], kinds["Dana Diaz"]) == ("guest", "member")
    # Who is only known by the roster can be written to.
    to = bot.adapter.messenger.direct(WORKSPACE, Person(id=many[0].aad, name="x"))
    await bot.adapter.messenger.post(to, card("Reminder"), "r1")
    assert "Reminder" in teams.driver(many[0]).reads("mission")


async def test_members_of_nowhere(bot: Running, teams: FakeTeams) -> None:
    with pytest.raises(Gone):
        await bot.adapter.messenger.members(Conversation(id=f"{WORKSPACE}/19:x@thread.tacv2"))


async def test_a_slow_teams_is_waited_for(bot: Running, teams: FakeTeams) -> None:
    teams.next("send", Fault(slow=1.0))
    await teams.person("Dana").types("@Mission show", "product")
    await bot.settled()
    assert "Charter v4" in teams.person("Dana").reads("product")
