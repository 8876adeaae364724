"""What people paste is read as they mean it, or refused with a sentence and nothing taken."""

import pytest

from bot.ranking.model import Item
from bot.ranking.pasted import WrongPaste, read


def test_an_idea_a_line_whatever_stands_before_it() -> None:
    pasted = "- Sleep coach\n\n  * Gold edition \n3. A feed for friends\n12) Clinics, first\n• Béla"
    assert [item.title for item in read(pasted)] == [
        "Sleep coach",
        "Gold edition",
        "A feed for friends",
        "Clinics, first",
        "Béla",
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_with_a_heading(delimiter: str) -> None:
    rows = [
        ("Title", "Estimate", "Description"),
        ("Sleep coach", "3", '"A coach, at night"'),
        ("Gold edition", "", ""),
    ]
    pasted = "\r\n".join(delimiter.join(row) for row in rows)
    assert read(pasted) == (
        Item(title="Sleep coach", description="A coach, at night", effort="3"),
        Item(title="Gold edition"),
    )


def test_a_heading_without_a_title_is_an_item() -> None:
    assert [item.title for item in read("Effort, cost\nSpeed, comfort")] == [
        "Effort, cost",
        "Speed, comfort",
    ]


def test_columns_of_other_names_are_left_out() -> None:
    assert read("owner,title\nDana,Sleep coach") == (Item(title="Sleep coach"),)


@pytest.mark.parametrize(
    ("pasted", "sentence"),
    [
        (" \n\u200b\n", "Paste what you want to compare"),
        ("\n".join(f"idea {n}" for n in range(51)), "These are 51 items, and I rank 50 at a time."),
        ("title,effort\n,3", "Item 1 has no title"),
        ("x" * 201, "has 201 characters; 200 fit."),
        ("title,effort\na," + "9" * 21, "The effort of “a” has 21 characters; 20 fit."),
        ("title,description\na," + "d" * 1001, "has 1001 characters; 1000 fit."),
    ],
)
def test_what_cannot_be_ranked_is_said(pasted: str, sentence: str) -> None:
    with pytest.raises(WrongPaste) as wrong:
        read(pasted)
    assert sentence in str(wrong.value)


def test_the_effort_counts_where_it_is_a_number() -> None:
    efforts = ["3", "2,5", "0.5", "L", ""]
    assert [Item(title="a", effort=each).work for each in efforts] == [3.0, 2.5, 0.5, None, None]


@pytest.mark.parametrize(
    ("effort", "work"),
    [("3", 3.0), ("0,5", 0.5), ("a week", None), ("nan", None), ("inf", None), ("", None)],
)
def test_an_effort_is_a_number_or_none(effort: str, work: float | None) -> None:
    assert Item(title="Gold", effort=effort).work == work
