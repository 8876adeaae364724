"""Adaptive Cards as strictly as Teams draws them; written from its pages, not from our renderer.

The numbers stand here a second time on purpose: a slip in `adapters/teams/limits.py` shows. What
the published schema says is checked beside it (`tests/e2e/test_teams_cards.py`); this knows what
that does not: Teams' charts and people, what it refuses, sizes, and what screen readers need.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.slack.checks import (
    DATE,
    TIME,
    Check,
    boolean,
    both,
    integer,
    listed,
    number,
    one_of,
    string,
    thing,
    typed,
    unless,
    url,
)

_WORDS = string(20_000)
_ID = string(100, like=re.compile(r"[a-z]+_[a-z][a-z0-9_]*"))
_SPACING = one_of("None", "Small", "Default", "Medium", "Large")
_PLACED: dict[str, Check] = {"spacing": _SPACING, "separator": boolean}
_COLOURS = one_of("Default", "Dark", "Light", "Accent", "Good", "Warning", "Attention")
_STYLE = one_of("default", "emphasis", "good", "attention", "warning", "accent")
_RUN = typed(
    {
        "TextRun": thing(
            {"text": _WORDS},
            {
                "color": _COLOURS,
                "fontType": one_of("Default", "Monospace"),
                "isSubtle": boolean,
                "italic": boolean,
                "size": one_of("Small", "Default", "Medium", "Large"),
                "strikethrough": boolean,
                "weight": one_of("Lighter", "Default", "Bolder"),
            },
        )
    }
)


def _inline(value: Any, at: str) -> Iterator[str]:
    yield from (_WORDS if isinstance(value, str) else _RUN)(value, at)


_RICH = typed({"RichTextBlock": thing({"inlines": listed(_inline, 1, 200)}, _PLACED)})


def _element(value: Any, at: str) -> Iterator[str]:
    yield from typed(_BODY)(value, at)


def _action(value: Any, at: str) -> Iterator[str]:
    yield from typed(_ACTIONS)(value, at)


_DATA = thing(
    {"action": string(100, like=re.compile(r"[a-z_]+(\.[a-z_]+)+")), "value": string(1500, 0)},
    {"msteams": thing({"type": one_of("task/fetch")})},
)
_FORM_DATA = thing(
    {"form": string(100), "state": string(3000, 0), "place": thing({}, {"kept": string(255)})}
)


def _data(value: Any, at: str) -> Iterator[str]:
    yield from (_FORM_DATA if isinstance(value, dict) and "form" in value else _DATA)(value, at)


_BUTTON: dict[str, Check] = {
    "style": one_of("positive", "destructive"),
    "mode": one_of("secondary"),
    "associatedInputs": one_of("none"),
}
_SUBMIT = thing({"title": string(75), "data": _data}, _BUTTON)
_ACTIONS: Mapping[str, Check] = {
    "Action.Execute": both(
        thing(
            {
                "title": string(75),
                "verb": string(100),
                "data": _DATA,
                "fallback": typed({"Action.Submit": _SUBMIT}),
            },
            _BUTTON,
        ),
        unless(lambda a: a["verb"] != a["data"]["action"], "verb and data differ"),
        unless(lambda a: a["data"] != a["fallback"]["data"], "the fallback does another thing"),
    ),
    "Action.Submit": _SUBMIT,
    "Action.OpenUrl": thing({"title": string(75), "url": url(3000)}, _BUTTON),
    "Action.ShowCard": thing(
        {
            "title": string(75),
            "card": typed(
                {
                    "AdaptiveCard": thing(
                        {"body": listed(_element, 1, 3), "actions": listed(_action, 1, 1)}
                    )
                }
            ),
        },
        _BUTTON,
    ),
}
_SHOWN = unless(
    lambda actions: sum(a.get("mode") != "secondary" for a in actions) > 6,
    "more than six buttons side by side",
)
_POINT = thing({"x": string(20), "y": number})
_CHART: dict[str, Check] = {"title": string(100), "fallback": _element}
_XY = thing({"legend": string(20), "values": listed(_POINT, 1, 20)})
_GROUPS = thing({"data": listed(_XY, 1, 6), **_CHART}, _PLACED)
_ROW = typed(
    {
        "TableRow": thing(
            {"cells": listed(typed({"TableCell": thing({"items": listed(_RICH, 1, 1)})}), 1, 6)},
            {"style": _STYLE},
        )
    }
)
_BODY: dict[str, Check] = {
    "RichTextBlock": thing({"inlines": listed(_inline, 1, 200)}, _PLACED),
    "Container": thing({"items": listed(_element, 1, 200)}, {"style": _STYLE, **_PLACED}),
    "ColumnSet": thing(
        {
            "columns": listed(
                typed({"Column": thing({"width": integer(1, 9), "items": listed(_RICH, 1, 1)})}),
                2,
                2,
            )
        },
        _PLACED,
    ),
    "Table": both(
        thing(
            {
                "columns": listed(
                    thing(
                        {"width": integer(1, 100)},
                        {"horizontalCellContentAlignment": one_of("Right")},
                    ),
                    1,
                    6,
                ),
                "rows": listed(_ROW, 2, 101),
                "firstRowAsHeader": boolean,
                "showGridLines": boolean,
                "gridStyle": _STYLE,
                "fallback": _element,
            },
            _PLACED,
        ),
        unless(lambda t: not t["firstRowAsHeader"], "screen readers need a header"),
        unless(
            lambda t: any(len(r["cells"]) != len(t["columns"]) for r in t["rows"]),
            "a row with more or fewer cells than columns",
        ),
    ),
    "Image": thing(
        {
            "url": string(6000, like=re.compile(r"data:image/png;base64,\S*")),
            "altText": string(1000),
        },
        _PLACED,
    ),
    "ActionSet": thing({"actions": both(listed(_action, 1, 25), _SHOWN)}, _PLACED),
    "Chart.Line": _GROUPS,
    "Chart.VerticalBar.Grouped": _GROUPS,
    "Chart.VerticalBar": thing({"data": listed(_POINT, 1, 20), **_CHART}, _PLACED),
    "Chart.Donut": thing(
        {"data": listed(thing({"legend": string(20), "value": number}), 1, 20), **_CHART}, _PLACED
    ),
}
_ASKED: dict[str, Check] = {
    "id": _ID,
    "label": string(400),
    "spacing": _SPACING,
}
_ANSWERED: dict[str, Check] = {"isRequired": boolean, "errorMessage": string(200)}
_OPTION = thing({"title": string(200), "value": string(300)})
_INPUTS: dict[str, Check] = {
    "Input.Text": thing(
        {"isMultiline": boolean, "maxLength": integer(1, 20_000), **_ASKED},
        {"placeholder": string(150), "value": string(20_000), **_ANSWERED},
    ),
    "Input.ChoiceSet": thing(
        {
            "style": one_of("compact", "expanded"),
            "choices": listed(_OPTION, 0, 100),
            **_ASKED,
        },
        {
            "isMultiSelect": boolean,
            "placeholder": string(150),
            "value": string(20_000),
            "choices.data": typed(
                {"Data.Query": thing({"dataset": one_of("graph.microsoft.com/users")})}
            ),
            **_ANSWERED,
        },
    ),
    "Input.Number": thing(_ASKED, {"value": number, "min": number, "max": number, **_ANSWERED}),
    "Input.Date": thing(_ASKED, {"value": string(10, like=DATE), **_ANSWERED}),
    "Input.Time": thing(_ASKED, {"value": string(5, like=TIME), **_ANSWERED}),
}
_TOP: dict[str, Check] = {
    "$schema": one_of("http://adaptivecards.io/schemas/adaptive-card.json"),
    "version": one_of("1.5"),
    "fallbackText": string(400),
}
_MESSAGE = typed(
    {
        "AdaptiveCard": thing(
            {
                **_TOP,
                "msteams": thing({"width": one_of("Full")}),
                "body": listed(_element, 1, 500),
            }
        )
    }
)
_DIALOG = typed(
    {
        "AdaptiveCard": thing(
            {
                **_TOP,
                "body": listed(typed({**_BODY, **_INPUTS}), 1, 500),
                "actions": listed(typed({"Action.Submit": _SUBMIT}), 1, 1),
            }
        )
    }
)
_QUOTED = thing({"@type": one_of("DigitalDocument"), "name": string(80), "abstract": string(160)})
_CLAIM = thing({"@type": one_of("Claim"), "position": integer(1, 20), "appearance": _QUOTED})
_LABEL = thing(
    {
        "type": one_of("https://schema.org/Message"),
        "@type": one_of("Message"),
        "@context": one_of("https://schema.org"),
        "@id": string(0, 0),
        "additionalType": listed(one_of("AIGeneratedContent"), 1, 1),
    },
    {"citation": listed(_CLAIM, 1, 20)},
)
_ACTIVITY = thing(
    {
        "type": one_of("message"),
        "summary": string(400),
        "attachments": listed(
            thing(
                {
                    "contentType": one_of("application/vnd.microsoft.card.adaptive"),
                    "content": _MESSAGE,
                }
            ),
            1,
            1,
        ),
    },
    {
        "entities": listed(_LABEL, 1, 1),
        "channelData": thing({"feedbackLoop": thing({"type": one_of("default")})}),
    },
)


def card_problems(card: Any) -> list[str]:
    """What is wrong with a message's card."""
    return [*_MESSAGE(card, ""), *_too_large(card, 25_000)]


def activity_problems(activity: Any) -> list[str]:
    """What is wrong with a message."""
    return [*_ACTIVITY(activity, ""), *_too_large(activity, 100_000)]


def dialog_problems(card: Any) -> list[str]:
    """What is wrong with a dialog's card."""
    problems = [*_DIALOG(card, ""), *_too_large(card, 100_000)]
    asked = [e["id"] for e in card["body"] if e["type"].startswith("Input.")]
    if len(set(asked)) < len(asked):
        problems.append("two inputs have one id")
    return problems


def _too_large(value: Any, most: int) -> Iterator[str]:
    found = len(json.dumps(value, ensure_ascii=False).encode("utf-16-le"))
    if found > most:
        yield f"{found} bytes, more than {most}"


def runs(value: Any) -> Iterator[str]:
    """The words of every run of a body, in order; those of fallbacks are said twice, and left
    out."""
    if isinstance(value, list):
        for item in value:
            yield from runs(item)
    elif isinstance(value, dict):
        if value.get("type") == "RichTextBlock":
            yield from (i if isinstance(i, str) else i["text"] for i in value["inlines"])
        for name, member in value.items():
            if name != "fallback":
                yield from runs(member)


def buttons(value: Any) -> Iterator[dict[str, Any]]:
    """Every button of a card, also those below a question; a fallback is no other button."""
    if isinstance(value, list):
        for item in value:
            yield from buttons(item)
    elif isinstance(value, dict):
        if value.get("type") in ("Action.Execute", "Action.Submit"):
            yield value
        for name, member in value.items():
            if name != "fallback":
                yield from buttons(member)
