"""The bot comes and goes: told twice, in any order, it is one fact."""

import pytest

from adapters.teams.places import aside_id, aside_to
from bot.errors import Gone
from bot.events import Conversation, Lifecycle, Person
from storage.unit_of_work import Storage
from tests.fake_teams import FakeTeams
from tests.fake_teams.world import BOT
from tests.teams.running import Running, card, running

ORDERS = ["conversation installation", "installation conversation", "installation installation"]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("place", ["product", "leads"])
async def test_a_welcome_is_said_once_and_names_who_added_it(
    bot: Running, teams: FakeTeams, place: str, order: str
) -> None:
    for _ in range(2):
        answers = await teams.bot_added(place, by="Priya", order=order)
        assert {a.status for a in answers} == {200}
    await bot.settled()
    erik = teams.person("Erik")
    assert erik.reads(place).count("I keep this team's mission") == 1
    if order.startswith("installation"):
        assert "Priya Patel added me" in erik.reads(place)
    assert teams.refused == []


async def test_a_name_that_teams_leaves_out_is_looked_up(bot: Running, teams: FakeTeams) -> None:
    await teams.bot_added("product", by="Priya", order="conversation")
    await bot.settled()
    assert "Priya Patel added me" in teams.person("Erik").reads("product")


async def test_it_is_welcome_once_for_good(storage_file: Storage, teams: FakeTeams) -> None:
    async with running(storage_file, teams) as bot:
        await teams.bot_added("product")
        await bot.settled()
        await teams.bot_removed("product")
        # Long after; the inbox has forgotten the event by then.
        await bot.storage.recovery.forget_before(bot.clock.now().replace(year=2030))
        await teams.bot_added("product")
        await bot.settled()
    assert teams.person("Erik").reads("product").count("I keep this team's mission") == 1


async def test_nobody_is_greeted_unasked(bot: Running, teams: FakeTeams) -> None:
    dana = teams.person("Dana")
    place = teams.world.personal(dana.human)
    for kind, more in (
        ("installationUpdate", {"action": "add"}),
        ("conversationUpdate", {"membersAdded": [{"id": BOT}]}),
    ):
        activity = teams.delivery.activity(kind, dana.human, place, None)
        assert (await teams.delivery.send({**activity, **more, "id": kind})).status == 200
    await bot.settled()
    assert dana.sees("mission") == []
    # And still it is known where to find them.
    to = bot.adapter.messenger.direct(
        f"teams:{dana.human.tenant}", Person(id=dana.human.aad, name="Dana")
    )
    await bot.adapter.messenger.post(to, card("Reminder"), "r1")
    assert [c.what for c in teams.calls] == ["send"]


async def test_when_it_is_removed_it_writes_no_more(bot: Running, teams: FakeTeams) -> None:
    dana = teams.person("Dana")
    await dana.types("@Mission show", "product")
    await bot.settled()
    place = bot.rooms.events[0].conversation
    for _ in range(2):
        answers = await teams.bot_removed("product")
        assert {a.status for a in answers} == {200}
    await bot.settled()
    before = len(teams.calls)
    with pytest.raises(Gone):
        await bot.adapter.messenger.post(place, card("Reminder"), "r1")
    assert len(teams.calls) == before
    left = [e for e in bot.rooms.events if isinstance(e, Lifecycle)]
    assert {e.what for e in left} == {"left"}


async def test_a_deleted_team_takes_all_its_channels_along(bot: Running, teams: FakeTeams) -> None:
    dana = teams.person("Dana")
    for place in ("product", "random"):
        await dana.types("@Mission show", place)
    await dana.types("@Mission show", "leads")
    await bot.settled()
    product, random, leads = (e.conversation for e in bot.rooms.events)
    assert (await teams.channel_event("teamDeleted", "product")).status == 200
    for place in (product, random):
        with pytest.raises(Gone):
            await bot.adapter.messenger.post(place, card("Reminder"), "r1")
    await bot.adapter.messenger.post(leads, card("Reminder"), "r1")


async def test_a_deleted_channel_is_one_channel(bot: Running, teams: FakeTeams) -> None:
    dana = teams.person("Dana")
    for place in ("product", "random"):
        await dana.types("@Mission show", place)
    await bot.settled()
    product, random = (e.conversation for e in bot.rooms.events)
    for _ in range(2):
        assert (await teams.channel_event("channelDeleted", "random")).status == 200
    with pytest.raises(Gone):
        await bot.adapter.messenger.post(random, card("Reminder"), "r1")
    await bot.adapter.messenger.post(product, card("Reminder"), "r1")


async def test_a_new_name_is_known_from_then_on(bot: Running, teams: FakeTeams) -> None:
    dana = teams.person("Dana")
    await dana.types("@Mission show", "product")
    teams.place("product").name = "produce"
    assert (await teams.channel_event("channelRenamed", "produce")).status == 200
    # Most activities leave the name out.
    teams.delivery.names_channels = False
    await dana.types("@Mission show", "produce")
    await bot.settled()
    assert [e.conversation.name for e in bot.rooms.events] == ["product", "produce"]
    assert len({e.conversation.id for e in bot.rooms.events}) == 1


async def test_other_changes_are_nothing(bot: Running, teams: FakeTeams) -> None:
    for what in ("teamRenamed", "channelCreated", "teamArchived", "teamUnarchived", "unheardOf"):
        assert (await teams.channel_event(what, "product")).status == 200
    await bot.settled()
    assert (bot.rooms.events, teams.calls) == ([], [])


async def test_people_who_come_are_an_event_each_once(bot: Running, teams: FakeTeams) -> None:
    erik, noa = teams.person("Erik").human, teams.person("Noa").human
    activity = teams.delivery.activity("conversationUpdate", noa, teams.place("product"), None)
    added = [erik.account(named=False), noa.account(), {"id": "28:another-bot"}]
    for _ in range(2):
        sent = {**activity, "id": "f:1", "membersAdded": added}
        assert (await teams.delivery.send(sent)).status == 200
    await bot.settled()
    came = [e for e in bot.rooms.events if isinstance(e, Lifecycle)]
    assert [(e.what, e.person.id) for e in came] == [
        ("person_joined", erik.aad),
        ("person_joined", noa.aad),
    ]
    assert {e.conversation.name for e in came} == {"product"}
    assert teams.calls == []


async def test_what_is_said_aside_is_seen_by_one_person(bot: Running, teams: FakeTeams) -> None:
    await teams.people_come("Erik")
    await bot.settled()
    (came,) = bot.rooms.events
    aside = bot.adapter.messenger.aside(came.conversation, came.person)
    for _ in range(2):
        await bot.adapter.messenger.post(aside, card("Welcome"), "w1")
    assert "Welcome" in teams.person("Erik").reads("product")
    assert "Welcome" not in teams.person("Dana").reads("product")
    assert teams.person("Erik").sees("mission") == []
    assert [call.what for call in teams.calls] == ["send"]


async def test_too_long_a_name_is_said_in_their_own_conversation() -> None:
    place = Conversation(id=f"teams:t/19:{'x' * 230}", name="product")
    assert aside_to(Conversation(id=aside_id(place, "p" * 36))) == (
        Conversation(id=f"teams:t/@{'p' * 36}"),
        None,
    )
    short = Conversation(id="teams:t/19:abc@thread.tacv2", name="product")
    where, person = aside_to(Conversation(id=aside_id(short, "p1")))
    assert (where.id, person) == (short.id, "p1")
    own = Conversation(id="teams:t/@p1")
    assert aside_to(own) == (own, None)
