"""The gates: what they let through, and how they learn."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.pace import (
    CUT,
    LONGEST_WAIT,
    SLOWEST,
    Gate,
    Pace,
    Waiting,
    one_each,
    rate_at,
    refused,
    slots,
)

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def through(gate: Gate, pace: Pace, seconds: float, step: float = 0.05) -> list[datetime]:
    """The starts of somebody who asks for all there is, again and again."""
    starts: list[datetime] = []
    for number in range(int(seconds / step)):
        given = slots(gate, pace, AT + number * step * SECOND, most=1000)
        starts += given.starts
        gate = given.used(len(given.starts))
    return starts


@given(
    rate=st.floats(0.5, 500),
    burst=st.floats(1, 50),
    asks=st.lists(st.tuples(st.floats(0, 2), st.integers(0, 60)), max_size=40),
)
def test_never_more_than_the_rate_and_the_burst(
    rate: float, burst: float, asks: list[tuple[float, int]]
) -> None:
    pace, gate, now = Pace(rate=rate, burst=burst), Gate(), AT
    starts: list[datetime] = []
    for wait, most in asks:
        now += wait * SECOND
        given = slots(gate, pace, now, most)
        assert len(given.starts) <= most
        assert all(start >= now for start in given.starts)
        starts += given.starts
        gate = given.used(len(given.starts))
    for first in range(0, len(starts), 7):
        for last in range(first, len(starts), 5):
            seconds = (starts[last] - starts[first]).total_seconds()
            assert last - first + 1 <= seconds * rate + burst + 1 + 1e-3


@pytest.mark.parametrize("rate", [0.5, 1, 10, 97, 300])
def test_who_keeps_asking_gets_the_whole_rate(rate: float) -> None:
    assert len(through(Gate(), Pace(rate=rate), 20)) >= 20 * rate * 0.97


def test_a_closed_gate_lets_nothing_through_and_says_until_when() -> None:
    pace = Pace(rate=10)
    gate = refused(Gate(), pace, AT, began_at=AT, retry_after=30)
    given = slots(gate, pace, AT + 29 * SECOND, most=5)
    assert given.starts == ()
    assert given.again_at == AT + 30 * SECOND
    assert slots(gate, pace, AT + 30 * SECOND, most=5).starts


def test_an_episode_of_refusals_cuts_the_rate_once() -> None:
    pace, gate = Pace(rate=100), Gate()
    for number in range(20):
        # All of them began before the first refusal came back.
        now = AT + 0.01 * number * SECOND
        gate = refused(gate, pace, now, began_at=AT - SECOND, retry_after=1)
    assert gate.rate == pytest.approx(100 * CUT)
    gate = refused(gate, pace, AT + 5 * SECOND, began_at=AT + 4 * SECOND, retry_after=1)
    assert 100 * CUT * CUT <= (gate.rate or 0) < 100 * CUT


def test_the_rate_comes_back_and_not_further_than_it_was() -> None:
    pace = Pace(rate=100)
    gate = refused(Gate(), pace, AT, began_at=AT, retry_after=1)
    later = [rate_at(gate, pace, AT + s * SECOND) for s in (1, 5, 10, 30, 3600)]
    assert later == sorted(later)
    assert later[1] == pytest.approx(75 * 1.02**4)
    assert later[-1] == 100


@pytest.mark.parametrize("said", [None, 0.0, -5.0, float("nan"), float("inf"), 1e12])
def test_nonsense_about_waiting_is_survived(said: float | None) -> None:
    gate = refused(Gate(), Pace(rate=10), AT, began_at=AT, retry_after=said)
    assert AT <= gate.blocked_until <= AT + LONGEST_WAIT * SECOND


def test_a_storm_of_refusals_never_stops_a_gate_for_good() -> None:
    pace, gate = Pace(rate=10), Gate()
    for number in range(200):
        now = AT + number * 10 * SECOND
        gate = refused(gate, pace, now, began_at=now, retry_after=1)
    assert rate_at(gate, pace, AT + 2000 * SECOND) >= SLOWEST
    assert slots(gate, pace, AT + 2100 * SECOND, most=1).starts


def test_one_a_conversation_and_the_others_queue_up() -> None:
    waiting = [Waiting(id=str(number), conversation_id=to) for number, to in enumerate("AABBAC")]
    free_at = {"C": AT + 9 * SECOND}
    going, later = one_each(waiting, free_at, Pace(rate=9, conversation_rate=1), AT)
    assert going == ["0", "2"]
    assert later == {
        "1": AT + SECOND,
        "3": AT + SECOND,
        "4": AT + 2 * SECOND,
        "5": AT + 9 * SECOND,
    }
