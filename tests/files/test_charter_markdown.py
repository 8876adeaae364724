"""Markdown charter pages: what is written is read back, and pages by other hands are understood."""

import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.files import (
    SAMPLE,
    CharterFile,
    UnreadableCharter,
    charter_markdown,
    charter_yaml,
    pick,
)
from bot.charter.model import LETTER, Draft
from bot.errors import UserFacing
from bot.text import one_line
from tests.files.strategies import HOSTILE, drafts

LINE = (HOSTILE | st.text()).map(one_line).filter(bool)


def by_kind(drafts: tuple[Draft, ...]) -> tuple[Draft, ...]:
    return tuple(sorted(drafts, key=lambda draft: list(LETTER).index(draft.kind)))


@settings(deadline=None, max_examples=300)
@given(name=LINE, parent=st.none() | LINE, drafts=drafts(LINE))
@example(name="Vision", parent="Part of x", drafts=(Draft(kind="mission", text="a\\(now)"),))
@example(name="a #", parent=None, drafts=(Draft(kind="mission", text="(now)", horizon="next"),))
@example(name="1. a", parent=None, drafts=(Draft(kind="pillar", text="**P1** a"),))
@example(name="x", parent=None, drafts=(Draft(kind="vision", text="Three things:"),) * 2)
def test_what_is_written_is_read_back(
    name: str, parent: str | None, drafts: tuple[Draft, ...]
) -> None:
    file = CharterFile(name=name, parent=parent, drafts=by_kind(drafts))
    assert charter_markdown.read(charter_markdown.write(file)) == file


@settings(deadline=None)
@given(text=st.text() | HOSTILE | st.lists(HOSTILE, max_size=6).map("\n".join))
def test_any_text_is_read_or_has_no_title(text: str) -> None:
    try:
        file = charter_markdown.read("# x\n" + text)
    except UnreadableCharter as problem:
        assert "no title" in str(problem)  # noqa: PT017 (either way out is right)
    else:
        assert file.name


def test_the_sample_as_a_page() -> None:
    page = charter_markdown.write(charter_yaml.read(SAMPLE.read_text(encoding="utf-8")))
    assert page.startswith(
        "# Vitals\n"
        "\n"
        "## Mission\n"
        "\n"
        "**M1** Empower individuals to take control of their health through real-time data.\n"
        "\n"
        "## Vision\n"
    )
    assert (
        "## Strategy pillars\n"
        "\n"
        "- **P1** Keep improving accuracy: each release brings sensors and readings closer to "
        "clinical devices. *(now)*\n"
        "- **P2** Keep it easy"
    ) in page
    assert "\\" not in page


def test_a_page_by_other_hands() -> None:
    page = """
Acme Health
===========

*Part of* __Acme__

We wrote this in spring.

<!-- a note to ourselves -->

# Our Mission

> Make **data** useful,
> every [day](https://example.com).

# Strategy

Our strategy rests on three things:

1. __P1:__ (Now) Accuracy, see `sensors/`
2. Ease of use _(later)_
   - Fewer screens (very few)

### Deeper
* R&amp;D first\\!

| a | b |
|---|---|
| 1 | 2 |

# KPIs
**K7**
# Out of scope
- A shop
# How we use this page
Every Monday.

Every Friday.
"""
    assert charter_markdown.read(page) == CharterFile(
        name="Acme Health",
        parent="Acme",
        drafts=(
            Draft(kind="mission", text="Make data useful, every day."),
            Draft(kind="pillar", text="Accuracy, see sensors/", id="P1", horizon="now"),
            Draft(kind="pillar", text="Ease of use", horizon="later"),
            Draft(kind="pillar", text="Fewer screens (very few)"),
            Draft(kind="pillar", text="R&D first!"),
            Draft(kind="metric", text="", id="K7"),
            Draft(kind="non_goal", text="A shop"),
        ),
        left_out=(
            "Line 7: “We wrote this in spring.” stands above the first heading.",
            "Line 18: “Our strategy rests on three things:” only leads to the list below it.",
            "Line 24: the heading “Deeper” is not kept.",
            "Line 27: a table is not read; write a list.",
            "What stands under “How we use this page” is left out; the headings of a charter are "
            "Mission, Vision, Strategy pillars, Audience, Principles, Metrics, Non-goals.",
        ),
    )


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Mission", "mission"),
        ("Our mission statement:", "mission"),
        ("The Vision", "vision"),
        ("Strategy", "pillar"),
        ("🏛 Strategic Priorities", "pillar"),
        ("Pillars", "pillar"),
        ("Target audience", "audience"),
        ("Who we serve", "audience"),
        ("Core values", "principle"),
        ("KPIs", "metric"),
        ("Non-Goals", "non_goal"),
        ("non goals", "non_goal"),
        ("Nongoals", "non_goal"),
        ("What we do *not* do", "non_goal"),
        ("What we don't do", "non_goal"),
    ],
)
def test_headings_that_people_use(heading: str, kind: str) -> None:
    file = charter_markdown.read(f"# Acme\n## {heading}\n- One line\n")
    assert file.drafts == (Draft(kind=kind, text="One line"),)


@pytest.mark.parametrize(
    "page", ["", "no title", "## Mission\n\nx", "# Mission\n\nx\n\n# Vision\n"]
)
def test_a_page_without_a_title(page: str) -> None:
    with pytest.raises(UnreadableCharter, match="The page has no title"):
        charter_markdown.read(page)


@pytest.mark.parametrize(
    "hostile", ["[", "*a ", "> ", "- ", "`a", "![a](", "<a ", "|a", "_a_*b*", "a\n"]
)
def test_a_hostile_page_is_read_soon(hostile: str) -> None:
    before = time.process_time()
    charter_markdown.read("# x\n" + hostile * (200_000 // len(hostile)))
    assert time.process_time() - before < 20


def test_the_format_is_picked_by_the_ending() -> None:
    assert pick(Path("a/charter.YAML")) is pick(Path("charter.yml")) is charter_yaml
    assert pick(Path("charter.md")) is pick(Path("README.Markdown")) is charter_markdown
    with pytest.raises(UserFacing) as raised:
        pick(Path("a/charter.docx"))
    assert str(raised.value) == (
        "“charter.docx” ends with '.docx'. A charter file ends with .yaml or .md; rename it."
    )
    with pytest.raises(UserFacing, match="has no ending"):
        pick(Path("charter"))
