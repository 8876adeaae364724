"""What the bot says: stored once, seen by whom it is meant for."""

from contextlib import ExitStack
from typing import Any

import pytest

from adapters.web.hub import Hub, Listener
from adapters.web.ids import thread_opened_by
from adapters.web.limits import LONGEST_QUEUE, MOST_PAGES
from adapters.web.messenger import WebMessenger
from adapters.web.personas import CHANNELS, PERSONAS, WORKSPACE, direct_message, sees
from bot.cards import Card, body
from bot.delivery.transcript import Said
from bot.errors import Gone, UserFacing
from bot.events import ButtonClick, Conversation, Question
from bot.replies import FormErrors, OpenForm, Replies, privately, publicly, replacing, reply
from tests.web.samples import every_field
from tests.web.tiny_bot import Memory, Ticking

DANA = PERSONAS["dana"].person
PRODUCT = CHANNELS["product"]


def card(text: str) -> Card:
    return Card(summary=text, elements=(body("{text}", text=text),))


def question(**changes: Any) -> Question:
    event = Question(
        key="web:dana:k", workspace=WORKSPACE, person=DANA, conversation=PRODUCT, text="x"
    )
    return event.model_copy(update=changes)


def click(message: str | None, **changes: Any) -> ButtonClick:
    event = ButtonClick(
        key="web:dana:c",
        workspace=WORKSPACE,
        person=DANA,
        conversation=PRODUCT,
        action="ask.later",
        message=message,
    )
    return event.model_copy(update=changes)


class Setting:
    def __init__(self) -> None:
        self.memory = Memory()
        self.hub = Hub()
        self.messenger = WebMessenger(work=self.memory, clock=Ticking(), hub=self.hub)

    @property
    def said(self) -> list[Said]:
        return list(self.memory.said.values())


@pytest.fixture
def page() -> Setting:
    return Setting()


@pytest.mark.parametrize(
    ("answer", "public", "only_for"),
    [
        (reply(card("a")), True, None),
        (reply(card("a")), False, "dana"),
        (privately(card("a")), True, "dana"),
        (privately(card("a")), False, "dana"),
        (publicly(card("a")), True, None),
        (publicly(card("a")), False, None),
    ],
)
async def test_who_sees_an_answer(
    page: Setting, answer: Replies, public: bool, only_for: str | None
) -> None:
    await page.messenger.answer(question(public=public), answer)
    assert [said.only_for for said in page.said] == [only_for]


async def test_in_a_direct_message_nothing_needs_hiding(page: Setting) -> None:
    await page.messenger.answer(question(conversation=direct_message(DANA)), privately(card("a")))
    (said,) = page.said
    assert said.only_for is None
    assert [p for p in PERSONAS if sees(p, said)] == ["dana"]


async def test_answering_twice_shows_it_once(page: Setting) -> None:
    answer = reply(card("a")) + privately(card("b"))
    with page.hub.listen("dana") as listener:
        await page.messenger.answer(question(), answer)
        await page.messenger.answer(question(), answer)
        assert listener.news.qsize() == 2
    assert [said.card for said in page.said] == [card("a"), card("b")]


async def test_an_answer_hangs_in_the_thread_of_its_question(page: Setting) -> None:
    await page.messenger.answer(question(thread="root"), reply(card("a")))
    assert page.said[0].thread == "root"


async def test_an_answer_opens_the_thread_that_its_event_named(page: Setting) -> None:
    event = question()
    event = event.model_copy(update={"thread": thread_opened_by(event.key)})
    await page.messenger.answer(event, reply(card("a")) + reply(card("b")))
    assert [said.thread for said in page.said] == [None, None]
    assert page.said[0].id == event.thread


async def test_replacing_takes_the_clicked_messages_place(page: Setting) -> None:
    await page.messenger.answer(question(public=True), reply(card("a")))
    (before,) = page.said
    with page.hub.listen("priya") as listener:
        await page.messenger.answer(click(before.id, public=True), replacing(card("b")))
        assert listener.news.qsize() == 1
    (after,) = page.said
    assert (after.id, after.card) == (before.id, card("b"))
    assert after.changed_at > before.changed_at


async def test_a_replaced_private_message_stays_private(page: Setting) -> None:
    await page.messenger.answer(question(), privately(card("a")))
    items = publicly(card("b")).items
    answer = Replies(items=tuple(item.model_copy(update={"replace": True}) for item in items))
    await page.messenger.answer(click(page.said[0].id), answer)
    assert [(said.card, said.only_for) for said in page.said] == [(card("b"), "dana")]


async def test_what_all_see_is_not_replaced_by_what_one_may_see(page: Setting) -> None:
    await page.messenger.answer(question(public=True), reply(card("a")))
    items = privately(card("b")).items
    answer = Replies(items=tuple(item.model_copy(update={"replace": True}) for item in items))
    await page.messenger.answer(click(page.said[0].id, public=True), answer)
    assert [(said.card, said.only_for) for said in page.said] == [
        (card("a"), None),
        (card("b"), "dana"),
    ]


@pytest.mark.parametrize("message", [None, "gone"])
async def test_where_nothing_can_be_replaced_it_is_a_new_message(
    page: Setting, message: str | None
) -> None:
    await page.messenger.answer(click(message), replacing(card("b")))
    assert [said.card for said in page.said] == [card("b")]


async def test_a_message_of_another_conversation_is_not_replaced(page: Setting) -> None:
    await page.messenger.answer(question(conversation=CHANNELS["leadership"]), reply(card("a")))
    await page.messenger.answer(click(page.said[0].id), replacing(card("b")))
    assert [said.conversation_id for said in page.said] == ["leadership", "product"]


@pytest.mark.parametrize("answer", [OpenForm(form=every_field()), FormErrors(errors={"a": "b"})])
async def test_forms_are_not_messages(page: Setting, answer: OpenForm | FormErrors) -> None:
    await page.messenger.answer(question(), answer)
    assert page.said == []


async def test_a_failing_store_shows_nothing(page: Setting) -> None:
    page.memory.broken = True
    with page.hub.listen("dana") as listener:
        with pytest.raises(ConnectionError):
            await page.messenger.answer(question(), reply(card("a")))
        assert listener.news.empty()


async def test_posting_twice_is_one_message(page: Setting) -> None:
    with page.hub.listen("noa") as listener:
        first = await page.messenger.post(PRODUCT, card("a"), "announce/v5")
        again = await page.messenger.post(PRODUCT, card("a"), "announce/v5")
        other = await page.messenger.post(PRODUCT, card("a"), "announce/v6")
        assert listener.news.qsize() == 2
    assert first == again != other
    assert {said.id for said in page.said} == {first, other}


async def test_posting_to_a_person_is_seen_by_that_person(page: Setting) -> None:
    await page.messenger.post(direct_message(DANA), card("a"), "checkin/1")
    assert [p for p in PERSONAS if sees(p, page.said[0])] == ["dana"]


async def test_posting_to_nowhere_is_gone(page: Setting) -> None:
    with pytest.raises(Gone):
        await page.messenger.post(Conversation(id="C123"), card("a"), "k")


# The hub


def heard(listener: Listener) -> list[Said | None]:
    return [listener.news.get_nowait() for _ in range(listener.news.qsize())]


async def test_a_page_hears_only_what_its_persona_sees(page: Setting) -> None:
    with page.hub.listen("priya") as priya, page.hub.listen("dana") as dana:
        await page.messenger.answer(question(), privately(card("secret")))
        await page.messenger.post(direct_message(DANA), card("direct"), "k")
        await page.messenger.answer(question(key="web:dana:2"), publicly(card("open")))
        assert [said.card for said in heard(priya) if said] == [card("open")]
        assert len(heard(dana)) == 3


async def test_a_page_that_lags_behind_is_told_to_start_afresh(page: Setting) -> None:
    with page.hub.listen("priya") as slow, page.hub.listen("dana") as quick:
        for i in range(LONGEST_QUEUE + 1):
            await page.messenger.post(PRODUCT, card("a"), str(i))
            quick.news.get_nowait()
        assert heard(slow) == [None]
        await page.messenger.post(PRODUCT, card("a"), "last")
        assert slow.news.empty()
        assert quick.news.qsize() == 1


async def test_closing_ends_every_page(page: Setting) -> None:
    with page.hub.listen("priya") as listener:
        page.hub.close()
        assert heard(listener) == [None]
    with page.hub.listen("priya") as late:
        assert heard(late) == [None]


async def test_too_many_pages_are_refused(page: Setting) -> None:
    with ExitStack() as stack:
        for _ in range(MOST_PAGES):
            stack.enter_context(page.hub.listen("dana"))
        with pytest.raises(UserFacing, match="Too many pages"):
            stack.enter_context(page.hub.listen("dana"))
    with page.hub.listen("dana"):
        pass
