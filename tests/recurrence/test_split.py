"""Reminders as people type them: the time found, the text whole, doubts asked about."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.recurrence.grammar import NotUnderstood
from bot.recurrence.split import Found, find_rule
from tests.recurrence.first_phrases import ASKS
from tests.recurrence.rules import BERLIN, NOW, line
from tests.recurrence.test_grammar import READABLE, answer, shown

FRIDAYS = "FREQ=WEEKLY;BYDAY=FR @ 2027-01-15 09:00"
OTHER_FRIDAYS = "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR @ 2027-01-15 16:30"

REMINDERS: tuple[tuple[str, str, str], ...] = (
    # In front
    ("every other Friday 16:30 to review open decisions", OTHER_FRIDAYS, "review open decisions"),
    ("every other Friday 16:30 review open decisions", OTHER_FRIDAYS, "review open decisions"),
    ("every other Friday 16:30: open decisions", OTHER_FRIDAYS, "open decisions"),
    ("every other Friday 16:30 - open decisions", OTHER_FRIDAYS, "open decisions"),
    ("every other Friday 16:30 that decisions are open", OTHER_FRIDAYS, "decisions are open"),
    ("every other Friday 16:30, open decisions", OTHER_FRIDAYS, "open decisions"),
    ("every other Friday 16:30", OTHER_FRIDAYS, ""),
    ("first Monday of the month the charter", "FREQ=MONTHLY;BYDAY=1MO @ 2027-02-01 09:00",
     "the charter"),
    ("Fridays at 16:00: demo", "FREQ=WEEKLY;BYDAY=FR @ 2027-01-15 16:00", "demo"),
    ("tomorrow 9:00 to call Ana", "once @ 2027-01-14 09:00", "call Ana"),
    ("every weekday 9:30 stand-up, are you ready?",
     "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR @ 2027-01-14 09:30", "stand-up, are you ready?"),
    ("in 2 weeks check the numbers", "once @ 2027-01-27 10:00", "check the numbers"),
    ("next Tuesday 9:30 about the roadmap", "once @ 2027-01-19 09:30", "the roadmap"),
    ("every Friday to ask about the 3/4", FRIDAYS, "ask about the 3/4"),
    ("every Friday to review the Monday report of 9:00", FRIDAYS,
     "review the Monday report of 9:00"),
    ("every Friday “at the bar until 12”", FRIDAYS, "at the bar until 12"),
    ("cron 30 9 * * 1-5 stand-up", "30 9 * * 1-5 @ 2027-01-14 09:30", "stand-up"),
    ("every Friday 16:30 Paris trip", "FREQ=WEEKLY;BYDAY=FR @ 2027-01-15 16:30", "Paris trip"),
    ("every working day 8:45 - what is on today?", "FREQ=DAILY @ 2027-01-14 08:45 off=skip",
     "what is on today?"),
    ("Monday to Friday 9:00 to plan the day",
     "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR @ 2027-01-14 09:00", "plan the day"),
    ("tomorrow 9:00 prepare the demo on Friday", "once @ 2027-01-14 09:00",
     "prepare the demo on Friday"),
    ("every day to drink water 3 times", "FREQ=DAILY @ 2027-01-14 09:00", "drink water 3 times"),
    ("tomorrow prepare the weekly report", "once @ 2027-01-14 09:00",
     "prepare the weekly report"),
    ("every Friday call every customer", FRIDAYS, "call every customer"),
    ("tomorrow that the office is closed on Friday", "once @ 2027-01-14 09:00",
     "the office is closed on Friday"),
    ("tomorrow the office is closed on Friday", "once @ 2027-01-14 09:00",
     "the office is closed on Friday"),
    ("every Friday to meet at 5 pm on Monday in Tokyo", FRIDAYS,
     "meet at 5 pm on Monday in Tokyo"),
    ("every Friday 9:00 meet the team in Tokyo", FRIDAYS, "meet the team in Tokyo"),
    ("every Friday 9:00 to meet the team in Tokyo", FRIDAYS, "meet the team in Tokyo"),
    ("every Friday 9:00 in Tokyo to meet the team", f"{FRIDAYS} Asia/Tokyo", "meet the team"),
    ("every Friday:\n- the churn\n- the charter", FRIDAYS, "- the churn\n- the charter"),
    # Behind
    ("the churn\nand the charter\nevery Friday", FRIDAYS, "the churn\nand the charter"),
    ("review open decisions every other Friday 16:30", OTHER_FRIDAYS, "review open decisions"),
    ("to review open decisions every other Friday 16:30.", OTHER_FRIDAYS, "review open decisions"),
    ("call Ana at 9:15", "once @ 2027-01-14 09:15", "call Ana"),
    ("send the weekly report tomorrow at 9", "once @ 2027-01-14 09:00", "send the weekly report"),
    ("send the report to Ana on 12 March at noon", "once @ 2027-03-12 12:00",
     "send the report to Ana"),
    ("to look at retention on the first working day of the month",
     "FREQ=MONTHLY;BYMONTHDAY=1 @ 2027-02-01 09:00 off=next", "look at retention"),
    # On both sides
    ("every Friday review open decisions at 16:30", "FREQ=WEEKLY;BYDAY=FR @ 2027-01-15 16:30",
     "review open decisions"),
    ("every Friday to review open decisions until 30 June", f"{FRIDAYS} until=2027-06-30",
     "review open decisions"),
    ("every Friday meet the team at 16:30 in Tokyo",
     "FREQ=WEEKLY;BYDAY=FR @ 2027-01-15 16:30 Asia/Tokyo", "meet the team"),
    ("daily standup at 9:30", "FREQ=DAILY @ 2027-01-14 09:30", "standup"),
    ("weekly review Fridays 16:00", "FREQ=WEEKLY;BYDAY=FR @ 2027-01-15 16:00", "review"),
    # In doubt
    ("every Friday at noonish call mum", ASKS, ""),
    ("every Friday at 9 and 17 to check mail", ASKS, ""),
    ("every Friday 9 lives", ASKS, ""),
    ("every Friday the 13th anniversary", ASKS, ""),
    ("every Friday until the launch to review", ASKS, ""),
    ("every Friday review the 9:00 report and the mail", ASKS, ""),
    ("every morning-ish stand-up at 9:15", ASKS, ""),
    ("review decisions every third Friday", ASKS, ""),
    ("review decisions every so often on Friday", ASKS, ""),
    ("review the last Friday", ASKS, ""),
    ("tomorrow 9:00 call Ana every Friday", ASKS, ""),
    ("call every customer tomorrow at 9", ASKS, ""),
    ("review mail every day at 9 and 17", ASKS, ""),
    ("mail at 9 and 17:00", ASKS, ""),
    ("walk from here to Friday", ASKS, ""),
    ("Monday meeting notes tomorrow at 9", ASKS, ""),
    ("every Friday review decisions Monday at 16:30", ASKS, ""),
    ("every friday beer at 4pm in the kitchen", ASKS, ""),
    ("do nothing", ASKS, ""),
    ("", ASKS, ""),
)  # fmt: skip


def split(text: str) -> Found | NotUnderstood:
    return find_rule(text, now=NOW, hours=BERLIN)


@pytest.mark.parametrize(("typed", "rule", "text"), REMINDERS, ids=[r[0] for r in REMINDERS])
def test_a_reminder_is_split(typed: str, rule: str, text: str) -> None:
    found = split(typed)
    if isinstance(found, NotUnderstood):
        assert rule == ASKS
        assert found.sentence.endswith((".", "?"))
    else:
        assert (line(found.rule), found.text) == (rule, text)


TEXTS = st.lists(
    st.sampled_from(
        ["review", "the", "open", "decisions", "with", "Ana", "and", "charter", "P2", "Q3", "churn",
         "(urgent)", "why?", "roadmap,", "e-mail", "500", "may", "on", "in", "hand", "first", "to"]
    ),
    min_size=1,
    max_size=6,
).map(" ".join)  # fmt: skip


@settings(deadline=None)
@given(phrase=st.sampled_from(READABLE), text=TEXTS)
def test_behind_to_everything_is_text(phrase: str, text: str) -> None:
    found = split(f"{phrase} to {text}")
    assert isinstance(found, Found), found
    assert (line(found.rule), found.text) == (shown(answer(phrase)), text)


@settings(max_examples=300, deadline=None)
@given(phrase=st.sampled_from(READABLE), text=TEXTS, behind=st.booleans())
def test_every_word_is_text_or_was_understood_as_time(phrase: str, text: str, behind: bool) -> None:
    """What is not in the text makes, by itself, the very rule that was found."""
    typed = f"{text} {phrase}" if behind else f"{phrase} {text}"
    found = split(typed)
    if isinstance(found, Found):
        at = typed.find(found.text) if behind else typed.rfind(found.text)
        before, after = typed[:at], typed[at + len(found.text) :]
        before = re.sub(r"^to |\bto $", "", before)
        assert shown(answer(f"{before} {after}")) == line(found.rule)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_answered(text: str) -> None:
    found = split(text)
    assert isinstance(found, Found) or found.sentence
