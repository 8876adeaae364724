from datetime import UTC, datetime

import pytest

from bot.charter.model import Charter, Draft, InvalidCharter, changed_lines, next_version
from bot.events import Person

DANA = Person(id="dana", name="Dana")
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def first(*drafts: Draft) -> Charter:
    version, highest = next_version(drafts, before=None, by=DANA, at=NOW)
    return Charter(id="c", name="Vitals", version=version, highest=highest)


def after(charter: Charter, *drafts: Draft) -> Charter:
    version, highest = next_version(drafts, before=charter, by=DANA, at=NOW)
    return charter.model_copy(update={"version": version, "highest": highest})


MISSION = Draft(kind="mission", text="Help people sleep.", id="M1")


def ids(charter: Charter) -> list[str]:
    return [line.id for line in charter.version.lines]


def test_new_lines_get_ids_and_stand_in_reading_order() -> None:
    charter = first(
        Draft(kind="non_goal", text="No hardware."),
        Draft(kind="pillar", text="Be accurate."),
        Draft(kind="pillar", text="Be simple."),
        Draft(kind="mission", text="Help people sleep."),
    )
    assert ids(charter) == ["M1", "P1", "P2", "N1"]


def test_an_id_is_never_used_again() -> None:
    charter = first(MISSION, Draft(kind="pillar", text="One."), Draft(kind="pillar", text="Two."))
    without = after(charter, MISSION, Draft(kind="pillar", text="One.", id="P1"))
    again = after(without, MISSION, Draft(kind="pillar", text="Three."))
    assert ids(again) == ["M1", "P3"]
    with pytest.raises(InvalidCharter, match="ids are not used again"):
        after(again, MISSION, Draft(kind="pillar", text="Four.", id="P2"))


@pytest.mark.parametrize(
    ("drafts", "sentence"),
    [
        ([MISSION, Draft(kind="mission", text="Another.")], "2 mission lines"),
        ([Draft(kind="vision", text="A."), Draft(kind="vision", text="B.")], "2 vision lines"),
        ([MISSION, Draft(kind="pillar", text="  ")], "has no text"),
        ([MISSION, Draft(kind="pillar", text="x" * 401)], "401 characters long"),
        ([MISSION, Draft(kind="goal", text="Grow.")], "a line is one of: mission, vision"),
        ([MISSION, Draft(kind="pillar", text="Grow.", horizon="soon")], "now, next or later"),
        ([MISSION, Draft(kind="pillar", text="Grow.", id="X1")], "such as P1"),
        ([MISSION, Draft(kind="pillar", text="Grow.", id="P0")], "such as P1"),
        ([MISSION, Draft(kind="pillar", text="Help people sleep.")], "stands there twice"),
        ([MISSION, *(Draft(kind="pillar", text=f"x{i}", id="P1") for i in "ab")], "P1” stands"),
        ([Draft(kind="pillar", text="Grow.")], "needs a mission or a vision"),
        ([], "needs a mission or a vision"),
        ([MISSION, *(Draft(kind="pillar", text=f"n{i}") for i in range(200))], "200 at most"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(drafts: list[Draft], sentence: str) -> None:
    with pytest.raises(InvalidCharter) as problem:
        first(*drafts)
    assert sentence in str(problem.value)
    assert all(p.endswith((".", "?")) for p in problem.value.problems)


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(InvalidCharter) as problem:
        first(Draft(kind="goal", text="a"), Draft(kind="pillar", text=""))
    assert len(problem.value.problems) == 3


def test_an_id_that_is_not_there_yet_is_refused_in_an_edit_and_kept_in_an_import() -> None:
    charter = first(MISSION, Draft(kind="pillar", text="Seven.", id="P7"))
    assert ids(charter) == ["M1", "P7"]
    with pytest.raises(InvalidCharter, match="There is no line P9 yet"):
        after(charter, MISSION, Draft(kind="pillar", text="Nine.", id="P9"))
    assert ids(after(charter, MISSION, Draft(kind="pillar", text="New."))) == ["M1", "P8"]


def test_changes_name_every_line_once() -> None:
    old = first(MISSION, Draft(kind="pillar", text="One."), Draft(kind="pillar", text="Two."))
    new = after(
        old, MISSION, Draft(kind="pillar", text="One!", id="P1"), Draft(kind="metric", text="K.")
    )
    changes = [(c, (a or b).id) for c, a, b in changed_lines(old.version, new.version)]  # type: ignore[union-attr]
    assert changes == [("same", "M1"), ("changed", "P1"), ("added", "K1"), ("removed", "P2")]
