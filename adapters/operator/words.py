"""How deliveries stand, in words; for the page and for `missionbot queue`."""

from collections.abc import Sequence
from datetime import datetime

from bot.delivery.overview import Judging, Overview


def facts(now: Overview) -> Sequence[tuple[str, str]]:
    """Short labelled values, the gravest first."""
    return [
        ("Late", _late(now)),
        ("Given up", str(now.dead) if now.dead else "none"),
        ("Not reached by pulses", _unreached(now)),
        ("Nobody can tell", str(now.uncertain) if now.uncertain else "none"),
        ("On their way", str(now.leased)),
        ("Waiting for their time", str(now.waiting)),
        ("Schedules", str(now.schedules)),
        ("Audiences being made", str(now.open_runs)),
        ("Held back by a platform", _held_back(now)),
        ("Processes alive", str(len(now.replicas))),
        ("Language model this month", _judging(now.judging)),
    ]


def since(at: datetime, now: datetime) -> str:
    """How long ago, roughly: "5 minutes"."""
    return span((now - at).total_seconds())


def span(seconds: float) -> str:
    """A length of time, roughly: "40 seconds", "5 minutes", "3 hours", "2 days"."""
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = round(seconds / size)
            return f"{count} {name}{'s' if count > 1 else ''}"
    return f"{max(0, round(seconds))} seconds"


def _late(now: Overview) -> str:
    late = now.late + now.due
    return f"{late}, the oldest by {span(now.oldest_lag)}" if late else "none"


def _unreached(now: Overview) -> str:
    return f"{now.unreached} of {now.asked} who are asked now" if now.unreached else "nobody"


def _judging(month: Judging) -> str:
    if not month.calls:
        return "not asked"
    cost = f", cost {month.cost:.2f}" if month.cost else ""
    times = "once" if month.calls == 1 else f"{month.calls:,} times"
    return f"asked {times}, about {month.tokens / month.calls:,.0f} tokens a time{cost}"


def _held_back(now: Overview) -> str:
    if not now.closed:
        return "no workspace"
    longest = max((each.until - now.at).total_seconds() for each in now.closed)
    return f"{len(now.closed)} workspaces, up to {span(longest)} more"
