"""Out and in again: an exported record makes the same decisions, links and history elsewhere."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from adapters.files.decisions import from_json, read_adrs, to_adrs, to_json
from bot.decisions.exchange import CHUNK, OPERATOR_SIGHT
from bot.decisions.model import Entry, as_json
from bot.decisions.ports import Wanted
from bot.errors import UserFacing
from bot.recurrence.model import Hours
from storage.unit_of_work import Storage
from tests.decisions.desk import LEADS, ORIGIN, PRIYA, Desk, written
from tests.decisions.samples import DANA, ERIK, fields, link, three
from tests.fake_storage import FakeStorage

IN_MARCH, IN_JUNE = date(2027, 3, 1), date(2027, 6, 1)


async def fill(desk: Desk) -> None:
    """A little of everything."""
    deciding, by = desk.decisions, desk.by
    first = await deciding.record(
        by(), written(check_on=IN_MARCH, lines=(link("P1"), link("N1", "violates"))), ORIGIN
    )
    second = await deciding.record(by(ERIK, LEADS), written("Sell it — “quietly”\u2028"), ORIGIN)
    several = (IN_MARCH, IN_JUNE, IN_JUNE + timedelta(days=90))
    third = await deciding.record(by(PRIYA), written("Third", check_days=several), ORIGIN)
    await deciding.change(by(), first.id, written("Other", check_on=IN_MARCH), "A slip.")
    await deciding.delegate(by(PRIYA), third.id, ERIK)
    await deciding.check(by(ERIK, LEADS), second.id, "worse", "Nobody bought.", "no", None)
    await deciding.share(by(PRIYA), third.id)
    await deciding.check(by(PRIYA), third.id, "better", "So far.", None, None)
    await deciding.supersede(by(), first.id, third.name, "Better.")


async def everything(desk: Desk) -> object:
    decisions = await desk.exchange.decisions(desk.workspace, OPERATOR_SIGHT)
    async with desk.storage(desk.workspace) as tx:
        histories = [list(await tx.decisions.history(each.id)) for each in decisions]
        by_line = await tx.decisions.find(Wanted(line="N1"), OPERATOR_SIGHT, limit=9)
        by_person = await tx.decisions.find(Wanted(person_id="erik"), OPERATOR_SIGHT, limit=9)
    return list(decisions), histories, list(by_line), list(by_person), await desk.chain()


@pytest_asyncio.fixture
async def there(any_storage: Storage | FakeStorage) -> AsyncIterator[Desk]:
    """An empty database."""
    yield Desk(storage=any_storage, hours={"erik": Hours(zone="Asia/Tokyo")})


async def test_it_is_the_same_there_with_its_check_ins(desk: Desk, there: Desk) -> None:
    await fill(desk)
    text = to_json(await desk.chain())
    assert await there.exchange.take_over("W", from_json(text)) == 9
    assert await everything(there) == await everything(desk)
    assert to_json(await there.chain()) == text
    await there.must_be_whole()
    for decision in await there.exchange.decisions("W", OPERATOR_SIGHT):
        assert await there.promised_days(decision.id) == list(decision.check_days)
        assert len(decision.check_days) == (2 if decision.number == 3 else 0)
        promised = await there.promised(decision.id)
        assert (promised is not None) == (decision.number == 3)
        assert promised is None or promised.rule.zone == "Asia/Tokyo"
    again = await there.decisions.record(there.by(key="next"), written("Fourth"), ORIGIN)
    assert again.name == "D4"
    await there.must_be_whole()


async def test_a_record_longer_than_one_part_comes_whole(there: Desk) -> None:
    entries: list[Entry] = []
    for number in range(1, CHUNK + 3):
        entries.append(
            Entry(
                number=number,
                decision_id=f"d{number}",
                deed="recorded",
                by=DANA,
                at="2026-11-23T09:00:00Z",  # type: ignore[arg-type]
                changes=as_json(fields(number)),
                before=entries[-1].hash if entries else "",
            ).sealed()
        )
    await there.exchange.take_over("W", entries)
    assert await there.chain() == entries
    found = await there.exchange.decisions("W", OPERATOR_SIGHT)
    assert [each.number for each in found] == list(range(1, CHUNK + 3))


async def test_nothing_is_taken_over_where_there_is_something(desk: Desk) -> None:
    await fill(desk)
    before = await desk.chain()
    with pytest.raises(UserFacing, match="There are decisions here already"):
        await desk.exchange.take_over("W", three())
    assert await desk.chain() == before


async def test_a_changed_record_is_refused_by_its_entry(desk: Desk) -> None:
    entries = three()
    entries[1] = entries[1].model_copy(update={"why": "Because."})
    with pytest.raises(
        UserFacing, match="This record was changed: entry 2, its words were changed"
    ):
        await desk.exchange.take_over("W", entries)
    assert await desk.chain() == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (fields(1, id="d2"), "Entry 1 of this record does not make a decision"),
        (fields(1, deciders=()), "Entry 1 of this record does not make a decision"),
        ({"title": "No more"}, "Entry 1 of this record does not make a decision"),
    ],
)
async def test_a_record_that_was_sealed_anew_has_to_make_sense(
    desk: Desk, changes: dict[str, object], sentence: str
) -> None:
    forged = three()[0].model_copy(update={"changes": as_json(changes)}).sealed()
    with pytest.raises(UserFacing, match=sentence):
        await desk.exchange.take_over("W", [forged])
    assert await desk.chain() == []


async def test_two_decisions_of_one_number_are_none(desk: Desk) -> None:
    first, second, _ = three()
    twin = second.model_copy(update={"changes": as_json(fields(1, id="d2"))}).sealed()
    assert twin.before == first.hash
    with pytest.raises(UserFacing, match="Two decisions of this record have one number"):
        await desk.exchange.take_over("W", [first, twin])


async def test_adrs_are_brought_in_once(there: Desk, tmp_path: Path) -> None:
    await fill(there)
    others = Desk()
    for title in ("Use SQLite", "Write it in Python"):
        await others.decisions.record(
            others.by(), written(title, reason="It lasts.", expected="Peace."), ORIGIN
        )
    for name, text in to_adrs(await others.exchange.decisions("W", OPERATOR_SIGHT)).items():
        (tmp_path / name).write_text(text)
    items = read_adrs(tmp_path)
    assert await there.exchange.bring_in("W", items, ORIGIN, PRIYA) == 2
    length = len(await there.chain())
    assert await there.exchange.bring_in("W", items, ORIGIN, PRIYA) == 0
    assert len(await there.chain()) == length
    *_, fourth, fifth = await there.exchange.decisions("W", OPERATOR_SIGHT)
    assert [(d.name, d.title) for d in (fourth, fifth)] == [
        ("D4", "Use SQLite"),
        ("D5", "Write it in Python"),
    ]
    assert (fourth.reason, fourth.expected) == ("It lasts.", "Peace.")
    assert (fourth.deciders, fourth.private_to, fourth.charter_id) == ((PRIYA,), None, "c1")
    (tmp_path / "0003-a-new-one.md").write_text("# 3. A new one\n\n## Decision\n\nYes.\n")
    assert await there.exchange.bring_in("W", read_adrs(tmp_path), ORIGIN, PRIYA) == 1
    await there.must_be_whole()
