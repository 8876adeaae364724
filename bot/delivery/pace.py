"""How fast a workspace may be posted to: a gate that learns what the platform takes.

No platform says its limit exactly, so the gate starts from an assumed rate and keeps in mind at
which rate it was refused last: it begins well below that, comes near it soon, and stays near it
long before it goes beyond.

    refused at ─ ─ ─ ─ ─ ─ ─ ─ ─ ___________________/  a little more each second, up to the assumed
                          ___----       BACK_AFTER
                       _--
                      /  a fifth less, or half where the guess is still far off

Everything here is pure; the gate's row is locked while it is asked, so that any number of processes
share one rate.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from pydantic import Field

from bot.events import Frozen

CUT = 0.8
"""What is left of the rate after a refusal; once for all refusals of one episode."""
DEEP_CUT = 0.5
"""The same where the gate was refused for the first time, or as soon as it had opened again."""
SOON = 2.0
"""Seconds."""
BACK_AFTER = 30.0
"""Seconds until the rate is again the one that was refused; as many times longer as the platform
asked to wait seconds, so that trying costs a thirtieth of the time."""
LONGEST_BACK = 20
"""At most so many times longer."""
REGAIN = 1.01
"""By this much the rate grows each second after that, up to the assumed one."""
SLOWEST = 0.1
"""Messages a second; below that a storm of refusals would look like silence."""
AHEAD = timedelta(seconds=0.15)
"""For so long are starts handed out ahead. Short: another process learns of a refusal only when it
asks the gate again, and what it took ahead until then would meet a closed door."""
HELD_UP = timedelta(seconds=0.05)
"""By more than this a start was missed: the process got no processor, or its loop stood still."""
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
    """The one that was refused last; None: the assumed one was not, or not for long."""
    rated_at: datetime = BEGINNING
    """Where the way back to it begins, counted from `DEEP_CUT` of it."""
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
    seconds = min(max(0.0, (now - gate.rated_at).total_seconds()), 36_000.0)
    beyond = seconds - _back_after(gate)
    # Fast at first and slow at the end, as the limit is most likely near its end.
    share = (
        REGAIN**beyond if beyond > 0 else 1 - (1 - DEEP_CUT) * (-beyond / _back_after(gate)) ** 3
    )
    return min(pace.rate, max(SLOWEST, gate.rate * share))


def _back_after(gate: Gate) -> float:
    asked = (gate.blocked_until - gate.cut_at).total_seconds()
    return BACK_AFTER * min(max(1.0, asked), LONGEST_BACK)


def slots(gate: Gate, pace: Pace, now: datetime, most: int) -> Slots:
    """Up to `most` starts, from now to a little ahead."""
    if gate.blocked_until > now:
        return Slots(gate=gate, again_at=gate.blocked_until)
    rate = rate_at(gate, pace, now)
    every = timedelta(seconds=1 / rate)
    near_limit = gate.rate is not None
    first = max(gate.free_at, now - _unused(pace, every, near_limit))
    ahead = math.floor((now + AHEAD - first).total_seconds() * rate)
    # A slow gate still gives the one start that is free.
    number = min(most, max(ahead, int(first <= now)))
    learned = None if rate >= pace.rate else gate.rate
    moved = gate.model_copy(update={"free_at": first, "rate": learned})
    if number <= 0:
        return Slots(gate=gate, again_at=max(now, first))
    # Who was refused makes up for what was missed at twice the rate, and not at once.
    apart = every / 2 if near_limit else timedelta(0)
    return Slots(
        gate=moved,
        starts=tuple(max(now + apart * n, first + every * n) for n in range(number)),
        every=every,
        again_at=max(now, first + every * number - AHEAD / 2),
    )


def _unused(pace: Pace, every: timedelta, near_limit: bool) -> timedelta:
    """How far back starts that nobody took are still given. What was handed out ahead counts too:
    a process that was held up begins it only now."""
    unused = max(timedelta(0), every * (pace.burst - 1) - AHEAD)
    # A platform that refused has little left of what it would take at once.
    return min(unused, AHEAD) if near_limit else unused


class Turns:
    """When a process begins what the gates let it begin. What it missed while it was held up it
    begins one after another: all at once, even a platform whose limit is known would refuse it."""

    def __init__(self) -> None:
        self._free_at: dict[str, datetime] = {}

    def begins(
        self, workspace: str, start_at: datetime, every: timedelta, now: datetime
    ) -> datetime:
        """When what was to start by now begins: now, or when to ask again, as then."""
        if start_at > now - HELD_UP:
            return now
        begins = max(now, self._free_at.get(workspace, BEGINNING))
        self._free_at[workspace] = begins + every
        return begins


def refused(
    gate: Gate, pace: Pace, now: datetime, *, began_at: datetime, retry_after: float | None
) -> Gate:
    """The gate after the platform refused a call that began then and said how long to stay away
    (in seconds; nonsense counts as not said)."""
    wait = retry_after if retry_after is not None and math.isfinite(retry_after) else WAIT
    until = now + timedelta(seconds=min(max(wait, 0.0), LONGEST_WAIT))
    until = max(until, gate.blocked_until)
    changes: dict[str, object] = {"blocked_until": until, "free_at": max(gate.free_at, until)}
    # What began while the gate was closed was another process's, which had not heard of it yet.
    if began_at > max(gate.cut_at, gate.blocked_until):
        far_off = gate.rate is None or now < gate.blocked_until + timedelta(seconds=SOON)
        changes |= {"rate": rate_at(gate, pace, now), "rated_at": until, "cut_at": now}
        if not far_off:
            cut = gate.model_copy(update=changes)
            done = 1 - ((1 - CUT) / (1 - DEEP_CUT)) ** (1 / 3)
            changes["rated_at"] = until - timedelta(seconds=done * _back_after(cut))
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
