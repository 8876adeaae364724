"""The gates: what they let through, and how they learn."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.pace import (
    CUT,
    DEEP_CUT,
    LONGEST_WAIT,
    SLOWEST,
    Gate,
    Pace,
    Turns,
    Waiting,
    one_each,
    rate_at,
    refused,
    slots,
)
from tests.delivery.fan_out import FanOut, Told

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
    opens = AT + 1.19 * SECOND
    assert gate.blocked_until == opens
    assert rate_at(gate, pace, opens) == pytest.approx(100 * DEEP_CUT, rel=0.02)
    # Another process had not heard of it, and called while the gate was closed.
    late = refused(gate, pace, AT + SECOND, began_at=AT + 0.5 * SECOND, retry_after=0.5)
    assert (late.rate, late.cut_at) == (gate.rate, gate.cut_at)


def test_how_deep_a_cut_is_says_how_far_off_the_rate_was() -> None:
    pace = Pace(rate=100)
    gate = refused(Gate(), pace, AT, began_at=AT, retry_after=1)
    soon = AT + 2.5 * SECOND
    far_off = refused(gate, pace, soon, began_at=soon, retry_after=1)
    assert far_off.rate == pytest.approx(rate_at(gate, pace, soon))
    assert rate_at(far_off, pace, soon + SECOND) == pytest.approx((far_off.rate or 0) * DEEP_CUT)
    late = AT + 20 * SECOND
    near = refused(gate, pace, late, began_at=late, retry_after=1)
    assert rate_at(near, pace, late + SECOND) == pytest.approx((near.rate or 0) * CUT)


def test_the_rate_comes_back_and_not_further_than_it_was() -> None:
    pace = Pace(rate=100)
    known = Gate(rate=60, cut_at=AT - 61 * SECOND, blocked_until=AT - 60 * SECOND)
    known = known.model_copy(update={"rated_at": AT - 30 * SECOND})
    gate = refused(known, pace, AT, began_at=AT, retry_after=1)
    assert gate.rate == pytest.approx(60)
    later = [rate_at(gate, pace, AT + s * SECOND) for s in (1, 5, 10, 23, 40, 3600)]
    assert later == sorted(later)
    assert later[0] == pytest.approx(60 * CUT)
    assert later[2] > 60 * 0.9
    assert later[3] == pytest.approx(60, rel=0.01)
    assert later[-1] == 100


def test_who_has_to_wait_long_tries_less_often() -> None:
    pace = Pace(rate=100)
    short, long = (
        refused(Gate(), pace, AT, began_at=AT, retry_after=seconds) for seconds in (1, 10)
    )
    after = timedelta(seconds=20)
    assert rate_at(short, pace, short.blocked_until + after) > rate_at(
        long, pace, long.blocked_until + after
    )


LIMITS = [(50, 20, 1), (20, 20, 1), (50, 5, 1), (10, 10, 5)]


@pytest.mark.parametrize("replicas", [1, 2])
@pytest.mark.parametrize(("limit", "bucket", "wait"), LIMITS)
def test_a_limit_guessed_three_times_too_high_is_learnt_without_losing_a_sixth(
    limit: float, bucket: float, wait: float, replicas: int
) -> None:
    """On a clock of its own: 5,000 messages take at most 1.2 times what the platform's limit makes
    them take, and hardly one in a hundred is refused."""
    told = Told(limit=limit, bucket=bucket, wait=wait)
    done = FanOut(5_000, told, Pace(rate=limit * 3, burst=15), replicas).play()
    assert done.times <= 1.2
    assert done.refusals <= 5_000 * 0.02


@pytest.mark.parametrize(
    ("held_up", "replicas", "most"),
    [
        ((0.1, 0.5), 1, 0),
        ((0.3, 0.9), 1, 0),
        ((1.0, 3.0), 1, 0),
        ((0.1, 0.5), 2, 0),
        # Two that wake in one moment, each with what it missed.
        ((0.3, 0.9), 2, 10),
    ],
)
def test_a_known_limit_is_kept_by_processes_that_are_held_up_again_and_again(
    held_up: tuple[float, float], replicas: int, most: int
) -> None:
    """What was missed is not begun all at once."""
    told = Told(limit=50, bucket=20, wait=1)
    done = FanOut(2_000, told, Pace(rate=48.5, burst=15), replicas, held_up).play()
    assert done.refusals <= most


@pytest.mark.parametrize("replicas", [1, 2])
@pytest.mark.parametrize(("limit", "bucket", "wait"), [LIMITS[0], LIMITS[1], LIMITS[3]])
def test_a_limit_is_learnt_by_processes_that_are_held_up_again_and_again(
    limit: float, bucket: float, wait: float, replicas: int
) -> None:
    """A fifth of the time nothing runs in a process, and the rate is not lost over it."""
    told = Told(limit=limit, bucket=bucket, wait=wait)
    done = FanOut(5_000, told, Pace(rate=limit * 3, burst=15), replicas, (0.1, 0.5)).play()
    assert done.times <= 1.25
    assert done.refusals <= 5_000 * 0.02


def test_what_was_missed_begins_one_after_another_and_what_is_in_time_at_once() -> None:
    turns, every = Turns(), SECOND / 10
    missed = AT - SECOND
    begins = [turns.begins("T1", missed, every, AT) for _ in range(3)]
    assert begins == [AT, AT + every, AT + 2 * every]
    assert turns.begins("T1", AT, every, AT) == AT
    assert turns.begins("T2", missed, every, AT) == AT, "workspaces do not wait for each other"
    assert turns.begins("T1", begins[2], every, begins[2]) == begins[2]


def test_who_was_refused_makes_up_for_what_was_missed_at_twice_the_rate_at_most() -> None:
    pace, gate = Pace(rate=100, burst=50), Gate(rate=50, rated_at=AT - 30 * SECOND)
    starts = slots(gate, pace, AT, most=100).starts
    assert len(starts) <= 50 * 0.3
    apart = [(b - a).total_seconds() for a, b in pairwise(starts)]
    assert min(apart) >= 0.5 / 50 * 0.9


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
