"""Writes what every platform makes of the golden cards: `python -m tests.golden.make`.

Read the diff before you commit it: it is what people will see.
"""

from tests.golden.renderers import EXPECTED, RENDERERS, golden


def main() -> None:
    """Write every expected file, and remove those of cards that are gone."""
    for platform, renderer in RENDERERS.items():
        folder = EXPECTED / platform
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        for name, thing in golden().items():
            (folder / f"{name}.{renderer.suffix}").write_text(renderer.draw(thing))


if __name__ == "__main__":
    main()
