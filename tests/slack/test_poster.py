"""What the bot says unprompted, whether it got there, and who is where."""

from collections.abc import AsyncIterator

import pytest

from adapters.slack.api import SlackApi
from bot.cards import Card, Image
from bot.errors import CannotTell, Gone, PlatformError, Refused, Throttled, Unreachable
from bot.events import Conversation, Person
from bot.ports import Poster
from tests.fake_slack import Fault
from tests.fake_slack.server import SCOPES
from tests.slack.conftest import card
from tests.slack_stage import SlackStage, slack_stage

PICTURE = Card(summary="Pulse", elements=(Image(data=b"\x89PNG\r\n", alt="Up since May"),))


@pytest.fixture
async def team() -> AsyncIterator[SlackStage]:
    async with slack_stage() as stage:
        yield stage


def poster(team: SlackStage) -> Poster:
    return team.adapter.messenger


def workspace(team: SlackStage) -> str:
    return f"slack:{team.slack.home.id}:{team.slack.home.id}"


def channel(team: SlackStage, name: str = "product") -> Conversation:
    return Conversation(id=f"{workspace(team)}:{team.slack.channel(name).id}", name=name)


def direct(team: SlackStage, who: str = "Dana") -> Conversation:
    human = team.slack.person(who).human
    return poster(team).direct(workspace(team), Person(id=human.id, name=human.name))


def made(team: SlackStage, method: str) -> int:
    return [call.method for call in team.slack.calls].count(method)


# Saying it


async def test_it_is_said_once_a_key(team: SlackStage) -> None:
    to = direct(team)
    assert (to.private, to.direct) == (True, True)
    said = await poster(team).post(to, card("Hello"), "intent-1")
    assert await poster(team).post(to, card("Hello"), "intent-1") == said
    await poster(team).post(to, card("Again"), "intent-2")
    await poster(team).post(channel(team), card("All"), "intent-1" + "x" * 400)
    assert team.slack.person("Dana").reads("mission") == "Hello\nAgain"
    assert team.slack.person("Noa").reads() == "All"
    assert team.refused() == []


async def test_429_is_for_the_caller_to_wait_out(team: SlackStage) -> None:
    team.slack.next("chat.postMessage", Fault.wait("30"))
    for _ in range(2):
        with pytest.raises(Throttled) as told:
            await poster(team).post(channel(team), card("Hello"), "k")
        assert 29 < (told.value.retry_after or 0) <= 30
    assert made(team, "chat.postMessage") == 0
    assert team.slack.rates.impatient == []


@pytest.mark.parametrize(
    ("fault", "may_be_done"),
    [
        (Fault.cut_after(), True),
        (Fault.cut_before(), True),
        (Fault.http(503), True),
        (Fault.http(200, "<html>"), True),
        (Fault.no("fatal_error"), True),
        (Fault.no("service_unavailable"), False),
        (Fault.no("team_added_to_org"), False),
    ],
)
async def test_it_says_whether_it_may_be_done(
    team: SlackStage, fault: Fault, may_be_done: bool
) -> None:
    team.slack.next("chat.postMessage", fault)
    with pytest.raises(Unreachable) as told:
        await poster(team).post(channel(team), card("Hello"), "k")
    assert told.value.may_be_done is may_be_done


async def test_where_nobody_takes_the_connection_nothing_is_done() -> None:
    async with SlackApi("http://127.0.0.1:1/") as api:
        sent = {"channel": "C1", "text": "x"}
        for calling in (
            api.call("chat.postMessage", "xoxb-1", sent, patience=0),
            api.respond("http://127.0.0.1:1/hook", sent),
            api.upload("http://127.0.0.1:1/file", b"x"),
        ):
            with pytest.raises(Unreachable) as told:
                await calling
            assert told.value.may_be_done is False


async def test_slacks_no_is_told_apart(team: SlackStage) -> None:
    team.slack.next("chat.postMessage", Fault.no("msg_too_long"))
    with pytest.raises(Refused):
        await poster(team).post(channel(team), card("Hello"), "k")
    team.slack.bot_removed("product")
    with pytest.raises(Gone):
        await poster(team).post(channel(team), card("Hello"), "k")
    team.slack.person("Erik").human.deleted = True
    with pytest.raises(Gone):
        await poster(team).post(direct(team, "Erik"), card("Hello"), "k")


# Finding it again


async def test_what_was_said_and_not_confirmed_is_found_in_direct_messages(
    team: SlackStage,
) -> None:
    to = direct(team)
    await poster(team).post(to, card("Before"), "other")
    team.slack.next("chat.postMessage", Fault.cut_after())
    with pytest.raises(Unreachable):
        await poster(team).post(to, card("Hello"), "k")
    found = await poster(team).find(to, "k")
    message = team.slack.person("Dana").sees("mission")[-1]
    assert found == f"{message.channel}:{message.ts}"
    # Known from now on; and said no second time.
    assert await poster(team).post(to, card("Hello"), "k") == found
    assert team.slack.person("Dana").reads("mission") == "Before\nHello"


async def test_what_never_got_there_is_not_found(team: SlackStage) -> None:
    team.slack.next("chat.postMessage", Fault.cut_before())
    with pytest.raises(Unreachable):
        await poster(team).post(direct(team), card("Hello"), "k")
    assert await poster(team).find(direct(team), "k") is None


async def test_it_is_found_behind_much_that_was_said_since(team: SlackStage) -> None:
    team.slack.rates.enabled = False
    team.slack.next("chat.postMessage", Fault.cut_after())
    with pytest.raises(Unreachable):
        await poster(team).post(direct(team), card("Hello"), "k")
    for number in range(250):
        await poster(team).post(direct(team), card("More"), f"more-{number}")
    assert await poster(team).find(direct(team), "k") is not None
    for number in range(800):
        await poster(team).post(direct(team), card("More"), f"much-{number}")
    with pytest.raises(CannotTell):
        await poster(team).find(direct(team), "never")


async def test_in_channels_slack_does_not_let_us_look(team: SlackStage) -> None:
    with pytest.raises(CannotTell):
        await poster(team).find(channel(team), "k")
    with pytest.raises(CannotTell):
        await poster(team).find(channel(team, "secret"), "k")
    said = await poster(team).post(channel(team), card("Hello"), "k")
    assert await poster(team).find(channel(team), "k") == said


async def test_where_it_was_granted_we_look_in_channels_too() -> None:
    async with slack_stage(scopes=f"{SCOPES} channels:history") as team:
        team.slack.next("chat.postMessage", Fault.cut_after())
        with pytest.raises(Unreachable):
            await poster(team).post(channel(team), card("Hello"), "k")
        assert await poster(team).find(channel(team), "k") is not None
        team.slack.next("conversations.history", Fault.wait("20"), Fault.http(500))
        with pytest.raises(PlatformError):
            await poster(team).find(channel(team), "other")


# Who is there


async def test_everybody_in_a_channel_is_named_with_zone_and_kind(team: SlackStage) -> None:
    world, home = team.slack.world, team.slack.home.id
    place = team.slack.channel("product")
    for name, facts in {
        "Gus Guest": {"is_restricted": True, "tz": "Asia/Tokyo"},
        "Robo": {"is_bot": True},
        "Lea Left": {"deleted": True},
        "Zed": {"tz": "Not/AZone"},
    }.items():
        human = world.human(name, home)
        for fact, value in facts.items():
            setattr(human, fact, value)
        place.members.add(human.id)
    other = world.workspace("Other")
    place.shared_with = other.id
    place.members.add(world.human("Sue Stranger", other.id).id)
    found = await poster(team).members(channel(team))
    assert {m.person.name: (m.kind, m.zone) for m in found} == {
        "Dana Diaz": ("member", "Europe/Berlin"),
        "Priya Patel": ("member", "Europe/Berlin"),
        "Erik Ek": ("member", "Europe/Berlin"),
        "Noa Novak": ("member", "Europe/Berlin"),
        "Mila Moreau": ("member", "Europe/Berlin"),
        "Tom Tamm": ("member", "Europe/Berlin"),
        "Gus Guest": ("guest", "Asia/Tokyo"),
        "Robo": ("bot", "Europe/Berlin"),
        "Zed": ("member", ""),
        "Sue Stranger": ("guest", "Europe/Berlin"),
    }
    asked = made(team, "users.info")
    assert await poster(team).members(channel(team)) == found
    assert made(team, "users.info") == asked
    assert [m.person.name for m in await poster(team).members(direct(team, "Noa"))] == ["Noa Novak"]


async def test_many_are_asked_for_in_pages_and_learnt_bit_by_bit(team: SlackStage) -> None:
    place = team.slack.channel("random")
    for number in range(230):
        place.members.add(team.slack.world.human(f"P{number:03}", team.slack.home.id).id)
    with pytest.raises(Throttled):
        await poster(team).members(channel(team, "random"))
    learnt = made(team, "users.info")
    assert 100 <= learnt <= 105
    # Those who were on their way when Slack said so.
    assert len(team.slack.rates.impatient) < 5
    team.slack.rates.enabled = False
    team.adapter._api._closed_until.clear()  # a minute later
    found = await poster(team).members(channel(team, "random"))
    assert len(found) == 236
    assert made(team, "users.info") <= 236 + 5
    assert made(team, "conversations.members") == 4


async def test_who_changed_is_known_at_once(team: SlackStage) -> None:
    await poster(team).members(channel(team))
    noa, erik = team.slack.person("Noa").human, team.slack.person("Erik").human
    noa.tz, noa.name, erik.deleted = "America/Lima", "Noa New", True
    asked = made(team, "users.info")
    for human in (noa, erik):
        await team.slack.happens({"type": "user_change", "user": human.told()})
    await team.settled()
    found = {m.person.name: m.zone for m in await poster(team).members(channel(team))}
    assert found["Noa New"] == "America/Lima"
    assert "Erik Ek" not in found
    assert made(team, "users.info") == asked


# Pictures


async def test_a_picture_is_shown_once_slack_has_taken_it_in(team: SlackStage) -> None:
    await poster(team).post(channel(team), PICTURE, "k")
    assert team.slack.person("Noa").reads() == "[picture: Up since May]"
    (file,) = team.slack.world.files.values()
    assert file.content == b"\x89PNG\r\n"
    assert made(team, "files.info") > 1
    assert team.refused() == []


async def test_without_the_right_to_files_its_words_stand_in() -> None:
    async with slack_stage(scopes=SCOPES.replace("files:read ", "")) as team:
        await poster(team).post(channel(team), PICTURE, "k")
        assert team.slack.person("Noa").reads() == "Picture: Up since May"


async def test_a_picture_that_cannot_be_sent_now_is_tried_later(team: SlackStage) -> None:
    team.slack.next("files.getUploadURLExternal", Fault.wait("9"), Fault.cut_after())
    with pytest.raises(Throttled):
        await poster(team).post(channel(team), PICTURE, "k")
    team.adapter._api._closed_until.clear()  # nine seconds later
    with pytest.raises(Unreachable) as told:
        await poster(team).post(channel(team), PICTURE, "k")
    assert told.value.may_be_done is False
    await poster(team).post(channel(team), PICTURE, "k")
    assert team.slack.person("Noa").reads() == "[picture: Up since May]"
