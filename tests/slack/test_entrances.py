"""Everything that somebody can do on Slack, over the real Bolt app with signed HTTP."""

import json

from tests.slack.conftest import Running
from tests.slack.local_slack import BOT, TEAM


async def test_a_command_is_answered_to_the_asker_alone(bot: Running) -> None:
    status, body = await bot.send.command("")
    assert (status, body) == (200, "")
    await bot.settled()
    (said,) = bot.slack.messages
    assert said.only == "U1"
    assert "Charter v4" in json.dumps(said.blocks)
    assert said.text == "The charter"
    assert bot.rooms.events[0].person.name == "Dana Diaz"
    assert bot.rooms.events[0].zone == "Europe/Berlin"


async def test_a_mention_is_answered_in_its_thread_for_everybody(bot: Running) -> None:
    ts, status = await bot.send.mention("is a &lt;social&gt; feed for <@U2> ok?")
    assert status == 200
    await bot.settled()
    (said,) = bot.slack.messages
    assert (said.channel, said.thread, said.only) == ("C1", ts, None)
    event = bot.rooms.events[0]
    assert event.text == "is a <social> feed for @Priya Patel ok?"
    assert (event.public, event.conversation.name, event.conversation.private) == (
        True,
        "product",
        False,
    )


async def test_a_follow_up_stays_in_the_thread(bot: Running) -> None:
    ts, _ = await bot.send.mention("one")
    await bot.settled()
    await bot.send.mention("two", thread_ts=ts)
    await bot.settled()
    assert [m.thread for m in bot.slack.messages] == [ts, ts]


async def test_a_private_channel_is_private(bot: Running) -> None:
    await bot.send.mention("hi there all", channel="C2")
    await bot.send.command("", channel="C2")
    await bot.settled()
    assert [(e.conversation.private, e.conversation.name) for e in bot.rooms.events] == [
        (True, ""),
        (True, ""),
    ]


async def test_a_channel_of_which_nothing_is_known_counts_as_private(bot: Running) -> None:
    bot.slack.answers["conversations.info"] = ["channel_not_found"]
    await bot.send.mention("hi there all")
    await bot.settled()
    assert bot.rooms.events[0].conversation.private


async def test_a_direct_message_is_answered_in_its_thread(bot: Running) -> None:
    ts, _ = await bot.send.direct("does it fit?")
    await bot.settled()
    (said,) = bot.slack.messages
    assert (said.channel, said.thread, said.only) == ("DU1", ts, None)


async def test_what_nobody_typed_is_left_alone(bot: Running) -> None:
    for more in ({"subtype": "message_changed"}, {"bot_id": "B9"}, {"user": BOT}):
        _, status = await bot.send.direct("hm", **more)
        assert status == 200
    status, _ = await bot.send.event(
        {"type": "message", "channel": "C1", "user": "U1", "ts": "1.1", "text": "chat"}
    )
    assert status == 200
    await bot.settled()
    assert bot.rooms.events == []
    assert bot.slack.messages == []


async def test_every_event_is_answered_200(bot: Running) -> None:
    for kind in ("reaction_added", "channel_rename", "agent_session_stopped", "file_shared"):
        assert (await bot.send.event({"type": kind}))[0] == 200
    rate_limited = {"type": "app_rate_limited", "team_id": TEAM, "minute_rate_limited": 1}
    assert (await bot.send.post(json.dumps(rate_limited), "application/json"))[0] == 200
    assert (
        await bot.send.interact(
            {
                "type": "view_closed",
                "view": {"callback_id": "x"},
                "team": {"id": TEAM},
                "user": {"id": "U1"},
            }
        )
    )[0] == 200
    challenge = {"type": "url_verification", "challenge": "abc"}
    status, body = await bot.send.post(json.dumps(challenge), "application/json")
    assert status == 200
    assert json.loads(body)["challenge"] == "abc"


async def test_a_click_replaces_what_the_person_alone_sees(bot: Running) -> None:
    await bot.send.command("")
    await bot.settled()
    (said,) = bot.slack.messages
    await bot.send.click(said, "tiny.later:1", "v1")
    await bot.settled()
    (said,) = bot.slack.messages
    assert said.text == "Later, then"


async def test_share_is_for_everybody_and_falls_back_where_the_bot_is_not(bot: Running) -> None:
    await bot.send.command("")
    await bot.settled()
    await bot.send.click(bot.slack.messages[0], "tiny.share:0", "v1")
    await bot.settled()
    assert (bot.slack.messages[1].only, bot.slack.messages[1].text) == (None, "Shared by Dana Diaz")
    bot.slack.not_in.add("C1")
    await bot.send.click(bot.slack.messages[0], "tiny.share:0", "v1")
    await bot.settled()
    assert (bot.slack.messages[2].only, bot.slack.messages[2].channel) == (None, "C1")
    assert bot.slack.calls[-1][1]["response_type"] == "in_channel"


async def test_feedback(bot: Running) -> None:
    await bot.send.mention("does it fit?")
    await bot.settled()
    await bot.send.click(bot.slack.messages[0], "ask.useful:0", "yes:v1", person="U2")
    await bot.settled()
    assert bot.slack.messages[1].only == "U2"
    assert bot.slack.messages[1].text == "Noted yes:v1"


async def test_a_form_opens_is_corrected_and_saved(bot: Running) -> None:
    await bot.send.command("form")
    await bot.settled()
    (view,) = bot.slack.views.values()
    what, why = (block["block_id"] for block in view["blocks"])

    def values(text: str) -> dict[str, object]:
        typed = {"type": "plain_text_input", "value": text}
        return {what: {"filled": typed}, why: {"filled": {**typed, "value": None}}}

    status, body = await bot.send.submit(view, values("twice"))
    assert status == 200
    told = json.loads(body)
    assert told["response_action"] == "errors"
    assert "decided already" in told["errors"][what]
    status, body = await bot.send.submit(view, values("next"))
    assert json.loads(body)["response_action"] == "update"
    status, body = await bot.send.submit(view, values("Ship it"))
    assert (status, body) == (200, "")
    await bot.settled()
    assert bot.slack.messages[-1].text == "Saved Ship it (s1)"
    assert (bot.slack.messages[-1].only, bot.slack.messages[-1].channel) == ("U1", "C1")


async def test_the_welcome_comes_once(bot: Running) -> None:
    joined = {"type": "member_joined_channel", "user": BOT, "channel": "C1", "inviter": "U1"}
    for _ in range(2):
        assert (await bot.send.event(joined))[0] == 200
    await bot.send.event({**joined, "user": "U2"})
    await bot.settled()
    (said,) = bot.slack.messages
    assert (said.only, said.channel) == (None, "C1")
    assert "Dana Diaz added me" in json.dumps(said.blocks)


async def test_who_comes_into_a_channel_is_an_event_once_a_coming(bot: Running) -> None:
    came = {"type": "member_joined_channel", "user": "U2", "channel": "C1", "event_ts": "1.5"}
    for _ in range(2):
        assert (await bot.send.event(came))[0] == 200
    await bot.send.event({**came, "event_ts": "2.5"})
    await bot.settled()
    assert [(e.kind, e.what, e.person.id) for e in bot.rooms.events] == [
        ("lifecycle", "person_joined", "U2")
    ] * 2
    assert bot.slack.messages == []


async def test_an_app_that_comes_into_a_channel_is_nobody(bot: Running) -> None:
    user = {"id": "U7", "is_bot": True, "profile": {"display_name": "Polly"}}
    await bot.send.event({"type": "user_change", "user": user})
    await bot.settled()
    await bot.send.event({"type": "member_joined_channel", "user": "U7", "channel": "C1"})
    await bot.settled()
    assert bot.rooms.events == []


async def test_a_long_answer_is_shown_in_parts(bot: Running) -> None:
    await bot.send.command("long")
    await bot.settled()
    (said,) = bot.slack.messages
    assert "Line 0" in json.dumps(said.blocks)
    assert "Line 119" not in json.dumps(said.blocks)
    button = said.blocks[-1]["elements"][0]
    await bot.send.click(said, button["action_id"], button["value"])
    await bot.adapter.close()
    (said,) = bot.slack.messages
    assert "Line 0 " not in json.dumps(said.blocks)


async def test_who_left_the_company_is_an_event_once_a_leaving(bot: Running) -> None:
    user = {"id": "U3", "profile": {"display_name": "Erik Ek"}, "deleted": True, "updated": 5}
    for _ in range(2):
        status, _ = await bot.send.event({"type": "user_change", "user": user})
        assert status == 200
    await bot.send.event({"type": "user_change", "user": {**user, "updated": 9}})
    await bot.send.event({"type": "user_change", "user": {**user, "deleted": False}})
    await bot.settled()
    left = bot.rooms.events
    assert [(e.kind, e.what, e.person.name) for e in left] == [
        ("lifecycle", "person_left", "Erik Ek")
    ] * 2
    assert bot.slack.messages == []
