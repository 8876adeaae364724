"""What every unit of work promises: SQLite, PostgreSQL and the one in memory alike."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from bot.ask.model import Cap, Tokens, Usage
from bot.events import Person
from storage.unit_of_work import Storage
from tests.fake_storage import FakeStorage
from tests.storage.filled import (
    AT,
    DANA,
    HOUR,
    LEE,
    call,
    card,
    charter,
    command,
    full_verdict,
    said,
    verdict,
    version,
)

AnyStorage = Storage | FakeStorage
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
        assert await tx.bindings.charter_of("C1") is None
        assert await tx.bindings.default() is None
        await tx.charters.add(charter("c1", "One"))
        await tx.charters.add(charter("c2", "Two"))
        await tx.bindings.bind("C1", "c1")
        await tx.bindings.set_default("c1")
        await tx.bindings.bind("C1", "c2")
        await tx.bindings.set_default("c2")
        assert await tx.bindings.charter_of("C1") == "c2"
        assert await tx.bindings.charter_of("C2") is None
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
