"""How fast a workspace may be posted to: a gate that learns what the platform takes.

No platform says its limit exactly, so the gate starts from an assumed rate, takes a quarter off
when it is refused and gives two per cent a second back. Everything here is pure; the gate's row is
locked while it is asked, so that any number of processes share one rate.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from pydantic import Field

from bot.events import Frozen

CUT = 0.75
"""What is left of the rate after a refusal; once for all refusals of one episode."""
REGAIN = 1.02
"""By this much the rate grows each second, up to the assumed one."""
SLOWEST = 0.1
"""Messages a second; below that a storm of refusals would look like silence."""
AHEAD = 0.15
"""Seconds for which starts are handed out ahead. Short: another process learns of a refusal only
when it asks the gate again, and what it took ahead until then would meet a closed door; and a
process that was held up starts all of it at once."""
WAIT = 1.0
"""Seconds to stay away where the platform refused and did not say for how long."""
LONGEST_WAIT = 6 * 3600.0
"""Seconds; a platform that says more is asked again all the same."""
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class Pace(Frozen):
    """What a platform is assumed to take, in messages a second for each workspace."""

    rate: float = Field(gt=0, le=1_000_000)
    burst: float = Field(default=1, ge=1)
    """How many may start at once after a silence."""
    conversation_rate: float = Field(default=1, gt=0, le=1_000_000)
    """For each conversation; one message at a time whatever it is."""


class Gate(Frozen):
    """A workspace's gate as it stands."""

    free_at: datetime = BEGINNING
    """When the next start is free."""
    rate: float | None = None
    """Learned; None: never refused, so the assumed one."""
    rated_at: datetime = BEGINNING
    cut_at: datetime = BEGINNING
    """When the rate was last cut; what began before it belongs to the same episode."""
    blocked_until: datetime = BEGINNING


class Slots(Frozen):
    """Starts that a gate gives."""

    gate: Gate
    starts: tuple[datetime, ...] = ()
    every: timedelta = timedelta(0)
    """From one start to the next."""
    again_at: datetime | None = None
    """When there are more."""

    def used(self, number: int) -> Gate:
        """The gate once so many of the starts are used; those are the first ones."""
        if not number:
            return self.gate
        return self.gate.model_copy(update={"free_at": self.gate.free_at + self.every * number})


def rate_at(gate: Gate, pace: Pace, now: datetime) -> float:
    """Messages a second that the gate lets through now."""
    if gate.rate is None:
        return pace.rate
    seconds = min(max(0.0, (now - gate.rated_at).total_seconds()), 3600.0)
    grown: float = max(SLOWEST, gate.rate) * REGAIN**seconds
    return min(pace.rate, grown)


def slots(gate: Gate, pace: Pace, now: datetime, most: int) -> Slots:
    """Up to `most` starts, from now to a little ahead."""
    if gate.blocked_until > now:
        return Slots(gate=gate, again_at=gate.blocked_until)
    rate = rate_at(gate, pace, now)
    every = timedelta(seconds=1 / rate)
    first = max(gate.free_at, now - every * (pace.burst - 1))
    ahead = math.floor((now + timedelta(seconds=AHEAD) - first).total_seconds() * rate)
    # A slow gate still gives the one start that is free.
    number = min(most, max(ahead, int(first <= now)))
    learned = None if rate >= pace.rate else rate
    moved = gate.model_copy(update={"free_at": first, "rate": learned, "rated_at": now})
    if number <= 0:
        return Slots(gate=gate, again_at=max(now, first))
    return Slots(
        gate=moved,
        starts=tuple(max(now, first + every * n) for n in range(number)),
        every=every,
        again_at=max(now, first + every * number - timedelta(seconds=AHEAD / 2)),
    )


def refused(
    gate: Gate, pace: Pace, now: datetime, *, began_at: datetime, retry_after: float | None
) -> Gate:
    """The gate after the platform refused a call that began then and said how long to stay away
    (in seconds; nonsense counts as not said)."""
    wait = retry_after if retry_after is not None and math.isfinite(retry_after) else WAIT
    until = now + timedelta(seconds=min(max(wait, 0.0), LONGEST_WAIT))
    until = max(until, gate.blocked_until)
    changes: dict[str, object] = {"blocked_until": until, "free_at": max(gate.free_at, until)}
    if began_at > gate.cut_at:
        rate = max(SLOWEST, rate_at(gate, pace, now) * CUT)
        changes |= {"rate": rate, "rated_at": until, "cut_at": now}
    return gate.model_copy(update=changes)


class Waiting(Frozen):
    """A message that could go now, as the gate of its conversation sees it."""

    id: str
    conversation_id: str


def one_each(
    waiting: Sequence[Waiting], free_at: Mapping[str, datetime], pace: Pace, now: datetime
) -> tuple[list[str], dict[str, datetime]]:
    """Of those that wait, in order: which may go now (one a conversation, where it is free), and
    when the others may, one after another."""
    every = timedelta(seconds=1 / pace.conversation_rate)
    going: list[str] = []
    later: dict[str, datetime] = {}
    next_at: dict[str, datetime] = {}
    for each in waiting:
        at = next_at.get(each.conversation_id, free_at.get(each.conversation_id, BEGINNING))
        if each.conversation_id not in next_at and at <= now:
            going.append(each.id)
            at = now
        else:
            later[each.id] = at
        next_at[each.conversation_id] = at + every
    return going, later
