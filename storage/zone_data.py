"""Which time-zone data this process works with: Python takes the system's, else the package's."""

import zoneinfo
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def _system() -> str:
    for folder in map(Path, zoneinfo.TZPATH):
        for name in ("tzdata.zi", "+VERSION"):
            file = folder / name
            if file.is_file():
                with file.open(encoding="utf-8", errors="replace") as lines:
                    return lines.readline().replace("# version", "").strip()[:60]
        if (folder / "Europe" / "Berlin").is_file():
            return f"of {int((folder / 'Europe' / 'Berlin').stat().st_mtime)}"
    return "none"


def _package() -> str:
    try:
        return version("tzdata")
    except PackageNotFoundError:
        return "none"


VERSION = f"system {_system()}, package {_package()}"
"""Changes whenever a zone's offsets may have changed."""
