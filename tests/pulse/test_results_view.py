"""How results look: figures or why there are none, what changed, the trend, decisions beside it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.cards import Chart
from bot.events import Conversation, Person
from bot.plain_text import plain_text
from bot.pulse.action import suggested
from bot.pulse.against import believed, beside
from bot.pulse.model import Answers, Edition, Figures, Published, Pulse, Statement
from bot.pulse.publishing import lost, publish
from bot.pulse.results import Results
from bot.pulse.results_view import figures_card, none_yet_card, results_card
from bot.pulse.times import weekly

DANA = Person(id="dana", name="Dana Diaz")
BEGIN = datetime(2026, 11, 24, 10, tzinfo=UTC)
STATEMENTS = (
    Statement(id="b", text="I believe in it.", about="belief"),
    Statement(id="c", text="I can say it.", about="clarity"),
    Statement(id="p2", text="I believe this is right for us now: “Easy”", about="line", ref="P2"),
)
PULSE = Pulse(
    id="pulse",
    charter_id="charter",
    conversation=Conversation(id="product", name="#product"),
    by=DANA,
    made_at=BEGIN,
    rule=weekly(1, "TU", BEGIN.time(), BEGIN),
    statements=STATEMENTS,
    open_question="What would help?",
)


def edition(week: int, *, joined: int = 0, asked: int = 40) -> Edition:
    day = BEGIN + timedelta(weeks=week)
    return Edition(
        id=f"pulse/{day.date()}",
        pulse_id="pulse",
        number=week + 1,
        statements=STATEMENTS,
        open_question="What would help?",
        least=5,
        asked=asked,
        joined=joined,
        opened_at=day,
        closes_at=day + timedelta(days=2),
    )


def published(
    week: int, mean: float, *, joined: int = 0, words: Sequence[str] = (), line: float | None = None
) -> Published:
    """An edition with these means, and that of the statement about a line."""
    means = {"b": mean, "c": mean, "p2": mean - 1 if line is None else line}
    return Published(
        edition=edition(week, joined=joined),
        share=75,
        figures=tuple(
            Figures(
                statement=each,
                shares=(0, 30, 30, 30, 0),
                mean=means[each.id],
                low=means[each.id] - 0.3,
                high=means[each.id] + 0.3,
            )
            for each in STATEMENTS
        ),
        words=tuple(words),
        why_no_words="" if words else "Nobody answered in their own words.",
    )


def results(*found: Published, served: dict[str, int] | None = None) -> Results:
    newest_first = tuple(reversed(found))
    rows = beside(believed(newest_first), served or {})
    next_one = date(2026, 12, 22)
    return Results(pulse=PULSE, found=newest_first, beside=tuple(rows), next=next_one)


def test_each_statement_has_its_mean_with_what_it_may_be_and_shares() -> None:
    said = plain_text(results_card(results(published(0, 3))))
    assert "About 75 % of those asked answered." in said
    assert "I believe in it.\n3.0 of 5, likely between 2.7 and 3.3." in said
    assert "About 30 % rather not, 30 % partly, 30 % mostly." in said
    assert "Nobody answered in their own words." in said
    assert "Next pulse: Tue 22 Dec 2026." in said


def test_what_changed_is_said_only_where_the_numbers_allow_it() -> None:
    said = plain_text(results_card(results(published(0, 2), published(1, 4))))
    assert "Clearly higher than on 24 Nov." in said
    said = plain_text(results_card(results(published(0, 3), published(1, 3))))
    assert "No clear change since 24 Nov." in said
    said = plain_text(results_card(results(published(0, 2), published(1, 4, joined=2))))
    assert "24 Nov" not in said
    assert "No trend: a few people joined or left" in said


def test_the_trend_is_a_chart_with_words_of_what_was_rated_twice() -> None:
    card = results_card(results(published(0, 2), published(1, 3), published(2, 4)))
    (chart,) = [each for each in card.elements if isinstance(each, Chart)]
    assert chart.categories == ("24 Nov", "1 Dec", "8 Dec")
    assert [series.name for series in chart.series][:2] == ["I believe in it.", "I can say it."]
    assert chart.series[0].values == (2.0, 3.0, 4.0)
    assert "“I believe in it.” 2.0 (24 Nov), 3.0 (1 Dec), 4.0 (8 Dec)." in chart.words


def test_the_trend_goes_back_to_where_a_few_people_came_or_went() -> None:
    runs = (published(0, 2), published(1, 3, joined=3), published(2, 4))
    (chart,) = [e for e in results_card(results(*runs)).elements if isinstance(e, Chart)]
    assert chart.categories == ("1 Dec", "8 Dec")


def test_where_too_few_answered_it_says_so_and_the_trend_leaves_a_gap() -> None:
    few = publish(edition(1), [Answers(scores={"b": 3})] * 4)
    said = plain_text(results_card(results(published(0, 2), few)))
    assert "Fewer than five people answered, so I show nothing" in said
    runs = (published(0, 2), few, published(2, 4))
    (chart,) = [e for e in results_card(results(*runs)).elements if isinstance(e, Chart)]
    assert chart.series[0].values == (2.0, None, 4.0)


def test_open_answers_come_from_five_on_and_nothing_typed_becomes_markup() -> None:
    words = ["*one*", "<!channel>", "three", "four", "five"]
    said = plain_text(results_card(results(published(0, 3, words=words))))
    assert "What would help?\n> *one*" in said
    assert "> <!channel>" in said
    few = [Answers(scores={"b": 3}, words=word) for word in words[:4]] + [Answers(scores={})] * 9
    said = plain_text(results_card(results(publish(edition(0), few))))
    assert "<!channel>" not in said
    assert "Fewer than five people answered in their own words" in said


def test_belief_stands_beside_the_share_of_decisions() -> None:
    said = plain_text(results_card(results(published(0, 3), served={"P2": 6, "P1": 2})))
    assert "P2 Easy | 2.0 of 5 | 75 % (6)" in said
    said = plain_text(results_card(results(published(0, 3), served={"P2": 4})))
    assert "What is decided" not in said
    assert "| 100 %" not in said


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([published(0, 3)], "P2 is believed least of what was asked (2.0 of 5). Ask the team why."),
        ([published(0, 5, line=4.2)], "Nothing stands out low."),
        ([publish(edition(0), [])], "Tell the team what you did about the last pulse"),
        ([lost(edition(0))], "Tell the team that the answers were lost"),
    ],
)
def test_owners_are_told_one_thing_to_do(found: list[Published], said: str) -> None:
    assert suggested(found).startswith(said)
    card = plain_text(results_card(results(*found), owner=True))
    assert "One thing to do:" in card
    assert "For you first; #product sees it later" in card


def test_pages_go_back_and_forth() -> None:
    runs = results(published(0, 2), published(1, 3))
    assert "[Earlier] [Download figures]" in plain_text(results_card(runs))
    back = plain_text(results_card(runs, at=1))
    assert "Pulse of Tue 24 Nov 2026" in back
    assert "[Newer] [Download figures]" in back
    assert "Next pulse" not in back


def test_before_any_results_it_says_when_they_come() -> None:
    empty = Results(pulse=PULSE, next=date(2026, 12, 1))
    assert "begins on Tue 1 Dec 2026" in plain_text(none_yet_card(empty))
    waiting = empty.model_copy(update={"waiting": True})
    assert "its owners see the results first" in plain_text(none_yet_card(waiting))


def test_where_no_files_are_handed_out_the_figures_stand_in_a_table() -> None:
    said = plain_text(figures_card(results(published(0, 3))))
    assert "2026-11-24 | I believe in it. | 3.0 | 2.7 to 3.3 | 0 30 30 30 0" in said


def test_the_first_statement_comes_each_time_and_the_others_take_turns() -> None:
    made = tuple(Statement(id=f"s{n}", text=f"S {n}", about="own") for n in range(6))
    pulse = PULSE.model_copy(update={"statements": made, "a_time": 4})
    asked = [[each.id for each in pulse.asked_in(number)] for number in range(1, 7)]
    assert all(ids[0] == "s0" and len(set(ids)) == 4 for ids in asked)
    others = [id_ for ids in asked for id_ in ids[1:]]
    assert all(set(others[i : i + 5]) == {"s1", "s2", "s3", "s4", "s5"} for i in range(0, 15, 5))
