"""Phrases to rules. What counts: nothing is read wrongly; what is not read is asked about."""

import re
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.recurrence.grammar import NotUnderstood, Understood, parse_when, understand
from tests.recurrence.first_phrases import ASKS, FIRST_PHRASES
from tests.recurrence.phrases import PHRASES
from tests.recurrence.rules import BERLIN, NOW, line
from tests.recurrence.second_phrases import SECOND_PHRASES

EVERY_PHRASE = (*FIRST_PHRASES, *SECOND_PHRASES, *PHRASES)
READABLE = [phrase for phrase, expected in EVERY_PHRASE if expected != ASKS]


def answer(phrase: str) -> Understood | NotUnderstood:
    return understand(phrase, now=NOW, hours=BERLIN)


def shown(found: Understood | NotUnderstood) -> str:
    return line(found.rule) if isinstance(found, Understood) else ASKS


@pytest.mark.parametrize(("phrase", "expected"), EVERY_PHRASE, ids=[p for p, _ in EVERY_PHRASE])
def test_a_phrase_means_what_it_should(phrase: str, expected: str) -> None:
    assert shown(answer(phrase)) == expected


def test_the_share_that_is_understood() -> None:
    """Run with -s to see it."""
    for name, table in (
        ("first", FIRST_PHRASES),
        ("second", SECOND_PHRASES),
        ("all", EVERY_PHRASE),
    ):
        found = [(expected, shown(answer(phrase))) for phrase, expected in table]
        readable = [pair for pair in found if pair[0] != ASKS]
        right = sum(a == b for a, b in readable)
        wrong = sum(b not in (a, ASKS) for a, b in found)
        sys.stdout.write(
            f"\n{name}: {len(found)} phrases; {right} of {len(readable)} that can be read are "
            f"understood, {len(found) - len(readable)} must be asked about; {wrong} read wrongly\n"
        )
        assert wrong == 0
        assert right == len(readable)


@pytest.mark.parametrize(
    "phrase", [phrase for phrase, expected in EVERY_PHRASE if expected == ASKS]
)
def test_asking_back_says_what_to_write(phrase: str) -> None:
    found = answer(phrase)
    assert isinstance(found, NotUnderstood)
    assert re.search(r"[.?]$", found.sentence)
    assert "!" not in found.sentence
    assert 20 < len(found.sentence) < 260


def test_it_names_what_it_understood_and_what_not() -> None:
    found = answer("every Friday, sometimes or so, at 16:30")
    assert isinstance(found, NotUnderstood)
    assert (found.understood, found.culprit) == ("every Friday", "sometimes or so")
    assert found.sentence.startswith(
        "I understood “every Friday”, but not “sometimes or so”. Say it like"
    )


def test_a_nought_alone_is_asked_about() -> None:
    found = answer("every Friday at 0")
    assert isinstance(found, NotUnderstood)
    assert found.sentence == "“at 0” may be midnight or a slip. Say “00:00” for midnight."
    for said in ("at 00:00", "at 0:00", "at 00", "at 0 hrs"):
        assert "00:00" in shown(answer(f"every Friday {said}"))


@settings(deadline=None)
@example(phrase="every quarter at the end of the quarter", noise="0", at=3)
@given(
    phrase=st.sampled_from(READABLE),
    noise=st.sampled_from(
        ["banana", "maybe", "not", "roughly", "7", "or", "Quarterback", "-", "€", "friday-ish", "0"]
    ),
    at=st.integers(0, 99),
)
def test_a_word_too_many_is_never_left_out(phrase: str, noise: str, at: int) -> None:
    words = phrase.split()
    words.insert(at % (len(words) + 1), noise)
    found = answer(" ".join(words))
    # A 7 may make another phrase of it ("every 7 days"), and a dash a range; noise is never lost.
    if isinstance(found, Understood):
        assert noise in {"7", "not", "-"}
        assert line(found.rule) != shown(answer(phrase)) or noise == "-"


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_answered(text: str) -> None:
    found = answer(text)
    assert isinstance(found, Understood) or found.sentence


_ODD = """0/1 1/0 99/99 13/13/27 0.0. 31.31.2027 0th 32nd 99th 2027-99-99 2027-00-00 24:00
12.12 00:00 0h 0am 0 90 999 times weeks minutes years ago in for every the of and , ( ) cron *
*/2 5L 1#9 quarter to past half o'clock next last fifth each leap that has one time UTC or"""
_WORDS = sorted({word for phrase in READABLE for word in phrase.split()} | set(_ODD.split()))


@settings(deadline=None)
@given(st.lists(st.sampled_from(_WORDS), max_size=7).map(" ".join))
def test_any_mixture_of_known_words_is_answered(text: str) -> None:
    found = answer(text)
    assert isinstance(found, Understood) or found.sentence


@pytest.mark.parametrize("phrase", READABLE)
def test_case_blanks_and_end_marks_do_not_matter(phrase: str) -> None:
    spaced = "  ".join(phrase.split()) + " ."
    assert shown(answer(spaced)) == shown(answer(phrase))
    if not re.search(r"\b(?:PT|T)\b|T\d", phrase):
        assert shown(answer(phrase.upper())) == shown(answer(phrase))


def test_parse_when_takes_what_comes_once() -> None:
    once = parse_when("in 3 months", now=NOW, hours=BERLIN)
    assert shown(once) == "once @ 2027-04-13 10:00"
    recurring = parse_when("every Friday", now=NOW, hours=BERLIN)
    assert isinstance(recurring, NotUnderstood)
    assert "That recurs" in recurring.sentence
    assert isinstance(parse_when("whenever", now=NOW, hours=BERLIN), NotUnderstood)


def test_minutes_and_hours_count_through_a_change_of_clocks() -> None:
    before = datetime(2027, 10, 31, 0, 50, tzinfo=UTC)  # 02:50 in Berlin, before clocks go back
    found = understand("in 30 minutes", now=before, hours=BERLIN)
    # 02:20 comes for the second time then, which only UTC can say.
    assert shown(found) == "once @ 2027-10-31 01:20 UTC"
    found = understand("in 2 hours", now=datetime(2027, 3, 28, 0, 30, tzinfo=UTC), hours=BERLIN)
    assert shown(found) == "once @ 2027-03-28 04:30"
