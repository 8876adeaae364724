"""Every way in which somebody can say something to the bot, and who reads the answer."""

import pytest

from bot.events import ButtonClick, Command, FormSubmit, Question
from tests.fake_teams import FakeTeams, Message
from tests.teams.running import Running


def last(teams: FakeTeams, place: str) -> Message:
    where = teams.place(place)
    return [m for m in teams.world.messages if m.place == where.id][-1]


def nothing_went_wrong(teams: FakeTeams) -> None:
    assert teams.refused == []
    for name in ("Dana", "Priya", "Erik", "Noa"):
        assert teams.person(name).problems == []


async def test_in_the_own_chat(bot: Running, teams: FakeTeams) -> None:
    dana = teams.person("Dana")
    for words in ("/mission", "mission", "/Mission show", "show", "@Mission show"):
        await dana.types(words, "mission")
    await bot.settled()
    assert dana.reads("mission").count("Charter v4") == 5
    first = bot.rooms.events[0]
    assert isinstance(first, Command)
    assert (first.person.id, first.person.name) == (dana.human.aad, "Dana Diaz")
    assert (first.public, first.conversation.private, first.thread) == (False, True, None)
    assert first.zone == "Europe/Berlin"
    assert all("only" not in m.activity.get("recipient", {}) for m in dana.sees("mission"))
    nothing_went_wrong(teams)


@pytest.mark.parametrize("words", ["Hi", "Hello", "Help", "help", "hello!"])
async def test_greetings_get_an_answer(bot: Running, teams: FakeTeams, words: str) -> None:
    dana = teams.person("Dana")
    await dana.types(words, "mission")
    await bot.settled()
    assert len(dana.sees("mission")) == 2


async def test_a_mention_in_a_channel_is_answered_in_its_thread(
    bot: Running, teams: FakeTeams
) -> None:
    await teams.person("Dana").types("@Mission does <b>it</b> fit & work?", "product")
    await bot.settled()
    asked = teams.person("Dana").sees("product")[0]
    answer = teams.person("Erik").sees("product")[1]
    assert answer.thread == asked.id
    event = bot.rooms.events[0]
    assert isinstance(event, Question)
    assert event.text == "does <b>it</b> fit & work?"
    assert (event.public, event.thread, event.conversation.private) == (True, asked.id, False)
    assert event.conversation.name == "product"
    await teams.person("Erik").types("@Mission and now?", "product", thread=asked.id)
    await bot.settled()
    assert bot.rooms.events[1].thread == asked.id
    assert last(teams, "product").thread == asked.id
    nothing_went_wrong(teams)


async def test_people_who_are_mentioned_are_named(bot: Running, teams: FakeTeams) -> None:
    await teams.person("Dana").types(
        "@Mission what did @Erik decide about <at>Noa</at>?", "product"
    )
    await bot.settled()
    event = bot.rooms.events[0]
    assert isinstance(event, Question)
    assert event.text == "what did @Erik decide about <at>Noa</at>?"


async def test_a_group_chat_is_private_and_has_no_threads(bot: Running, teams: FakeTeams) -> None:
    await teams.person("Dana").types("@Mission show", "leads")
    await bot.settled()
    event = bot.rooms.events[0]
    assert (event.public, event.conversation.private, event.thread) == (True, True, None)
    assert "Charter v4" in teams.person("Erik").reads("leads")
    nothing_went_wrong(teams)


async def test_a_private_channel_is_private(bot: Running, teams: FakeTeams) -> None:
    await teams.person("Dana").types("@Mission show", "secret")
    await bot.settled()
    assert bot.rooms.events[0].conversation.private


@pytest.mark.parametrize("place", ["product", "leads"])
async def test_what_is_said_with_a_slash_stays_between_us(
    bot: Running, teams: FakeTeams, place: str
) -> None:
    dana, erik = teams.person("Dana"), teams.person("Erik")
    await dana.types("/mission show", place)
    await dana.types("/mission", place)
    await bot.settled()
    assert all(isinstance(e, Command) and not e.public for e in bot.rooms.events)
    assert dana.reads(place).count("Charter v4") == 2
    assert "Charter v4" not in erik.reads(place)
    # Clicks on what one person sees are answered to that person, and may be shared.
    await dana.clicks("Later", place)
    await bot.settled()
    assert "Later, then" in dana.reads(place)
    assert "Later, then" not in erik.reads(place)
    await dana.clicks("Share", place)
    await bot.settled()
    assert "Shared by Dana Diaz" in erik.reads(place)
    nothing_went_wrong(teams)


async def test_a_private_answer_to_a_public_question_is_shown_to_one_person(
    bot: Running, teams: FakeTeams
) -> None:
    dana, erik = teams.person("Dana"), teams.person("Erik")
    await dana.types("@Mission secret", "product")
    await bot.settled()
    assert "For you alone" in dana.reads("product")
    assert "For you alone" not in erik.reads("product")
    nothing_went_wrong(teams)


async def test_a_click_for_everybody_changes_the_card_for_everybody(
    bot: Running, teams: FakeTeams
) -> None:
    dana, erik = teams.person("Dana"), teams.person("Erik")
    await dana.types("@Mission show", "product")
    await bot.settled()
    await erik.clicks("Later", "product")
    assert "Later, then" in erik.reads("product")
    await bot.settled()
    assert "Later, then" in dana.reads("product")
    assert "Charter v4" not in dana.reads("product")
    event = bot.rooms.events[1]
    assert isinstance(event, ButtonClick)
    assert (event.message, event.value, event.public) == (last(teams, "product").id, "v1", True)
    nothing_went_wrong(teams)


async def test_a_form_opens_is_corrected_and_sent(bot: Running, teams: FakeTeams) -> None:
    dana, erik = teams.person("Dana"), teams.person("Erik")
    await dana.types("@Mission show", "product")
    await bot.settled()
    await erik.clicks("Fill in", "product")
    assert erik.dialog
    assert erik.dialog.title == "Decide"
    await erik.fills({"what": "twice", "why": "because"})
    assert "That is decided already." in erik.reads_dialog()
    assert "Not saved." in erik.reads_dialog()
    assert erik._values()["text_why"] == "because"
    await erik.fills({"what": "once"})
    assert erik.dialog is None
    await bot.settled()
    assert "Saved once (s1)" in dana.reads("product")
    sent = bot.rooms.events[-1]
    assert isinstance(sent, FormSubmit)
    assert sent.fields == {"what": "once", "why": "because"}
    assert sent.thread == dana.sees("product")[0].id
    nothing_went_wrong(teams)


async def test_what_a_dialog_carries_grants_nothing(bot: Running, teams: FakeTeams) -> None:
    """Its state and place are kept here; whoever changes what it carries changes nothing."""
    dana, erik, noa = teams.person("Dana"), teams.person("Erik"), teams.person("Noa")
    await dana.types("/mission show", "product")
    await bot.settled()
    await dana.clicks("Fill in", "product")
    assert dana.dialog
    data = dana.dialog.card["actions"][0]["data"]
    data["state"] = "somebody else's"
    noa.dialog, stolen = dana.dialog, dict(data)
    await dana.fills({"what": "mine"})
    await bot.settled()
    assert "Saved mine (s1)" in dana.reads("product")
    assert "Saved mine" not in erik.reads("product")
    # Another person's key is no key.
    assert noa.dialog
    noa.dialog.card["actions"][0]["data"] = stolen
    await noa.fills({"what": "theirs"})
    await bot.settled()
    sent = bot.rooms.events[-1]
    assert isinstance(sent, FormSubmit)
    assert (sent.person.id, sent.public) == (noa.human.aad, False)
    assert "Saved theirs" not in erik.reads("product")


async def test_a_form_that_nobody_foresaw_takes_a_second_click(
    bot: Running, teams: FakeTeams
) -> None:
    dana = teams.person("Dana")
    for words in ("form", "show"):
        await dana.types(words, "mission")
        await bot.settled()
    assert "There is a form for it" in dana.reads("mission")
    await dana.clicks("Open", "mission")
    assert dana.dialog
    dana.closes()
    await dana.clicks("Hidden form", "mission")
    await bot.settled()
    assert dana.dialog is None
    assert dana.said[-1] == "Done."
    await dana.clicks("Open", "mission")
    assert dana.dialog
    nothing_went_wrong(teams)


async def test_message_actions(bot: Running, teams: FakeTeams) -> None:
    dana, erik = teams.person("Dana"), teams.person("Erik")
    await erik.types("We drop the <Android> widget & more", "product")
    message = last(teams, "product")
    await dana.uses_action("checkStrategy", message)
    assert "Fits · We drop the <Android> widget & more" in dana.reads_dialog()
    event = bot.rooms.events[0]
    assert isinstance(event, Question)
    assert (event.public, event.thread) == (False, message.id)
    dana.closes()
    await dana.uses_action("recordDecision", message)
    assert dana.dialog
    assert dana._values()["text_what"] == "We drop the <Android> widget & more"
    await dana.sends()
    await bot.settled()
    assert "Saved We drop the <Android> widget & more" in dana.reads("product")
    assert "Saved" not in erik.reads("product")
    assert bot.rooms.events[-1].thread == message.id
    nothing_went_wrong(teams)


async def test_buttons_in_a_dialog_work(bot: Running, teams: FakeTeams) -> None:
    dana = teams.person("Dana")
    await dana.types("it", "product")
    await dana.uses_action("checkStrategy", last(teams, "product"))
    assert "[Useful]" in dana.reads_dialog()
    await dana.clicks("Useful")
    assert "Noted yes:v1" in dana.reads_dialog()
    nothing_went_wrong(teams)


async def test_feedback_is_taken_and_answered_with_nothing(bot: Running, teams: FakeTeams) -> None:
    dana = teams.person("Dana")
    await dana.types("@Mission does it fit?", "product")
    await bot.settled()
    count = len(teams.world.messages)
    await dana.reacts(last(teams, "product"), "like", "good")
    await dana.reacts(last(teams, "product"), "dislike")
    await bot.settled()
    values = [e.value for e in bot.rooms.events if isinstance(e, ButtonClick)]
    assert values == ["yes:v1", "no:v1"]
    assert len(teams.world.messages) == count
    nothing_went_wrong(teams)


async def test_long_cards_are_turned_over(bot: Running, teams: FakeTeams) -> None:
    dana, erik = teams.person("Dana"), teams.person("Erik")
    await dana.types("@Mission long", "product")
    await bot.settled()
    assert "Line 149" not in dana.reads("product")
    await dana.clicks("Show all", "product")
    for _ in range(6):
        if "Line 149" in dana.reads("product"):
            break
        await dana.clicks("Next", "product")
    assert "Line 149" in dana.reads("product")
    # The others' card stays where it is.
    assert "Line 0 " in erik.reads("product")
    nothing_went_wrong(teams)


async def test_what_is_not_addressed_to_us_is_not_read(bot: Running, teams: FakeTeams) -> None:
    """Even where a permission makes Teams hand it over."""
    dana = teams.person("Dana").human
    for place in ("product", "leads"):
        activity = teams.delivery.activity("message", dana, teams.place(place), None)
        answer = await teams.delivery.send({**activity, "id": "1", "text": "show me <at>Erik</at>"})
        assert answer.status == 200
    await bot.settled()
    assert (bot.rooms.events, teams.calls) == ([], [])


async def test_a_message_action_in_a_chat_without_the_bot(bot: Running, teams: FakeTeams) -> None:
    dana, erik = teams.person("Dana"), teams.person("Erik")
    chat = teams.world.place("personal", "two people", [dana.human, erik.human], bot=False)
    teams.world.places.pop(chat.id)
    chat.id = "19:dana_erik@unq.gbl.spaces"
    teams.world.places[chat.id] = chat
    message = Message(place=chat.id, id=teams.world.id(), author=erik.human.mri, text="sell it")
    teams.world.messages.append(message)
    await dana.uses_action("checkStrategy", message)
    assert "Fits · sell it" in dana.reads_dialog()
    dana.closes()
    await dana.uses_action("recordDecision", message)
    await dana.sends()
    await bot.settled()
    # Nothing can be said in that chat, so the answer comes to Dana's own.
    assert "Saved sell it" in dana.reads("mission")
    assert [m.text for m in teams.world.messages if m.place == chat.id] == ["sell it"]
    assert dana.problems == []


async def test_our_own_messages_and_other_bots_are_nothing(bot: Running, teams: FakeTeams) -> None:
    dana = teams.person("Dana").human
    for sender in ({"id": "28:other-bot"}, {"id": "28:22222222-cccc-4ccc-8ccc-222222222222"}, {}):
        activity = teams.delivery.activity("message", dana, teams.world.personal(dana), None)
        answer = await teams.delivery.send({**activity, "id": "1", "text": "show", "from": sender})
        assert answer.status == 200
    for kind in ("typing", "messageReaction", "messageUpdate", "messageDelete", "event", "new"):
        activity = teams.delivery.activity(kind, dana, teams.world.personal(dana), None)
        assert (await teams.delivery.send({**activity, "id": "2", "text": "show"})).status == 200
    await bot.settled()
    assert bot.rooms.events == []
