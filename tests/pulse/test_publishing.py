"""What is published: from enough answers only, and never so that few people's can be worked out."""

import csv
import io
import random
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations_with_replacement, pairwise

import pytest

from bot.pulse.model import SCORES, Answers, Edition, Figures, Published
from bot.pulse.publishing import (
    TOO_ALIKE,
    comparable,
    lost,
    publish,
    published_csv,
    since,
    trend,
)
from bot.pulse.statistics import (
    MOST_WORKED_OUT,
    Counts,
    Shown,
    mean_and_half,
    rounded_share,
    shown,
    sizes_like,
)
from tests.fakes import FixedClock
from tests.pulse.attack import a_pulse

LEAST = 5
CLOCK = FixedClock()
PULSE = a_pulse(CLOCK)


def edition(asked: int, number: int = 1, *, joined: int = 0, left: int = 0) -> Edition:
    return Edition(
        id=f"pulse-{number}",
        pulse_id="pulse",
        number=number,
        statements=PULSE.statements,
        open_question="What is unclear?",
        least=LEAST,
        asked=asked,
        joined=joined,
        left=left,
        opened_at=CLOCK.now(),
        closes_at=CLOCK.now(),
    )


def answers(*scores: int | None, words: str = "") -> list[Answers]:
    """One person's a score, each statement rated alike."""
    ids = [each.id for each in PULSE.statements]
    return [Answers(scores=dict.fromkeys(ids, score), words=words) for score in scores]


# What is shown


def test_nothing_is_shown_of_fewer_than_five_answers_not_even_how_many() -> None:
    for few in range(5):
        published = publish(edition(8), answers(*[4] * few, words="said"))
        assert published.why.startswith("Fewer than five people answered, so I show nothing")
        assert published == publish(edition(8), [])


def test_a_statement_that_fewer_than_five_rated_is_not_shown() -> None:
    given = answers(5, 4, 3, 2, 4, 5)
    given = [
        each.model_copy(update={"scores": {**each.scores, "q2": None if place < 2 else 3}})
        for place, each in enumerate(given)
    ]
    published = publish(edition(8), given)
    first, second, _ = published.figures
    assert first.mean is not None
    assert (second.mean, second.shares) == (None, ())
    assert second.why == "Fewer than five people rated this."


def test_open_answers_are_shown_from_five_and_in_no_order() -> None:
    four = publish(edition(8), [*answers(4, 4, 3, 2, words="said"), *answers(5, 5)])
    assert four.words == ()
    assert four.why_no_words.startswith("Fewer than five people answered in their own words")
    several = [answers(4, words=f"\u202e said {number} ")[0] for number in range(6)]
    shown_words = publish(edition(8), several, lambda words: words.reverse()).words
    assert shown_words == tuple(f"said {number}" for number in reversed(range(6)))


@pytest.mark.parametrize("scores", [(5,) * 6, (5, 5, 5, 5, 5, 1)])
def test_where_nearly_all_agree_there_are_words_and_no_counts(scores: tuple[int, ...]) -> None:
    figures = publish(edition(8), answers(*scores)).figures[0]
    assert figures == Figures(
        statement=figures.statement, words="Nearly everyone who answered agrees fully."
    )


def test_many_answers_are_shown_with_distribution_mean_and_interval() -> None:
    scores = [*[1] * 10, *[3] * 20, *[4] * 40, *[5] * 10]
    figures = publish(edition(90), answers(*scores)).figures[0]
    assert figures.shares == (10, 0, 30, 50, 10)
    assert (figures.mean, figures.low, figures.high) == (3.5, 3.3, 3.7)


def test_the_interval_is_students() -> None:
    mean, half = mean_and_half((1, 1, 1, 1, 1))
    assert mean == 3
    assert half == pytest.approx(2.776 * (2.5**0.5) / 5**0.5)


def test_a_lost_key_is_said() -> None:
    published = lost(edition(8))
    assert published.lost
    assert "lost" in published.why


# Through the editions


def several(*means: float | None, joined: int = 0) -> list[Published]:
    """Editions, the newest first; each mean with an interval of a point around it."""
    found = []
    for number, mean in enumerate(reversed(means), 1):
        this = edition(8, number, joined=joined if number == len(means) else 0)
        figures = Figures(
            statement=PULSE.statements[0],
            mean=mean,
            low=mean and mean - 0.5,
            high=mean and mean + 0.5,
            why="" if mean else "Fewer than five people rated this.",
        )
        found.append(Published(edition=this, share=90, figures=(figures,)))
    return found[::-1]


def test_what_changed_is_said_only_where_the_numbers_allow_it() -> None:
    assert since(several(4.5, 3.0), "q1") == "up"
    assert since(several(3.0, 4.5), "q1") == "down"
    assert since(several(4.0, 3.5), "q1") == "same"
    assert since(several(4.0, None, 3.0), "q1") == "up"
    assert since(several(4.0), "q1") == "cannot_tell"
    assert since(several(None, 3.0), "q1") is None


@pytest.mark.parametrize(("moved", "allowed"), [(0, True), (1, False), (4, False), (5, True)])
def test_a_few_who_came_or_went_end_the_trend(moved: int, allowed: bool) -> None:
    assert comparable(edition(8, joined=moved)) is allowed
    assert comparable(edition(8, left=moved)) is allowed
    found = several(4.5, 3.0, 3.0, joined=moved)
    assert since(found, "q1") == ("up" if allowed else "cannot_tell")
    assert len(trend(found, "q1")) == (3 if allowed else 1)


def test_the_export_holds_what_was_published_and_nothing_else() -> None:
    first = publish(edition(60), answers(*[1] * 5, *[4] * 25, words="a secret"))
    second = publish(edition(8, 2), answers(3, 3))
    text = published_csv([second, first]).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert "secret" not in text
    assert [row["statement"] for row in rows] == [
        "",
        "Statement 1.",
        "Statement 2.",
        "Statement 3.",
    ]
    assert rows[0]["remark"].startswith("Fewer than five people answered")
    assert (rows[1]["% said 4"], rows[1]["mean"]) == ("75", "3.5")
    assert rows[1]["about % answered"] == "50"


# What can be worked out of it


def all_counts(size: int) -> Iterator[Counts]:
    for scores in combinations_with_replacement(range(5), size):
        yield tuple(scores.count(place) for place in range(5))


@cache
def behind(asked: int) -> dict[Shown | None, list[Counts]]:
    """For everything that may be shown of a statement, all sets of scores behind it."""
    found: dict[Shown | None, list[Counts]] = {}
    for size in range(LEAST, asked + 1):
        for counts in all_counts(size):
            found.setdefault(shown(counts, asked, LEAST), []).append(counts)
    return found


@pytest.mark.parametrize("asked", range(5, 11))
def test_no_figures_tell_a_number_of_people_below_five(asked: int) -> None:
    for view, sets in behind(asked).items():
        sizes = {sum(counts) for counts in sets}
        assert len(sizes) > 1 or asked == LEAST, view
        for score in range(5):
            numbers = {counts[score] for counts in sets}
            assert len(numbers) > 1 or not 0 < min(numbers) < LEAST, (view, sets)


@pytest.mark.slow
def test_figures_of_larger_teams_always_look_like_others() -> None:
    dice = random.Random(5)
    for _ in range(60):
        size = dice.randint(MOST_WORKED_OUT + 1, 80)
        weights = [dice.random() ** 2 for _ in SCORES]
        scores = dice.choices(range(5), weights, k=size)
        counts = tuple(scores.count(place) for place in range(5))
        view = shown(counts, 90, LEAST)
        alike = [other for other in near(counts) if shown(other, 90, LEAST) == view]
        assert len({sum(other) for other in alike}) > 1, counts
        for place, count in enumerate(counts):
            others = {other[place] for other in alike}
            assert not 0 < count < LEAST or len(others) > 1, (counts, place)


def near(counts: Counts) -> Iterator[Counts]:
    """Sets of scores that differ by five who came or went at most."""
    ring = {counts}
    for _ in range(5):
        ring |= {
            moved
            for each in ring
            for place in range(5)
            for step in (-1, 1)
            if min(moved := (*each[:place], each[place] + step, *each[place + 1 :])) >= 0
        }
    yield from (each for each in ring if sum(each) > MOST_WORKED_OUT)


def test_a_share_of_participants_tells_nobody_how_many_did_not_answer() -> None:
    for asked in range(5, 200):
        behind_it: dict[int, set[int]] = {}
        for answered in range(5, asked + 1):
            behind_it.setdefault(rounded_share(answered, asked, 5), set()).add(answered)
        assert all(len(sizes) > 1 for sizes in behind_it.values()) or asked == 5
        assert all(abs(share - 100 * min(sizes) / asked) < 25 for share, sizes in behind_it.items())
    assert sizes_like(7, 8, 5) == sizes_like(8, 8, 5) == (8, 7)


def test_from_1000_sequences_of_published_views_no_group_below_five_is_worked_out() -> None:
    dice = random.Random(6)
    views = 0
    for _ in range(1000):
        for published in _sequence(dice):
            _nothing_exact(published)
            views += 1
    assert views > 3000


def test_a_newcomers_score_is_rarely_seen_even_where_all_others_never_change() -> None:
    """No figures can rule that out which say anything about a team of six; exact ones would show
    it nearly every time. docs/anonymity.md says so."""
    dice = random.Random(6)
    compared = found = 0
    for _ in range(1000):
        for before, after in pairwise(_sequence(dice)):
            if after.edition.joined + after.edition.left == 1:
                compared += 1
                found += _is_found_out(before, after)
    print(f"{found} of {compared}")  # noqa: T201  # the figure in docs/anonymity.md
    assert compared > 1000
    assert found < 0.08 * compared


def _sequence(dice: random.Random) -> list[Published]:
    """A team's editions; some come and go, some do not answer, and nobody ever changes a score."""
    team = [_person(dice) for _ in range(dice.randint(5, 10))]
    found = []
    for number in range(1, dice.randint(3, 6) + 1):
        joined = dice.choice((0, 0, 1, 2)) if number > 1 and len(team) < 9 else 0
        left = dice.choice((0, 0, 1)) if number > 1 and len(team) > 5 else 0
        team = team[left:] + [_person(dice) for _ in range(joined)]
        found.append(_run(dice, team, number, joined, left))
    return found


def _person(dice: random.Random) -> dict[str, int]:
    return {each.id: dice.choice((1, 2, 3, 4, 4, 5)) for each in PULSE.statements}


def _run(
    dice: random.Random, team: Sequence[dict[str, int]], number: int, joined: int, left: int
) -> Published:
    given = [
        Answers(
            scores={id_: score for id_, score in person.items() if dice.random() < 0.95},
            words="said" if dice.random() < 0.7 else "",
        )
        for person in team
        if dice.random() < 0.9
    ]
    published = publish(edition(len(team), number, joined=joined, left=left), given)
    assert bool(published.figures) == (len(given) >= LEAST)
    return published


def _sets_behind(published: Published) -> list[list[Counts]]:
    """For each statement, all sets of scores that it may stand for; where nothing is shown
    because few rated it, only how many these may be counts."""
    asked = published.edition.asked
    found = []
    for figures in published.figures:
        if figures.why and figures.why != TOO_ALIKE:
            found.append([(size, 0, 0, 0, 0) for size in range(LEAST)])
        else:
            plain = figures.model_dump(exclude={"statement", "why"})
            found.append(behind(asked)[None if figures.why else Shown(**plain)])
    return found


def _sizes(published: Published) -> set[int]:
    """How many may have answered, by all that is published together."""
    asked = published.edition.asked
    if not published.figures:
        return set(range(LEAST))
    least = [min(sum(counts) for counts in sets) for sets in _sets_behind(published)]
    return {
        size
        for size in range(max(LEAST, len(published.words)), asked + 1)
        if rounded_share(size, asked, max(LEAST, len(published.words))) == published.share
        and size >= max(least)
    }


def _nothing_exact(published: Published) -> None:
    """Neither how many did not answer, left a statement out or gave it one score."""
    sizes = _sizes(published)
    assert not _is_exact({published.edition.asked - size for size in sizes}), published
    for sets in _sets_behind(published):
        rated = {sum(counts) for counts in sets}
        skipped = {size - some for size in sizes for some in rated if some <= size}
        assert not _is_exact(skipped), published
        for score in range(1, 5) if min(rated) < LEAST else range(5):
            assert not _is_exact({counts[score] for counts in sets}), published


def _is_found_out(before: Published, after: Published) -> bool:
    """Whether what the one who came or went said of a statement is to be seen from the difference,
    if all others said the same both times, where they answered."""
    if not (before.figures and after.figures):
        return False
    with_them, without = (before, after) if after.edition.left else (after, before)
    both = zip(_sets_behind(with_them), _sets_behind(without), strict=True)
    return any(len(_said(more, fewer, without.edition.asked)) == 1 for more, fewer in both)


def _said(more: Sequence[Counts], fewer: Sequence[Counts], others: int) -> set[int | None]:
    """What they may have said (None: nothing), two possibilities at most."""
    said: set[int | None] = set()
    for counts, score in ((each, score) for each in more for score in (None, *range(5))):
        rest = counts if score is None else _without(counts, score)
        if rest and score not in said:
            if any(sum(map(max, rest, other)) <= others for other in fewer):
                said.add(score)
            if len(said) > 1:
                break
    return said


def _without(counts: Counts, score: int) -> Counts | None:
    """The rest, where somebody gave that score."""
    less = (*counts[:score], counts[score] - 1, *counts[score + 1 :])
    return less if min(less) >= 0 else None


def _is_exact(numbers: set[int]) -> bool:
    """Whether it is known to be one number of people, from one to four."""
    return len(numbers) == 1 and 0 < min(numbers) < LEAST
