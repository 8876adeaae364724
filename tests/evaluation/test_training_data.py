"""The themes that the reader is trained on, and how examples are drawn from them."""

import importlib.util
import random
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from adapters.evaluation.data import LabelledCharter, load

TRAINING = Path(__file__).parents[2] / "training"
DATA = TRAINING / "data"


@pytest.fixture(scope="module")
def training() -> ModuleType:
    """training/examples.py, which is no package: it runs in an environment of its own."""
    spec = importlib.util.spec_from_file_location("training_examples", TRAINING / "examples.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_every_theme_is_whole(training: ModuleType) -> None:
    themes = training.read_themes(DATA / "themes")
    assert len(themes) == 1009
    assert len({theme.author for theme in themes}) == 10
    shapes = Counter(
        tuple(map(len, (t.one, t.other, t.neutral, t.for_one, t.for_other, t.besides)))
        for t in themes
    )
    assert shapes == {(3, 3, 2, 5, 5, 2): 1009}


def test_a_line_that_is_none_is_named(training: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text("# a | b\nA principle: No ads.\nX nonsense\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"t\.txt, line 3: neither a line"):
        training.read_themes(tmp_path)
    (tmp_path / "t.txt").write_text("A principle: No ads.\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"line 1: a file begins"):
        training.read_themes(tmp_path)


def test_examples_are_drawn_the_same_from_the_same_seed(training: ModuleType) -> None:
    themes = training.read_themes(DATA / "themes")[:5]
    charters = [DATA / "train.jsonl"]
    drawn = training.examples(themes, charters, random.Random(1))
    assert drawn == training.examples(themes, charters, random.Random(1))
    assert drawn != training.examples(themes, charters, random.Random(2))
    # Ten proposals a theme, and one that nothing speaks to; every question of the charters.
    assert len(drawn) == 5 * (10 + 1) + 1181
    assert sum(not example.speak for example in drawn) == 5 + 219


@pytest.mark.parametrize("charters", ["train_mirror.jsonl", "train_others.jsonl"])
def test_no_line_speaks_and_is_silent_at_once(training: ModuleType, charters: str) -> None:
    themes = training.read_themes(DATA / "themes")[:50]
    for example in training.examples(themes, [DATA / charters], random.Random(3)):
        assert not set(example.speak) & set(example.silent)
        assert set(example.decisive) <= set(example.speak)


def test_nobody_is_measured_on_what_was_learnt() -> None:
    learnt = {charter.name for charter in charters("train.jsonl", "train_others.jsonl")}
    measured = [charter.name for charter in charters("dev.jsonl", "dev_b.jsonl", "dev_c.jsonl")]
    assert len(measured) == len(set(measured)) == 28
    assert not learnt & set(measured)


def charters(*names: str) -> list[LabelledCharter]:
    return [each for file in load([DATA / name for name in names]) for each in file.charters]
