"""How many said what, made so coarse that no number of people below the least can be worked out.

Whoever knows exactly how many answered knows how many did not, and by comparing two runs may work
out what one newcomer said. So numbers of answers are taken in pairs (7 or 8), and each set of
scores is shown at the finest level at which other sets look just the same: sets of the other size,
and sets in which another number of people gave each score.
"""

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations_with_replacement

from bot.events import Frozen

Counts = tuple[int, ...]
"""How many gave each score, from 1 to 5."""

MOST_WORKED_OUT = 16
"""Answers up to which every set of scores is gone through. With more there are too many sets, and
always others that look the same at a level that the number alone decides."""
_OF_MORE = ((25, 2), (60, 1))
"""Up to how many answers which level is the one."""
# The 97.5 % quantiles of Student's t with 1 to 30 degrees of freedom.
_T = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
    *(2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)


class Shown(Frozen):
    """What may be shown of one set of scores; what is left out, is not."""

    words: str = ""
    shares: tuple[int, ...] = ()
    mean: float | None = None
    low: float | None = None
    high: float | None = None


class Level(Frozen):
    """How coarse figures are: shares in steps of so many percent (0: none), the rest in steps of
    a scale's point."""

    shares: int
    mean: float
    interval: float


LEVELS = tuple(
    Level(shares=shares, mean=mean, interval=interval)
    for shares, mean, interval in (
        (10, 0.1, 0.1),
        (25, 0.1, 0.5),
        (25, 0.2, 0.5),
        (25, 0.5, 0.5),
        (50, 0.5, 0.5),
        (50, 0.5, 1.0),
        (0, 0.5, 1.0),
        (0, 1.0, 2.0),
    )
)
"""The finest first."""


def shown(counts: Counts, asked: int, least: int) -> Shown | None:
    """What is shown of these scores, at least `least` of them; None where nothing may be."""
    size = sum(counts)
    if size > MOST_WORKED_OUT:
        return at(counts, LEVELS[next((level for most, level in _OF_MORE if size <= most), 0)])
    return _shown_of(sizes_like(size, asked, least), least).get(counts)


def sizes_like(size: int, asked: int, least: int, wide: int = 2) -> tuple[int, ...]:
    """Numbers of answers that nobody is to tell from this one: `wide` at a time from `asked`
    downwards, and one more at the end where it would be left alone."""
    groups = [
        tuple(range(top, max(least - 1, top - wide), -1)) for top in range(asked, least - 1, -wide)
    ]
    if len(groups) > 1 and len(groups[-1]) == 1:
        alone = groups.pop()
        groups[-1] += alone
    return next(group for group in groups if size in group)


def at(counts: Counts, level: Level) -> Shown:
    """The scores in figures of that level. Where nearly all agree, in words alone: a figure would
    tell everybody what each of them said."""
    size = sum(counts)
    most = max(range(5), key=lambda place: counts[place])
    if counts[most] >= size - 1:
        return Shown(words=_NEARLY_ALL[most])
    mean, half = mean_and_half(counts)
    return Shown(
        shares=tuple(_nearest(100 * count / size, level.shares) for count in counts)
        if level.shares
        else (),
        mean=_step(mean, level.mean),
        low=max(1.0, _step(mean - half, level.interval)),
        high=min(5.0, _step(mean + half, level.interval)),
    )


_NEARLY_ALL = (
    "Nearly everyone who answered disagrees strongly.",
    "Nearly everyone who answered disagrees.",
    "Nearly everyone who answered is undecided.",
    "Nearly everyone who answered agrees.",
    "Nearly everyone who answered agrees fully.",
)


def mean_and_half(counts: Counts) -> tuple[float, float]:
    """The mean, and half of its 95 % interval (Student's t)."""
    size = sum(counts)
    mean = sum(score * count for score, count in enumerate(counts, 1)) / size
    squares = sum(count * (score - mean) ** 2 for score, count in enumerate(counts, 1))
    quantile = _T[size - 2] if size - 2 < len(_T) else 1.96
    return mean, quantile * math.sqrt(squares / (size - 1) / size)


@lru_cache(maxsize=32)
def _shown_of(sizes: tuple[int, ...], least: int) -> dict[Counts, Shown]:
    """Of every set of scores of these sizes, what is shown: at each level those that look like
    enough others, as far as they were not shown before."""
    left = [counts for size in sizes for counts in _all_of(size)]
    found: dict[Shown, list[Counts]] = {}
    for level in LEVELS:
        alike: dict[Shown, list[Counts]] = {}
        for counts in left:
            alike.setdefault(at(counts, level), []).append(counts)
        safe = {same for same, sets in alike.items() if _tells_nothing(sets, len(sizes), least)}
        left = [counts for same, sets in alike.items() if same not in safe for counts in sets]
        found |= {same: alike[same] for same in safe}
    # Of what is left nothing is shown, which tells that it is one of these: where that is too
    # much, more are hidden with them, the rarest first.
    rarest = sorted(found, key=lambda same: (len(found[same]), found[same]))
    for same in rarest:
        if not left or _tells_nothing(left, len(sizes), least):
            break
        left += found.pop(same)
    return {counts: same for same, sets in found.items() for counts in sets}


def _tells_nothing(alike: Sequence[Counts], sizes: int, least: int) -> bool:
    """Whether nobody can say how many answered, or how many gave one score, who knows only that
    it is one of these; a number that is 0, or not below the least, may be known."""
    if sizes > 1 and len({sum(counts) for counts in alike}) == 1:
        return False
    by_score = (set(numbers) for numbers in zip(*alike, strict=True))
    return not any(len(numbers) == 1 and 0 < min(numbers) < least for numbers in by_score)


def _all_of(size: int) -> Iterator[Counts]:
    for scores in combinations_with_replacement(range(5), size):
        yield tuple(scores.count(place) for place in range(5))


def _nearest(percent: float, step: int) -> int:
    return min(100, math.floor(percent / step + 0.5) * step)


def _step(value: float, step: float) -> float:
    return round(math.floor(value / step + 0.5) * step, 1)


def rounded_share(answered: int, asked: int, least: int) -> int:
    """About how many percent of those asked answered: the same for every number in a group, so
    that it tells nobody how many did not."""
    group = sizes_like(answered, asked, least, wide=2 * max(1, round(asked / 40)))
    return min(100, _nearest(100 * sum(group) / len(group) / asked, 5))
