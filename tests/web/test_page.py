"""The page over HTTP: say, click, fill in, look; what each persona sees."""

import asyncio
import uuid
from typing import Any

import pytest

from bot.events import ButtonClick, Command, FormSubmit, Question
from bot.text import clean
from tests.web.conftest import Browser, browsing
from tests.web.reading import Read
from tests.web.samples import HOSTILE
from tests.web.test_inbound import FILLED
from tests.web.tiny_bot import TinyBot


def items(read: Read) -> list[dict[str, str | None]]:
    return [found for found in read.all("li") if "data-id" in found]


def id_of(read: Read, nth: int = -1) -> str:
    found = items(read)[nth]["data-id"]
    assert found
    return found


async def seal_of(browser: Browser, text: str = "/mission form", **where: Any) -> str:
    answer = await browser.say(text, **where)
    (form,) = Read(answer["form"]).all("form")
    assert form["data-seal"]
    return form["data-seal"]


# Looking


async def test_the_first_visit_says_what_to_try(browser: Browser) -> None:
    read = await browser.see()
    chips = [button["data-fill"] for button in read.all("button") if "data-fill" in button]
    assert chips == [
        "/mission",
        "/mission ask should we sell heart-rate data to advertisers?",
        "/mission help",
    ]
    assert "This is your local try-out page; Slack and Teams people see the same words." in (
        read.words
    )
    assert "hidden" not in read.all("section", id="welcome")[0]


async def test_after_the_first_message_the_welcome_is_gone(browser: Browser) -> None:
    await browser.say("hello")
    read = await browser.see()
    assert "hidden" in read.all("section", id="welcome")[0]


async def test_the_start_is_a_conversation_and_the_persona_is_remembered(browser: Browser) -> None:
    await browser.see(person="priya")
    page = await browser.client.get("/")
    assert str(page.url).endswith("/c/product")
    assert 'data-me="priya"' in await page.text()


@pytest.mark.parametrize("path", ["/c/nowhere", "/c/dana", "/c/product?as=mallory", "/static/x.js"])
async def test_what_is_not_there_is_a_page_with_a_sentence(browser: Browser, path: str) -> None:
    page = await browser.client.get(path)
    assert page.status in (400, 404)
    assert page.content_type == "text/html"
    assert "To the conversations" in Read(await page.text()).words


async def test_the_pages_own_files_are_served(browser: Browser) -> None:
    for name, media in (
        ("style.css", "text/css"),
        ("page.js", "text/javascript"),
        ("icon.svg", "image/svg+xml"),
    ):
        first = await browser.client.get(f"/static/{name}")
        assert (first.status, first.content_type) == (200, media)
        again = await browser.client.get(
            f"/static/{name}", headers={"If-None-Match": first.headers["ETag"]}
        )
        assert again.status == 304


# Saying


async def test_other_words_are_shown_to_all_and_not_sent_to_the_bot(
    browser: Browser, bot: TinyBot
) -> None:
    assert await browser.say("Morning everybody") == {}
    assert bot.events == []
    mine, theirs = await browser.see(), await browser.see(person="priya")
    assert "Morning everybody" in theirs.words
    assert "starts with /mission or @Mission" in mine.words
    assert len(mine.all("button", data_do="ask")) == 1
    assert theirs.all("button", data_do="ask") == []


async def test_a_command_and_its_answer_are_seen_by_who_typed_it(
    browser: Browser, bot: TinyBot
) -> None:
    assert await browser.say("/mission") == {}
    assert [type(event) for event in bot.events] == [Command]
    mine, theirs = await browser.see(), await browser.see(person="priya")
    assert mine.words.count("Only visible to you") == 2
    assert "Vitals charter v4" in mine.words
    assert items(theirs) == []
    assert "Vitals charter v4" not in theirs.words


async def test_a_mention_is_answered_in_its_thread_for_all(browser: Browser, bot: TinyBot) -> None:
    await browser.say("@Mission does it fit?")
    theirs = await browser.see(person="priya")
    question, answer = items(theirs)
    assert answer["data-thread"] == question["data-id"]
    assert "does it fit?" in theirs.words
    (event,) = bot.events
    assert event.public
    assert event.thread == question["data-id"]


async def test_a_direct_message_is_nobody_elses(browser: Browser, bot: TinyBot) -> None:
    await browser.say("does it fit?", place="mission")
    assert isinstance(bot.events[0], Question)
    assert len(items(await browser.see("mission"))) == 2
    assert items(await browser.see("mission", "priya")) == []
    assert "Only visible to you" not in (await browser.see("mission")).words


async def test_replies_begin_below_what_can_be_followed_up(browser: Browser) -> None:
    await browser.say("hello")
    await browser.say("@Mission does it fit?")
    await browser.say("/mission")
    # The two messages, the answer in the second one's thread, the card; not the typed command.
    assert len((await browser.see()).all("button", data_do="reply")) == 4
    await browser.say("does it fit?", place="mission")
    assert len((await browser.see("mission")).all("button", data_do="reply")) == 1


async def test_a_follow_up_finds_its_thread(browser: Browser, bot: TinyBot) -> None:
    await browser.say("/mission ask does it fit?")
    root = id_of(await browser.see())
    await browser.say("and in spring?", thread=root)
    asked, followed_up = bot.events
    assert asked.thread == followed_up.thread == root
    assert not followed_up.public
    mine = items(await browser.see())
    assert [item["data-thread"] for item in mine] == ["", "", root, root]
    assert items(await browser.see(person="priya")) == []


async def test_a_reply_to_a_reply_hangs_on_the_same_message(browser: Browser) -> None:
    await browser.say("hello")
    root = id_of(await browser.see())
    await browser.say("first", thread=root)
    first = id_of(await browser.see())
    await browser.say("second", thread=first)
    assert [item["data-thread"] for item in items(await browser.see())] == ["", root, root]


async def test_nobody_replies_to_what_they_do_not_see(browser: Browser) -> None:
    await browser.say("/mission")
    root = id_of(await browser.see())
    for person, place in (("priya", "product"), ("dana", "leadership"), ("dana", "mission")):
        answer = await browser.say("hm", person=person, place=place, thread=root)
        assert "not here any more" in answer["sentence"]
    assert "not here any more" in (await browser.say("hm", thread="nowhere"))["sentence"]
    assert len(items(await browser.see())) == 2


async def test_an_old_thread_brings_its_message_along(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.web.app.MOST_SHOWN", 3)
    await browser.say("the old one")
    root = id_of(await browser.see())
    for text in ("b", "c", "d"):
        await browser.say(text)
    await browser.say("late reply", thread=root)
    read = await browser.see()
    assert id_of(read, 0) == root
    assert [item["data-thread"] for item in items(read)] == ["", root, "", ""]


async def test_sending_twice_is_sending_once(browser: Browser, bot: TinyBot) -> None:
    key = uuid.uuid4().hex
    bot.think.clear()
    both = asyncio.gather(*(browser.say("/mission", key=key) for _ in range(2)))
    await asyncio.sleep(0.05)
    bot.think.set()
    assert sorted(await both, key=len) == [{}, {"again": True}]
    assert len(bot.events) == 1
    assert len(items(await browser.see())) == 2


async def test_an_answer_is_given_though_the_page_went_away(browser: Browser, bot: TinyBot) -> None:
    bot.think.clear()
    asking = asyncio.create_task(browser.say("/mission"))
    await bot.asked.wait()
    asking.cancel()
    await asyncio.wait({asking})
    bot.think.set()
    assert await bot.inbox.drain(5)
    assert "Vitals charter v4" in (await browser.see()).words


async def test_a_stop_in_the_middle_says_so_and_loses_nothing(
    browser: Browser, bot: TinyBot
) -> None:
    bot.think.clear()
    asking = asyncio.create_task(browser.say("/mission"))
    await bot.asked.wait()
    assert not await bot.inbox.drain(0.01)
    assert "I am being restarted" in (await asking)["sentence"]
    bot.think.set()
    assert await bot.inbox.recover(alone=True) == 1
    await asyncio.wait_for(bot.memory.finishing.wait(), 5)
    assert "Vitals charter v4" in (await browser.see()).words


async def test_what_could_not_be_answered_yet_is_said(browser: Browser, bot: TinyBot) -> None:
    async def fail(event: object, answer: object) -> None:
        raise ConnectionError("the database is away")

    bot.messenger.answer = fail  # type: ignore[method-assign]
    answer = await browser.say("/mission")
    assert answer == {
        "sentence": "I have what you sent, but could not answer yet. I try again by myself."
    }


async def test_a_broken_database_is_a_sentence_with_a_code(
    browser: Browser, bot: TinyBot, caplog: pytest.LogCaptureFixture
) -> None:
    bot.memory.broken = True
    answer = await browser.say("my secret words")
    assert "Something broke on my side" in answer["sentence"]
    page = await browser.client.get("/c/product")
    assert page.status == 500
    assert "Something broke on my side" in Read(await page.text()).words
    assert "my secret words" not in caplog.text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Write something first."),
        ("\x00", "Write something first."),
        ("x" * 12_001, "12,001 characters"),
        ("/mission decide nothing", None),
    ],
)
async def test_what_cannot_be_said_is_answered_plainly(
    browser: Browser, text: str, sentence: str | None
) -> None:
    answer = await browser.say(text)
    if sentence is None:
        assert "There is nothing to decide. Say what." in (await browser.see()).words
    else:
        assert sentence in answer["sentence"]
        assert items(await browser.see()) == []


async def test_nobody_speaks_where_they_are_not(browser: Browser) -> None:
    for place in ("nowhere", "priya", ""):
        assert "no such conversation" in (await browser.say("x", place=place))["sentence"]
    assert "nobody of that name" in (await browser.say("x", person="mallory"))["sentence"]


@pytest.mark.parametrize("words", HOSTILE)
async def test_hostile_words_stay_words(browser: Browser, words: str) -> None:
    async def page_with(text: str, place: str) -> Read:
        await browser.say(text, place=place)
        await browser.say(f"@Mission ask {text}", place=place)
        return await browser.see(place)

    plain = await page_with("harmless", "product")
    words = words[:11_900]  # a message has room for so many
    read = await page_with(words, "leadership")
    assert [tag for tag, _ in read.tags] == [tag for tag, _ in plain.tags]
    assert "".join(clean(words).split()) in "".join(read.words.split())


# Clicking


async def test_a_click_shares_with_all(browser: Browser) -> None:
    await browser.say("/mission")
    message = id_of(await browser.see())
    answer = await browser.send("/click", "dana", message=message, action="ask.share", value="v1")
    assert answer == {}
    assert "Shared by Dana Diaz" in (await browser.see(person="priya")).words


async def test_a_click_replaces_its_message(browser: Browser) -> None:
    await browser.say("@Mission all")
    await browser.say("/mission")
    message = id_of(await browser.see())
    await browser.send("/click", "dana", message=message, action="ask.later", value="v1")
    mine = await browser.see()
    assert id_of(mine) == message
    assert "Later, then" in mine.words
    assert "Vitals charter v4" not in mine.words.split("Dana Diaz")[-1]
    assert "Later, then" not in (await browser.see(person="priya")).words


async def test_clicking_twice_is_clicking_once(browser: Browser, bot: TinyBot) -> None:
    await browser.say("/mission")
    message, key = id_of(await browser.see()), uuid.uuid4().hex
    for expected in ({}, {"again": True}):
        answer = await browser.send(
            "/click", "dana", key, message=message, action="ask.share", value="v1"
        )
        assert answer == expected
    assert (await browser.see()).words.count("Shared by Dana Diaz") == 1


async def test_others_cannot_click_what_they_do_not_see(browser: Browser, bot: TinyBot) -> None:
    await browser.say("/mission")
    message = id_of(await browser.see())
    answer = await browser.send("/click", "priya", message=message, action="ask.share", value="v1")
    assert "not here any more" in answer["sentence"]
    gone = await browser.send("/click", "dana", message="x", action="ask.share", value="v1")
    assert gone == answer
    assert [type(event) for event in bot.events] == [Command]


async def test_forged_buttons_are_refused(browser: Browser, bot: TinyBot) -> None:
    await browser.say("/mission")
    message = id_of(await browser.see())
    answer = await browser.send(
        "/click", "dana", message=message, action="charter.drop", value="v1"
    )
    assert "button has changed" in answer["sentence"]
    assert not any(isinstance(event, ButtonClick) for event in bot.events)


async def test_was_this_useful_is_a_button(browser: Browser, bot: TinyBot) -> None:
    await browser.say("@Mission does it fit?")
    message = id_of(await browser.see(person="priya"))
    await browser.send("/click", "priya", message=message, action="ask.useful", value="yes:v1")
    event = bot.events[-1]
    assert isinstance(event, ButtonClick)
    assert "Noted: yes:v1" in (await browser.see(person="priya")).words
    assert "Noted: yes:v1" not in (await browser.see()).words


# Filling in


async def test_a_form_opens_is_filled_in_and_answered(browser: Browser, bot: TinyBot) -> None:
    seal = await seal_of(browser)
    assert await browser.send("/submit", "dana", seal=seal, fields=FILLED) == {}
    event = bot.events[-1]
    assert isinstance(event, FormSubmit)
    assert event.fields["people"] == ()
    assert "Saved state-1" in (await browser.see()).words
    assert "Saved state-1" not in (await browser.see(person="priya")).words


async def test_a_button_opens_a_form_too(browser: Browser) -> None:
    await browser.say("/mission")
    message = id_of(await browser.see())
    answer = await browser.send("/click", "dana", message=message, action="tiny.form")
    assert Read(answer["form"]).all("form")


async def test_what_is_wrong_comes_back_by_field_and_changes_nothing(
    browser: Browser, bot: TinyBot
) -> None:
    seal = await seal_of(browser)
    asked = len(bot.events)
    answer = await browser.send("/submit", "dana", seal=seal, fields={**FILLED, "number": "9"})
    assert answer == {"errors": {"number": "The largest number here is 5."}, "sentence": ""}
    assert len(bot.events) == asked
    assert await browser.send("/submit", "dana", seal=seal, fields=FILLED) == {}


async def test_what_the_bot_finds_wrong_comes_back_the_same_way(browser: Browser) -> None:
    seal = await seal_of(browser, "/mission decide it")
    answer = await browser.send("/submit", "dana", seal=seal, fields={"what": "twice"})
    assert answer == {"errors": {"what": "That is decided already."}, "sentence": "Not saved."}


async def test_submitting_twice_is_submitting_once(browser: Browser) -> None:
    seal, key = await seal_of(browser), uuid.uuid4().hex
    assert await browser.send("/submit", "dana", key, seal=seal, fields=FILLED) == {}
    again = await browser.send("/submit", "dana", key, seal=seal, fields=FILLED)
    assert again == {"again": True}
    assert (await browser.see()).words.count("Saved state-1") == 1


async def test_a_forged_form_is_refused(browser: Browser, bot: TinyBot) -> None:
    seal = await seal_of(browser)
    asked = len(bot.events)
    for person, bad in (("dana", seal[:-4] + "AAA="), ("priya", seal), ("dana", "")):
        answer = await browser.send("/submit", person, seal=bad, fields=FILLED)
        assert answer["errors"] == {}
        assert answer["sentence"]
    assert len(bot.events) == asked


async def test_a_form_outlives_a_restart_with_the_same_secret() -> None:
    async with browsing(TinyBot(secret=b"kept")) as before:
        seal = await seal_of(before)
    async with browsing(TinyBot(secret=b"kept")) as after:
        assert await after.send("/submit", "dana", seal=seal, fields=FILLED) == {}
    async with browsing(TinyBot(secret=b"new")) as after:
        answer = await after.send("/submit", "dana", seal=seal, fields=FILLED)
        assert "opened before I was started anew" in answer["sentence"]


async def test_a_form_opened_in_a_public_thread_is_answered_there(
    browser: Browser, bot: TinyBot
) -> None:
    seal = await seal_of(browser, "@Mission form")
    root = id_of(await browser.see())
    await browser.send("/submit", "dana", seal=seal, fields=FILLED)
    theirs = await browser.see(person="priya")
    assert "Saved state-1" in theirs.words
    assert items(theirs)[-1]["data-thread"] == root
