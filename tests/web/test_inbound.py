"""What the page sends -> the event it means."""

from datetime import UTC, datetime

import pytest

from adapters.web.ids import message_id, once_of, own_key, thread_opened_by
from adapters.web.inbound import (
    Click,
    Say,
    Submit,
    clicked,
    opened_by,
    own_words,
    read,
    said_to_bot,
    submitted,
)
from adapters.web.personas import CHANNELS, PERSONAS, conversation
from adapters.web.seal import Seal
from bot.cards import Card, Form, PersonField
from bot.delivery.transcript import Said
from bot.errors import UserFacing
from bot.events import ButtonClick, Command, Event, FormSubmit, Question
from bot.replies import FormErrors
from tests.web.samples import every_field, everything

DANA = PERSONAS["dana"].person
PRIYA = PERSONAS["priya"].person
AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
KEY = "0123456789abcdef"


def said(
    text: str = "", *, card: Card | None = None, only_for: str | None = None, place: str = "product"
) -> Said:
    return Said(
        id="root",
        key="k",
        conversation_id=place,
        author=PRIYA if text else None,
        text=text,
        card=card,
        only_for=only_for,
        at=AT,
        changed_at=AT,
    )


def event(text: str, place: str = "product", root: Said | None = None) -> Event | None:
    sent = Say(person="dana", key=KEY, conversation=place, text=text)
    where = conversation(place, DANA)
    assert where
    return said_to_bot(sent, DANA, where, root)


def own(text: str, place: str = "product", root: Said | None = None) -> Said:
    sent = Say(person="dana", key=KEY, conversation=place, text=text)
    where = conversation(place, DANA)
    assert where
    return own_words(sent, DANA, where, root, AT)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/mission", ""),
        ("/mission ask is it?", "ask is it?"),
        ("/Mission   help ", "help"),
        ("  /mission\nrank\na\nb", "rank\na\nb"),
    ],
)
@pytest.mark.parametrize("place", ["product", "mission"])
def test_commands_are_answered_privately(text: str, words: str, place: str) -> None:
    found = event(text, place)
    assert isinstance(found, Command)
    assert found.text == words
    assert not found.public
    assert found.key == f"web:dana:{KEY}"
    assert found.thread == thread_opened_by(found.key)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("@Mission does it fit?", "does it fit?"),
        ("@mission: does it fit?", "does it fit?"),
        ("Hello @MISSION, does it fit?", "Hello does it fit?"),
        ("@Mission", ""),
        ("does it fit? @mission", "does it fit?"),
    ],
)
def test_mentions_are_asked_in_public_and_answered_in_a_thread(text: str, words: str) -> None:
    found = event(text)
    assert isinstance(found, Question)
    assert found.text == words
    assert found.public
    assert found.thread == own(text).id


@pytest.mark.parametrize(
    "text", ["hello", "/missionary work", "me@mission.org", "@missionary", "my /mission", "/help"]
)
def test_other_words_in_a_channel_are_not_read(text: str) -> None:
    assert event(text) is None
    assert own(text).only_for is None


def test_everything_in_a_direct_message_is_a_question() -> None:
    found = event("does it fit?", "mission")
    assert isinstance(found, Question)
    assert not found.public
    assert found.conversation.private
    assert found.conversation.id == "dana"
    assert found.thread == thread_opened_by(found.key)


@pytest.mark.parametrize("root", [said(card=everything()), said("@Mission does it fit?")])
def test_replies_in_a_thread_of_the_bots_are_follow_ups(root: Said) -> None:
    found = event("and for hospitals?", root=root)
    assert isinstance(found, Question)
    assert found.thread == "root"
    assert found.public
    assert own("and for hospitals?", root=root).thread == "root"


def test_a_follow_up_to_a_private_answer_stays_private() -> None:
    root = said(card=everything(), only_for="dana")
    found = event("and for hospitals?", root=root)
    assert isinstance(found, Question)
    assert not found.public
    assert own("and for hospitals?", root=root).only_for == "dana"


def test_replies_in_a_thread_of_peoples_need_a_mention() -> None:
    root = said("who has time?")
    assert event("I do", root=root) is None
    found = event("@mission does it fit?", root=root)
    assert isinstance(found, Question)
    assert found.thread == "root"
    assert found.public


def test_a_command_is_seen_by_its_author_only() -> None:
    assert own("/mission ask x").only_for == "dana"
    assert own("@mission x").only_for is None
    assert own("/mission ask x", "mission").only_for is None, "nobody else is there"


@pytest.mark.parametrize("text", ["", "  \n ", "\u200b", "\x00"])
def test_nothing_is_not_sent(text: str) -> None:
    with pytest.raises(UserFacing, match="Write something first"):
        own(text)


def test_long_messages_have_an_end() -> None:
    assert len(own("x" * 12_000).text) == 12_000
    with pytest.raises(UserFacing, match="12,001 characters"):
        own("x" * 12_001)


def test_words_are_stored_without_what_databases_and_eyes_cannot_bear() -> None:
    assert own("a\x00b\u202ec\r\nd").text == "abc\nd"


def test_the_page_knows_its_own_words_again() -> None:
    assert once_of(own("hello").key) == KEY
    assert once_of("web:dana:0123456789abcdef/0") == ""
    assert own("hello").id == message_id(own_key(f"web:dana:{KEY}"))


def test_nobody_takes_up_another_ones_key() -> None:
    dana = event("@mission x")
    where = CHANNELS["product"]
    sent = Say(person="priya", key=KEY, conversation="product", text="@mission x")
    priya = said_to_bot(sent, PRIYA, where, None)
    assert dana
    assert priya
    assert dana.key != priya.key


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b'{"person": "dana", "key": "short", "conversation": "product", "text": "x"}',
        b'{"person": "dana", "key": "0123456789abcdef", "conversation": "product"}',
        b'{"person": "dana", "key": "0123456789abcdef", "conversation": 1, "text": "x"}',
        b'{"person": "dana", "key": "0123456789abcdef", "conversation": "a", "text": "\\ud800"}',
        b"[" * 60_000,
    ],
)
def test_what_cannot_be_read_is_a_sentence(body: bytes) -> None:
    with pytest.raises(UserFacing, match="could not read"):
        read(Say, body)


def test_there_is_nobody_of_another_name() -> None:
    with pytest.raises(UserFacing, match="nobody of that name"):
        read(
            Say,
            b'{"person": "mallory", "key": "0123456789abcdef", "conversation": "a", "text": "x"}',
        )


def click(action: str, value: str = "v1") -> Click:
    return Click(person="dana", key=KEY, message="root", action=action, value=value)


@pytest.mark.parametrize(
    ("action", "value"),
    [("ask.share", "v1"), ("charter.drop", ""), ("ask.useful", "yes:v1"), ("ask.useful", "no:v1")],
)
def test_a_click_is_one_on_a_button_that_is_there(action: str, value: str) -> None:
    found = clicked(click(action, value), DANA, said(card=everything()))
    assert isinstance(found, ButtonClick)
    assert (found.action, found.value, found.message) == (action, value, "root")
    assert found.public
    assert found.conversation == CHANNELS["product"]


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ("ask.share", "v2"),
        ("ask.share", ""),
        ("charter.adopt", "v1"),
        ("ask.useful", "v1"),
        ("ask.useful", "yes:v2"),
    ],
)
def test_forged_clicks_are_refused(action: str, value: str) -> None:
    with pytest.raises(UserFacing, match="button has changed"):
        clicked(click(action, value), DANA, said(card=everything()))


@pytest.mark.parametrize(
    "message",
    [
        None,
        said("words"),
        said(card=everything(), only_for="priya"),
        said(card=everything(), place="priya"),
    ],
)
def test_a_click_needs_a_message_that_the_person_sees(message: Said | None) -> None:
    with pytest.raises(UserFacing, match="not here any more"):
        clicked(click("ask.share"), DANA, message)


def test_a_click_on_a_private_answer_is_private() -> None:
    assert not clicked(click("ask.share"), DANA, said(card=everything(), only_for="dana")).public
    direct = clicked(click("ask.share"), DANA, said(card=everything(), place="dana"))
    assert not direct.public
    assert direct.conversation.private


def submit(seal: str, **fields: str | tuple[str, ...]) -> Submit:
    return Submit(person="dana", key=KEY, seal=seal, fields=fields)


FILLED: dict[str, str | tuple[str, ...]] = {
    "line": "a",
    "story": "b",
    "menu": "a",
    "one": "b",
    "number": "3",
    "day": "2027-01-01",
    "who": "erik",
}


def test_a_form_comes_back_where_it_was_opened() -> None:
    seal = Seal(b"secret")
    question = event("@mission x")
    assert question
    opened = seal.open(seal.close(opened_by(question, every_field())))
    found = submitted(submit("", **FILLED), DANA, opened)
    assert isinstance(found, FormSubmit)
    assert (found.form, found.state) == ("tiny.save", "state-1")
    assert found.thread == question.thread
    assert found.public
    assert found.conversation == CHANNELS["product"]


def test_a_form_opened_by_a_command_opens_a_thread_of_its_own() -> None:
    command = event("/mission form")
    assert command
    found = submitted(submit("", **FILLED), DANA, opened_by(command, every_field()))
    assert isinstance(found, FormSubmit)
    assert found.thread == thread_opened_by(found.key)
    assert not found.public


def test_a_form_that_cannot_be_known_keeps_its_words() -> None:
    found = submitted(submit("", **FILLED), DANA, None)
    assert isinstance(found, FormErrors)
    assert "Copy what you wrote" in found.sentence


def test_a_form_of_somebody_else_is_refused() -> None:
    command = event("/mission form")
    assert command
    opened = opened_by(command, every_field()).model_copy(update={"person": "priya"})
    found = submitted(submit("", **FILLED), DANA, opened)
    assert isinstance(found, FormErrors)
    assert "Somebody else" in found.sentence


def test_a_seal_is_broken_by_any_change_and_by_another_secret() -> None:
    command = event("/mission form")
    assert command
    opened = opened_by(command, every_field())
    sealed = Seal(b"secret").close(opened)
    again = Seal(b"secret").open(sealed)
    assert again
    assert again.form.fields == opened.form.fields
    assert Seal(b"other").open(sealed) is None
    for changed in (
        sealed[:-5] + "AAAA=",
        "A" + sealed[1:],
        sealed[4:],
        "",
        "é",
        "====",
        "AAAA",
        "abc",
    ):
        assert Seal(b"secret").open(changed) is None


@pytest.mark.parametrize("text", ["/mission ask why", "@Mission why?"])
def test_the_browsers_time_zone_goes_with_the_words(text: str) -> None:
    sent = Say(person="dana", key="0" * 8, conversation="product", text=text, zone="Asia/Tokyo")
    event = said_to_bot(sent, PERSONAS["dana"].person, CHANNELS["product"], None)
    assert event
    assert event.zone == "Asia/Tokyo"


def test_people_picked_in_a_form_come_with_their_names() -> None:
    form = Form(
        form="a.b",
        title="T",
        submit="Go",
        fields=(PersonField(name="who", label="Who", several=True),),
    )
    opened = opened_by(Command(**_who(), text=""), form)
    sent = Submit(person="dana", key=KEY, seal="", fields={"who": ("priya",)}, zone="Asia/Tokyo")
    event = submitted(sent, DANA, opened)
    assert isinstance(event, FormSubmit)
    assert event.people_in("who") == (PRIYA,)
    assert event.zone == "Asia/Tokyo"


def _who() -> dict[str, object]:
    return {
        "key": "web:dana:1",
        "workspace": "web:local",
        "person": DANA,
        "conversation": CHANNELS["product"],
    }
