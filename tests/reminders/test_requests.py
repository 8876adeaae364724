"""What is typed after `remind`: whom, when, what about."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import Refused, UserFacing
from bot.events import Command, Conversation, Person
from bot.ports import Member
from bot.recurrence.model import Hours
from bot.reminders.contents import Contents, charter_contents
from bot.reminders.model import Request
from bot.reminders.requests import AskBack, read_request
from tests.direct_stage import PEOPLE, WORKSPACE, DirectStage, channel, direct

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TWIN = Person(id="erik2", name="Erik Ekberg")
ROBOT = Person(id="robot", name="Robot")


class Roster:
    """Everybody, a second Erik, and a robot."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.refuses = refuses

    def direct(self, workspace: str, person: Person) -> Conversation:
        return direct(person)

    async def members(self, workspace: str, of: Conversation) -> Sequence[Member]:
        if self.refuses:
            raise Refused("missing_scope")
        people = [Member(person=person) for person in (*PEOPLE.values(), TWIN)]
        return [*people, Member(person=ROBOT, kind="bot")]


async def read(words: str, *, where: Conversation | None = None, refuses: bool = False) -> Request:
    event = Command(
        key="k",
        workspace=WORKSPACE,
        person=PEOPLE["priya"],
        conversation=where or channel("product"),
        text=words,
    )
    return await read_request(
        words,
        event,
        hours=Hours(zone="Europe/Berlin"),
        now=NOW,
        roster=Roster(refuses=refuses),
        contents=Contents(charter_contents(DirectStage().charters)),
    )


@pytest.mark.parametrize(
    ("words", "to", "people", "about"),
    [
        ("every Friday 16:30 to review", "here", (), "review"),
        ("us every Friday 16:30: review", "here", (), "review"),
        ("everyone every Friday 16:30: review", "here", (), "review"),
        ("the team every Friday 16:30 to review", "here", (), "review"),
        ("me every Friday 16:30 to review", "me", (), "review"),
        ("me to review every Friday 16:30", "me", (), "review"),
        ("everybody here every Friday 16:30 to review", "everybody", (), "review"),
        ("each of us every Friday 16:30 to review", "everybody", (), "review"),
        ("priya and dana every Friday 16:30: review", "people", ("priya", "dana"), "review"),
        ("Priya Patel, @Dana every Friday 16:30 review", "people", ("priya", "dana"), "review"),
        ("@Noa to review every Friday 16:30", "people", ("noa",), "review"),
        ("erik ekberg every Friday 16:30 to review", "people", ("erik2",), "review"),
        ("Dana: every Friday 16:30 to review", "people", ("dana",), "review"),
        ("noa, noa & Noa Novak every Friday 16:30 to review", "people", ("noa",), "review"),
        ("Dana's report every Friday 16:30", "here", (), "Dana's report"),
    ],
)
async def test_whom_and_what(words: str, to: str, people: tuple[str, ...], about: str) -> None:
    request = await read(words)
    assert (request.to, tuple(p.id for p in request.people)) == (to, people)
    assert request.about == about
    assert request.rule.text == "FREQ=WEEKLY;BYDAY=FR"
    assert request.rule.zone == "Europe/Berlin"


@pytest.mark.parametrize("words", ["every Friday to review", "us every Friday to review"])
async def test_alone_with_the_bot_it_is_for_oneself(words: str) -> None:
    assert (await read(words, where=direct(PEOPLE["priya"]))).to == "me"


@pytest.mark.parametrize(
    ("words", "content", "about"),
    [
        ("every Friday the charter", "charter", ""),
        ("every Friday to read our charter", "charter", ""),
        ("every Friday P2", "line", "P2"),
        ("every Friday: line r1 of the charter", "line", "R1"),
        ("every Friday our mission", "line", "mission"),
        ("every Friday to send the charter to legal", "text", "send the charter to legal"),
        ("every Friday", "text", ""),
    ],
)
async def test_what_it_is_about(words: str, content: str, about: str) -> None:
    request = await read(words)
    assert (request.content, request.about) == (content, about)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("erik every Friday to review", "Erik Ek or Erik Ekberg"),
        ("@Zed every Friday to review", "I don't know who @Zed is here"),
        ("@Robot every Friday to review", "I don't know who @Robot is here"),
        ("review open decisions", "I find no time"),
        ("1 January 2020 to look back", "is over"),
        ("", "When?"),
    ],
)
async def test_what_is_asked_back(words: str, told: str) -> None:
    with pytest.raises(AskBack) as asked:
        await read(words)
    assert told in str(asked.value)


async def test_where_the_platform_does_not_say_who_is_there_names_are_asked_for() -> None:
    with pytest.raises(AskBack, match="pick who is meant"):
        await read("@Dana every Friday to review", refuses=True)
    assert (await read("every Friday to review", refuses=True)).to == "here"


async def test_too_long_a_text_is_refused_with_its_length() -> None:
    assert len((await read("every Friday to " + "x" * 3000)).about) == 3000
    with pytest.raises(UserFacing, match="3,001 characters, and 3,000 fit"):
        await read("every Friday to " + "x" * 3001)


_PIECES = st.sampled_from(
    [
        "me",
        "us",
        "priya",
        "@",
        "and",
        "every",
        "Friday",
        "16:30",
        "the charter",
        "P2",
        ":",
        "to",
        "31",
    ]
)


@given(st.text(max_size=60) | st.lists(_PIECES, max_size=8).map(" ".join))
@settings(max_examples=150, deadline=None)
async def test_whatever_is_typed_is_understood_or_asked_back(words: str) -> None:
    with suppress(UserFacing):
        assert (await read(words)).rule
