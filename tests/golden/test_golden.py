"""Every golden card looks as it did, on every platform."""

import pytest

from tests.golden.renderers import EXPECTED, RENDERERS, golden

CASES = [(platform, name) for platform in RENDERERS for name in golden()]


@pytest.mark.parametrize(("platform", "name"), CASES)
def test_drawn_as_before(platform: str, name: str) -> None:
    renderer = RENDERERS[platform]
    file = EXPECTED / platform / f"{name}.{renderer.suffix}"
    assert file.exists(), f"no {file.name} yet: python -m tests.golden.make"
    assert renderer.draw(golden()[name]) == file.read_text(), (
        "looks different; if it should, run: python -m tests.golden.make"
    )


@pytest.mark.parametrize("platform", RENDERERS)
def test_no_file_of_a_card_that_is_gone(platform: str) -> None:
    files = {path.stem for path in (EXPECTED / platform).iterdir()}
    assert files == set(golden())
