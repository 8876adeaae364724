"""Which decisions come up as precedents, and what is said of them."""

from datetime import timedelta

from adapters.files import SAMPLE
from adapters.files.store import import_charter
from bot.charter.model import Draft
from bot.charter.service import CharterService
from bot.decisions.model import Entry, as_json
from bot.decisions.precedents import EarlierDecisions
from storage.unit_of_work import Storage
from tests.decisions.samples import AT, DANA, ERIK, check, decision, fields
from tests.fakes import FixedClock

LINES = [Draft(kind="mission", text="Keep people healthy.")]


async def add(storage: Storage, number: int, **changes: object) -> None:
    """A decision in the record."""
    async with storage("w") as tx:
        head = await tx.decisions.head()
        entry = Entry(
            number=number,
            decision_id=f"d{number}",
            deed="recorded",
            by=DANA,
            at=AT,
            changes=as_json(fields(number, **changes)),
            key=f"e{number}",
            before=head.hash if head else "",
        ).sealed()
        await tx.decisions.add(entry, decision(number, **changes))


async def test_the_family_of_a_charter_and_nothing_private(storage: Storage) -> None:
    charters = CharterService(work=storage, clock=FixedClock())
    await import_charter(charters, "w", SAMPLE, by=DANA)
    (sample,), _ = await charters.all("w")
    team = await charters.create("w", "Team", LINES, by=DANA, parent=sample.id)
    squad = await charters.create("w", "Squad", LINES, by=DANA, parent=team.id)
    other = await charters.create("w", "Other team", LINES, by=DANA, parent=sample.id)
    assert set(await charters.family("w", team.id)) == {sample.id, team.id, squad.id}
    assert set(await charters.family("w", sample.id)) == {sample.id, team.id, squad.id, other.id}
    await add(storage, 1, charter_id=team.id, deciders=(DANA, ERIK))
    await add(storage, 2, charter_id=sample.id, checks=(check("worse"),), state="closed")
    await add(storage, 3, charter_id=squad.id, state="superseded", verdict_kind="fits")
    await add(storage, 4, charter_id=other.id)
    await add(storage, 5, charter_id=team.id, state="withdrawn")
    await add(storage, 6, charter_id=team.id, private_to="leads")
    earlier = EarlierDecisions(work=storage, charters=charters)
    found = {each.decision: each for each in await earlier("w", team.id, "product")}
    assert list(found) == ["D3", "D2", "D1"]
    assert found["D1"].by.name == "Dana Diaz, Erik Ek"
    assert (found["D1"].outcome, found["D1"].kind) == ("", None)
    assert found["D2"].outcome == "it went worse than expected"
    assert found["D3"].outcome == "another decision has taken its place"
    assert found["D3"].kind == "fits"
    assert "D6" in {each.decision for each in await earlier("w", team.id, "leads")}


async def test_what_was_too_early_has_no_outcome_yet(storage: Storage) -> None:
    charters = CharterService(work=storage, clock=FixedClock())
    await add(storage, 1, checks=(check("too_early", at=AT + timedelta(days=9)),))
    (found,) = await EarlierDecisions(work=storage, charters=charters)("w", "c1", "product")
    assert found.outcome == ""
