"""The stand-in itself, by Slack's own SDK: what it refuses, limits, signs and repeats."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.fake_slack import FakeSlack, Fault

HELLO = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Hello* &amp; welcome"}}]
FORM: dict[str, Any] = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Form"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        {
            "type": "input",
            "block_id": "name:1",
            "label": {"type": "plain_text", "text": "Your name"},
            "element": {"type": "plain_text_input", "action_id": "a", "max_length": 10},
        }
    ],
}


class TinyApp:
    """An app that keeps what it gets, and answers what it is told to."""

    def __init__(self) -> None:
        self.got: list[tuple[bytes, dict[str, str]]] = []
        self.answers: list[web.Response] = []
        self.sleep = 0.0

    async def take(self, request: web.Request) -> web.Response:
        self.got.append((await request.read(), {k.lower(): v for k, v in request.headers.items()}))
        await asyncio.sleep(self.sleep)
        return self.answers.pop(0) if self.answers else web.Response()

    def payload(self) -> dict[str, Any]:
        """The latest body."""
        form = dict(parse_qsl(self.got[-1][0].decode(), keep_blank_values=True))
        found: dict[str, Any] = json.loads(form["payload"]) if "payload" in form else form
        return found


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(rotation=False).running() as slack:
        yield slack


@pytest.fixture
async def app(slack: FakeSlack) -> AsyncIterator[TinyApp]:
    tiny = TinyApp()
    application = web.Application()
    application.add_routes([web.post("/slack/events", tiny.take)])
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    yield tiny
    await runner.cleanup()


@pytest.fixture
def client(slack: FakeSlack) -> AsyncWebClient:
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])


async def error_of(doing: Any) -> str:
    with pytest.raises(SlackApiError) as no:
        await doing
    return str(no.value.response["error"])


# The Web API


async def test_who_may_call(slack: FakeSlack, client: AsyncWebClient) -> None:
    me = await client.auth_test()
    assert me["team"] == "Acme"
    assert "chat:write" in me.headers["x-oauth-scopes"]
    assert await error_of(client.auth_test(token="xoxb-wrong")) == "invalid_auth"
    assert await error_of(client.auth_test(token=slack.app_token)) == "not_allowed_token_type"
    channel = slack.channel("product").id
    assert await error_of(client.conversations_history(channel=channel)) == "missing_scope"
    assert await error_of(client.api_call("chat.shout", json={})) == "unknown_method"
    slack.tokens.revoke(slack.home.id)
    assert await error_of(client.auth_test()) == "token_revoked"


async def test_a_message_is_seen_by_who_may(slack: FakeSlack, client: AsyncWebClient) -> None:
    dana, priya = slack.person("Dana"), slack.person("Priya")
    channel = slack.channel("product").id
    posted = await client.chat_postMessage(channel=channel, text="hi", blocks=HELLO)
    await client.chat_postEphemeral(channel=channel, user=dana.human.id, text="psst")
    assert dana.reads() == "Hello & welcome\npsst"
    assert priya.reads() == "Hello & welcome"
    await client.chat_update(channel=channel, ts=posted["ts"], text="changed")
    assert priya.reads() == "changed"
    direct = await client.chat_postMessage(channel=priya.human.id, text="you alone")
    assert direct["channel"][0] == "D"
    assert priya.reads("mission") == "you alone"
    changed = client.chat_update(channel=priya.human.id, ts=direct["ts"], text="x")
    assert await error_of(changed) == "channel_not_found"


async def test_what_it_refuses(slack: FakeSlack, client: AsyncWebClient) -> None:
    channel = slack.channel("product")
    wrong = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]
    with pytest.raises(SlackApiError) as no:
        await client.chat_postMessage(channel=channel.id, text="x", blocks=wrong)
    assert no.value.response["error"] == "invalid_blocks"
    assert "[json-pointer:/blocks/0/text/text]" in str(no.value.response["response_metadata"])
    many = [HELLO[0]] * 51
    assert await error_of(client.chat_postMessage(channel=channel.id, text="x", blocks=many)) == (
        "invalid_blocks"
    )
    heavy = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}] * 5
    assert await error_of(client.chat_postMessage(channel=channel.id, text="x", blocks=heavy)) == (
        "msg_blocks_too_long"
    )
    assert (
        await error_of(client.api_call("chat.postMessage", json={"channel": channel.id}))
        == "no_text"
    )
    unknown = client.chat_postMessage(channel=channel.id, text="x", colour="red")
    assert await error_of(unknown) == "invalid_arguments"
    assert await error_of(client.chat_postMessage(channel="C0", text="x")) == "channel_not_found"
    slack.bot_removed("product")
    assert await error_of(client.chat_postMessage(channel=channel.id, text="x")) == (
        "not_in_channel"
    )
    slack.channel("random").archived = True
    archived = client.chat_postMessage(channel=slack.channel("random").id, text="x")
    assert await error_of(archived) == "is_archived"
    erik = slack.person("Erik").human
    erik.deleted = True
    assert await error_of(client.conversations_open(users=erik.id)) == "user_disabled"


async def test_it_notes_who_was_called_and_what_was_fetched(
    slack: FakeSlack, client: AsyncWebClient
) -> None:
    channel, dana = slack.channel("product").id, slack.person("Dana").human.id
    await client.chat_postMessage(channel=channel, text=f"<@{dana}> &lt;!here&gt;")
    bad = [{"type": "section", "text": {"type": "mrkdwn", "text": "<!channel> https://a.example"}}]
    await client.chat_postMessage(channel=channel, text="x", blocks=bad)
    assert slack.notified == [f"@{dana}", "!channel"]
    assert slack.unfurled == ["https://a.example"]


async def test_too_many_calls_are_turned_away(slack: FakeSlack, client: AsyncWebClient) -> None:
    channel = slack.channel("product").id
    for _ in range(slack.rates.burst):
        await client.chat_postMessage(channel=channel, text="x")
    with pytest.raises(SlackApiError) as no:
        await client.chat_postMessage(channel=channel, text="x")
    assert no.value.response.status_code == 429
    seconds = int(no.value.response.headers["Retry-After"])
    assert 1 <= seconds <= 10
    assert await error_of(client.chat_postMessage(channel=channel, text="x")) == "ratelimited"
    assert slack.rates.impatient == ["chat.postMessage"]
    # Another channel, and another method, go on.
    await client.chat_postMessage(channel=slack.channel("random").id, text="x")
    slack.later(seconds)
    await client.chat_postMessage(channel=channel, text="x")


async def test_what_goes_wrong_on_purpose(slack: FakeSlack, client: AsyncWebClient) -> None:
    channel = slack.channel("product").id
    slack.next(
        "chat.postMessage",
        Fault.cut_after(),
        Fault.cut_before(),
        Fault.no("internal_error"),
        Fault.wait("7"),
        Fault.http(502),
    )
    for _ in range(2):
        with pytest.raises(aiohttp.ClientError):
            await client.chat_postMessage(channel=channel, text="x")
    assert len(slack.person("Dana").sees()) == 1
    assert await error_of(client.chat_postMessage(channel=channel, text="x")) == "internal_error"
    with pytest.raises(SlackApiError) as no:
        await client.chat_postMessage(channel=channel, text="x")
    assert no.value.response.headers["Retry-After"] == "7"
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel=channel, text="x")
    assert len(slack.person("Dana").sees()) == 1


async def test_lists_come_in_pages(slack: FakeSlack, client: AsyncWebClient) -> None:
    names = []
    async for page in await client.users_list(limit=2):
        assert len(page["members"]) <= 2
        names += [member["real_name"] for member in page["members"]]
    assert {"Dana Diaz", "Noa Novak"} <= set(names)


async def test_a_picture_in_three_steps(slack: FakeSlack) -> None:
    slack = FakeSlack(scopes="chat:write files:write files:read")
    async with slack.running():
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        uploaded = await client.files_upload_v2(
            filename="a.png", content=b"png", request_file_info=False
        )
        file = uploaded["files"][0]["id"]
        blocks = [{"type": "image", "slack_file": {"id": file}, "alt_text": "A picture"}]
        channel = slack.channel("product").id
        early = client.chat_postMessage(channel=channel, text="x", blocks=blocks)
        assert await error_of(early) == "invalid_blocks"
        slack.later(1)
        assert (await client.files_info(file=file))["file"]["mimetype"] == "image/png"
        await client.chat_postMessage(channel=channel, text="x", blocks=blocks)
        assert "[picture: A picture]" in slack.person("Dana").reads()


async def test_an_answer_word_by_word(slack: FakeSlack, client: AsyncWebClient) -> None:
    channel, dana = slack.channel("product").id, slack.person("Dana")
    asked = await client.chat_postMessage(channel=channel, text="?")
    where = {"channel": channel, "thread_ts": asked["ts"]}
    assert await error_of(client.chat_startStream(**where)) == "missing_recipient_team_id"
    stream = await client.chat_startStream(
        **where, recipient_user_id=dana.human.id, recipient_team_id=slack.home.id
    )
    at = {"channel": channel, "ts": stream["ts"]}
    await client.chat_appendStream(**at, markdown_text="It fi")
    assert await error_of(client.chat_update(**at, text="x")) == "streaming_state_conflict"
    await client.chat_stopStream(**at, markdown_text="ts.", blocks=[])
    assert dana.reads() == "?\nIt fits."
    late = client.chat_appendStream(**at, markdown_text="x")
    assert await error_of(late) == "message_not_in_streaming_state"


async def test_a_stream_is_taken_as_strictly(
    slack: FakeSlack, app: TinyApp, client: AsyncWebClient
) -> None:
    dana = slack.person("Dana")
    await dana.types("does it fit?", "mission")
    asked = dana.sees("mission")[0]
    where = {"channel": asked.channel, "thread_ts": asked.ts}
    doing = {"type": "task_update", "id": "a", "title": "Reading", "status": "in_progress"}
    for wrong in (
        {**doing, "status": "busy"},
        {**doing, "mood": "good"},
        {"type": "task_update", "id": "a", "status": "complete"},
        {"type": "song", "text": "la"},
    ):
        refused = client.api_call("chat.startStream", json={**where, "chunks": [wrong]})
        assert await error_of(refused) == "invalid_chunks"
    both = client.chat_startStream(**where, markdown_text="x", chunks=[doing])
    assert await error_of(both) == "cannot_provide_both_markdown_text_and_chunks"
    stream = await client.chat_startStream(**where, chunks=[doing])
    at = {"channel": asked.channel, "ts": stream["ts"]}
    assert dana.reads("mission") == "does it fit?\n(in_progress: Reading)\n"
    words = client.api_call("chat.stopStream", json={**at, "text": "It fits."})
    assert await error_of(words) == "invalid_arguments"
    odd = client.chat_stopStream(**at, metadata={"event_type": "x"})
    assert await error_of(odd) == "invalid_metadata_format"
    await client.chat_stopStream(
        **at,
        chunks=[{**doing, "status": "complete"}],
        blocks=HELLO,
        metadata={"event_type": "said", "event_payload": {"key": "k"}},
    )
    assert dana.reads("mission").endswith("(complete: Reading)\nHello & welcome")
    history = await client.conversations_history(channel=asked.channel, include_all_metadata=True)
    read = client.conversations_replies(channel=asked.channel, ts=asked.ts)
    assert (await read)["messages"][-1]["metadata"]["event_payload"] == {"key": "k"}
    assert [m["ts"] for m in history["messages"]] == [asked.ts]
    late = await client.chat_startStream(**where, chunks=[doing])
    slack.later(301)
    expired = client.chat_stopStream(channel=asked.channel, ts=late["ts"])
    assert await error_of(expired) == "message_not_in_streaming_state"


# What Slack lends


async def test_a_trigger_lasts_three_seconds_and_once(
    slack: FakeSlack, app: TinyApp, client: AsyncWebClient
) -> None:
    dana = slack.person("Dana")
    await dana.types("/mission edit")
    trigger = app.payload()["trigger_id"]
    await client.views_open(trigger_id=trigger, view=FORM)
    assert dana.reads_modal() == "Form\nYour name\n[Save]"
    used = client.views_open(trigger_id=trigger, view=FORM)
    assert await error_of(used) == "exchanged_trigger_id"
    await dana.types("/mission edit")
    slack.later(3.1)
    late = client.views_open(trigger_id=app.payload()["trigger_id"], view=FORM)
    assert await error_of(late) == "expired_trigger_id"
    made_up = client.views_open(trigger_id="1.2.3", view=FORM)
    assert await error_of(made_up) == "invalid_trigger_id"


async def test_a_response_url_is_good_five_times_in_half_an_hour(
    slack: FakeSlack, app: TinyApp
) -> None:
    dana, priya = slack.person("Dana"), slack.person("Priya")
    await dana.types("/mission")
    hook = AsyncWebhookClient(app.payload()["response_url"])
    assert (await hook.send(text="for you", blocks=HELLO)).status_code == 200
    assert (await hook.send(text="for all", response_type="in_channel")).status_code == 200
    assert dana.reads() == "Hello & welcome\nfor all"
    assert priya.reads() == "for all"
    for _ in range(3):
        await hook.send(text="more")
    used = await hook.send(text="more")
    assert (used.status_code, json.loads(used.body)["error"]) == (404, "used_url")
    await dana.types("/mission")
    hook = AsyncWebhookClient(app.payload()["response_url"])
    slack.later(1801)
    assert json.loads((await hook.send(text="late")).body)["error"] == "expired_url"


# Modals


async def test_a_modal_is_filled_in_corrected_and_closed(
    slack: FakeSlack, app: TinyApp, client: AsyncWebClient
) -> None:
    dana = slack.person("Dana")
    await dana.types("/mission edit")
    await client.views_open(trigger_id=app.payload()["trigger_id"], view=FORM)
    with pytest.raises(AssertionError, match="Slack would ask for: Your name"):
        await dana.sends()
    with pytest.raises(AssertionError, match="Slack takes 10"):
        await dana.fills({"Your name": "much too long a name"})
    no = {"response_action": "errors", "errors": {"name:1": "Taken already."}}
    app.answers = [web.json_response(no)]
    await dana.fills({"name": "Dana"})
    assert app.payload()["view"]["state"]["values"]["name:1"]["a"]["value"] == "Dana"
    assert "Taken already." in dana.reads_modal()
    # What was typed stays when the view is updated and the block is the same.
    again = {**FORM, "title": {"type": "plain_text", "text": "Once more"}}
    app.answers = [web.json_response({"response_action": "update", "view": again})]
    await dana.fills({"name": "Dana 2"})
    modal = dana.modal
    assert modal
    assert modal.typed["name:1"]["a"]["value"] == "Dana 2"
    stale = client.views_update(view_id=modal.id, view=FORM, hash="old")
    assert await error_of(stale) == "hash_conflict"
    app.answers = [web.Response(status=500)]
    await dana.sends()
    assert dana.problems == ["We had some trouble connecting. Try again?"]
    await dana.sends()
    assert dana.modal is None


async def test_buttons_carry_what_they_name(
    slack: FakeSlack, app: TinyApp, client: AsyncWebClient
) -> None:
    button = {
        "type": "button",
        "text": {"type": "plain_text", "text": "Fits"},
        "action_id": "a.b:0",
    }
    blocks = [{"type": "actions", "elements": [{**button, "value": "v1"}]}]
    channel, dana = slack.channel("product").id, slack.person("Dana")
    await client.chat_postMessage(channel=channel, text="x", blocks=blocks)
    await dana.clicks("fits")
    body = app.payload()
    assert (body["actions"][0]["action_id"], body["actions"][0]["value"]) == ("a.b:0", "v1")
    hook = AsyncWebhookClient(body["response_url"])
    await hook.send(text="done", replace_original=True)
    assert dana.reads() == "done"
    await client.views_publish(user_id=dana.human.id, view={"type": "home", "blocks": blocks})
    await dana.clicks_home("Fits")
    assert app.payload()["container"]["type"] == "view"


# What Slack sends


async def test_it_signs_as_slack_does(slack: FakeSlack, app: TinyApp) -> None:
    await slack.person("Dana").types("@Mission does it <fit>?")
    body, headers = app.got[0]
    assert SignatureVerifier(slack.signing_secret).is_valid_request(body, headers)
    assert not SignatureVerifier("another").is_valid_request(body, headers)
    event = json.loads(body)["event"]
    assert event["type"] == "app_mention"
    assert event["text"] == f"<@{slack.home.bot_user}> does it &lt;fit&gt;?"


async def test_events_are_sent_again_until_they_are_taken(slack: FakeSlack, app: TinyApp) -> None:
    dana = slack.person("Dana")
    app.answers = [web.Response(status=500), web.Response(status=404), web.Response()]
    attempts = await dana.types("@Mission hello")
    assert [attempt.status for attempt in attempts] == [500, 404, 200]
    assert [h.get("x-slack-retry-num") for _, h in app.got] == [None, "1", "2"]
    assert app.got[1][1]["x-slack-retry-reason"] == "http_error"
    assert len({json.loads(body)["event_id"] for body, _ in app.got}) == 1
    app.got.clear()
    await dana.types("@Mission twice", copies=2)
    assert len(app.got) == 2
    app.answers = [web.Response(status=500, headers={"x-slack-no-retry": "1"})]
    assert len(await dana.types("@Mission no more")) == 1


async def test_a_slow_app_leaves_the_person_with_slacks_own_words(
    slack: FakeSlack, app: TinyApp
) -> None:
    dana = slack.person("Dana")
    app.sleep = 3.2
    await dana.types("/mission")
    assert dana.problems == ["/mission failed with the error “operation_timeout”"]


async def test_the_bot_hears_only_what_is_meant_for_it(slack: FakeSlack, app: TinyApp) -> None:
    dana = slack.person("Dana")
    assert await dana.types("lunch?") == []
    slack.bot_removed("product")
    assert await dana.types("@Mission hello") == []
    assert app.got == []
    await dana.types("hello", "mission")
    assert json.loads(app.got[0][0])["event"]["channel_type"] == "im"
    app.answers = [web.json_response({"challenge": "say-this"})]
    assert await slack.delivery.challenge() == "say-this"


async def test_by_socket_without_an_address(slack: FakeSlack) -> None:
    client = SocketModeClient(
        app_token=slack.app_token, web_client=AsyncWebClient(base_url=slack.api_url)
    )
    got: list[tuple[str, dict[str, Any]]] = []

    async def take(socket: Any, request: Any) -> None:
        got.append((request.type, request.payload))
        if len(got) > 1:
            answer = {"text": "by socket"} if request.type == "slash_commands" else None
            await socket.send_socket_mode_response(
                SocketModeResponse(envelope_id=request.envelope_id, payload=answer)
            )

    client.socket_mode_request_listeners.append(take)
    await client.connect()
    await slack.until(lambda: slack.socket.connected)
    dana = slack.person("Dana")
    # The first one is never acknowledged, and comes again.
    attempts = await dana.types("@Mission hello")
    assert [attempt.status for attempt in attempts] == [0, 200]
    await dana.types("/mission show")
    assert got[-1][1]["text"] == "show"
    assert "by socket" in dana.reads()
    await client.disconnect()
    await client.close()


# Installing


async def test_a_code_and_a_refresh_token_are_good_once() -> None:
    slack = FakeSlack(rotation=True)
    async with slack.running():
        client = AsyncWebClient(base_url=slack.api_url, retry_handlers=[])
        id_, secret = slack.client
        ours = {"client_id": id_, "client_secret": secret}
        page = f"https://slack.com/oauth/v2/authorize?client_id={id_}&scope=chat:write&state=s"
        back = slack.allow(f"{page}&redirect_uri=https://bot.example/back")
        assert back.startswith("https://bot.example/back?code=")
        code = dict(parse_qsl(urlsplit(back).query))["code"]
        redeem = {"code": code, "redirect_uri": "https://bot.example/back"}

        def access(**more: str) -> Any:
            # Not by the SDK's own method: it uses a part of aiohttp that warns of its end.
            return client.api_call("oauth.v2.access", data={**ours, **more})

        assert await error_of(access(**redeem, client_secret="no")) == "bad_client_secret"
        got = await access(**redeem)
        assert got["expires_in"] == 43_200
        assert await error_of(access(**redeem)) == "invalid_code"
        renew = {"grant_type": "refresh_token", "refresh_token": got["refresh_token"]}
        fresh = await access(**renew)
        assert await error_of(access(**renew)) == "invalid_refresh_token"
        slack.later(43_200)
        over = client.auth_test(token=got["access_token"])
        assert await error_of(over) == "token_expired"
        assert await error_of(client.auth_test(token=fresh["access_token"])) == "token_expired"
