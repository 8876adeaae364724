"""What every unit of work promises: SQLite, PostgreSQL and the one in memory alike."""

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from bot.ask.model import Cap, Tokens, Usage
from bot.decisions.model import Decision, Entry, faults
from bot.decisions.ports import Sight, Wanted
from bot.delivery.inbox import Accepted, EventId
from bot.events import Conversation, Person
from bot.settings.model import PersonSettings, Wishes
from storage.unit_of_work import Storage, UnitOfWork
from tests.decisions.samples import link
from tests.fake_storage import FakeStorage, FakeUnitOfWork
from tests.storage.filled import (
    AT,
    DANA,
    HOUR,
    LEE,
    call,
    card,
    charter,
    command,
    decision,
    entry,
    full_verdict,
    person_settings,
    reminder,
    said,
    verdict,
    version,
)

AnyStorage = Storage | FakeStorage
AnyWork = UnitOfWork | FakeUnitOfWork
NOT_THERE = (IntegrityError, LookupError)
"""What is raised for a row about something that this workspace does not have."""


# The transaction


async def test_what_a_block_stored_is_there_after_it(any_storage: AnyStorage) -> None:
    async with any_storage("W") as tx:
        await tx.charters.add(charter())
        assert await tx.charters.get("c1") == charter()
    async with any_storage("W") as tx:
        assert await tx.charters.get("c1") == charter()


async def test_what_a_block_stored_before_it_raised_is_gone(any_storage: AnyStorage) -> None:
    async def store_and_raise() -> None:
        async with any_storage("W") as tx:
            await tx.charters.add(charter())
            await tx.bindings.set_default("c1")
            await tx.verdicts.add(verdict())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store_and_raise()
    async with any_storage("W") as tx:
        assert await tx.charters.get("c1") is None
        assert await tx.bindings.default() is None
        assert await tx.verdicts.get("v1") is None
        assert await tx.charters.add(charter())


async def test_a_transaction_inside_a_transaction_is_a_mistake(any_storage: AnyStorage) -> None:
    async with any_storage("W"):
        with pytest.raises(RuntimeError, match="inside a transaction"):
            async with any_storage("W"):
                pass


async def test_it_answers_a_ping(any_storage: AnyStorage) -> None:
    await any_storage.ping()


# Charters


async def test_charters_are_found_by_id_and_by_name_whatever_its_case(
    any_storage: AnyStorage,
) -> None:
    vitals = charter("c1", "Vitals Ärzte", parent="c0", reviewed_at=AT)
    async with any_storage("W") as tx:
        assert await tx.charters.add(vitals)
        assert await tx.charters.get("c1") == vitals
        assert await tx.charters.get("c2") is None
        assert await tx.charters.named("vitals ÄRZTE") == vitals
        assert await tx.charters.named("Vital") is None


async def test_charters_are_listed_by_name(any_storage: AnyStorage) -> None:
    async with any_storage("W") as tx:
        for number, name in enumerate(("beta", "Alpha", "Ärzte", "Gamma", "alpha 2")):
            await tx.charters.add(charter(f"c{number}", name))
        names = [found.name for found in await tx.charters.all()]
        assert names == ["Alpha", "alpha 2", "beta", "Gamma", "Ärzte"]


@pytest.mark.parametrize("other", [charter("c2", "VITALS"), charter("c1", "Else")])
async def test_a_name_or_id_that_is_taken_is_refused(
    any_storage: AnyStorage, other: object
) -> None:
    async with any_storage("W") as tx:
        assert await tx.charters.add(charter())
        assert not await tx.charters.add(other)  # type: ignore[arg-type]
        assert await tx.charters.all() == [charter()]
        assert await tx.charters.versions("c2") == []


async def test_adopting_makes_a_version_and_keeps_the_old_ones(any_storage: AnyStorage) -> None:
    second = charter(
        version=version(2, note="why", key="e7", adopted_by=LEE), highest={"M": 1, "P": 9}
    )
    async with any_storage("W") as tx:
        await tx.charters.add(charter())
        assert await tx.charters.adopt(second, expected=1)
    async with any_storage("W") as tx:
        assert await tx.charters.get("c1") == second
        assert await tx.charters.versions("c1") == [second.version, version(1)]


async def test_adopting_on_an_outdated_version_is_refused(any_storage: AnyStorage) -> None:
    async with any_storage("W") as tx:
        await tx.charters.add(charter())
        await tx.charters.adopt(charter(version=version(2)), expected=1)
        assert not await tx.charters.adopt(charter(version=version(2, note="late")), expected=1)
        assert not await tx.charters.adopt(charter("c9", version=version(2)), expected=1)
        assert [v.note for v in await tx.charters.versions("c1")] == ["", ""]
        assert await tx.charters.versions("c9") == []


# Bindings and roles


async def test_a_conversation_has_one_charter_and_the_workspace_a_default(
    any_storage: AnyStorage,
) -> None:
    async with any_storage("W") as tx:
        assert await tx.bindings.charters_of(["C1"]) == {}
        assert await tx.bindings.default() is None
        await tx.charters.add(charter("c1", "One"))
        await tx.charters.add(charter("c2", "Two"))
        await tx.bindings.bind("C1", "c1")
        await tx.bindings.set_default("c1")
        await tx.bindings.bind("C1", "c2")
        await tx.bindings.set_default("c2")
        assert await tx.bindings.charters_of(["C1", "C2"]) == {"C1": "c2"}
        assert await tx.bindings.charters_of([]) == {}
        assert await tx.bindings.default() == "c2"


async def test_a_charter_that_is_not_there_cannot_hold_or_be_owned(
    any_storage: AnyStorage,
) -> None:
    with pytest.raises(NOT_THERE):
        async with any_storage("W") as tx:
            await tx.bindings.bind("C1", "c1")
    with pytest.raises(NOT_THERE):
        async with any_storage("W") as tx:
            await tx.bindings.set_default("c1")
    with pytest.raises(NOT_THERE):
        async with any_storage("W") as tx:
            await tx.roles.grant("c1", DANA, "owner")


async def test_a_person_has_one_role_on_a_charter(any_storage: AnyStorage) -> None:
    async with any_storage("W") as tx:
        await tx.charters.add(charter("c1", "One"))
        await tx.charters.add(charter("c2", "Two"))
        assert await tx.roles.of("c1", "U1") == "member"
        await tx.roles.grant("c1", DANA, "editor")
        await tx.roles.grant("c1", Person(id="U1", name="Dana Renamed"), "owner")
        await tx.roles.grant("c1", LEE, "editor")
        await tx.roles.grant("c1", Person(id="U0", name="ada"), "owner")
        assert await tx.roles.of("c1", "U1") == "owner"
        assert await tx.roles.of("c2", "U1") == "member"
        owners = await tx.roles.holders("c1", "owner")
        assert [owner.name for owner in owners] == ["ada", "Dana Renamed"]
        assert await tx.roles.holders("c1", "editor") == [LEE]
        assert await tx.roles.holders("c2", "owner") == []


# Verdicts


async def test_a_verdict_is_added_once_and_then_replaced(any_storage: AnyStorage) -> None:
    async with any_storage("W") as tx:
        assert await tx.verdicts.get("v1") is None
        assert await tx.verdicts.add(verdict())
        assert not await tx.verdicts.add(full_verdict())
        assert await tx.verdicts.get("v1") == verdict()
        await tx.verdicts.put(full_verdict())
        assert await tx.verdicts.get("v1") == full_verdict()
    async with any_storage("W") as tx:
        assert await tx.verdicts.get("v1") == full_verdict()


async def test_the_same_question_is_known_again(any_storage: AnyStorage) -> None:
    first = verdict("v1", question="Does it FIT?")
    later = verdict("v2", question="does  it fit", asked_at=AT + HOUR)
    words = first.words
    async with any_storage("W") as tx:
        for stored in (
            later,
            first,
            verdict("v3", question="Something else", asked_at=AT + 2 * HOUR),
            verdict("v4", question="Does it fit?", version=2, asked_at=AT + 2 * HOUR),
            verdict("v5", question="Does it fit?", charter_id="c2", asked_at=AT + 2 * HOUR),
            verdict("v6", question="Does it fit?", context="And?", asked_at=AT + 2 * HOUR),
        ):
            await tx.verdicts.add(stored)
        assert await tx.verdicts.same("c1", 1, words, "C1") == later
        assert await tx.verdicts.same("c1", 3, words, "C1") is None
        assert await tx.verdicts.same("c1", 1, words[:-1], "C1") is None


async def test_a_private_verdict_is_the_same_only_where_it_was_asked(
    any_storage: AnyStorage,
) -> None:
    public = verdict("v1", asked_at=AT)
    private = verdict("v2", asked_at=AT + HOUR, private_to="C9", conversation_id="C9")
    async with any_storage("W") as tx:
        await tx.verdicts.add(public)
        await tx.verdicts.add(private)
        assert await tx.verdicts.same("c1", 1, public.words, "C9") == private
        assert await tx.verdicts.same("c1", 1, public.words, "C1") == public


async def test_changed_words_are_found_by_the_new_ones(any_storage: AnyStorage) -> None:
    async with any_storage("W") as tx:
        await tx.verdicts.add(verdict(question="old" * 5000))
        await tx.verdicts.put(verdict(question="new" * 5000))
        assert await tx.verdicts.same("c1", 1, "old" * 5000, "C1") is None
        assert await tx.verdicts.same("c1", 1, "new" * 5000, "C1") is not None


async def test_the_last_verdict_of_a_thread(any_storage: AnyStorage) -> None:
    async with any_storage("W") as tx:
        await tx.verdicts.add(verdict("v2", thread="t1", asked_at=AT + HOUR))
        await tx.verdicts.add(verdict("v1", thread="t1"))
        await tx.verdicts.add(verdict("v3", thread="t2", asked_at=AT + 2 * HOUR))
        await tx.verdicts.add(verdict("v4", asked_at=AT + 2 * HOUR))
        await tx.verdicts.add(verdict("v5", thread="t1", conversation_id="C2"))
        last = await tx.verdicts.last_in_thread("C1", "t1")
        assert last is not None
        assert last.id == "v2"
        assert await tx.verdicts.last_in_thread("C1", "t9") is None


async def test_recent_verdicts_are_ones_own_and_those_that_others_saw(
    any_storage: AnyStorage,
) -> None:
    async with any_storage("W") as tx:
        stored = {
            "unseen": {"asked_by": LEE},
            "seen": {"asked_by": LEE, "asked_in_public": True},
            "own": {"asked_by": DANA},
            "shared": {"asked_by": LEE, "shared_in": ("C1",)},
            "elsewhere": {"asked_by": DANA, "private_to": "C9", "asked_in_public": True},
            "here": {"asked_by": DANA, "private_to": "D1"},
        }
        for number, (verdict_id, changes) in enumerate(stored.items()):
            at = AT + number * HOUR
            await tx.verdicts.add(verdict(verdict_id, asked_at=at, **changes))
        found = await tx.verdicts.recent(DANA.id, "D1", 9)
        assert [v.id for v in found] == ["here", "shared", "own", "seen"]
        assert [v.id for v in await tx.verdicts.recent(DANA.id, "D1", 2)] == ["here", "shared"]
    async with any_storage("X") as tx:
        assert await tx.verdicts.recent(DANA.id, "D1", 9) == []


async def test_what_was_unclear_again_and_again_of_what_others_saw(
    any_storage: AnyStorage,
) -> None:
    asked = {"kind": "unclear", "question": "Is it better?", "asked_in_public": True}
    stored: list[dict[str, object]] = [
        asked,
        asked | {"question": "is it better"},  # the same words
        asked | {"version": 2, "asked_in_public": False, "shared_in": ("C1",)},
        asked | {"asked_at": AT - HOUR},
        asked | {"charter_id": "c2"},
        asked | {"kind": "fits"},
        asked | {"kind": None},
        asked | {"asked_in_public": False},
        asked | {"private_to": "C9"},
        asked | {"context": "Should we repaint it?"},
        *([asked | {"question": "Shall we?"}] * 4),
        asked | {"question": "Once?"},
    ]
    async with any_storage("W") as tx:
        for number, changes in enumerate(stored):
            await tx.verdicts.add(verdict(f"v{number}", **changes))
        found = await tx.verdicts.unclear("c1", AT, "C1", 3, 9)
        assert [(words.lower().strip("?"), times) for words, times in found] == [
            ("shall we", 4),
            ("is it better", 3),
        ]
        assert len(await tx.verdicts.unclear("c1", AT, "C1", 3, 1)) == 1
        assert len(await tx.verdicts.unclear("c1", AT, "C1", 1, 9)) == 3
        assert [n for _, n in await tx.verdicts.unclear("c1", AT, "C9", 3, 9)] == [4, 4]
    async with any_storage("X") as tx:
        assert await tx.verdicts.unclear("c1", AT, "C1", 1, 9) == []


async def test_of_two_verdicts_of_one_instant_everybody_finds_the_same(
    any_storage: AnyStorage,
) -> None:
    async with any_storage("W") as tx:
        for verdict_id in ("b", "a", "c"):
            await tx.verdicts.add(verdict(verdict_id, thread="t1"))
        for found in (
            await tx.verdicts.last_in_thread("C1", "t1"),
            await tx.verdicts.same("c1", 1, verdict().words, "C1"),
        ):
            assert found is not None
            assert found.id == "c"


# Calls, opinions


async def test_a_persons_later_call_takes_the_place_of_the_earlier(
    any_storage: AnyStorage,
) -> None:
    later = call(by=LEE, kind="conflicts", at=AT + HOUR, weight="override", reason="no")
    other = call(by=DANA, at=AT + HOUR / 2, weight="objection")
    async with any_storage("W") as tx:
        await tx.verdicts.add(verdict())
        await tx.calls.put(call(by=LEE))
        await tx.calls.put(later)
        await tx.calls.put(other)
        assert await tx.calls.on("v1") == [other, later]
        assert await tx.calls.on("v2") == []


async def test_words_on_a_verdict_that_is_not_there_are_refused(any_storage: AnyStorage) -> None:
    with pytest.raises(NOT_THERE):
        async with any_storage("W") as tx:
            await tx.calls.put(call("v9"))
    with pytest.raises(NOT_THERE):
        async with any_storage("W") as tx:
            await tx.opinions.put("v9", "U1", useful=True)


async def test_precedents_are_the_newest_calls_on_the_charter(any_storage: AnyStorage) -> None:
    async with any_storage("W") as tx:
        await tx.verdicts.add(verdict("v1", question="One?"))
        await tx.verdicts.add(verdict("v2", question="Two?", context="And?", version=3))
        await tx.verdicts.add(verdict("v3", question="Other charter?", charter_id="c2"))
        await tx.calls.put(call("v1", at=AT))
        await tx.calls.put(call("v1", by=DANA, at=AT + 3 * HOUR, weight="objection"))
        await tx.calls.put(call("v2", at=AT + HOUR, kind="partly", weight="override", reason="so"))
        await tx.calls.put(call("v3", at=AT + HOUR))
        newest, oldest = await tx.calls.precedents("c1", "C1", limit=9)
        assert (newest.verdict_id, newest.question, newest.kind) == ("v2", "And?\nTwo?", "partly")
        assert (newest.by, newest.at, newest.reason) == (LEE, AT + HOUR, "so")
        assert (newest.override, newest.version) == (True, 3)
        assert (oldest.verdict_id, oldest.override, oldest.version) == ("v1", False, 1)
        assert await tx.calls.precedents("c1", "C1", limit=1) == [newest]
        assert await tx.calls.precedents("c9", "C1", limit=9) == []


async def test_precedents_from_a_private_conversation_stay_there(any_storage: AnyStorage) -> None:
    async with any_storage("W") as tx:
        await tx.verdicts.add(verdict("v1", private_to="C9", conversation_id="C9"))
        await tx.calls.put(call("v1"))
        assert len(await tx.calls.precedents("c1", "C9", limit=9)) == 1
        assert await tx.calls.precedents("c1", "C1", limit=9) == []


async def test_a_person_has_one_opinion_on_a_verdict(any_storage: AnyStorage) -> None:
    async with any_storage("W") as tx:
        await tx.verdicts.add(verdict("v1"))
        await tx.verdicts.add(verdict("v2"))
        assert await tx.opinions.of("v1") == (0, 0)
        await tx.opinions.put("v1", "U1", useful=True)
        await tx.opinions.put("v1", "U2", useful=True)
        await tx.opinions.put("v1", "U3", useful=False)
        await tx.opinions.put("v1", "U2", useful=False)
        await tx.opinions.put("v2", "U1", useful=False)
        assert await tx.opinions.of("v1") == (1, 2)


# Spending, hints


async def test_what_is_reserved_counts_until_it_is_settled(any_storage: AnyStorage) -> None:
    most = Tokens(prompt=900, completion=100, cost=0.5)
    async with any_storage("W") as tx:
        assert await tx.spending.of("2026-11") == Usage()
        entry = await tx.spending.reserve("2026-11", most, Cap())
        assert entry is not None
        assert await tx.spending.of("2026-11") == Usage(calls=1, tokens=1000, cost=0.5)
        assert await tx.spending.of("2026-12") == Usage()
    async with any_storage("W") as tx:
        await tx.spending.settle(entry, Tokens(prompt=10, completion=5, cached=3, cost=0.25))
        assert await tx.spending.of("2026-11") == Usage(calls=1, tokens=15, cost=0.25)
        await tx.spending.settle("no such entry", most)
        assert await tx.spending.of("2026-11") == Usage(calls=1, tokens=15, cost=0.25)


@pytest.mark.parametrize("cap", [Cap(tokens=2500), Cap(cost=1.25), Cap(tokens=2500, cost=9)])
async def test_the_cap_is_never_exceeded(any_storage: AnyStorage, cap: Cap) -> None:
    most = Tokens(prompt=900, completion=100, cost=0.5)
    async with any_storage("W") as tx:
        first = await tx.spending.reserve("2026-11", most, cap)
        second = await tx.spending.reserve("2026-11", most, cap)
        assert first != second
        assert await tx.spending.reserve("2026-11", most, cap) is None
        assert (await tx.spending.of("2026-11")).calls == 2
        assert await tx.spending.reserve("2026-12", most, cap) is not None
        await tx.spending.settle(first or "", Tokens())
        assert await tx.spending.reserve("2026-11", most, cap) is not None


async def test_a_hint_comes_again_only_after_a_while(any_storage: AnyStorage) -> None:
    day = timedelta(days=1)
    async with any_storage("W") as tx:
        assert await tx.hints.due("U1", "connect", AT, day)
        assert not await tx.hints.due("U1", "connect", AT, day)
        assert await tx.hints.due("U2", "connect", AT, day)
        assert await tx.hints.due("U1", "bind", AT, day)
        assert not await tx.hints.due("U1", "connect", AT + day - timedelta(microseconds=1), day)
        assert await tx.hints.due("U1", "connect", AT + day, day)
        assert not await tx.hints.due("U1", "connect", AT + day + HOUR, day)


# Inbox


async def test_an_event_is_accepted_once(any_storage: AnyStorage) -> None:
    async with any_storage("W1") as tx:
        assert await tx.inbox.add("web", command("e1"), AT + HOUR)
        assert not await tx.inbox.add("web", command("e1", text="again"), AT + HOUR)
        assert await tx.inbox.add("slack", command("e1"), AT + HOUR)
        await tx.inbox.finish("web", "e1", AT)
        assert not await tx.inbox.add("web", command("e1"), AT + HOUR)


async def test_an_event_of_another_workspace_is_a_mistake(any_storage: AnyStorage) -> None:
    with pytest.raises(ValueError, match="own workspace"):
        async with any_storage("W2") as tx:
            await tx.inbox.add("web", command("e1", workspace="W1"), AT)


async def test_unfinished_events_are_taken_up_when_their_lease_ends(
    any_storage: AnyStorage,
) -> None:
    for workspace in ("W1", "W2"):
        async with any_storage(workspace) as tx:
            await tx.inbox.add("web", command("e1", workspace), AT + HOUR)
            await tx.inbox.add("web", command("e2", workspace), AT + HOUR)
            await tx.inbox.finish("web", "e2", AT)
    again = AT + 2 * HOUR
    lease = any_storage.recovery.lease_unfinished
    assert await lease(AT + HOUR - timedelta(microseconds=1), again, limit=9) == []
    found = await lease(AT + HOUR, again, limit=9)
    assert {(a.channel, a.event.workspace, a.event.key) for a in found} == {
        ("web", "W1", "e1"),
        ("web", "W2", "e1"),
    }
    assert [a.event for a in found if a.event.workspace == "W1"] == [command("e1")]
    assert {a.tries for a in found} == {2}
    assert await lease(AT + HOUR, again, limit=9) == []
    assert {a.tries for a in await lease(again, AT + 3 * HOUR, limit=9)} == {3}


async def test_no_more_are_taken_up_than_asked_for(any_storage: AnyStorage) -> None:
    async with any_storage("W1") as tx:
        for number in range(5):
            await tx.inbox.add("web", command(f"e{number}"), AT)
    taken = [await any_storage.recovery.lease_unfinished(AT, AT + HOUR, limit=2) for _ in range(4)]
    assert [len(some) for some in taken] == [2, 2, 1, 0]
    assert len({a.event.key for some in taken for a in some}) == 5


async def test_leases_that_are_let_go_of_are_free_at_once(any_storage: AnyStorage) -> None:
    async with any_storage("W1") as tx:
        await tx.inbox.add("web", command("e1"), AT + HOUR)
        await tx.inbox.add("web", command("e2"), AT + HOUR)
        await tx.inbox.finish("web", "e2", AT)
    await any_storage.recovery.release_all()
    found = await any_storage.recovery.lease_unfinished(AT, AT + HOUR, limit=9)
    assert [a.event.key for a in found] == ["e1"]
    assert await any_storage.recovery.lease_unfinished(AT, AT + HOUR, limit=9) == []


async def test_keys_are_forgotten_after_a_while_and_unfinished_events_never(
    any_storage: AnyStorage,
) -> None:
    async with any_storage("W1") as tx:
        for key in ("e1", "e2", "e3"):
            await tx.inbox.add("web", command(key), AT)
        await tx.inbox.finish("web", "e1", AT)
        await tx.inbox.finish("web", "e1", AT + 5 * HOUR)
        await tx.inbox.finish("web", "e2", AT + HOUR)
        await tx.inbox.finish("web", "no such event", AT)
    assert await any_storage.recovery.forget_before(AT) == 0
    assert await any_storage.recovery.forget_before(AT + HOUR) == 1
    async with any_storage("W1") as tx:
        assert await tx.inbox.add("web", command("e1"), AT + HOUR)
        assert not await tx.inbox.add("web", command("e2"), AT)
        assert not await tx.inbox.add("web", command("e3"), AT)
    assert await any_storage.recovery.forget_before(AT + 99 * HOUR) == 1


async def test_many_events_are_stored_and_finished_in_one_go(any_storage: AnyStorage) -> None:
    def accepted(key: str, workspace: str = "W1", text: str = "ask") -> Accepted:
        return Accepted(channel="web", event=command(key, workspace, text), tries=1)

    recovery = any_storage.recovery
    async with any_storage("W1") as tx:
        await tx.inbox.add("web", command("e1"), AT + HOUR)
    several = [accepted(key) for key in ("e3", "e1", "e2")]
    several += [accepted("e3", text="a copy"), accepted("e1", "W2", "another's \u2603")]
    assert list(await recovery.add_all(several, AT + HOUR)) == [True, False, True, False, True]
    assert await recovery.lease_unfinished(AT, AT + HOUR, limit=9) == []
    found = await recovery.lease_unfinished(AT + HOUR, AT + 2 * HOUR, limit=9)
    assert {each.id: each.event for each in found} == {
        each.id: each.event for each in (several[0], accepted("e1", text="ask why"), *several[2::2])
    }
    no_such = EventId("W1", "web", "no such event")
    await recovery.finish_all([several[0].id, several[4].id, no_such], AT)
    await recovery.finish_all([several[0].id], AT + 5 * HOUR)
    left = await recovery.lease_unfinished(AT + 9 * HOUR, AT + 10 * HOUR, limit=9)
    assert {each.event.key for each in left} == {"e1", "e2"}
    assert await recovery.forget_before(AT + HOUR) == 2


# Transcript


async def test_a_message_is_stored_once(any_storage: AnyStorage) -> None:
    words = said("s1", author=DANA, text="hi", thread="s0")
    drawn = said("s2", card=card(), only_for="U1")
    async with any_storage("W") as tx:
        assert await tx.transcript.add(words)
        assert await tx.transcript.add(drawn)
        assert not await tx.transcript.add(said("s3", key=words.key))
        assert not await tx.transcript.add(said("s1", key="k-other"))
    async with any_storage("W") as tx:
        assert await tx.transcript.get("s1") == words
        assert await tx.transcript.get("s2") == drawn
        assert await tx.transcript.get("s3") is None


async def test_a_messages_card_is_replaced(any_storage: AnyStorage) -> None:
    before = said("s1", card=card("Thinking"))
    async with any_storage("W") as tx:
        await tx.transcript.add(before)
    async with any_storage("W") as tx:
        changed = await tx.transcript.change("s1", card("Fits"), AT + HOUR)
        assert changed is not None
        assert (changed.card, changed.at, changed.changed_at) == (card("Fits"), AT, AT + HOUR)
        assert await tx.transcript.get("s1") == changed
        assert await tx.transcript.change("s9", card(), AT) is None
    async with any_storage("W") as tx:
        assert await tx.transcript.latest("C1", "U1", limit=9) == [changed]


async def test_the_latest_messages_come_oldest_first_and_only_to_who_may_see_them(
    any_storage: AnyStorage,
) -> None:
    async with any_storage("W") as tx:
        for message in (
            said("s3"),
            said("s1"),
            said("s2", only_for="U2"),
            said("s4", only_for="U1"),
            said("s5", conversation_id="C2"),
            said("s0"),
        ):
            await tx.transcript.add(message)
    async with any_storage("W") as tx:
        seen = await tx.transcript.latest("C1", "U1", limit=9)
        assert [message.id for message in seen] == ["s3", "s1", "s4", "s0"]
        assert [m.id for m in await tx.transcript.latest("C1", "U2", limit=2)] == ["s2", "s0"]
        assert await tx.transcript.latest("C9", "U1", limit=9) == []


# Vectors


async def test_vectors_are_kept_by_workspace_and_model(any_storage: AnyStorage) -> None:
    vectors = any_storage.vectors
    await vectors.put("W", "m1", {"a": b"\x00\xff", "b": b"2"})
    await vectors.put("W", "m1", {"a": b"other", "c": b"3"})
    await vectors.put("W", "m2", {"a": b"another model's"})
    await vectors.put("W", "m1", {})
    found = await vectors.get("W", "m1", ["a", "c", "d", "a"])
    assert found == {"a": b"\x00\xff", "c": b"3"}
    assert await vectors.get("W2", "m1", ["a"]) == {}
    assert await vectors.get("W", "m1", []) == {}


async def test_many_vectors_at_once(any_storage: AnyStorage) -> None:
    many = {f"d{number}": str(number).encode() for number in range(1203)}
    await any_storage.vectors.put("W", "m", many)
    assert await any_storage.vectors.get("W", "m", list(many)) == many


# Time settings


async def test_what_people_said_about_their_time_is_kept(any_storage: AnyStorage) -> None:
    async with any_storage("W") as tx:
        assert await tx.time_settings.of("U1") == PersonSettings(person_id="U1")
        await tx.time_settings.put(person_settings())
        assert await tx.time_settings.of("U1") == person_settings()
        await tx.time_settings.put(person_settings(own=Wishes(zone="Asia/Tokyo")))
    async with any_storage("W") as tx:
        assert (await tx.time_settings.of("U1")).own == Wishes(zone="Asia/Tokyo")
        assert await tx.time_settings.of("U2") == PersonSettings(person_id="U2")
        many = await tx.time_settings.of_all(["U1", *(f"X{n}" for n in range(1200))])
        assert [*many] == ["U1"]
        assert many["U1"].platform_zone == "Asia/Tokyo"
        assert await tx.time_settings.of_all([]) == {}


async def test_the_teams_word_is_kept(any_storage: AnyStorage) -> None:
    async with any_storage("W") as tx:
        assert await tx.time_settings.team() == Wishes()
        await tx.time_settings.put_team(Wishes(working_days=("SU", "MO")))
        await tx.time_settings.put_team(Wishes(quiet="off"))
    async with any_storage("W") as tx:
        assert await tx.time_settings.team() == Wishes(quiet="off")


# Reminders


async def test_a_reminder_is_added_once_and_changed(any_storage: AnyStorage) -> None:
    async with any_storage("W") as tx:
        assert await tx.reminders.add(reminder())
        assert not await tx.reminders.add(reminder(about="Another"))
        assert await tx.reminders.get("r1") == reminder()
        await tx.reminders.put(reminder(state="paused", edition=2))
        assert await tx.reminders.get("r1") == reminder(state="paused", edition=2)
        await tx.reminders.remove("r1")
        await tx.reminders.remove("r1")
        assert await tx.reminders.get("r1") is None


async def test_reminders_are_found_by_who_set_them_up_and_where(any_storage: AnyStorage) -> None:
    elsewhere = Conversation(id="C2")
    async with any_storage("W") as tx:
        await tx.reminders.add(reminder("late", made_at=AT + HOUR, state="paused"))
        await tx.reminders.add(reminder("early"))
        await tx.reminders.add(reminder("lee's", by=LEE, conversation=elsewhere))
        await tx.reminders.add(reminder("draft", state="draft"))
        await tx.reminders.add(reminder("over", state="over", by=LEE))
        assert [r.id for r in await tx.reminders.of("U1")] == ["early", "late"]
        assert [r.id for r in await tx.reminders.in_conversation("C1")] == ["early", "late"]
        assert [r.id for r in await tx.reminders.in_conversation("C2")] == ["lee's"]
        assert [r.id for r in await tx.reminders.all_on()] == ["early", "lee's"]


async def test_old_drafts_and_what_is_over_are_forgotten(any_storage: AnyStorage) -> None:
    async with any_storage("W") as tx:
        for state in ("draft", "over", "on", "paused"):
            await tx.reminders.add(reminder(state, state=state))
        await tx.reminders.add(reminder("fresh", state="draft", changed_at=AT + HOUR))
        assert await tx.reminders.forget(AT + HOUR) == 2
        assert await tx.reminders.get("draft") is None
        assert await tx.reminders.get("over") is None
        assert await tx.reminders.get("fresh")
        assert await tx.reminders.get("on")
        assert await tx.reminders.get("paused")


# Decisions

HERE = Sight(conversation_id="C1", person_id="U1", alone=False)
ALONE = Sight(conversation_id="D1", person_id="U1", alone=True)
ALL = Sight(conversation_id="", person_id="", alone=False, everything=True)


async def add_decisions(any_storage: AnyStorage, *decisions: Decision) -> None:
    """Each behind the end of the chain, as the entry of all that it says."""
    for each in decisions:
        async with any_storage("W") as tx:
            head = await tx.decisions.head()
            number, before = (head.number + 1, head.hash) if head else (1, "")
            await tx.decisions.add(entry(each, number, before), each)


async def numbers(any_storage: AnyStorage, wanted: Wanted, sight: Sight = ALL) -> list[int]:
    """The numbers found, in order; that as many are counted is checked by the way."""
    async with any_storage("W") as tx:
        found = await tx.decisions.find(wanted, sight, limit=99)
        assert await tx.decisions.count(wanted, sight) == len(found)
    return [each.number for each in found]


async def test_a_decision_is_as_its_last_entry_left_it(any_storage: AnyStorage) -> None:
    async with any_storage("W") as tx:
        assert await tx.decisions.head() is None
        assert await tx.decisions.highest() == 0
        assert await tx.decisions.count(Wanted(), ALL) == 0
    changed = decision(1, title="Keep it", state="withdrawn")
    await add_decisions(any_storage, decision(1), decision(2), changed)
    async with any_storage("W") as tx:
        assert await tx.decisions.get("d1") == changed
        assert await tx.decisions.numbered(1) == changed
        assert await tx.decisions.numbered(2) == decision(2)
        assert await tx.decisions.numbered(3) is None
        assert await tx.decisions.get("d3") is None
        assert await tx.decisions.highest() == 2
        head = await tx.decisions.head()
        assert head
        assert (head.number, head.decision_id) == (3, "d1")
        assert [e.number for e in await tx.decisions.history("d1")] == [1, 3]
        assert await tx.decisions.history("d3") == []
        found = await tx.decisions.entry_of("k2")
        assert found
        assert found.decision_id == "d2"
        assert await tx.decisions.entry_of("k9") is None


async def test_the_chain_is_read_whole_and_in_parts(any_storage: AnyStorage) -> None:
    await add_decisions(any_storage, *(decision(n) for n in range(1, 8)))
    async with any_storage("W") as tx:
        whole = await tx.decisions.entries(0, 99)
        assert [e.number for e in whole] == [1, 2, 3, 4, 5, 6, 7]
        assert faults(whole) == []
        assert await tx.decisions.entries(2, 3) == whole[2:5]
        assert await tx.decisions.entries(7, 3) == []


@pytest.mark.parametrize("number", [1, 3])
async def test_an_entry_goes_to_the_end_only(any_storage: AnyStorage, number: int) -> None:
    await add_decisions(any_storage, decision(1))
    async with any_storage("W") as tx:
        with pytest.raises(ValueError, match="the end of the chain"):
            await tx.decisions.add(entry(decision(2), number), decision(2))
    async with any_storage("W") as tx:
        assert [e.decision_id for e in await tx.decisions.entries(0, 9)] == ["d1"]
        assert await tx.decisions.get("d2") is None


async def test_a_whole_record_begins_a_chain_and_only_that(any_storage: AnyStorage) -> None:
    chain: list[Entry] = []
    for number in range(1, 4):
        before = chain[-1].hash if chain else ""
        chain.append(entry(decision(number), number, before))
    late = decision(3, private_to="C9", deciders=(LEE,))
    async with any_storage("W") as tx:
        await tx.decisions.begin_with(chain, [decision(2), decision(1), late])
    async with any_storage("W") as tx:
        assert await tx.decisions.entries(0, 9) == chain
        assert await tx.decisions.highest() == 3
        assert await tx.decisions.head() == chain[-1]
    assert await numbers(any_storage, Wanted(line="P1")) == [3, 2, 1]
    assert await numbers(any_storage, Wanted(person_id="U2")) == [3]
    await add_decisions(any_storage, decision(4))
    async with any_storage("W") as tx:
        with pytest.raises(ValueError, match="there is a record already"):
            await tx.decisions.begin_with(chain, [decision(1)])
    assert await numbers(any_storage, Wanted()) == [4, 3, 2, 1]


async def test_what_was_added_before_an_error_is_gone(any_storage: AnyStorage) -> None:
    await add_decisions(any_storage, decision(1))

    async def add_and_raise() -> None:
        async with any_storage("W") as tx:
            head = await tx.decisions.head()
            assert head
            await tx.decisions.add(entry(decision(2), 2, head.hash), decision(2))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await add_and_raise()
    async with any_storage("W") as tx:
        assert await tx.decisions.highest() == 1
        assert len(await tx.decisions.entries(0, 9)) == 1
    assert await numbers(any_storage, Wanted()) == [1]


async def test_the_newest_come_first_page_by_page(any_storage: AnyStorage) -> None:
    await add_decisions(any_storage, *(decision(n) for n in (3, 1, 7, 2, 5)))
    assert await numbers(any_storage, Wanted()) == [7, 5, 3, 2, 1]
    async with any_storage("W") as tx:
        pages = [await tx.decisions.find(Wanted(), ALL, limit=2, offset=n) for n in (0, 2, 4, 6)]
    assert [[d.number for d in page] for page in pages] == [[7, 5], [3, 2], [1], []]


async def test_what_is_due_comes_by_its_day_then_the_newest(any_storage: AnyStorage) -> None:
    days = {1: 12, 2: 10, 3: None, 4: 10, 5: 14}
    await add_decisions(
        any_storage,
        *(decision(n, check_on=day and date(2027, 3, day)) for n, day in days.items()),
        decision(6, check_on=date(2027, 3, 1), state="closed"),
    )
    assert await numbers(any_storage, Wanted(due_by=date(2027, 3, 12))) == [4, 2, 1]
    assert await numbers(any_storage, Wanted(due_by=date(2027, 3, 9))) == []


async def test_by_state_charter_and_line(any_storage: AnyStorage) -> None:
    states = ("open", "closed", "superseded", "withdrawn")
    await add_decisions(
        any_storage,
        *(decision(n, state=state) for n, state in enumerate(states, 1)),
        decision(5, charter_id="c2", lines=(link("P1", "violates"), link("Acme:N1"))),
        decision(6, lines=()),
    )
    assert await numbers(any_storage, Wanted(state="open")) == [6, 5, 1]
    assert await numbers(any_storage, Wanted(state="ended")) == [4, 3, 2]
    assert await numbers(any_storage, Wanted(charter_id="c2")) == [5]
    assert await numbers(any_storage, Wanted(family=("c2", "c9"))) == [5]
    assert len(await numbers(any_storage, Wanted(family=("c1", "c2")))) == 6
    assert await numbers(any_storage, Wanted(line="P1")) == [5, 4, 3, 2, 1]
    assert await numbers(any_storage, Wanted(line="Acme:N1")) == [5]
    assert await numbers(any_storage, Wanted(line="N1")) == []
    assert await numbers(any_storage, Wanted(line="P1", state="open", charter_id="c1")) == [1]


async def test_a_line_that_is_cited_no_more_finds_it_no_more(any_storage: AnyStorage) -> None:
    await add_decisions(any_storage, decision(1), decision(1, lines=(link("P2"),)))
    assert await numbers(any_storage, Wanted(line="P1")) == []
    assert await numbers(any_storage, Wanted(line="P2")) == [1]


async def test_by_who_made_it_recorded_it_or_is_asked(any_storage: AnyStorage) -> None:
    noa = Person(id="U3", name="Noa")
    await add_decisions(
        any_storage,
        decision(1, deciders=(LEE, noa)),
        decision(2, recorded_by=LEE),
        decision(3, delegate=LEE),
        decision(4),
        decision(5, delegate=LEE),
        decision(5, delegate=noa),
    )
    assert await numbers(any_storage, Wanted(person_id="U2")) == [3, 2, 1]
    assert await numbers(any_storage, Wanted(person_id="U3")) == [5, 1]
    assert await numbers(any_storage, Wanted(person_id="U9")) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("widget", [2, 1]),
        ("WIDGET ändern", [2]),
        ("ÄNDERN", [2]),
        ("strasse", [4]),
        ("two  words\n\there", [3]),
        ("here two", [3]),
        ("100%", [5]),
        ("%", [5]),
        ("a_b", [6]),
        ("_", [6]),
        ("/", [7]),
        ("\\", [8]),
        ("'", [9]),
        ("d1", [1]),
        ("nothing like it", []),
        ("", [9, 8, 7, 6, 5, 4, 3, 2, 1]),
        ("two\x00", [3]),
    ],
)
async def test_found_by_all_of_its_words_whatever_their_case(
    any_storage: AnyStorage, text: str, found: list[int]
) -> None:
    texts = (
        {"title": "Drop the Android Widget"},
        {"title": "Widget ÄNDERN"},
        {"reason": "Two words", "expected": "are here."},
        {"rejected": "Umzug in die Straße"},
        {"choice": "Raise it by 100%."},
        {"choice": "Rename a_b."},
        {"choice": "Either/or."},
        {"choice": "A path of C:\\x."},
        {"choice": "It's so."},
    )
    plain = {"title": "-", "choice": "-"}
    await add_decisions(
        any_storage, *(decision(n, **{**plain, **more}) for n, more in enumerate(texts, 1))
    )
    assert await numbers(any_storage, Wanted(text=text)) == found


async def test_what_is_private_elsewhere_is_neither_found_nor_counted(
    any_storage: AnyStorage,
) -> None:
    await add_decisions(
        any_storage,
        decision(1),
        decision(2, private_to="C1"),
        decision(3, private_to="C9"),
        decision(4, private_to="C9", deciders=(LEE,), recorded_by=LEE),
        decision(5, private_to="C9", deciders=(LEE,), recorded_by=LEE, delegate=DANA),
        decision(6, private_to="", deciders=(LEE,), recorded_by=LEE),
    )
    assert await numbers(any_storage, Wanted(), HERE) == [2, 1]
    assert await numbers(any_storage, Wanted(), ALONE) == [5, 3, 2, 1]
    assert await numbers(any_storage, Wanted(), ALL) == [6, 5, 4, 3, 2, 1]
    # Nothing that narrows it down widens what may be seen.
    for wanted in (Wanted(text="widget"), Wanted(line="P1"), Wanted(state="open")):
        assert await numbers(any_storage, wanted, HERE) == [2, 1]
    assert await numbers(any_storage, Wanted(person_id="U2"), HERE) == []
    # Found is what may be seen, one by one.
    async with any_storage("W") as tx:
        for sight in (HERE, ALONE):
            every = await tx.decisions.find(Wanted(), ALL, limit=99)
            seen = [
                each.number
                for each in every
                if each.may_be_seen(sight.conversation_id, sight.person_id, alone=sight.alone)
            ]
            assert await numbers_in(tx, sight) == seen


async def test_who_is_no_longer_asked_about_a_private_one_sees_it_no_more(
    any_storage: AnyStorage,
) -> None:
    private = {"private_to": "C9", "deciders": (LEE,), "recorded_by": LEE}
    await add_decisions(any_storage, decision(1, **private, delegate=DANA))
    assert await numbers(any_storage, Wanted(), ALONE) == [1]
    await add_decisions(any_storage, decision(1, **private, delegate=LEE))
    assert await numbers(any_storage, Wanted(), ALONE) == []


async def numbers_in(tx: AnyWork, sight: Sight) -> list[int]:
    return [each.number for each in await tx.decisions.find(Wanted(), sight, limit=99)]
