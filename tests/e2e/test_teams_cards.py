"""What the Teams adapter draws, judged by the published schema and drawn by Microsoft's renderer.

Nobody here wrote those, so a mistake that our validator shares with our renderer shows here.
"""

import copy
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from adapters.teams.adaptive import in_dialog
from adapters.teams.forms import dialog
from bot.cards import Form
from tests.e2e.conftest import ARTEFACTS
from tests.e2e.packages import HERE, installed
from tests.golden.renderers import golden, teams_parts
from tests.teams.validate import buttons, runs

SCHEMA = Path(__file__).parents[1] / "teams/adaptive-card-1.5.json"
TEAMS_OWN = {"msteams", "choices.data"}
"""Members that Teams alone has."""
PEOPLE = {"U0DANA": "Dana Diaz", "U0LEE": "Lee Lund"}
WRONG = {"errors": {"kind": "Choose one of them."}, "sentence": "This was not saved."}
LOOK = (
    *("ask_verdict", "ask_reading", "charter", "every_field_form", "table", "charts", "text"),
    *("announcing_progress", "changes_proposal", "changes_words_form", "check_report"),
    *("exercise_overview", "guide", "pulse_results", "ranking_judged"),
)
WIDTHS = {"wide": 640, "phone": 360}


def cards() -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything that is drawn of the golden cards and forms, by name."""
    for name, thing in golden().items():
        if isinstance(thing, Form):
            yield name, dialog(thing, place={"kept": "k"}, people=PEOPLE)
            yield f"{name}_wrong", dialog(thing, place={}, people=PEOPLE, **WRONG)  # type: ignore[arg-type]
        else:
            yield f"{name}_in_dialog", in_dialog(thing)
            for number, part in enumerate(teams_parts(thing), 1):
                yield (name if number == 1 else f"{name}_{number}"), part.card


ALL = dict(cards())


@pytest.fixture(scope="module")
def packages() -> Path:
    return installed()


# The schema


def published(value: Any) -> Any:
    """The card without what Teams alone has: its charts as what stands in for them elsewhere."""
    if isinstance(value, list):
        return [published(item) for item in value]
    if not isinstance(value, dict):
        return value
    if str(value.get("type")).startswith("Chart."):
        return published(value["fallback"])
    return {name: published(member) for name, member in value.items() if name not in TEAMS_OWN}


def problems(packages: Path, folder: Path, told: dict[str, Any]) -> dict[str, list[str]]:
    """What the schema finds wrong with each card."""
    file = folder / "cards.json"
    file.write_text(json.dumps({name: published(card) for name, card in told.items()}))
    command = ["node", HERE / "validate_cards.cjs", SCHEMA, file]
    ran = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=True)
    found: dict[str, list[str]] = json.loads(ran.stdout)
    return {name: wrong for name, wrong in found.items() if wrong}


def test_the_published_schema_agrees(packages: Path, tmp_path: Path) -> None:
    assert problems(packages, tmp_path, ALL) == {}


def test_the_published_schema_is_looking(packages: Path, tmp_path: Path) -> None:
    def spoiled(name: str, **members: Any) -> dict[str, Any]:
        card = copy.deepcopy(ALL[name])
        card["body"][-1].update(members)
        return card

    told = {
        "type": spoiled("text", type="RichText"),
        "member": spoiled("text", colour="red"),
        "spacing": spoiled("text", spacing="Huge"),
        "action": spoiled("ask_verdict", actions=[{"type": "Action.Http", "title": "x"}]),
        "version": {**ALL["text"], "version": 1.5},
    }
    assert set(problems(packages, tmp_path, told)) == set(told)


def test_the_exceptions_are_still_needed() -> None:
    words = SCHEMA.read_text()
    assert not [name for name in TEAMS_OWN if f'"{name}"' in words]


# The renderer

PAGE = """<!doctype html><meta charset="utf-8"><div id="card"></div>"""


@pytest.fixture(scope="module")
def page(browser: Browser, packages: Path) -> Iterator[Page]:
    """A page on which `drawCard` draws; it fails the test when the browser complains."""
    opened = browser.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", lambda request: complaints.append(f"asked for {request.url[:80]}"))
    opened.set_content(PAGE)
    opened.add_style_tag(path=packages / "adaptivecards/dist/adaptivecards.css")
    opened.add_style_tag(path=HERE / "draw_card.css")
    for script in (
        packages / "markdown-it/dist/markdown-it.min.js",
        packages / "adaptivecards/dist/adaptivecards.min.js",
        HERE / "draw_card.js",
    ):
        opened.add_script_tag(path=script)
    yield opened
    opened.close()
    assert [c for c in complaints if not c.startswith("asked for data:")] == []


def draw(page: Page, card: dict[str, Any]) -> list[str]:
    """Draws it; what the renderer complained about."""
    found: list[str] = page.evaluate("card => drawCard(card)", card)
    return found


def expected(card: dict[str, Any]) -> set[str]:
    """Complaints about what Teams alone has, for which something else is shown."""
    return {
        f'Unknown element type "{element["type"]}". Fallback will be used if present.'
        for element in card["body"]
        if element["type"].startswith("Chart.")
    } | (
        {'Property "choices.data" is supported in version 1.6, but you are using version 1.5.'}
        if "choices.data" in json.dumps(card)
        else set()
    )


def unfolded(value: Any) -> Any:
    """The card without the questions that buttons ask first: those show after a click."""
    if isinstance(value, list):
        return [unfolded(item) for item in value]
    if not isinstance(value, dict):
        return value
    shown = {name: v for name, v in value.items() if value.get("type") != "Action.ShowCard"}
    return {name: unfolded(member) for name, member in shown.items()}


@pytest.mark.parametrize("name", ALL)
def test_microsofts_renderer_draws_it(page: Page, name: str) -> None:
    card = ALL[name]
    assert set(draw(page, card)) == expected(card)
    shown = "".join(page.locator("#card").evaluate("e => e.textContent").split())
    missing = [run for run in runs(unfolded(card["body"])) if "".join(run.split()) not in shown]
    assert missing == []


@pytest.mark.parametrize("name", [name for name in ALL if "hostile" in name])
def test_hostile_words_stay_words_in_a_client_that_reads_markdown(page: Page, name: str) -> None:
    draw(page, ALL[name])
    for harm in ("a", "img", "script", "strong", "em", "li", "h1", "blockquote", "table a"):
        assert page.locator(f"#card {harm}").count() == 0, harm
    assert page.locator("#card code").count() == 0


def test_the_renderer_does_read_markdown(page: Page) -> None:
    text = {"type": "TextBlock", "text": "**bold** [a link](https://x.example) https://y.example"}
    draw(page, {**ALL["text"], "body": [text]})
    assert page.locator("#card strong").count() == 1
    assert page.locator("#card a").count() == 2


def test_a_button_that_asks_first_sends_after_the_second_click(page: Page) -> None:
    draw(page, ALL["buttons"])
    page.get_by_role("button", name="Take back").click()
    assert page.evaluate("clicked") == []
    assert page.get_by_text("This cannot be undone.").is_visible()
    page.get_by_role("button", name="Take back").nth(1).click()
    data = {"action": "charter.take_back", "value": "vitals:3"}
    assert page.evaluate("clicked") == [
        {"type": "Action.Execute", "verb": "charter.take_back", "data": data}
    ]


def test_buttons_that_are_too_many_wait_in_a_menu(page: Page) -> None:
    draw(page, ALL["buttons"])
    labels = [button["title"] for button in buttons(ALL["buttons"])]
    hidden = [label for label in labels if not page.get_by_role("button", name=label).count()]
    assert hidden
    page.get_by_title("More options").first.click()
    assert page.get_by_text(hidden[0], exact=True).first.is_visible()


def test_a_form_sends_what_was_filled_in(page: Page) -> None:
    draw(page, ALL["every_field_form"])
    page.get_by_label("Name").fill("Vitals")
    page.locator("#choices_weeks").get_by_text("Week 3", exact=True).click()
    page.locator("#choices_weeks").get_by_text("Week 30", exact=True).click()
    page.get_by_role("button", name="Save").click()
    (sent,) = page.evaluate("clicked")
    assert sent["type"] == "Action.Submit"
    assert sent["data"]["form"] == "golden.save"
    assert sent["data"]["text_name"] == "Vitals"
    assert sent["data"]["choices_weeks"] == "3,30"
    assert sent["data"]["choice_kind"] == "partly"
    assert sent["data"]["date_day"] == "2027-03-31"


def test_what_must_be_filled_in_is_asked_for(page: Page) -> None:
    draw(page, ALL["every_field_form"])
    page.get_by_role("button", name="Save").click()
    assert page.evaluate("clicked") == []
    assert page.get_by_text("Write something here.").is_visible()
    assert page.get_by_text("Choose at least one.").is_visible()


@pytest.mark.parametrize("name", LOOK)
@pytest.mark.parametrize("width", WIDTHS)
def test_it_fits_where_it_is_read(page: Page, name: str, width: str) -> None:
    page.set_viewport_size({"width": WIDTHS[width], "height": 600})
    draw(page, ALL[name])
    page.screenshot(path=ARTEFACTS / f"teams-{name}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
