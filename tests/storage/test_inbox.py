"""What the inbox keeps: nobody's words for longer than needed, nothing unreadable in the way."""

import logging
import traceback
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from pydantic import ValidationError
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col

from storage.engine import open_engine
from storage.inbox import InboxRow
from storage.unit_of_work import Storage
from tests.storage.filled import AT, HOUR, command, full_verdict


@pytest_asyncio.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(database_url)
    async with Storage(engine)("W1") as tx:
        await tx.inbox.add("web", command("e1", text="sell the data"), AT)
        await tx.inbox.add("web", command("e2"), AT)
    yield engine
    await engine.dispose()


async def test_a_finished_event_is_erased(engine: AsyncEngine) -> None:
    async with Storage(engine)("W1") as tx:
        await tx.inbox.finish("web", "e1", AT)
    async with engine.connect() as connection:
        kept = await connection.execute(select(InboxRow).where(col(InboxRow.key) == "e1"))
        row = kept.one()
        assert (row.event, row.lease_until, row.finished_at) == (None, None, AT)
        assert "sell the data" not in str(row)


async def test_an_event_that_cannot_be_read_holds_nothing_up_and_stays(
    engine: AsyncEngine, caplog: pytest.LogCaptureFixture
) -> None:
    newer = '{"kind": "hologram", "text": "sell the data"}'
    async with engine.begin() as connection:
        await connection.execute(
            update(InboxRow).where(col(InboxRow.key) == "e1").values(event=newer)
        )
    lease = Storage(engine).recovery.lease_unfinished
    with caplog.at_level(logging.ERROR):
        found = await lease(AT, AT + HOUR, limit=9)
    assert [accepted.event.key for accepted in found] == ["e2"]
    (record,) = caplog.records
    assert record.message == "stored event cannot be read"
    assert (record.__dict__["channel"], record.__dict__["key"]) == ("web", "e1")
    assert "sell the data" not in caplog.text
    async with engine.connect() as connection:
        kept = select(col(InboxRow.event), col(InboxRow.tries)).where(col(InboxRow.key) == "e1")
        assert (await connection.execute(kept)).one() == (newer, 2)


@pytest.mark.parametrize(
    "spoilt",
    [
        """UPDATE verdict SET reasons = '["sell the data", 3]'""",
        """UPDATE verdict SET asked_before = '["sell the data", 3]'""",
    ],
)
async def test_an_unreadable_column_is_not_quoted(engine: AsyncEngine, spoilt: str) -> None:
    storage = Storage(engine)
    async with storage("W1") as tx:
        await tx.verdicts.add(full_verdict())
    async with engine.begin() as connection:
        await connection.execute(text(spoilt))
    with pytest.raises(ValidationError) as caught:
        async with storage("W1") as tx:
            await tx.verdicts.get("v1")
    assert "sell the data" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("question", "index"),
    [
        (
            "SELECT * FROM verdict WHERE workspace='W' AND charter_id='c' AND version=1 "
            "AND words_digest='x' ORDER BY asked_at DESC LIMIT 1",
            "ix_verdict_workspace_charter_id_version_words_digest_asked_at",
        ),
        (
            "SELECT * FROM verdict WHERE workspace='W' AND conversation_id='c' AND thread='t' "
            "ORDER BY asked_at DESC LIMIT 1",
            "ix_verdict_workspace_conversation_id_thread_asked_at",
        ),
        (
            "SELECT * FROM inbox WHERE finished_at IS NULL AND lease_until <= 'x'",
            "ix_inbox_unfinished",
        ),
        ("DELETE FROM inbox WHERE finished_at < 'x'", "ix_inbox_finished"),
        (
            "SELECT * FROM transcript WHERE workspace='W' AND conversation_id='c' "
            "ORDER BY position DESC LIMIT 9",
            "ix_transcript_workspace_conversation_id_position",
        ),
    ],
)
async def test_what_is_asked_often_has_an_index(sqlite_url: str, question: str, index: str) -> None:
    engine = open_engine(sqlite_url)
    async with engine.connect() as connection:
        plan = await connection.execute(text(f"EXPLAIN QUERY PLAN {question}"))
        steps = [row.detail for row in plan]
    await engine.dispose()
    assert any(index in step for step in steps), steps
    assert not any("SCAN" in step for step in steps), steps
