"""A database with a row in every table, and its fingerprint."""

import hashlib
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.ask.model import Call, Cap, Finding, Precedent, Reason, Tokens, Verdict
from bot.cards import Card, Image, heading
from bot.charter.model import Charter, Line, Version
from bot.delivery.transcript import Said
from bot.events import Command, Conversation, Person
from storage.migrate import METADATA
from storage.unit_of_work import Storage

AT = datetime(2026, 11, 23, 9, 30, 15, 123456, tzinfo=UTC)
DANA = Person(id="U1", name="Dana \u2603 Łukasiewicz")
LEE = Person(id="U2", name="Lee")
HOUR = timedelta(hours=1)


def version(number: int = 1, **changes: object) -> Version:
    lines = (
        Line(id="M1", kind="mission", text="Help people own their health."),
        Line(id="P1", kind="pillar", text="Enthusiasts first.", horizon="now"),
    )
    values = {"number": number, "lines": lines, "adopted_at": AT, "adopted_by": DANA}
    return Version.model_validate(values | changes)


def charter(charter_id: str = "c1", name: str = "Vitals", **changes: object) -> Charter:
    values = {"id": charter_id, "name": name, "version": version(), "highest": {"M": 1, "P": 1}}
    return Charter.model_validate(values | changes)


def verdict(verdict_id: str = "v1", **changes: object) -> Verdict:
    values = {
        "id": verdict_id,
        "charter_id": "c1",
        "charter_name": "Vitals",
        "version": 1,
        "question": "Does a social feed fit?",
        "asked_by": DANA,
        "asked_at": AT,
        "conversation_id": "C1",
    }
    return Verdict.model_validate(values | changes)


def call(verdict_id: str = "v1", **changes: object) -> Call:
    values = {"verdict_id": verdict_id, "by": LEE, "at": AT, "kind": "fits", "weight": "call"}
    return Call.model_validate(values | changes)


def command(key: str = "e1", workspace: str = "W1", text: str = "ask why") -> Command:
    return Command(
        key=key, workspace=workspace, person=DANA, conversation=Conversation(id="C1"), text=text
    )


def said(message_id: str = "s1", **changes: object) -> Said:
    values = {
        "id": message_id,
        "key": f"k-{message_id}",
        "conversation_id": "C1",
        "at": AT,
        "changed_at": AT,
    }
    return Said.model_validate(values | changes)


def card(text: str = "Fits") -> Card:
    return Card(
        summary=text,
        elements=(heading("**{text}**", text=text), Image(data=b"\x89PNG\x00\xff", alt="a chart")),
    )


def full_verdict() -> Verdict:
    return verdict(
        kind="partly",
        context="And a forum?",
        private_to="C1",
        thread="t1",
        reasons=(Reason(ref="P1", stance="supports", quote="Enthusiasts first.", source="v1"),),
        confidence="sure",
        judged_by="model",
        judge="gpt-5-mini",
        findings=(Finding(ref="P1", relevance=0.1 + 0.2),),
        precedents=(
            Precedent(verdict_id="v0", question="?", kind="fits", by=LEE, at=AT, version=1),
        ),
        asked_before=(LEE, AT - HOUR),
        shared_in=("C1", "C2"),
    )


async def fill(storage: Storage, workspace: str = "W1") -> None:
    """Something in every table."""
    async with storage(workspace) as tx:
        await tx.charters.add(charter())
        await tx.charters.adopt(charter(version=version(2), highest={"M": 1, "P": 2}), expected=1)
        await tx.bindings.bind("C1", "c1")
        await tx.bindings.set_default("c1")
        await tx.roles.grant("c1", DANA, "owner")
        await tx.verdicts.add(full_verdict())
        await tx.calls.put(call(reason="It's what enthusiasts want; 'quoted' \\ and \u2028 odd."))
        await tx.opinions.put("v1", "U1", useful=True)
        await tx.spending.reserve("2026-11", Tokens(prompt=900, cost=0.1), Cap())
        await tx.hints.due("U1", "connect", AT, HOUR)
        await tx.inbox.add("web", command("e1", workspace), AT + HOUR)
        await tx.inbox.add("web", command("e2", workspace), AT + HOUR)
        await tx.inbox.finish("web", "e2", AT)
        await tx.transcript.add(said("s1", author=DANA, text="hi"))
        await tx.transcript.add(said("s2", card=card(), thread="s1", only_for="U1"))
    await storage.vectors.put(workspace, "reader-1", {"d1": b"\x00\x01\xff"})
    await storage.slack.keep_card(workspace, "k1", card(), AT + HOUR)
    await storage.slack.mark_sent(workspace, "k2", "C1:1.2", None)
    await storage.slack.put_name(workspace, "U1", "Dana", private=False, at=AT)
    await storage.slack.opened(workspace, "U1", "D1", AT)
    await storage.slack.install(workspace, b"\x00sealed", AT)
    await storage.slack.add_state(workspace, "digest", "browser", AT)


async def digests(
    engine: AsyncEngine, workspace: str = "W1", tables: Collection[str] | None = None
) -> Mapping[str, str]:
    """Of every table (or those), a digest of the workspace's rows as the code reads them; none is
    empty."""
    found = {}
    async with engine.connect() as connection:
        for table in METADATA.sorted_tables:
            if tables is not None and table.name not in tables:
                continue
            own = select(table).where(table.c.workspace == workspace)
            rows = sorted(map(repr, (await connection.execute(own)).all()))
            assert rows, f"{table.name} is empty: add to `fill`"
            found[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found
