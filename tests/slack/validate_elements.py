"""Texts, buttons and inputs of Block Kit, as strictly as Slack's pages describe them."""

from typing import Any

from tests.slack.checks import (
    DATE,
    INTEGER,
    PERSON,
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


def plain(most: int) -> Check:
    """A plain_text object."""
    return typed({"plain_text": thing({"text": string(most)}, {"emoji": boolean})})


def text(most: int) -> Check:
    """A plain_text or mrkdwn object."""
    return typed(
        {
            "plain_text": thing({"text": string(most)}, {"emoji": boolean}),
            "mrkdwn": thing({"text": string(most)}, {"verbatim": boolean}),
        }
    )


ID = string(255)
LEVEL = one_of("primary", "danger")
CONFIRM = thing(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": LEVEL},
)
OPTION = thing({"text": plain(75), "value": string(150)}, {"description": plain(75)})
MARKED_OPTION = thing({"text": text(75), "value": string(150)}, {"description": text(75)})
FEEDBACK = thing({"text": plain(75), "value": string(2000)}, {"accessibility_label": string(75)})
FILE = unless(lambda f: set(f) not in ({"id"}, {"url"}), "needs an id or a url")


def _initial_is_an_option(element: Any) -> bool:
    chosen = element.get("initial_options", [])
    chosen = [*chosen, element["initial_option"]] if "initial_option" in element else chosen
    return any(option not in element["options"] for option in chosen)


def _same_values(element: Any) -> bool:
    values = [option["value"] for option in element["options"]]
    return len(set(values)) < len(values)


_CHOSEN = both(
    unless(_initial_is_an_option, "the initial option is not one of the options"),
    unless(_same_values, "two options have the same value"),
)
_INTERACTIVE: dict[str, Check] = {"action_id": ID, "confirm": CONFIRM}
_INPUT: dict[str, Check] = {"action_id": ID, "placeholder": plain(150), "focus_on_load": boolean}

BUTTON = both(
    thing(
        {"text": plain(75), "action_id": ID},
        {
            "value": string(2000),
            "url": url(3000),
            "style": LEVEL,
            "confirm": CONFIRM,
            "accessibility_label": string(75),
        },
    ),
)
FEEDBACK_BUTTONS = thing(
    {"positive_button": FEEDBACK, "negative_button": FEEDBACK}, {"action_id": ID}
)
ICON_BUTTON = thing(
    {"icon": one_of("trash"), "text": plain(75), "action_id": ID},
    {"value": string(2000), "confirm": CONFIRM, "accessibility_label": string(75)},
)
OVERFLOW = thing({"options": listed(OPTION, 1, 5)}, _INTERACTIVE)

INPUTS: dict[str, Check] = {
    "plain_text_input": both(
        thing(
            {},
            {
                **_INPUT,
                "initial_value": string(3000),
                "multiline": boolean,
                "min_length": integer(0, 3000),
                "max_length": integer(1, 3000),
            },
        ),
        unless(
            lambda e: len(e.get("initial_value", "")) > e.get("max_length", 3000),
            "initial_value is longer than max_length",
        ),
    ),
    "number_input": thing(
        {"is_decimal_allowed": boolean},
        {
            **_INPUT,
            "initial_value": string(20, like=INTEGER),
            "min_value": string(20, like=INTEGER),
            "max_value": string(20, like=INTEGER),
        },
    ),
    "datepicker": thing({}, {**_INPUT, "initial_date": string(10, like=DATE)}),
    "timepicker": thing({}, {**_INPUT, "initial_time": string(5, like=TIME)}),
    "static_select": both(
        thing({"options": listed(OPTION, 1, 100)}, {**_INPUT, "initial_option": OPTION}), _CHOSEN
    ),
    "multi_static_select": both(
        thing(
            {"options": listed(OPTION, 1, 100)},
            {**_INPUT, "initial_options": listed(OPTION, 1, 100)},
        ),
        _CHOSEN,
    ),
    "radio_buttons": both(
        thing(
            {"options": listed(MARKED_OPTION, 1, 10)},
            {"action_id": ID, "initial_option": MARKED_OPTION},
        ),
        _CHOSEN,
    ),
    "checkboxes": both(
        thing(
            {"options": listed(MARKED_OPTION, 1, 10)},
            {"action_id": ID, "initial_options": listed(MARKED_OPTION, 1, 10)},
        ),
        _CHOSEN,
    ),
    "users_select": thing({}, {**_INPUT, "initial_user": string(20, like=PERSON)}),
    "multi_users_select": thing(
        {}, {**_INPUT, "initial_users": listed(string(20, like=PERSON), 1, 100)}
    ),
}

IN_ACTIONS = typed({"button": BUTTON, "overflow": OVERFLOW, **INPUTS})
IN_CONTEXT_ACTIONS = typed({"feedback_buttons": FEEDBACK_BUTTONS, "icon_button": ICON_BUTTON})
IN_INPUT = typed(INPUTS)
ACCESSORY = typed({"button": BUTTON, "overflow": OVERFLOW})

# Rich text: data, but for the leaves that mention or link

STYLE = thing({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), boolean))
LEAF = typed(
    {
        "text": thing({"text": string(12_000)}, {"style": STYLE}),
        "link": thing({"url": url(3000)}, {"text": string(3000), "style": STYLE}),
        "user": thing({"user_id": string(20, like=PERSON)}, {"style": STYLE}),
        "channel": thing({"channel_id": string(20)}, {"style": STYLE}),
        "usergroup": thing({"usergroup_id": string(20)}, {"style": STYLE}),
        "broadcast": thing({"range": one_of("here", "channel", "everyone")}, {"style": STYLE}),
        "emoji": thing({"name": string(100)}, {"style": STYLE}),
        "date": thing({"timestamp": integer(0, 2**40), "format": string(200)}),
    }
)
SECTION = thing({"elements": listed(LEAF, 1, 1000)})
RICH = typed(
    {
        "rich_text_section": SECTION,
        "rich_text_quote": thing({"elements": listed(LEAF, 1, 1000)}, {"border": integer(0, 1)}),
        "rich_text_preformatted": thing(
            {"elements": listed(LEAF, 1, 1000)}, {"border": integer(0, 1)}
        ),
        "rich_text_list": thing(
            {
                "style": one_of("bullet", "ordered"),
                "elements": listed(typed({"rich_text_section": SECTION}), 1, 1000),
            },
            {"indent": integer(0, 8), "border": integer(0, 1)},
        ),
    }
)
CELL = typed(
    {
        "raw_text": thing({"text": string(10_000)}),
        "raw_number": thing({"value": number, "text": string(100)}),
        "rich_text": thing({"elements": listed(RICH, 1, 100)}),
    }
)
