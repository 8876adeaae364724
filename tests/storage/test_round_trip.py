"""What comes out of a table is what went in, for every entity, on both engines."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from bot.charter.model import Charter
from bot.delivery.inbox import Accepted, Seals
from bot.delivery.transcript import Said
from bot.events import EVENT, Frozen
from storage.announcing import AnnouncementRow, ConfirmedRow
from storage.ask import CallRow, VerdictRow
from storage.changes import JudgingRow, ProposalEntryRow, ProposalRow, RejudgedRow
from storage.charter import CharterRow, VersionRow
from storage.check import DismissalRow, ReviewRow
from storage.decisions import DecisionEntryRow, DecisionRow
from storage.engine import open_blocking_engine
from storage.exercise import ExerciseRow
from storage.inbox import InboxRow
from storage.pulse import EditionRow
from storage.ranking import RankingRow
from storage.reminders import ReminderRow
from storage.repository import Row
from storage.settings import PersonSettingsRow, TeamSettingsRow
from storage.transcript import SaidRow
from tests.storage import entities
from tests.storage.filled import AT


@dataclass(frozen=True)
class Entity:
    """How one model becomes rows of one table and a model again."""

    models: st.SearchStrategy[Any]
    to_rows: Callable[[Any], list[Row]]
    back: Callable[..., Frozen]


def charter_rows(charter: Charter) -> list[Row]:
    version = VersionRow.from_model("W", charter.id, charter.version)
    return [CharterRow.from_model("W", charter), version]


def message_row(said: Said) -> list[Row]:
    return [SaidRow.from_model("W", 1, said)]


def event_row(accepted: Accepted) -> list[Row]:
    return [InboxRow.from_model(accepted, EVENT.dump_json(accepted.event).decode(), AT)]


def event_back(row: InboxRow) -> Frozen:
    """What was not sealed needs nobody to open it, so there is nothing to wait for."""
    reading = row.to_model(cast(Seals, None))
    with pytest.raises(StopIteration) as read:
        reading.send(None)
    found: Frozen = read.value.value
    return found


ENTITIES = {
    "charter": Entity(
        entities.charters,
        charter_rows,
        lambda charter, version: charter.to_model(version.to_model()),
    ),
    "verdict": Entity(
        entities.verdicts, lambda v: [VerdictRow.from_model("W", v)], lambda row: row.to_model()
    ),
    "call": Entity(
        entities.calls, lambda c: [CallRow.from_model("W", c)], lambda row: row.to_model()
    ),
    "event": Entity(entities.accepted, event_row, event_back),
    "message": Entity(entities.messages, message_row, lambda row: row.to_model()),
    "person's settings": Entity(
        entities.person_settings,
        lambda s: [PersonSettingsRow.from_model("W", s)],
        lambda row: row.to_model(),
    ),
    "team's settings": Entity(
        entities.wishes,
        lambda w: [TeamSettingsRow.from_model("W", w)],
        lambda row: row.to_model(),
    ),
    "exercise": Entity(
        entities.exercises, lambda e: [ExerciseRow.from_model("W", e)], lambda row: row.to_model()
    ),
    "ranking": Entity(
        entities.rankings, lambda r: [RankingRow.from_model("W", r)], lambda row: row.to_model()
    ),
    "reminder": Entity(
        entities.reminders, lambda r: [ReminderRow.from_model("W", r)], lambda row: row.to_model()
    ),
    "decision": Entity(
        entities.decisions, lambda d: [DecisionRow.from_model("W", d)], lambda row: row.to_model()
    ),
    "dismissal": Entity(
        entities.dismissals,
        lambda d: [DismissalRow.from_model("W", d)],
        lambda row: row.to_model(),
    ),
    "review": Entity(
        entities.kept_reviews, lambda r: [ReviewRow.from_model("W", r)], lambda row: row.to_model()
    ),
    "announcement": Entity(
        entities.announcements,
        lambda a: [AnnouncementRow.from_model("W", a)],
        lambda row: row.to_model(),
    ),
    "confirmed": Entity(
        entities.confirmed,
        lambda c: [ConfirmedRow.from_model("W", "a1", c)],
        lambda row: row.to_model(),
    ),
    "proposal": Entity(
        entities.proposals, lambda p: [ProposalRow.from_model("W", p)], lambda row: row.to_model()
    ),
    "proposal's entry": Entity(
        entities.proposal_entries,
        lambda e: [ProposalEntryRow.from_model("W", e)],
        lambda row: row.to_model(),
    ),
    "round of judging": Entity(
        entities.judgings, lambda j: [JudgingRow.from_model("W", j)], lambda row: row.to_model()
    ),
    "rejudged": Entity(
        entities.rejudged, lambda r: [RejudgedRow.from_model("W", 1, r)], lambda row: row.to_model()
    ),
    "edition of a pulse": Entity(
        entities.editions, lambda e: [EditionRow.from_model("W", e)], lambda row: row.to_model()
    ),
    "decision's entry": Entity(
        entities.entries,
        lambda e: [DecisionEntryRow.from_model("W", e)],
        lambda row: row.to_model(),
    ),
}


def test_every_row_with_a_model_is_tried() -> None:
    rows = {row for row in Row.__subclasses__() if hasattr(row, "to_model")}
    assert rows == {CharterRow, VersionRow, VerdictRow, CallRow, InboxRow, SaidRow} | {
        PersonSettingsRow,
        TeamSettingsRow,
        ExerciseRow,
        EditionRow,
        ProposalRow,
        ProposalEntryRow,
        JudgingRow,
        RejudgedRow,
        RankingRow,
        ReminderRow,
        DecisionRow,
        DecisionEntryRow,
        AnnouncementRow,
        ConfirmedRow,
        DismissalRow,
        ReviewRow,
    }


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    engine = open_blocking_engine(database_url)
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        else:
            connection.exec_driver_sql("SET session_replication_role TO replica")
            connection.commit()
        yield connection
    engine.dispose()


@pytest.mark.parametrize("name", ENTITIES)
# The database is shared by the examples: each is rolled back.
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_what_comes_out_is_what_went_in(
    connection: Connection, name: str, data: st.DataObject
) -> None:
    entity = ENTITIES[name]
    model = data.draw(entity.models)
    with connection.begin() as transaction:
        rows = entity.to_rows(model)
        with Session(connection) as session:
            for row in rows:
                session.add(row)
                session.flush()
            session.expunge_all()
            found = [session.get_one(type(row), _key(row)) for row in rows]
            assert entity.back(*found) == model
        transaction.rollback()


def _key(row: Row) -> tuple[Any, ...]:
    return tuple(getattr(row, column.name) for column in type(row).__table__.primary_key)  # type: ignore[attr-defined]
