"""One workspace never reaches another's data: every method of every repository, tried from other
workspaces with the ids of what W1 stored."""

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest_asyncio
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlmodel import col

from bot.announcing.model import AnnouncingSettings
from bot.ask.model import Cap, Tokens, Usage
from bot.charter.model import ApprovalRule
from bot.decisions.ports import Sight, Wanted
from bot.delivery.keys import delivery_id, run_id
from bot.events import Conversation
from bot.exercise.model import Answer
from bot.settings.model import PersonSettings, Wishes
from storage.engine import open_engine
from storage.migrate import METADATA
from storage.spending import SpendingRow
from storage.unit_of_work import Storage, UnitOfWork
from tests.storage.filled import (
    AT,
    DANA,
    HOUR,
    announcement,
    call,
    card,
    charter,
    command,
    confirmed,
    decision,
    digests,
    dismissal,
    edition,
    entry,
    exercise,
    fill,
    full_verdict,
    judging,
    kept_review,
    person_settings,
    promised,
    proposal,
    proposal_entry,
    published,
    pulse,
    ranked,
    ranking,
    rejudged,
    reminder,
    said,
    to_say,
    verdict,
    version,
)


@dataclass(frozen=True)
class Case:
    """A call, and what others get: a value, or the exception raised. `tells` says that W1 gets
    something else, so that the call would show a leak; where both get the same (nothing), only
    W1's rows can tell."""

    call: Callable[[UnitOfWork], Awaitable[object]]
    gives: object = None
    tells: bool = True


WORDS = full_verdict().words
SIGHT = Sight(conversation_id="C1", person_id="U1", alone=True, everything=True)
CASES: dict[str, Case] = {
    "charters.get": Case(lambda tx: tx.charters.get("c1")),
    "charters.named": Case(lambda tx: tx.charters.named("Vitals")),
    "charters.all": Case(lambda tx: tx.charters.all(), []),
    "charters.add": Case(lambda tx: tx.charters.add(charter()), True),
    "charters.adopt": Case(
        lambda tx: tx.charters.adopt(charter(version=version(3)), expected=2), False
    ),
    "charters.versions": Case(lambda tx: tx.charters.versions("c1"), []),
    "bindings.charters_of": Case(lambda tx: tx.bindings.charters_of(["C1"]), {}),
    "bindings.all": Case(lambda tx: tx.bindings.all(), {}),
    "bindings.bind": Case(lambda tx: tx.bindings.bind("C1", "c1"), IntegrityError),
    "bindings.default": Case(lambda tx: tx.bindings.default()),
    "bindings.set_default": Case(lambda tx: tx.bindings.set_default("c1"), IntegrityError),
    "roles.of": Case(lambda tx: tx.roles.of("c1", "U1"), "member"),
    "roles.holders": Case(lambda tx: tx.roles.holders("c1", "owner"), []),
    "roles.grant": Case(lambda tx: tx.roles.grant("c1", DANA, "member"), IntegrityError),
    "verdicts.add": Case(lambda tx: tx.verdicts.add(verdict()), True),
    "verdicts.put": Case(lambda tx: tx.verdicts.put(verdict(question="Mine")), tells=False),
    "verdicts.get": Case(lambda tx: tx.verdicts.get("v1")),
    "verdicts.same": Case(lambda tx: tx.verdicts.same("c1", 1, WORDS, "C1")),
    "verdicts.last_in_thread": Case(lambda tx: tx.verdicts.last_in_thread("C1", "t1")),
    "verdicts.recent": Case(lambda tx: tx.verdicts.recent("U1", "C1", limit=9), []),
    "verdicts.unclear": Case(lambda tx: tx.verdicts.unclear("c1", AT, "C1", 1, 9), []),
    "calls.put": Case(lambda tx: tx.calls.put(call(kind="conflicts")), IntegrityError),
    "calls.on": Case(lambda tx: tx.calls.on("v1"), []),
    "calls.precedents": Case(lambda tx: tx.calls.precedents("c1", "C1", limit=9), []),
    "opinions.put": Case(lambda tx: tx.opinions.put("v1", "U1", useful=False), IntegrityError),
    "opinions.of": Case(lambda tx: tx.opinions.of("v1"), (0, 0)),
    "spending.of": Case(lambda tx: tx.spending.of("2026-11"), Usage()),
    # What W1 spent (900 tokens) does not count here, and the cap that it used up lets us pass.
    "spending.reserve": Case(
        lambda tx: _was_let_pass(tx.spending.reserve("2026-11", Tokens(prompt=9), Cap(tokens=900))),
        True,
    ),
    "spending.settle": Case(lambda tx: _settle_what_w1_reserved(tx), tells=False),
    "hints.due": Case(lambda tx: tx.hints.due("U1", "connect", AT, HOUR), True),
    "inbox.add": Case(lambda tx: tx.inbox.add("web", command("e1"), AT), ValueError),
    "inbox.finish": Case(lambda tx: tx.inbox.finish("web", "e1", AT), tells=False),
    "outbox.schedule": Case(lambda tx: tx.outbox.schedule(promised(subject="mine")), tells=False),
    "outbox.schedule_new": Case(
        lambda tx: tx.outbox.schedule_new([promised("s2", subject="mine")]), tells=False
    ),
    "outbox.unschedule": Case(lambda tx: tx.outbox.unschedule("s1"), tells=False),
    "outbox.scheduled": Case(lambda tx: tx.outbox.scheduled("s1")),
    "outbox.post": Case(lambda tx: tx.outbox.post(to_say()), True),
    "outbox.withdraw": Case(lambda tx: tx.outbox.withdraw("p2"), False),
    "transcript.add": Case(lambda tx: tx.transcript.add(said("s1")), True),
    "transcript.change": Case(lambda tx: tx.transcript.change("s1", card("Mine"), AT)),
    "transcript.get": Case(lambda tx: tx.transcript.get("s1")),
    "transcript.latest": Case(lambda tx: tx.transcript.latest("C1", "U1", limit=9), []),
    "time_settings.of": Case(lambda tx: tx.time_settings.of("U1"), PersonSettings(person_id="U1")),
    "time_settings.of_all": Case(lambda tx: tx.time_settings.of_all(["U1"]), {}),
    "time_settings.put": Case(
        lambda tx: tx.time_settings.put(person_settings(platform_zone="")), tells=False
    ),
    "time_settings.team": Case(lambda tx: tx.time_settings.team(), Wishes()),
    "time_settings.put_team": Case(lambda tx: tx.time_settings.put_team(Wishes()), tells=False),
    "exercises.add": Case(lambda tx: tx.exercises.add(exercise()), True),
    "exercises.get": Case(lambda tx: tx.exercises.get("x1")),
    "exercises.latest": Case(lambda tx: tx.exercises.latest("C1")),
    "exercises.put": Case(lambda tx: tx.exercises.put(exercise(about="Mine")), tells=False),
    "exercises.write": Case(lambda tx: tx.exercises.write("x1", "U1", Answer()), tells=False),
    "exercises.written": Case(lambda tx: tx.exercises.written("x1"), {}),
    "exercises.forget_names": Case(lambda tx: tx.exercises.forget_names("x1"), tells=False),
    "rankings.add": Case(lambda tx: tx.rankings.add(ranking(), ranked()), True),
    "rankings.get": Case(lambda tx: tx.rankings.get("k1")),
    "rankings.ranked": Case(lambda tx: tx.rankings.ranked("k1"), []),
    "rankings.newest": Case(lambda tx: tx.rankings.newest("U1")),
    "rankings.hold": Case(lambda tx: tx.rankings.hold("k1", AT, AT + HOUR), False),
    "rankings.keep": Case(lambda tx: tx.rankings.keep("k1", AT), tells=False),
    "rankings.put": Case(lambda tx: tx.rankings.put(ranking(judge="mine")), tells=False),
    "rankings.note": Case(lambda tx: tx.rankings.note("k1", ranked()[0]), tells=False),
    "rankings.forget": Case(lambda tx: tx.rankings.forget(AT + HOUR), 0),
    "reminders.add": Case(lambda tx: tx.reminders.add(reminder()), True),
    "reminders.put": Case(lambda tx: tx.reminders.put(reminder(about="Mine")), tells=False),
    "reminders.get": Case(lambda tx: tx.reminders.get("r1")),
    "reminders.remove": Case(lambda tx: tx.reminders.remove("r1"), tells=False),
    "reminders.of": Case(lambda tx: tx.reminders.of("U1"), []),
    "reminders.in_conversation": Case(lambda tx: tx.reminders.in_conversation("C1"), []),
    "reminders.all_on": Case(lambda tx: tx.reminders.all_on(), []),
    "reminders.forget": Case(lambda tx: tx.reminders.forget(AT + HOUR), 0),
    "charters.reviewed": Case(lambda tx: tx.charters.reviewed("c1", AT - HOUR), tells=False),
    "checks.dismiss": Case(lambda tx: tx.checks.dismiss(dismissal(reason="Mine")), IntegrityError),
    "checks.bring_back": Case(
        lambda tx: tx.checks.bring_back("c1", dismissal().fingerprint), False
    ),
    "checks.dismissals": Case(lambda tx: tx.checks.dismissals("c1"), []),
    "checks.review": Case(lambda tx: tx.checks.review("r1")),
    "checks.keep": Case(lambda tx: tx.checks.keep(kept_review(at=AT + HOUR)), IntegrityError),
    "checks.forget_reviews": Case(lambda tx: tx.checks.forget_reviews("c1", AT + HOUR), 0),
    "announcements.put": Case(lambda tx: tx.announcements.put(announcement()), IntegrityError),
    "announcements.get": Case(lambda tx: tx.announcements.get("a2")),
    "announcements.of": Case(lambda tx: tx.announcements.of("c1", 9), []),
    "announcements.open": Case(lambda tx: tx.announcements.open(), []),
    "announcements.confirm": Case(
        lambda tx: tx.announcements.confirm("a2", confirmed()), IntegrityError
    ),
    "announcements.confirmed": Case(lambda tx: tx.announcements.confirmed("a2"), []),
    "announcements.settings": Case(
        lambda tx: tx.announcements.settings("c1"), AnnouncingSettings()
    ),
    "announcements.put_settings": Case(
        lambda tx: tx.announcements.put_settings("c1", AnnouncingSettings()), IntegrityError
    ),
    "places.know": Case(lambda tx: tx.places.know(Conversation(id="C1")), tells=False),
    "places.forget": Case(lambda tx: tx.places.forget("C1"), tells=False),
    "places.all": Case(lambda tx: tx.places.all(), []),
    "newcomers.greet": Case(lambda tx: tx.newcomers.greet("c1", "U2", AT), IntegrityError),
    "newcomers.since": Case(lambda tx: tx.newcomers.since(["c1"], AT), frozenset()),
    "pulses.add": Case(lambda tx: tx.pulses.add(pulse()), True),
    "pulses.save": Case(lambda tx: tx.pulses.save(pulse(state="over")), tells=False),
    "pulses.get": Case(lambda tx: tx.pulses.get("p1")),
    "pulses.of": Case(lambda tx: tx.pulses.of("C1"), []),
    "pulses.all": Case(lambda tx: tx.pulses.all(), []),
    "pulses.remove": Case(lambda tx: tx.pulses.remove("p1"), tells=False),
    "editions.add": Case(lambda tx: tx.editions.add(edition(number=2), []), True),
    "editions.get": Case(lambda tx: tx.editions.get("p1-1")),
    "editions.hold": Case(lambda tx: tx.editions.hold("p1-1")),
    "editions.audience": Case(lambda tx: tx.editions.audience("p1-1"), ()),
    "editions.set_state": Case(lambda tx: tx.editions.set_state("p1-1", "closing"), tells=False),
    "editions.set_closes_at": Case(lambda tx: tx.editions.set_closes_at("p1-1", AT), tells=False),
    "editions.count_unreached": Case(lambda tx: tx.editions.count_unreached("p1-1"), tells=False),
    "editions.publish": Case(lambda tx: tx.editions.publish(published()), tells=False),
    "editions.left_to_do": Case(lambda tx: tx.editions.left_to_do("p1-0"), ""),
    "editions.set_to_do": Case(lambda tx: tx.editions.set_to_do("p1-0", ""), tells=False),
    "editions.latest": Case(lambda tx: tx.editions.latest("p1")),
    "editions.unfinished": Case(lambda tx: tx.editions.unfinished(), []),
    "editions.result": Case(lambda tx: tx.editions.result("p1-0")),
    "editions.published": Case(lambda tx: tx.editions.published("p1", 9), []),
    "editions.forget_person": Case(lambda tx: tx.editions.forget_person("U1"), tells=False),
    "editions.remove": Case(lambda tx: tx.editions.remove("p1"), tells=False),
    "ballots.put": Case(lambda tx: tx.ballots.put("p1-1", b"\x00token", b"mine"), tells=False),
    "ballots.get": Case(lambda tx: tx.ballots.get("p1-1", [b"\x00token"]), {}),
    "ballots.all": Case(lambda tx: tx.ballots.all("p1-1"), {}),
    "ballots.take_out": Case(lambda tx: tx.ballots.take_out("p1-1", [b"\x00token"]), tells=False),
    "ballots.remove": Case(lambda tx: tx.ballots.remove("p1-1"), tells=False),
    "roles.rule": Case(lambda tx: tx.roles.rule("c1"), ApprovalRule()),
    "roles.set_rule": Case(lambda tx: tx.roles.set_rule("c1", ApprovalRule()), IntegrityError),
    "verdicts.judged": Case(lambda tx: tx.verdicts.judged(["c1"], limit=9), []),
    "proposals.add": Case(
        lambda tx: tx.proposals.add(proposal("p2"), proposal_entry(proposal("p2"))), IntegrityError
    ),
    "proposals.put": Case(
        lambda tx: tx.proposals.put(proposal(), proposal_entry(proposal(), 2)), IntegrityError
    ),
    "proposals.get": Case(lambda tx: tx.proposals.get("p1")),
    "proposals.numbered": Case(lambda tx: tx.proposals.numbered(1)),
    "proposals.entry_of": Case(lambda tx: tx.proposals.entry_of("p1-k1")),
    "proposals.history": Case(lambda tx: tx.proposals.history("p1"), []),
    "proposals.find": Case(lambda tx: tx.proposals.find(limit=9), []),
    "impacts.put": Case(lambda tx: tx.impacts.put(judging()), IntegrityError),
    "impacts.of": Case(lambda tx: tx.impacts.of("p1", 1, 1)),
    "impacts.hold": Case(lambda tx: tx.impacts.hold(judging(), AT, AT + HOUR), False),
    "impacts.keep": Case(lambda tx: tx.impacts.keep(judging(), AT), tells=False),
    "impacts.note": Case(lambda tx: tx.impacts.note(1, rejudged()), IntegrityError),
    "impacts.noted": Case(lambda tx: tx.impacts.noted("p1", 1, 1), []),
    "decisions.head": Case(lambda tx: tx.decisions.head()),
    # Ours has an entry 1 already, and it stays as it is.
    "decisions.add": Case(lambda tx: tx.decisions.add(entry(decision()), decision())),
    "decisions.begin_with": Case(
        lambda tx: tx.decisions.begin_with([entry(decision())], [decision()])
    ),
    "decisions.entry_of": Case(lambda tx: tx.decisions.entry_of("k1")),
    "decisions.get": Case(lambda tx: tx.decisions.get("d1")),
    "decisions.numbered": Case(lambda tx: tx.decisions.numbered(1)),
    "decisions.highest": Case(lambda tx: tx.decisions.highest(), 0),
    "decisions.history": Case(lambda tx: tx.decisions.history("d1"), []),
    "decisions.find": Case(lambda tx: tx.decisions.find(Wanted(), SIGHT, limit=9), []),
    "decisions.count": Case(lambda tx: tx.decisions.count(Wanted(), SIGHT), 0),
    "decisions.entries": Case(lambda tx: tx.decisions.entries(0, 9), []),
}


@dataclass(frozen=True)
class PartCase:
    """The same for what opens its own transactions and is told the workspace with every call."""

    call: Callable[[Storage, str], Awaitable[object]]
    gives: object = None
    tells: bool = True


RUN = run_id("s2", "2026-11-23")
# In this order each call finds what W1 stored.
PART_CASES: dict[str, PartCase] = {
    "vectors.get": PartCase(lambda s, w: s.vectors.get(w, "reader-1", ["d1"]), {}),
    "vectors.put": PartCase(
        lambda s, w: s.vectors.put(w, "reader-1", {"d1": b"mine"}), tells=False
    ),
    "due.freeze": PartCase(lambda s, w: s.due.freeze(w, RUN, ()), tells=False),
    "due.expand": PartCase(lambda s, w: s.due.expand(w, RUN, AT, 9), tells=False, gives=False),
    "due.ask_later": PartCase(lambda s, w: s.due.ask_later(w, RUN, AT, "mine"), tells=False),
    "due.give_up_run": PartCase(lambda s, w: s.due.give_up_run(w, RUN, "mine"), tells=False),
    "sending.told": PartCase(lambda s, w: s.sending.told(w, delivery_id("W1", "p1")), tells=False),
    "slack.sent": PartCase(lambda s, w: s.slack.sent(w, "k2")),
    "slack.mark_sent": PartCase(lambda s, w: s.slack.mark_sent(w, "k1", "9.9", AT), tells=False),
    "slack.keep_card": PartCase(
        lambda s, w: s.slack.keep_card(w, "k1", card("Mine"), AT), tells=False
    ),
    "slack.card": PartCase(lambda s, w: s.slack.card(w, "k1")),
    "slack.names": PartCase(lambda s, w: s.slack.names(w, ["U1"]), {}),
    "slack.put_name": PartCase(lambda s, w: s.slack.put_name(w, "U1", "X", True, AT), tells=False),
    "slack.opened": PartCase(lambda s, w: s.slack.opened(w, "U1", "D9", AT + HOUR), tells=False),
    "slack.open_since": PartCase(lambda s, w: s.slack.open_since(w, AT, limit=9), []),
    "slack.lease_renewal": PartCase(lambda s, w: s.slack.lease_renewal(w, AT, AT + HOUR), False),
    "slack.renew": PartCase(lambda s, w: s.slack.renew(w, b"mine", AT), False),
    "slack.installation": PartCase(lambda s, w: s.slack.installation(w)),
    "slack.uninstall": PartCase(lambda s, w: s.slack.uninstall(w, AT), False),
    "slack.install": PartCase(lambda s, w: s.slack.install(w, b"mine", AT), tells=False),
    "slack.add_state": PartCase(
        lambda s, w: s.slack.add_state(w, "digest", "mine", AT + HOUR), tells=False
    ),
    "slack.take_state": PartCase(
        lambda s, w: s.slack.take_state(w, "digest", "browser", AT - HOUR), False
    ),
    "teams.conversation": PartCase(lambda s, w: s.teams.conversation(w, "T1")),
    "teams.personal": PartCase(lambda s, w: s.teams.personal(w, "U1")),
    "teams.latest": PartCase(lambda s, w: s.teams.latest(w)),
    "teams.mark_dead": PartCase(lambda s, w: s.teams.mark_dead(w, "T1"), tells=False),
    "teams.mark_team_dead": PartCase(lambda s, w: s.teams.mark_team_dead(w, "G1"), tells=False),
    "teams.put_conversation": PartCase(
        lambda s, w: s.teams.put_conversation(w, "T1", "{}", person="U1", team=None, at=AT),
        tells=False,
    ),
    "teams.people": PartCase(lambda s, w: s.teams.people(w, ["U1"]), {}),
    "teams.put_person": PartCase(
        lambda s, w: s.teams.put_person(w, "U1", "", "Mine", AT), tells=False
    ),
    "teams.sent": PartCase(lambda s, w: s.teams.sent(w, "k2")),
    "teams.said": PartCase(lambda s, w: s.teams.said(w, "T1", "17")),
    "teams.kept": PartCase(lambda s, w: s.teams.kept(w, "k1")),
    "teams.mark_all_sent": PartCase(
        lambda s, w: s.teams.mark_all_sent([(w, "k1", "18", "T1", "", "", AT)]), tells=False
    ),
    "teams.keep": PartCase(lambda s, w: s.teams.keep(w, "k1", "mine", AT), tells=False),
}
OVER_ALL_WORKSPACES = {
    *("pulse_upkeep.due", "pulse_upkeep.wipe"),
    "due.claim",
    "due.open_runs",
    "sending.lease",
    "sending.go_blind",
    "sending.record",
    "sending.untold",
    "upkeep.reap",
    "upkeep.time_changed",
    "upkeep.went_back",
    "upkeep.seen",
    "upkeep.left",
    "upkeep.forget",
    "clock.measure",
    "operator.overview",
    "operator.stuck",
    "operator.retry",
    "operator.call_sent",
    "recovery.add_all",
    "recovery.finish_all",
    "recovery.lease_unfinished",
    "recovery.release_all",
    "recovery.forget_before",
    "slack.forget_before",
    "teams.forget_before",
}
"""Housekeeping; nothing of theirs reaches a person but through the event's own workspace."""


async def _was_let_pass(reserving: Awaitable[str | None]) -> bool:
    return await reserving is not None


async def _settle_what_w1_reserved(tx: UnitOfWork) -> None:
    session = tx.spending._session
    entry = await session.scalar(
        select(col(SpendingRow.id)).where(col(SpendingRow.workspace) == "W1")
    )
    assert entry
    await tx.spending.settle(entry, Tokens(prompt=1))


@pytest_asyncio.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(database_url)
    await fill(Storage(engine), "W1")
    yield engine
    await engine.dispose()


def public_methods(whole: object) -> set[str]:
    """Every coroutine of every public part of it."""
    return {
        f"{name}.{method}"
        for name, part in vars(whole).items()
        if not name.startswith("_")
        for method, _ in inspect.getmembers(part, inspect.iscoroutinefunction)
        if not method.startswith("_")
    }


def test_every_method_is_tried() -> None:
    methods = public_methods(UnitOfWork(AsyncSession(), "W"))
    assert methods == set(CASES), "a method without a case, or a case without a method"
    methods = public_methods(Storage(open_engine("sqlite://")))
    assert methods == {*PART_CASES, *OVER_ALL_WORKSPACES}, "a method without a case"


def test_every_table_says_whose_its_rows_are() -> None:
    for table in METADATA.sorted_tables:
        if table.name == "replica":
            continue  # a process is nobody's
        assert next(iter(table.primary_key)).name == "workspace", table.name
        for key in table.foreign_key_constraints:
            assert key.column_keys[0] == "workspace", f"{key.name} reaches over to others"


async def test_nothing_is_seen_or_changed(engine: AsyncEngine) -> None:
    storage, before = Storage(engine), await digests(engine, "W1")
    for name, case in CASES.items():
        if case.tells:
            ours = await outcome(storage, "W1", case, keep=False)
            assert ours != case.gives, f"{name}: the case could not show a leak"
        # Every case comes from a workspace of its own, so that none helps another.
        assert await outcome(storage, f"not W1, {name}", case, keep=True) == case.gives, name
        assert await digests(engine, "W1") == before, name


async def test_parts_with_transactions_of_their_own_keep_apart_too(engine: AsyncEngine) -> None:
    storage, before = Storage(engine), await digests(engine, "W1")
    for name, case in PART_CASES.items():
        assert await case.call(storage, f"not W1, {name}") == case.gives, name
        assert await digests(engine, "W1") == before, name
    for name, case in PART_CASES.items():
        if case.tells:
            ours = await case.call(storage, "W1")
            assert ours != case.gives, f"{name}: the case could not show a leak"


class _Undo(Exception):
    pass


async def outcome(storage: Storage, workspace: str, case: Case, *, keep: bool) -> object:
    """What the call gives in that workspace: its value, or the kind of exception."""
    result: object = None
    try:
        async with storage(workspace) as tx:
            result = await case.call(tx)
            if not keep:
                raise _Undo
    except _Undo:
        return result
    except (IntegrityError, ValueError) as error:
        return type(error)
    return result
