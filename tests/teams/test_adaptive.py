"""Every golden card and any other card: valid, harmless, complete."""

import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from adapters.teams.actions import PART, part_wanted, read
from adapters.teams.adaptive import in_dialog, message
from adapters.teams.limits import IMAGE_BYTES, TooLong
from bot.cards import (
    Actions,
    Button,
    Card,
    Chart,
    Divider,
    Facts,
    Image,
    Link,
    Quote,
    Series,
    Table,
    body,
    heading,
)
from tests.golden import hostile, strategies
from tests.golden.renderers import golden, teams_parts
from tests.teams.harm import harm, is_markup
from tests.teams.validate import activity_problems, buttons, card_problems, runs

CARDS = {name: thing for name, thing in golden().items() if isinstance(thing, Card)}
SITE = "https://missionbot.example"

often = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # Shrinking a card of 12,000 characters takes minutes; the example itself says enough.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


def drawn(*elements: Any, **more: Any) -> dict[str, Any]:
    return message(Card(summary="x", elements=elements), **more).card


def words(card: Any) -> str:
    return "".join(runs(card))


def of_kind(value: Any, kind: str) -> list[dict[str, Any]]:
    """Every element of that type, in order."""
    found = []
    if isinstance(value, list):
        found = [each for item in value for each in of_kind(item, kind)]
    elif isinstance(value, dict):
        found = [value] if value.get("type") == kind else []
        found += [each for member in value.values() for each in of_kind(member, kind)]
    return found


@pytest.mark.parametrize("name", CARDS)
def test_golden_cards_are_valid(name: str) -> None:
    for part in teams_parts(CARDS[name]):
        assert card_problems(part.card) == []
        assert activity_problems(part.activity()) == []
    assert card_problems(in_dialog(CARDS[name])) == []


@often
@given(strategies.cards)
def test_any_card_is_valid_and_harmless(card: Card) -> None:
    parts = teams_parts(card)
    assert len({part.parts for part in parts}) == 1
    for part in parts:
        activity = part.activity()
        assert activity_problems(activity) == []
        assert list(harm(activity)) == []
        assert card_problems(part.card) == []
        assert not is_markup(part.text)
    dialog = in_dialog(card)
    assert card_problems(dialog) == []
    assert list(harm(dialog)) == []
    assert not of_kind(dialog, "Action.Execute")


@often
@given(strategies.cards)
def test_every_button_is_in_one_part_and_can_be_read_back(card: Card) -> None:
    found = [read(b["data"]) for part in teams_parts(card) for b in buttons(part.card)]
    asked = [
        (button.action, button.value)
        for element in card.elements
        if isinstance(element, Actions)
        for button in element.buttons
        if isinstance(button, Button)
    ]
    assert sorted(click for click in found if click and click.action != PART) == sorted(asked)
    assert None not in found


@pytest.mark.parametrize("text", hostile.ALL)
def test_nothing_that_was_typed_is_lost(text: str) -> None:
    said = body("**Said:** {text}", text=text)
    card = Card(summary="x", elements=(said,))
    shown = "".join(words(part.card["body"]) for part in teams_parts(card, stored=""))
    typed = "".join(span.text for paragraph in said.paragraphs for span in paragraph.spans)
    shown = re.sub(r"… (This is the beginning|Part \d+ of \d+)\.", "", shown)
    assert "".join(shown.split()) == "".join(typed.split())


@pytest.mark.parametrize("text", hostile.ALL)
def test_the_line_beside_a_card_is_words_only(text: str) -> None:
    shown = message(Card(summary=f"x{text}", elements=())).text
    assert not is_markup(shown)
    assert len(shown) <= 400


def test_every_row_of_a_long_table_can_be_reached() -> None:
    parts = teams_parts(CARDS["table_100"])
    tables = [table for part in parts for table in of_kind(part.card, "Table")]
    numbers = [words(row["cells"][0]) for table in tables for row in table["rows"][1:]]
    assert numbers == [str(n) for n in range(1, 101)]
    assert all(words(table["rows"][0]["cells"][1]) == "Feature" for table in tables)
    said = [words(table["fallback"]["items"]) for table in tables]
    assert [f"• {n} " for n in range(1, 101) if f"•\u2002{n} ·" not in "".join(said)] == []


def test_numbers_stand_to_the_right_and_wide_tables_are_words() -> None:
    table = Table(columns=("What", "Votes"), rows=(("a", "12"), ("b", "3 %")))
    (narrow,) = of_kind(drawn(table), "Table")
    assert [c.get("horizontalCellContentAlignment") for c in narrow["columns"]] == [None, "Right"]
    wide = Table(columns=tuple("abcdefg"), rows=(tuple("1234567"),))
    card = drawn(wide)
    assert of_kind(card, "Table") == []
    assert words(card["body"]) == "•\u20021 · b: 2 · c: 3 · d: 4 · e: 5 · f: 6 · g: 7"


def test_the_first_part_keeps_the_buttons_and_leads_to_the_others() -> None:
    parts = teams_parts(CARDS["longest"])
    assert len(parts) > 1
    labels = [[b["title"] for b in buttons(part.card)] for part in parts]
    assert labels[0] == ["Share", "Show all"]
    assert labels[-1] == ["Back"]
    show = read(list(buttons(parts[0].card))[-1]["data"])
    assert show is not None
    assert part_wanted(show) == (2, "stored-card")


def test_without_a_place_to_find_the_card_again_it_says_that_it_goes_on() -> None:
    first = message(CARDS["longest"])
    assert first.parts > 1
    assert [b["title"] for b in buttons(first.card)] == ["Share"]
    assert "This is the beginning" in words(first.card)


@pytest.mark.parametrize(
    ("data", "meant"),
    [
        ({"action": "ask.share", "value": "v1", "other": 1}, ("ask.share", "v1")),
        ({"action": "ask.share"}, ("ask.share", "")),
        ({"action": "share", "value": "v1"}, None),
        ({"action": "ask.share", "value": 7}, None),
        ({"action": "ask.share", "value": "v" * 1501}, None),
        ({"action": ["ask.share"]}, None),
        ({"form": "ask.question"}, None),
        ("ask.share", None),
        (None, None),
    ],
)
def test_what_a_click_names(data: object, meant: object) -> None:
    assert read(data) == meant


@pytest.mark.parametrize(
    ("value", "meant"),
    [("2:key:a", (2, "key:a")), ("", None), ("2", None), ("two:key", None), ("²:key", None)],
)
def test_which_part_a_click_asks_for(value: str, meant: object) -> None:
    clicked = read({"action": PART, "value": value})
    assert clicked
    assert part_wanted(clicked) == meant
    other = read({"action": "ask.share", "value": value})
    assert other
    assert part_wanted(other) is None


# Buttons


def test_a_button_asks_before_what_cannot_be_taken_back() -> None:
    button = Button(label="Delete", action="a.b", value="7", style="danger", confirm="Really?")
    ((asked,),) = [s["actions"] for s in drawn(Actions(buttons=(button,)))["body"][1:]]
    assert asked["type"] == "Action.ShowCard"
    assert asked["style"] == "destructive"
    assert words(asked["card"]["body"]) == "Really?"
    (real,) = asked["card"]["actions"]
    assert (real["type"], real["title"], real["verb"]) == ("Action.Execute", "Delete", "a.b")
    assert real["fallback"]["data"] == real["data"] == {"action": "a.b", "value": "7"}


def test_six_buttons_are_shown_and_the_others_wait_in_a_menu() -> None:
    many = Actions(buttons=tuple(Button(label=f"{n}", action="a.b") for n in range(8)))
    (row,) = of_kind(drawn(many), "ActionSet")
    assert [action.get("mode", "") for action in row["actions"]] == [""] * 6 + ["secondary"] * 2


def test_buttons_stand_in_rows_that_a_phone_shows_whole() -> None:
    labels = ("Approve", "Ask for changes", "Decline", "Show the whole charter", "Later", "Why me?")
    several = Actions(buttons=tuple(Button(label=label, action="a.b") for label in labels))
    rows = of_kind(drawn(several), "ActionSet")
    assert [[action["title"] for action in row["actions"]] for row in rows] == [
        ["Approve", "Ask for changes", "Decline"],
        ["Show the whole charter", "Later"],
        ["Why me?"],
    ]
    assert [row["spacing"] for row in rows] == ["Medium", "Small", "Small"]


def test_what_opens_a_dialog_says_so() -> None:
    both = Actions(buttons=(Button(label="A", action="ask.form"), Button(label="B", action="a.b")))
    first, second = buttons(drawn(both, opens={"ask.form"}))
    assert first["type"] == "Action.Submit"
    assert first["data"]["msteams"] == {"type": "task/fetch"}
    assert read(first["data"]) == ("ask.form", "")
    assert second["type"] == "Action.Execute"


@pytest.mark.parametrize(
    ("url", "public_url", "leads_to"),
    [
        ("/export.csv", f"{SITE}/", f"{SITE}/export.csv"),
        ("/export.csv", None, None),
        ("/export.csv", "http://127.0.0.1:3978", None),
        ("https://missionbot.example/guide", None, f"{SITE}/guide"),
        ("http://127.0.0.1/x", SITE, None),
    ],
)
def test_links_lead_to_public_pages_or_say_where_to_look(
    url: str, public_url: str | None, leads_to: str | None
) -> None:
    card = drawn(Actions(buttons=(Link(label="Export", url=url),)), public_url=public_url)
    assert [a["url"] for a in of_kind(card, "Action.OpenUrl")] == ([leads_to] if leads_to else [])
    assert ("“Export” is on the bot's own web page" in words(card)) is (leads_to is None)


def test_ids_are_never_cut() -> None:
    with pytest.raises(TooLong):
        message(CARDS["longest"], stored="s" * 256)
    largest = Button(label="A" * 75, action="a.b", value="𝔘" * 1500, confirm="𝔘" * 300)
    heavy = Actions(buttons=(largest,))
    light = Actions(buttons=(Button(label="A", action="a.b", value="𝔘" * 880),))
    assert len(list(buttons(drawn(heavy)))) == 1
    card = Card(summary="𝔘" * 300, elements=(heavy, body("{t}", t="t" * 4000), light))
    with pytest.raises(TooLong):
        message(card, stored="𝔘" * 255)


# Elements


def test_a_verdict_has_its_colour() -> None:
    (block,) = drawn(heading("**{v}** · {q}", v="✕ Conflicts", q="✕ no colour"))["body"]
    assert [run["color"] for run in block["inlines"] if "color" in run] == ["Attention"]


def test_a_divider_stands_before_what_comes_next() -> None:
    card = drawn(body("a"), Divider(), body(" "), body("b"), Divider())
    assert [element.get("separator", False) for element in card["body"]] == [False, True]


def test_charts_stand_beside_their_words_and_figures() -> None:
    line, donut, bar = (
        of_kind(CARDS_DRAWN["charts"], kind)
        for kind in ("Chart.Line", "Chart.Donut", "Chart.VerticalBar")
    )
    assert [len(found) for found in (line, donut, bar)] == [1, 1, 1]
    assert line[0]["data"][0] == {
        "legend": "I know our mission",
        "values": [{"x": "Wk 40", "y": 3.9}, {"x": "Wk 42", "y": 4.2}],
    }
    assert donut[0]["data"][0] == {"legend": "fits", "value": 12}
    shown = words(CARDS_DRAWN["charts"])
    assert "Not drawn, as figures are missing: Wk 41." in shown
    assert "Both rose: from 3.9 to 4.2, and from 3.1 to 3.4." in shown
    assert "I know our mission: 3.9" in words(line[0]["fallback"]["items"])


def test_what_no_chart_can_show_is_said() -> None:
    nothing = Series(name="a", values=(None, float("nan")))
    card = drawn(
        Chart(
            shape="bar", title="T", categories=("x", "y"), series=(nothing,), words="Nothing yet."
        )
    )
    assert "T" in words(card)
    assert "Nothing yet." in words(card)
    assert not [kind for kind in json.dumps(card).split('"') if kind.startswith("Chart.")]


def test_small_pictures_are_shown_and_others_told() -> None:
    def shown(size: int, media: Any = "image/png") -> dict[str, Any]:
        return drawn(Image(data=b"x" * size, media=media, alt="A hill."))

    (picture,) = of_kind(shown(IMAGE_BYTES), "Image")
    assert picture["altText"] == "A hill."
    assert words(shown(IMAGE_BYTES + 1)) == words(shown(9, "image/svg+xml")) == "Picture: A hill."


def test_facts_are_labelled() -> None:
    card = drawn(Facts(items=(("Zone", "Europe/Berlin"), ("Long", "x" * 5000))))
    assert words(card) == f"ZoneEurope/BerlinLong{'x' * 5000}"
    assert len(of_kind(card, "ColumnSet")) == 1


# Labels

QUOTES = tuple(Quote(ref=f"P{n}", text=f"Line {n} " * 40, source="Vitals v2") for n in range(30))


def test_a_models_words_are_labelled_and_its_quotes_cited() -> None:
    card = Card(summary="x", elements=QUOTES, judged_by_model=True, feedback="v1")
    activity = message(card).activity()
    (label,) = activity["entities"]
    claims = label["citation"]
    assert [claim["position"] for claim in claims] == list(range(1, 21))
    assert claims[0]["appearance"]["name"] == "P0 · Vitals v2"
    assert claims[0]["appearance"]["abstract"].startswith("Line 0 Line 0")
    # Teams would make two messages of text and card.
    assert "text" not in activity
    assert activity["channelData"] == {"feedbackLoop": {"type": "default"}}


def test_what_no_model_wrote_has_no_label() -> None:
    activity = message(Card(summary="x", elements=QUOTES)).activity()
    assert set(activity) == {"type", "summary", "attachments"}


def test_a_dialog_asks_itself_whether_it_was_useful() -> None:
    shown = in_dialog(Card(summary="x", elements=(body("It fits."),), feedback="v1"))
    assert [b["data"]["value"] for b in buttons(shown)] == ["yes:v1", "no:v1"]
    assert "Shortened to fit here" in words(in_dialog(CARDS["longest"]))


CARDS_DRAWN = {name: message(card).card for name, card in CARDS.items()}
