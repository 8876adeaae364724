"""The exercise without a platform: what is kept while it is open, and what is left after."""

import pytest

from bot.charter.model import InForce, Line, LineInForce
from bot.exercise.grouping import compare
from bot.exercise.model import Answer, Compared, Exercise, Group
from bot.exercise.views import overview_card
from bot.plain_text import plain_text
from tests.direct_stage import WORKSPACE, DirectSeat, DirectStage, channel
from tests.fakes import WordReader
from tests.storage.filled import charter, exercise

PEOPLE = ("dana", "priya", "erik", "noa")


@pytest.fixture
async def stage() -> DirectStage:
    """Without a charter."""
    return DirectStage()


async def begun(stage: DirectStage, about: str = "") -> DirectSeat:
    dana = await stage.seat("dana")
    await dana.say("/mission exercise")
    await dana.fill({"about": about, "open_for": "day"})
    return dana


async def writes(stage: DirectStage, who: str, id_: str, **parts: str) -> str:
    seat = await stage.seat(who)
    await seat.press("exercise.write", id_)
    return await seat.fill(parts)


def only(stage: DirectStage) -> Exercise:
    (found,) = stage.storage.data.exercises.values()  # type: ignore[union-attr]
    return found


async def test_while_it_is_open_ones_own_words_come_back(stage: DirectStage) -> None:
    await begun(stage)
    id_ = only(stage).id
    await writes(stage, "priya", id_, mission="Help people.", strategy="- first\n* second\n\n")
    priya = await stage.seat("priya")
    await priya.press("exercise.write", id_)
    assert (await priya.form())["strategy"] == "first\nsecond"
    await priya.fill({"mission": "Help everybody."})
    erik = await stage.seat("erik")
    await erik.press("exercise.write", id_)
    assert (await erik.form())["mission"] == ""


async def test_after_closing_nothing_says_who_wrote_what(stage: DirectStage) -> None:
    dana = await begun(stage)
    id_ = only(stage).id
    for who in PEOPLE:
        words = {"mission": f"mission {who[0]}", "vision": f"vision {who[0]}", "strategy": who[0]}
        await writes(stage, who, id_, **words)
    await dana.press("exercise.close", id_)
    closed = only(stage)
    assert stage.storage.data.exercise_answers == {}  # type: ignore[union-attr]
    assert sorted(closed.texts("mission")) == sorted(f"mission {who[0]}" for who in PEOPLE)
    assert closed.answered == len(PEOPLE)
    stored = closed.model_dump_json()
    assert "priya" not in stored
    late = await writes_late(stage, id_)
    assert "side by side" in late


async def writes_late(stage: DirectStage, id_: str) -> str:
    seat = await stage.seat("mila")
    return await seat.press("exercise.write", id_)


async def test_what_one_person_wrote_does_not_stay_together(stage: DirectStage) -> None:
    apart = 0
    for _ in range(20):
        other = DirectStage()
        dana = await begun(other)
        id_ = only(other).id
        for who in PEOPLE:
            await writes(other, who, id_, mission=f"m-{who}", vision=f"v-{who}")
        await dana.press("exercise.close", id_)
        pairs = [(a.mission[2:], a.vision[2:]) for a in only(other).answers]
        apart += any(mission != vision for mission, vision in pairs)
    assert apart >= 15, "that all four stand together by chance is one in 24"


async def test_without_a_charter_it_drafts_one_from_what_most_wrote(stage: DirectStage) -> None:
    dana = await begun(stage)
    id_ = only(stage).id
    for who in PEOPLE[:3]:
        await writes(stage, who, id_, mission="Help people stay healthy.", strategy="be accurate")
    await writes(stage, "noa", id_, mission="Win the market with rockets.")
    shown = await dana.press("exercise.close", id_)
    assert "3 of 4 say much the same" in shown
    await dana.press("exercise.draft", id_)
    form = await dana.form()
    assert form["mission"] == "Help people stay healthy."
    assert form["pillar"] == "be accurate"
    adopted = await dana.fill({"name": "Vitals", "vision": "Everybody is well."})
    assert "Vitals has a charter" in adopted


async def test_beside_a_charter_it_says_what_is_close_and_what_differs(stage: DirectStage) -> None:
    await stage.load_sample()
    found = await stage.charters.in_force(WORKSPACE, "product")
    assert found
    mission = next(line for line in found.lines if line.line.kind == "mission").line.text
    answers = tuple(Answer(mission=text) for text in (mission, mission, "Rockets to Mars."))
    closed = exercise(closed_at=exercise().closes_at, answered=3, answers=answers)
    compared = await compare(WordReader(), WORKSPACE, closed, "mission", found)
    same, other = compared.groups
    assert (same.line, len(same.texts)) == ("M1", 2)
    assert same.likeness > 0.9
    assert other.texts == ("Rockets to Mars.",)
    assert other.likeness < 0.4


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({}, "Write at least one of the three."),
        ({"strategy": "\n".join(f"choice {n}" for n in range(8))}, "These are 8 choices"),
        ({"strategy": "x" * 401}, "400 characters at most"),
        ({"mission": "x" * 401}, "These are 401 characters, and 400 fit."),
    ],
)
async def test_what_cannot_be_kept_is_said(
    stage: DirectStage, parts: dict[str, str], sentence: str
) -> None:
    await begun(stage)
    assert sentence in await writes(stage, "priya", only(stage).id, **parts)


async def test_one_at_a_time_in_a_conversation(stage: DirectStage) -> None:
    await begun(stage)
    erik = await stage.seat("erik")
    await erik.press("exercise.form", "")
    said = await erik.fill({"about": "", "open_for": "day"})
    assert "Dana Diaz began an exercise here, and it is open." in said


async def test_closed_from_elsewhere_it_is_shown_where_it_was_asked(stage: DirectStage) -> None:
    await begun(stage)
    id_ = only(stage).id
    for who in PEOPLE:
        await writes(stage, who, id_, mission=f"mission {who}")
    alone = await stage.seat("dana", "mission")
    said = await alone.press("exercise.close", id_)
    assert said == "Closed. I show the comparison in #product."
    posts = stage.storage.data.posts  # type: ignore[union-attr]
    (post,) = [post for (_, key), post in posts.items() if key.endswith("/now")]
    assert post.to == only(stage).conversation
    assert "see them, side by side" in await alone.press("exercise.close", id_)


async def test_what_a_private_channel_wrote_is_not_shown_in_another(stage: DirectStage) -> None:
    dana = await stage.seat("dana")
    dana.conversation = channel("leads", private=True)
    await dana.say("/mission exercise")
    await dana.fill({"open_for": "day"})
    id_ = only(stage).id
    erik = await stage.seat("erik")
    for action, value in (
        ("write", id_),
        ("close", id_),
        ("overview", id_),
        ("part", f"mission:{id_}"),
        ("draft", id_),
    ):
        said = await erik.press(f"exercise.{action}", value)
        assert "That exercise is not for this conversation." in said, action


def test_the_name_of_a_charter_is_shown_as_it_is() -> None:
    group = Group(texts=("Help.", "Help."), line="Ac{m}e **:M1", likeness=0.9)
    compared = (Compared(part="mission", groups=(group,)),)
    closed = exercise(closed_at=exercise().closes_at, answered=3)
    line = LineInForce(
        ref=group.line,
        line=Line(id="M1", kind="mission", text="Help."),
        charter="Ac{m}e **",
        version=1,
        inherited=True,
    )
    in_force = InForce(charter=charter(), lines=(line,))
    assert "close to Ac{m}e **:M1" in plain_text(overview_card(closed, compared, in_force))
