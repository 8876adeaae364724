"""YAML charter files: what is written is read back, and every mistake gets a sentence."""

import time
from datetime import UTC, datetime

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.files import SAMPLE, CharterFile, UnreadableCharter, charter_yaml
from bot.charter.model import LETTER, Draft, next_version
from bot.events import Person
from tests.files.strategies import HOSTILE, drafts

SAMPLE_TEXT = SAMPLE.read_text(encoding="utf-8")


@settings(deadline=None)
@given(name=HOSTILE, parent=st.none() | HOSTILE, drafts=drafts(HOSTILE | st.text(), ids=HOSTILE))
def test_what_is_written_is_read_back(
    name: str, parent: str | None, drafts: tuple[Draft, ...]
) -> None:
    file = CharterFile(name=name, parent=parent, drafts=drafts)
    assert charter_yaml.read(charter_yaml.write(file)) == file


@settings(deadline=None)
@given(drafts=drafts(HOSTILE))
def test_any_yaml_reader_understands_it(drafts: tuple[Draft, ...]) -> None:
    written = charter_yaml.write(CharterFile(name="x", drafts=drafts))
    lines = yaml.safe_load(written)["lines"]
    assert [line["text"] for line in lines] == [draft.text for draft in drafts]


@settings(deadline=None)
@given(text=st.text() | HOSTILE | st.text(alphabet="-:?[]{}&*!|>%#'\" \n\tabc,", max_size=60))
def test_any_text_is_read_or_refused_in_a_sentence(text: str) -> None:
    try:
        charter_yaml.read(text)
    except UnreadableCharter as problem:
        sentences = problem.problems
    else:
        sentences = ("Read.",)
    assert all(sentence.endswith((".", "?")) for sentence in sentences)


def test_the_sample_is_a_charter() -> None:
    file = charter_yaml.read(SAMPLE_TEXT)
    dana = Person(id="1", name="Dana")
    version, _ = next_version(
        file.drafts, before=None, by=dana, at=datetime(2026, 11, 23, tzinfo=UTC)
    )
    assert file.name == "Vitals"
    assert 10 <= len(version.lines) <= 14
    assert {line.kind for line in version.lines} == set(LETTER)
    assert all(5 <= len(line.text.split()) <= 28 for line in version.lines)


def test_the_sample_is_written_as_we_write() -> None:
    """Whoever exports it and compares sees no difference but the comment."""
    written = charter_yaml.write(charter_yaml.read(SAMPLE_TEXT))
    assert SAMPLE_TEXT.split("\nname:")[1] == written.split("\nname:")[1]


def test_a_file_written_by_hand() -> None:
    file = charter_yaml.read(
        "name: 2027\nparent: ~\nlines:\n"
        "  - {kind: Our Mission, text: no}\n"
        "  - kind: Non-goals\n    text: >\n      Two\n      lines\n    horizon: Later\n    id:\n"
        "  - {kind: dream, text: 1.50}\n"
    )
    assert file == CharterFile(
        name="2027",
        drafts=(
            Draft(kind="mission", text="no"),
            Draft(kind="non_goal", text="Two lines\n", horizon="later"),
            Draft(kind="dream", text="1.50"),
        ),
    )


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", ["The file is empty; a charter file begins with “name:” and then “lines:”."]),
        ("- a", ["The file is a list; a charter file begins with “name:” and then “lines:”."]),
        (
            "hello",
            ["The file is a single text; a charter file begins with “name:” and then “lines:”."],
        ),
        ("a: b: c", ["Line 1, column 5: a text with a colon in it goes into quotation marks."]),
        ("name: x\n\tlines: []", ["Line 2, column 1: indent with blanks, not with tabs."]),
        ("name: 'x", ["Line 1, column 9: a quotation mark is not closed."]),
        (
            "name: x\nlines: [a",
            ["Line 2, column 10: a bracket is not closed, or a comma is missing before this."],
        ),
        (
            "name: x\a",
            ["Line 1, column 8: the sign U+0007 has no place in a text; delete it."],
        ),
        (
            "name: x\n---\nname: y",
            ["Line 2, column 1: there is one charter to a file; take out the second “---”."],
        ),
        (
            "name: x\nnaem: y\nlines: []",
            ["Line 2: a charter file has no “naem”; did you mean “name”?"],
        ),
        (
            "name: x\nlines: []\nowner: Dana",
            ["Line 3: a charter file has no “owner”; there are: name, parent, lines."],
        ),
        ("name: x\nname: y\nlines: []", ["Line 2: “name” stands here twice; keep one."]),
        (
            "lines: []",
            ["The charter has no name; begin the file with “name:” and the product's."],
        ),
        (
            "name: x",
            ["The charter has no lines; write “lines:” and below it “- kind: mission”."],
        ),
        (
            "name: x\nlines:\n  mission: y",
            [
                "Line 3: “lines” is a group of keys; it is a list, each line of it beginning "
                "with “- kind:”."
            ],
        ),
        (
            "name: [x]\nlines:\n- just words\n- {kind: pillar}\n- {kind: [a], text: !!int 3}",
            [
                "Line 1: “name” is a list; write plain words.",
                "The charter has no name; begin the file with “name:” and the product's.",
                "Line 3: this is a single text; a line of the charter has “kind:” and “text:”.",
                "Line 4: this line has no “text:”; add it.",
                "Line 5: “kind” is a list; write plain words.",
                "Line 5: “text” is marked as 'tag:yaml.org,2002:int'; write plain words.",
            ],
        ),
        (
            "a: &a [x]\nb: *a",
            [
                "Line 1, column 4: anchors (&) and aliases (*) are not used here; "
                "write the words out."
            ],
        ),
        (
            "[" * 50_000,
            ["Line 1, column 6: this is nested too deep; a charter is a name and a list of lines."],
        ),
    ],
)
def test_mistakes_get_a_sentence(text: str, sentences: list[str]) -> None:
    with pytest.raises(UnreadableCharter) as raised:
        charter_yaml.read(text)
    assert list(raised.value.problems) == sentences


def test_too_large_a_file() -> None:
    with pytest.raises(UnreadableCharter, match="1,048,576 at most"):
        charter_yaml.read("#" * (1024 * 1024 + 1))


def test_a_bomb_is_refused_soon() -> None:
    before = time.process_time()
    with pytest.raises(UnreadableCharter, match="ten times as much"):
        charter_yaml.read("- a\n" * 250_000)
    assert time.process_time() - before < 5


def test_only_twenty_problems_are_listed() -> None:
    with pytest.raises(UnreadableCharter) as raised:
        charter_yaml.read("name: x\nlines:\n" + "- a\n" * 100)
    assert len(raised.value.problems) == 100
    assert str(raised.value).endswith("… and 80 more.")
