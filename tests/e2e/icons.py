"""The Teams app's icons, from their SVG source to the files that Teams wants.

.venv/bin/python -m tests.e2e.icons     draws them anew
"""

import re
import shutil
from importlib.resources import files
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

FOLDER = Path(str(files("adapters.teams.manifest")))
SOURCES = sorted(FOLDER.glob("*.svg"))


def drawn(browser: Browser, source: Path) -> bytes:
    """The picture as PNG, as large as it says it is; where it has no colour, it is transparent."""
    svg = source.read_text(encoding="utf-8")
    width, height = (int(re.search(rf'{side}="(\d+)"', svg)[1]) for side in ("width", "height"))  # type: ignore[index]
    page = browser.new_page(viewport={"width": width, "height": height})
    page.set_content(f"<style>body{{margin:0}}svg{{display:block}}</style>{svg}")
    picture = page.screenshot(omit_background=True)
    page.close()
    return picture


def main() -> None:
    """Write them beside their source."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        for source in SOURCES:
            source.with_suffix(".png").write_bytes(drawn(browser, source))
        browser.close()


if __name__ == "__main__":
    main()
