import logging
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import NotAllowed
from bot.events import ButtonClick, Command, Conversation, Event, FormSubmit, Person, Question
from bot.plain_text import plain_text
from bot.replies import Answer, FormErrors, Replies, reply
from bot.router import Asking, Router, Routes
from bot.usage import Word, sentence

WHO: dict[str, Any] = {
    "workspace": "w",
    "person": Person(id="p", name="Dana"),
    "conversation": Conversation(id="c"),
}


async def say(event: Asking, rest: str) -> Answer:
    return reply(sentence(f"handled {rest}"))


async def asked(event: Asking, text: str) -> Answer:
    return reply(sentence(f"question {text}"))


async def broken(event: Event, *_: str) -> Answer:
    raise RuntimeError("canary words of somebody")


async def refused(event: Event, *_: str) -> Answer:
    raise NotAllowed("Only owners may. Ask Dana.")


def router() -> Router:
    words = {
        Word(name="show", does="shows"): say,
        Word(name="ask", does="asks", takes="<question>", also=("fit",)): say,
        Word(name="check", does="checks"): say,
        Word(name="history", does="tells"): say,
        Word(name="boom", does="breaks"): broken,
        Word(name="own", does="refuses"): refused,
    }
    routes = Routes(words=words, forms={"a.boom": broken, "a.own": refused})
    return Router(routes, bare="show", question=asked)


def texts(answer: Answer) -> str:
    assert isinstance(answer, Replies)
    return "\n".join(plain_text(item.card) for item in answer.items)


async def command(text: str) -> str:
    return texts(await router().dispatch(Command(key="k", text=text, **WHO)))


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("", "handled "),
        ("show", "handled "),
        ("SHOW", "handled "),
        ("ask does it fit?", "handled does it fit?"),
        ("fit a social feed", "handled a social feed"),
        ("does a social feed fit?", "question does a social feed fit?"),
        ("check whether we may sell the data to them", "question check whether we may sell the "),
        ("checkout redesign for shops", "question checkout redesign for shops"),
    ],
)
async def test_one_grammar(typed: str, answer: str) -> None:
    assert (await command(typed)).startswith(answer)
    question = Question(key="k", text=typed, **WHO)
    assert texts(await router().dispatch(question)).startswith(answer)


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("askk does it fit?", "/mission ask does it fit?"),
        ("histroy", "/mission history"),
        ("hepl", "/mission help"),
    ],
)
async def test_unknown_words_get_the_nearest(typed: str, nearest: str) -> None:
    answer = await command(typed)
    assert f"Did you mean {nearest}?" in answer
    assert "ask, check, history" in answer


async def test_a_word_like_nothing_gets_the_list() -> None:
    assert "I don't know /mission zzz." in await command("zzz")


async def test_help_lists_every_word_and_explains_one() -> None:
    everything = await command("help")
    assert all(f"/mission {word}" in everything for word in ("show", "ask <question>", "check"))
    assert "/mission ask <question>" in await command("help ask")


async def test_what_a_person_may_read_is_shown_as_it_stands() -> None:
    assert await command("own") == "Only owners may. Ask Dana."


async def test_what_broke_gets_a_code_that_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    answer = await command("boom")
    codes: Sequence[str] = [
        r.__dict__["code"] for r in caplog.records if r.levelno == logging.ERROR
    ]
    assert len(codes) == 1
    assert codes[0] in answer
    assert "canary" not in answer


async def test_a_form_that_fails_stays_open_with_its_text() -> None:
    for form, said in (("a.boom", "Your text is kept"), ("a.own", "Only owners may. Ask Dana.")):
        answer = await router().dispatch(FormSubmit(key="k", form=form, fields={}, **WHO))
        assert isinstance(answer, FormErrors)
        assert said in answer.sentence


async def test_buttons_of_an_older_version_say_so() -> None:
    event = ButtonClick(key="k", action="gone.away", **WHO)
    assert "older version" in texts(await router().dispatch(event))


@given(st.text(max_size=200), st.sampled_from([Command, Question]))
async def test_no_words_end_in_silence(text: str, kind: type[Command] | type[Question]) -> None:
    answer = await router().dispatch(kind(key="k", text=text, **WHO))
    assert texts(answer)
