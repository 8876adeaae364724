"""What the Teams adapter keeps, on both databases."""

from datetime import timedelta

from storage.unit_of_work import Storage
from tests.storage.filled import AT, HOUR

W = "teams:t1"


async def test_what_is_heard_from_is_alive(storage: Storage) -> None:
    kept = storage.teams
    assert await kept.conversation(W, "c1") is None
    await kept.put_conversation(W, "c1", "one", person=None, team="t", at=AT)
    await kept.mark_dead(W, "c1")
    assert await kept.conversation(W, "c1") == ("one", True)
    assert await kept.latest(W) is None
    await kept.put_conversation(W, "c1", "two", person=None, team="t", at=AT)
    assert await kept.conversation(W, "c1") == ("two", False)
    await kept.mark_dead(W, "unheard of")


async def test_a_team_dies_with_all_its_conversations(storage: Storage) -> None:
    kept = storage.teams
    for number, team in enumerate(("a", "a", "b", None)):
        await kept.put_conversation(W, f"c{number}", "x", person=None, team=team, at=AT)
    await kept.mark_team_dead(W, "a")
    found = [await kept.conversation(W, f"c{number}") for number in range(4)]
    assert [each and each[1] for each in found] == [True, True, False, False]


async def test_the_newest_is_found(storage: Storage) -> None:
    kept = storage.teams
    await kept.put_conversation(W, "old", "old", person="p1", team=None, at=AT)
    await kept.put_conversation(W, "new", "new", person="p1", team=None, at=AT + HOUR)
    await kept.put_conversation(W, "other", "other", person="p2", team=None, at=AT + 2 * HOUR)
    assert await kept.personal(W, "p1") == "new"
    assert await kept.latest(W) == "other"
    await kept.mark_dead(W, "new")
    assert await kept.personal(W, "p1") == "old"
    assert await kept.personal(W, "p3") is None


async def test_what_is_left_out_of_a_person_stays(storage: Storage) -> None:
    kept = storage.teams
    await kept.put_person(W, "p1", "29:1", "Dana", AT)
    await kept.put_person(W, "p1", "", "Dana Diaz", AT)
    await kept.put_person(W, "p1", "29:2", "", AT)
    await kept.put_person(W, "p2", "", "", AT)
    assert await kept.people(W, ["p1", "p2", "p3"]) == {"p1": ("29:2", "Dana Diaz"), "p2": ("", "")}
    assert await kept.people(W, []) == {}


async def test_who_sees_a_message(storage: Storage) -> None:
    kept = storage.teams
    forget = AT + HOUR
    await kept.mark_all_sent(
        [(W, "k1", "17", "c1", "", "v1", forget), (W, "k9", "18", "c1", "p1", "", forget)]
    )
    assert await kept.sent(W, "k1") == "17"
    assert await kept.said(W, "c1", "17") == ("", "v1")
    assert await kept.said(W, "c1", "18") == ("p1", "")
    # Elsewhere the same number is another message.
    assert await kept.said(W, "c2", "17") is None
    # Noted in two ways, the narrower one counts.
    await kept.mark_all_sent([(W, "k2", "17", "c1", "p1", "v1", forget)])
    assert await kept.said(W, "c1", "17") == ("p1", "v1")
    # The same key again is the newer message.
    await kept.mark_all_sent([(W, "k1", "19", "c1", "", "", forget)] * 2)
    assert await kept.sent(W, "k1") == "19"


async def test_what_is_kept_is_forgotten_in_its_time(storage: Storage) -> None:
    kept = storage.teams
    await kept.keep(W, "card", "{}", AT + HOUR)
    await kept.keep(W, "card", "another", AT + HOUR)
    assert await kept.kept(W, "card") == "{}"
    await kept.mark_all_sent([(W, "welcome", "1", "c1", "", "", None)])
    assert await kept.forget_before(AT) == 0
    assert await kept.forget_before(AT + HOUR + timedelta(seconds=1)) == 1
    assert await kept.kept(W, "card") is None
    assert await kept.sent(W, "welcome") == "1"
