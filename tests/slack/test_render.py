"""Every golden card and any other card: valid, harmless, complete."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from adapters.slack import blocks, forms
from adapters.slack.actions import action_of
from adapters.slack.escape import escaped, is_markup
from adapters.slack.limits import TooLong
from bot.cards import Actions, Button, Card, Form, Link, body, quiet
from tests.golden import hostile, strategies
from tests.golden.renderers import golden, slack_parts
from tests.slack.harm import harm
from tests.slack.validate import action_ids, message_problems, read, view_problems

CARDS = {name: thing for name, thing in golden().items() if isinstance(thing, Card)}
FORMS = {name: thing for name, thing in golden().items() if isinstance(thing, Form)}
NOT_IN_THE_SDK = {"data_visualization"}
"""Blocks that slack_sdk 3.47 has no class for; our own validator checks them."""


often = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # Shrinking a card of 12,000 characters takes minutes; the example itself says enough.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


def in_the_sdk(value: dict[str, Any]) -> dict[str, Any]:
    """The block as the SDK's class for it writes it again."""
    block = Block.parse(value)
    assert block is not None, f"the SDK knows no {value['type']}"
    return block.to_dict()


@pytest.mark.parametrize("name", CARDS)
def test_golden_cards_are_valid_for_both(name: str) -> None:
    for part in slack_parts(CARDS[name]):
        assert message_problems(part.blocks) == []
        for block in part.blocks:
            if block["type"] not in NOT_IN_THE_SDK:
                assert in_the_sdk(block) == block
    assert view_problems(blocks.home(CARDS[name])) == []


@pytest.mark.parametrize("name", FORMS)
def test_golden_forms_are_valid_for_both(name: str) -> None:
    view = forms.modal(FORMS[name])
    assert view_problems(view) == []
    assert View(**view).to_dict() == view


def test_the_sdk_still_lacks_what_we_check_alone() -> None:
    for kind in NOT_IN_THE_SDK:
        assert Block.parse({"type": kind}) is None


@often
@given(strategies.cards)
def test_any_card_is_valid_and_harmless(card: Card) -> None:
    parts = slack_parts(card)
    for part in parts:
        assert message_problems(part.blocks) == []
        assert list(harm(list(part.blocks))) == []
        assert "<" not in part.text
        assert 0 < len(part.text) <= 4000
        assert len(part.text.encode()) <= 4000
        assert part.arguments()["unfurl_links"] is part.arguments()["unfurl_media"] is False
    home = blocks.home(card)
    assert view_problems(home) == []
    assert list(harm(home["blocks"])) == []


@often
@given(strategies.forms)
def test_any_form_is_valid_and_harmless(form: Form) -> None:
    view = forms.modal(form)
    assert view_problems(view) == []
    assert list(harm(view["blocks"])) == []


@often
@given(strategies.cards)
def test_every_button_is_in_one_part_and_can_be_read_back(card: Card) -> None:
    found = [
        action_of(action_id)
        for part in slack_parts(card)
        for action_id in action_ids(list(part.blocks))
    ]
    drawn = [action for action in found if action not in ("slack.show", "slack.link", "ask.useful")]
    asked = [
        button.action
        for element in card.elements
        if isinstance(element, Actions)
        for button in element.buttons
        if isinstance(button, Button)
    ]
    assert sorted(map(str, drawn)) == sorted(asked)


@pytest.mark.parametrize("text", hostile.ALL)
def test_nothing_that_was_typed_is_lost(text: str) -> None:
    said = body("**Said:** {text}", text=text)
    card = Card(summary="x", elements=(said,))
    leaves = [
        words
        for part in slack_parts(card)
        for block in part.blocks
        if block["type"] == "rich_text"
        for words in read(block)
    ]
    typed = "".join(span.text for paragraph in said.paragraphs for span in paragraph.spans)
    assert "".join("".join(leaves).split()) == "".join(typed.split())


@pytest.mark.parametrize("text", hostile.MARKUP)
def test_small_print_shows_markup_as_it_was_typed(text: str) -> None:
    card = Card(summary="x", elements=(quiet("By {who} · `code`", who=text),))
    (block,) = blocks.message(card).blocks
    parsed = [e["text"] for e in block["elements"] if e["type"] == "mrkdwn"]
    assert parsed in ([], [f"By {escaped(text)} · `code`"])
    assert parsed == [] or not is_markup(f"By {text} ·")


def test_every_row_of_a_long_table_can_be_reached() -> None:
    parts = slack_parts(CARDS["table_100"])
    tables = [block for part in parts for block in part.blocks if block["type"] == "table"]
    numbers = [row[0]["text"] for table in tables for row in table["rows"][1:]]
    assert numbers == [str(n) for n in range(1, 101)]
    assert all(table["rows"][0][1]["text"] == "Feature" for table in tables)


def test_the_first_part_keeps_the_buttons_and_leads_to_the_others() -> None:
    parts = slack_parts(CARDS["longest"])
    assert len(parts) > 1
    shown = [buttons(part) for part in parts]
    assert shown[0] == ["Show all", "Share", "Useful", "Not useful"]
    assert shown[-1] == ["Back"]


def test_without_a_place_to_find_the_card_again_it_says_that_it_goes_on() -> None:
    first = blocks.message(CARDS["longest"])
    assert first.parts > 1
    assert "Show all" not in buttons(first)
    assert "… This is the beginning." in list(read(list(first.blocks)))


def test_uploaded_pictures_take_the_place_of_their_words() -> None:
    rendered = blocks.message(CARDS["image"])
    (picture,) = rendered.pictures
    shown = blocks.with_pictures(rendered, {picture.block_id: "F0PICTURE"})
    assert message_problems(shown.blocks) == []
    (image,) = [block for block in shown.blocks if block["type"] == "image"]
    assert image["slack_file"] == {"id": "F0PICTURE"}
    assert image["alt_text"] == "Most answers are between 3 and 4."
    assert blocks.with_pictures(rendered, {}).blocks == rendered.blocks


def test_links_into_the_bots_own_pages_need_its_address() -> None:
    card = CARDS["buttons"]
    inside = blocks.message(card, public_url="https://bot.example")
    urls = [e.get("url") for b in inside.blocks if b["type"] == "actions" for e in b["elements"]]
    assert "https://bot.example/export/charter.csv" in urls
    words = list(read(list(blocks.message(card).blocks)))
    assert "“Export” is on the bot's own web page; your operator knows where." in words


def test_ids_values_and_addresses_are_never_cut() -> None:
    link = Link(label="Far", url="/" + "a" * 2999)
    with pytest.raises(TooLong):
        blocks.message(
            Card(summary="x", elements=(Actions(buttons=(link,)),)), public_url="https://b.example"
        )
    with pytest.raises(TooLong):
        blocks.message(CARDS["longest"], stored="k" * 2000)


def buttons(part: blocks.Rendered) -> list[str]:
    """The labels of everything that can be clicked in it."""
    return [
        words
        for block in part.blocks
        if block["type"] in ("actions", "context_actions")
        for words in read(block)
    ]
