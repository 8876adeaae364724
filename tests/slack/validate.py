"""Block Kit, as strictly as Slack takes it; written from its pages, not from our renderer.

The numbers stand here a second time on purpose: a slip in `adapters/slack/limits.py` shows.
"""

import json
from collections.abc import Iterator
from typing import Any

from tests.slack.checks import (
    Check,
    boolean,
    both,
    listed,
    number,
    one_of,
    string,
    thing,
    typed,
    unless,
    url,
)
from tests.slack.validate_elements import (
    ACCESSORY,
    CELL,
    FILE,
    ID,
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    RICH,
    plain,
    text,
)

_BLOCK: dict[str, Check] = {"block_id": ID}
_POINT = thing({"label": string(20), "value": number})
_SERIES = thing({"name": string(20), "data": listed(_POINT, 1, 20)})
_AXES = thing(
    {"categories": listed(string(20), 1, 20)}, {"x_label": string(50), "y_label": string(50)}
)
_PIE = both(
    thing({"segments": listed(_POINT, 1, 6)}),
    unless(
        lambda c: (
            any(s["value"] < 0 for s in c["segments"]) or not sum(s["value"] for s in c["segments"])
        ),
        "a pie needs segments of a size",
    ),
    unless(
        lambda c: len({s["label"] for s in c["segments"]}) < len(c["segments"]),
        "two segments have one label",
    ),
)
_XY = both(
    thing({"series": listed(_SERIES, 1, 6), "axis_config": _AXES}),
    unless(
        lambda c: any(
            [point["label"] for point in series["data"]] != c["axis_config"]["categories"]
            for series in c["series"]
        ),
        "every series needs every category",
    ),
    unless(
        lambda c: len({s["name"] for s in c["series"]}) < len(c["series"]),
        "two series have one name",
    ),
    unless(
        lambda c: len(set(c["axis_config"]["categories"])) < len(c["axis_config"]["categories"]),
        "two categories have one label",
    ),
)
_TABLE = both(
    thing(
        {"rows": listed(listed(CELL, 1, 20), 1, 100)},
        {
            **_BLOCK,
            "column_settings": listed(
                thing({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean}),
                1,
                20,
            ),
        },
    ),
    unless(lambda t: len({len(row) for row in t["rows"]}) > 1, "rows of unequal length"),
)

BLOCKS: dict[str, tuple[frozenset[str], Check]] = {
    kind: (frozenset(places.split()), check)
    for kind, places, check in (
        (
            "section",
            "message modal home",
            both(
                thing(
                    {},
                    {
                        **_BLOCK,
                        "text": text(3000),
                        "fields": listed(text(2000), 1, 10),
                        "accessory": ACCESSORY,
                        "expand": boolean,
                    },
                ),
                unless(lambda b: not {"text", "fields"} & set(b), "needs text or fields"),
            ),
        ),
        ("header", "message modal home", thing({"text": plain(150)}, _BLOCK)),
        ("divider", "message modal home", thing({}, _BLOCK)),
        (
            "context",
            "message modal home",
            thing({"elements": listed(text(3000), 1, 10)}, _BLOCK),
        ),
        ("actions", "message modal home", thing({"elements": listed(IN_ACTIONS, 1, 25)}, _BLOCK)),
        (
            "context_actions",
            "message",
            thing({"elements": listed(IN_CONTEXT_ACTIONS, 1, 5)}, _BLOCK),
        ),
        (
            "input",
            "message modal home",
            thing(
                {"label": plain(2000), "element": IN_INPUT},
                {**_BLOCK, "hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
            ),
        ),
        (
            "image",
            "message modal home",
            both(
                thing(
                    {"alt_text": string(2000)},
                    {**_BLOCK, "title": plain(2000), "image_url": url(3000), "slack_file": FILE},
                ),
                unless(
                    lambda b: ("image_url" in b) == ("slack_file" in b),
                    "needs an image_url or a slack_file",
                ),
            ),
        ),
        ("rich_text", "message modal home", thing({"elements": listed(RICH, 1, 1000)}, _BLOCK)),
        ("markdown", "message", thing({"text": string(12_000)})),
        ("table", "message home", _TABLE),
        (
            "data_visualization",
            "message",
            thing(
                {
                    "title": string(50),
                    "chart": typed({"pie": _PIE, "bar": _XY, "line": _XY, "area": _XY}),
                },
                _BLOCK,
            ),
        ),
        (
            "alert",
            "modal",
            thing(
                {"text": text(200)},
                {**_BLOCK, "level": one_of("default", "info", "warning", "error", "success")},
            ),
        ),
    )
}
_AT_MOST_IN_A_MESSAGE = {"table": 1, "data_visualization": 2}
LONGEST_MESSAGE = 12_000
"""Characters that somebody reads, in all blocks of a message."""
HEAVIEST_MESSAGE = 13_200
"""The same and 100 for each block."""


def message_problems(blocks: Any) -> list[str]:
    """What Slack would refuse in the `blocks` of a message; empty when it takes them."""
    problems = list(_blocks(blocks, "message", 50))
    if not problems:
        problems += _whole_message(blocks)
    return problems


def view_problems(view: Any) -> list[str]:
    """What Slack would refuse in a modal or Home tab."""
    common: dict[str, Check] = {
        "blocks": lambda value, at: _blocks(value, kind, 100, at),
    }
    optional: dict[str, Check] = {
        "private_metadata": string(3000, least=0),
        "callback_id": string(255, least=0),
        "external_id": string(255, least=0),
    }
    kind = view.get("type") if isinstance(view, dict) else None
    modal = thing(
        {**common, "title": plain(24)},
        {
            **optional,
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
        },
    )
    checks = {"modal": modal, "home": thing(common, optional)}
    problems = list(typed(checks)(view, "/view"))
    if problems:
        return problems
    has_input = any(block["type"] == "input" for block in view["blocks"])
    if kind == "modal" and has_input and "submit" not in view:
        problems.append("missing required field: submit [json-pointer:/view]")
    if len(json.dumps(view).encode()) > 250_000:
        problems.append("view_too_large")
    return problems


def _blocks(blocks: Any, place: str, most: int, at: str = "/blocks") -> Iterator[str]:
    allowed = {kind: check for kind, (places, check) in BLOCKS.items() if place in places}
    yield from listed(typed(allowed), 0 if place == "home" else 1, most)(blocks, at)
    if isinstance(blocks, list) and all(isinstance(block, dict) for block in blocks):
        yield from _unique(blocks, at)


def _unique(blocks: list[dict[str, Any]], at: str) -> Iterator[str]:
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    for again in sorted({i for i in ids if ids.count(i) > 1}):
        yield f"block_id {again!r} stands there twice [json-pointer:{at}]"
    actions = list(action_ids(blocks))
    for again in sorted({i for i in actions if actions.count(i) > 1}):
        yield f"action_id {again!r} stands there twice [json-pointer:{at}]"


def action_ids(blocks: list[dict[str, Any]]) -> Iterator[str]:
    """Of everything that can be clicked; inputs are told apart by their block."""
    for block in blocks:
        if block.get("type") in ("actions", "context_actions"):
            elements = block.get("elements", [])
            yield from (e["action_id"] for e in elements if "action_id" in e)


def _whole_message(blocks: list[dict[str, Any]]) -> Iterator[str]:
    kinds = [block["type"] for block in blocks]
    for kind, most in _AT_MOST_IN_A_MESSAGE.items():
        if kinds.count(kind) > most:
            yield f"only {most} {kind} allowed in a message [json-pointer:/blocks]"
    for i, block in enumerate(blocks):
        if block["type"] == "table" and sum(map(len, read(block))) > 10_000:
            yield f"table is longer than 10000 characters [json-pointer:/blocks/{i}]"
    length = sum(len(words) for block in blocks for words in read(block))
    if length >= LONGEST_MESSAGE or length + 100 * len(blocks) >= HEAVIEST_MESSAGE:
        yield "msg_blocks_too_long"


def read(value: Any) -> Iterator[str]:
    """Every string in it that somebody reads."""
    if isinstance(value, dict):
        for name, member in value.items():
            if name in ("text", "title", "label", "alt_text", "name") and isinstance(member, str):
                yield member
            elif name == "categories":
                yield from member
            else:
                yield from read(member)
    elif isinstance(value, list):
        for member in value:
            yield from read(member)
