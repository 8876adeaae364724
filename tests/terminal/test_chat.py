"""A whole sitting: keys in, the real router and inbox, and what is printed."""

import asyncio
import io
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console

from adapters.terminal.words import CommandCompleter
from bot.cards import Card, body
from bot.errors import Gone
from bot.events import ButtonClick, Command, Conversation, FormSubmit, Question
from tests.terminal.tiny_bot import HERE, TinyBot

ENTER, CTRL_C, CTRL_D, CTRL_U, TAB = "\r", "\x03", "\x04", "\x15", "\t"
ALT_ENTER = "\x1b\r"


@pytest.fixture
def keyboard() -> Iterator[PipeInput]:
    with create_pipe_input() as keys:
        yield keys


class Sitting:
    """Types the keys, leaves, and keeps what was printed."""

    def __init__(self, keyboard: PipeInput, history: Path | None = None) -> None:
        self.screen = io.StringIO()
        self.bot = TinyBot(Console(file=self.screen, width=80))
        self._keyboard = keyboard
        self._history = history

    async def type(self, keys: str, *, leave: bool = True) -> str:
        self._keyboard.send_text(keys + (CTRL_D if leave else ""))
        talk = self.bot.talk(history=self._history, input=self._keyboard, output=DummyOutput())
        await asyncio.wait_for(talk, 20)
        return self.printed

    @property
    def printed(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.getvalue().splitlines())


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 (what it waits for knows of no event)
            await asyncio.sleep(0.01)


async def test_a_question_is_answered(keyboard: PipeInput) -> None:
    sitting = Sitting(keyboard)
    printed = await sitting.type(f"sell data to advertisers?{ENTER}")
    assert "Conflicts · sell data to advertisers?" in printed
    assert "│ Against R1" in printed
    (event,) = sitting.bot.events
    assert isinstance(event, Question)
    assert (event.text, event.conversation, event.person.name) == (
        "sell data to advertisers?",
        HERE,
        "Dana",
    )
    assert event.thread
    assert sitting.bot.rows.finished == [event.key]


async def test_commands_and_questions_and_threads(keyboard: PipeInput) -> None:
    sitting = Sitting(keyboard)
    typed = ["sell it?", "and for free?", "What about insurers?", "Android? or not", "/mission"]
    typed += ["but why", "charter", "/mission ask it", "/charter", "Ordering pizza"]
    await sitting.type("".join(text + ENTER for text in typed))
    events = sitting.bot.events
    assert [(type(e), e.text) for e in events if isinstance(e, Command | Question)] == [
        (Question, "sell it?"),
        (Question, "and for free?"),
        (Question, "What about insurers?"),
        (Question, "Android? or not"),
        (Command, ""),
        (Question, "but why"),
        (Command, "charter"),
        (Command, "ask it"),
        (Command, "/charter"),
        (Question, "Ordering pizza"),
    ]
    # Follow-ups go on in the thread before them; everything else begins its own.
    threads = [e.thread for e in events]
    numbers = [list(dict.fromkeys(threads)).index(t) for t in threads]
    assert numbers == [0, 0, 0, 1, 2, 2, 3, 4, 5, 6]
    assert len({e.key for e in events}) == len(events)


async def test_a_number_clicks_the_button_of_the_last_card(keyboard: PipeInput) -> None:
    sitting = Sitting(keyboard)
    printed = await sitting.type(f"3{ENTER}sell it?{ENTER}2{ENTER}[4]{ENTER}9{ENTER}0{ENTER}")
    clicks = [e for e in sitting.bot.events if isinstance(e, ButtonClick)]
    assert [(c.action, c.value) for c in clicks] == [("ask.share", "v2"), ("ask.useful", "no:v1")]
    assert {c.thread for c in clicks} == {sitting.bot.events[0].thread}
    assert {c.message for c in clicks} == {sitting.bot.messenger.said[0].id}
    assert "There is no button to click yet." in printed
    assert "There is no button 9. They go from 1 to 4." in printed
    assert "There is no button 0." in printed
    assert "Did no:v1." in printed


async def test_a_click_that_cannot_be_taken_back_is_confirmed(keyboard: PipeInput) -> None:
    sitting = Sitting(keyboard)
    printed = await sitting.type(f"charter{ENTER}2{ENTER}n{ENTER}2{ENTER}{CTRL_C}2{ENTER}y{ENTER}")
    assert printed.count("This deletes the charter for everybody. Delete it? (y/n)") == 3
    assert printed.count("Cancelled. Nothing was changed.") == 2
    assert [e.action for e in sitting.bot.events if isinstance(e, ButtonClick)] == ["charter.drop"]


async def test_a_form_with_an_error_then_corrected(keyboard: PipeInput) -> None:
    sitting = Sitting(keyboard)
    printed = await sitting.type(
        f"decide drop{ENTER}{ENTER}less work{ALT_ENTER}for all{ENTER} Android{ENTER}"
    )
    assert "Record a decision" in printed
    assert "I ask again when its date comes." in printed
    assert "Recorded: drop Android" in printed
    # The field that was right is asked once, the wrong one twice.
    assert printed.count("Why? (may be left empty)") == 1
    assert printed.count("What did you decide?") == 2
    assert printed.count("Say it in at least two words.") == 1
    (saved,) = sitting.bot.saved
    assert saved.fields == {"what": "drop Android", "why": "less work\nfor all"}
    assert (saved.form, saved.state) == ("decisions.record", "v4")
    submits = [e for e in sitting.bot.events if isinstance(e, FormSubmit)]
    assert len({e.key for e in submits}) == 2


async def test_an_error_about_the_whole_form_asks_every_field_again(keyboard: PipeInput) -> None:
    sitting = Sitting(keyboard)
    printed = await sitting.type(
        f"decide forbidden{ENTER}{ENTER}because{ENTER}{CTRL_U}two words{ENTER}{ENTER}"
    )
    assert "Only owners record this. Ask Lee." in printed
    (saved,) = sitting.bot.saved
    assert saved.fields == {"what": "two words", "why": "because"}


async def test_what_a_form_cannot_take_is_asked_at_once(keyboard: PipeInput) -> None:
    sitting = Sitting(keyboard)
    printed = await sitting.type(f"decide {'x' * 61}{ENTER}{ENTER}{CTRL_U}{ENTER}a b{ENTER}{ENTER}")
    assert "This is 61 characters; 60 fit. Shorten it." in printed
    assert "This is needed. Ctrl-C cancels the whole form." in printed
    (saved,) = sitting.bot.saved
    assert saved.fields == {"what": "a b", "why": ""}


async def test_every_kind_of_field(keyboard: PipeInput) -> None:
    sitting = Sitting(keyboard)
    await sitting.type(
        f"all{ENTER} and more{ENTER}{CTRL_U}5{ENTER}fri{ENTER}, Last, day{CTRL_U}1,3{ENTER}"
        f"{ENTER}{ENTER}{CTRL_U}9 o'clock{ENTER}{CTRL_U}9:05{ENTER}me{ENTER}{ENTER}"
    )
    (saved,) = sitting.bot.saved
    assert saved.fields == {
        "words": "as they were and more",
        "rating": "r5",
        "day": "friday",
        "days": ("monday", "last, day"),
        "number": "3",
        "date": "2027-01-31",
        "time": "09:05",
        "owner": "dana",
        "others": (),
    }


async def test_ctrl_c_cancels_a_form(keyboard: PipeInput) -> None:
    sitting = Sitting(keyboard)
    printed = await sitting.type(f"decide a b{ENTER}{ENTER}{CTRL_C}sell it?{ENTER}")
    assert "Cancelled. Nothing was changed." in printed
    assert "Conflicts · sell it?" in printed
    assert not any(isinstance(e, FormSubmit) for e in sitting.bot.events)


async def test_ctrl_d_in_a_form_leaves(keyboard: PipeInput) -> None:
    sitting = Sitting(keyboard)
    printed = await sitting.type(f"decide{ENTER}{CTRL_D}", leave=False)
    assert printed.endswith("Cancelled. Nothing was changed.\n")


@pytest.mark.parametrize(
    "keys", [CTRL_D, f"exit{ENTER}", f"{CTRL_C}Quit{ENTER}", f"  {ENTER}{CTRL_D}"]
)
async def test_leaving(keyboard: PipeInput, keys: str) -> None:
    sitting = Sitting(keyboard)
    assert "Ctrl-D leaves." in (await sitting.type(keys, leave=False)).replace("\n  ", " ")
    assert not sitting.bot.events


async def test_an_unknown_word_and_a_broken_handler_get_a_sentence(keyboard: PipeInput) -> None:
    printed = await Sitting(keyboard).type(f"/mission chartr{ENTER}break this for me{ENTER}")
    assert "Did you mean /mission charter?" in printed
    assert "Something broke on my side" in printed


async def test_a_database_that_is_away_gets_a_sentence(keyboard: PipeInput) -> None:
    sitting = Sitting(keyboard)
    sitting.bot.rows.broken = True
    printed = await sitting.type(f"sell it?{ENTER}")
    assert "I could not take this in" in printed
    assert "tell your operator this code" in printed


async def test_an_answer_that_could_not_be_finished_gets_a_sentence(keyboard: PipeInput) -> None:
    sitting = Sitting(keyboard)

    async def broken(channel: str, key: str, at: object) -> None:
        raise ConnectionError

    sitting.bot.rows.finish = broken  # type: ignore[method-assign, assignment]
    assert "I try again by myself" in await sitting.type(f"sell it?{ENTER}")


async def test_ctrl_c_while_waiting_lets_the_answer_come_later(keyboard: PipeInput) -> None:
    sitting = Sitting(keyboard)
    sitting.bot.think.clear()
    before = signal.getsignal(signal.SIGINT)
    talk = asyncio.create_task(sitting.type(f"sell it?{ENTER}", leave=False))
    await until(lambda: bool(sitting.bot.events))
    await until(lambda: signal.getsignal(signal.SIGINT) is not before)
    os.kill(os.getpid(), signal.SIGINT)
    await until(lambda: "I go on with it" in sitting.printed)
    assert "Conflicts" not in sitting.printed
    sitting.bot.think.set()
    await until(lambda: "Conflicts · sell it?" in sitting.printed)
    keyboard.send_text(CTRL_D)
    await talk
    assert signal.getsignal(signal.SIGINT) is before


async def test_history_is_kept_for_the_next_sitting_but_no_form(tmp_path: Path) -> None:
    file = tmp_path / "data" / "history"
    with create_pipe_input() as keys:
        await Sitting(keys, file).type(f"sell it?{ENTER}decide{ENTER}our secret{ENTER}why{ENTER}")
    assert file.stat().st_mode & 0o077 == 0
    assert "sell it?" in file.read_text()
    assert "secret" not in file.read_text()
    with create_pipe_input() as keys:
        sitting = Sitting(keys, file)
        await sitting.type(f"\x1b[A\x1b[A{ENTER}")
    (event,) = sitting.bot.events
    assert isinstance(event, Question)
    assert event.text == "sell it?"


async def test_a_history_that_cannot_be_written_is_forgotten(
    tmp_path: Path, keyboard: PipeInput
) -> None:
    (tmp_path / "file").write_text("")
    printed = await Sitting(keyboard, tmp_path / "file" / "history").type(f"sell it?{ENTER}")
    assert "Conflicts" in printed


async def test_tab_completes_a_command(keyboard: PipeInput) -> None:
    sitting = Sitting(keyboard)
    talk = asyncio.create_task(sitting.type("", leave=False))
    # Completions are looked up while one goes on typing; who types this fast is no person.
    for keys in ("ch", TAB, ENTER, "/mi", TAB, " ch", TAB, ENTER, CTRL_D):
        keyboard.send_text(keys)
        await asyncio.sleep(0.15)
    await talk
    assert [e.text for e in sitting.bot.events if isinstance(e, Command)] == ["charter", "charter"]


def test_what_is_offered_where() -> None:
    completer = CommandCompleter(TinyBot(Console(file=io.StringIO())).router.words)

    def offered(text: str, *, tab: bool = False) -> list[str]:
        event = CompleteEvent(text_inserted=not tab, completion_requested=tab)
        return [c.text for c in completer.get_completions(Document(text), event)]

    assert offered("/") == offered("/MIS") == ["/mission"]
    assert offered("/mission ") == ["charter", "decide", "all", "help"]
    assert offered("/mission de") == offered("DE", tab=True) == ["decide"]
    # While a question is typed, nothing pops up.
    assert offered("de") == offered("decide ", tab=True) == offered("/x") == []


async def test_what_was_said_is_said_once(keyboard: PipeInput) -> None:
    sitting = Sitting(keyboard)
    card = Card(summary="Reminder", elements=(body("Review the open decisions."),))
    first = await sitting.bot.messenger.post(HERE, card, "reminder-1")
    assert await sitting.bot.messenger.post(HERE, card, "reminder-1") == first
    assert sitting.printed.count("Review the open decisions.") == 1
    assert await sitting.bot.messenger.post(HERE, card, "reminder-2") != first
    with pytest.raises(Gone):
        await sitting.bot.messenger.post(Conversation(id="elsewhere"), card, "reminder-3")


async def test_a_post_appears_while_one_types(keyboard: PipeInput) -> None:
    sitting = Sitting(keyboard)
    talk = asyncio.create_task(sitting.type("sell ", leave=False))
    await asyncio.sleep(0.1)
    card = Card(summary="Reminder", elements=(body("Review the open decisions."),))
    await sitting.bot.messenger.post(HERE, card, "reminder-1")
    keyboard.send_text(f"it?{ENTER}{CTRL_D}")
    printed = await talk
    assert printed.index("Review the open") < printed.index("Conflicts · sell it?")
