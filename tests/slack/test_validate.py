"""The validator refuses what Slack refuses; else the other tests would prove nothing."""

from typing import Any

import pytest

from tests.slack.validate import message_problems, view_problems

PLAIN = {"type": "plain_text", "text": "x"}
BUTTON = {"type": "button", "text": PLAIN, "action_id": "a"}
SAID = {"type": "section", "text": PLAIN}
INPUT = {"type": "input", "label": PLAIN, "element": {"type": "plain_text_input"}}
MODAL = {"type": "modal", "title": PLAIN, "submit": PLAIN, "blocks": [INPUT]}
POINTS = [{"label": "a", "value": 1}]
CHART = {
    "type": "data_visualization",
    "title": "t",
    "chart": {
        "type": "bar",
        "series": [{"name": "s", "data": POINTS}],
        "axis_config": {"categories": ["a"]},
    },
}
CELL = {"type": "raw_text", "text": "c"}
TABLE = {"type": "table", "rows": [[CELL]]}


def plain(length: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": "x" * length}


def rich(*leaves: dict[str, Any]) -> dict[str, Any]:
    section = {"type": "rich_text_section", "elements": list(leaves)}
    return {"type": "rich_text", "elements": [section]}


def test_what_is_right_passes() -> None:
    assert message_problems([SAID, CHART, CHART, TABLE, rich({"type": "text", "text": "x"})]) == []
    assert message_problems([{"type": "actions", "elements": [BUTTON]}] + [SAID] * 49) == []
    assert view_problems(MODAL) == []
    assert view_problems({"type": "home", "blocks": [SAID] * 100}) == []


@pytest.mark.parametrize(
    ("problem", "blocks"),
    [
        ("more than 0 items", []),
        ("no more than 50", [SAID] * 51),
        ("unsupported type", [{"type": "banner"}]),
        ("more than 0 characters", [{"type": "section", "text": plain(0)}]),
        ("less than 3001", [{"type": "section", "text": plain(3001)}]),
        ("less than 2001", [{"type": "section", "fields": [plain(2001)]}]),
        ("needs text or fields", [{"type": "section"}]),
        ("invalid additional property: txt", [{**SAID, "txt": 1}]),
        ("no more than 10", [{"type": "context", "elements": [PLAIN] * 11}]),
        ("unsupported type", [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]),
        (
            "no more than 25",
            [
                {
                    "type": "actions",
                    "elements": [{**BUTTON, "action_id": str(n)} for n in range(26)],
                }
            ],
        ),
        ("stands there twice", [{"type": "actions", "elements": [BUTTON, BUTTON]}]),
        ("less than 76", [{"type": "actions", "elements": [{**BUTTON, "text": plain(76)}]}]),
        ("less than 2001", [{"type": "actions", "elements": [{**BUTTON, "value": "v" * 2001}]}]),
        ("invalid format", [{"type": "actions", "elements": [{**BUTTON, "url": "/a"}]}]),
        ("needs an image_url", [{"type": "image", "alt_text": "x"}]),
        ("more than 0 characters", [rich({"type": "text", "text": ""})]),
        ("only 1 table", [TABLE, TABLE]),
        ("no more than 100", [{"type": "table", "rows": [[CELL]] * 101}]),
        ("unequal", [{"type": "table", "rows": [[CELL], [CELL, CELL]]}]),
        (
            "10000 characters",
            [{"type": "table", "rows": [[{**CELL, "text": "c" * 101}]] * 100}],
        ),
        ("only 2 data_visualization", [CHART] * 3),
        (
            "every category",
            [{**CHART, "chart": {**CHART["chart"], "axis_config": {"categories": ["b"]}}}],
        ),  # type: ignore[dict-item]
        ("msg_blocks_too_long", [{"type": "section", "text": plain(2990)}] * 5),
        ("holds characters", [{"type": "section", "text": {**PLAIN, "text": "a\x00"}}]),
        ("unsupported type", [{"type": "alert", "text": PLAIN}]),
    ],
)
def test_what_is_wrong_in_a_message(problem: str, blocks: list[dict[str, Any]]) -> None:
    assert any(problem in told for told in message_problems(blocks)), message_problems(blocks)


@pytest.mark.parametrize(
    ("problem", "view"),
    [
        ("missing required field: title", {"type": "modal", "blocks": [SAID]}),
        ("less than 25", {**MODAL, "title": plain(25)}),
        ("missing required field: submit", {"type": "modal", "title": PLAIN, "blocks": [INPUT]}),
        ("less than 3001", {**MODAL, "private_metadata": "x" * 3001}),
        ("no more than 100", {**MODAL, "blocks": [SAID] * 101}),
        ("unsupported type: table", {**MODAL, "blocks": [TABLE]}),
        ("unsupported type: data_visualization", {"type": "home", "blocks": [CHART]}),
        ("invalid additional property: title", {"type": "home", "blocks": [], "title": PLAIN}),
        (
            "longer than max_length",
            {
                **MODAL,
                "blocks": [
                    {
                        **INPUT,
                        "element": {
                            "type": "plain_text_input",
                            "initial_value": "xx",
                            "max_length": 1,
                        },
                    }
                ],
            },
        ),
        (
            "not one of the options",
            {
                **MODAL,
                "blocks": [
                    {
                        **INPUT,
                        "element": {
                            "type": "static_select",
                            "options": [{"text": PLAIN, "value": "a"}],
                            "initial_option": {"text": PLAIN, "value": "b"},
                        },
                    }
                ],
            },
        ),
    ],
)
def test_what_is_wrong_in_a_view(problem: str, view: dict[str, Any]) -> None:
    assert any(problem in told for told in view_problems(view)), view_problems(view)
