"""The npm packages that tests here lean on: of the lock file, installed into this folder once."""

import subprocess
from pathlib import Path

HERE = Path(__file__).parent
PACKAGES = HERE / "node_modules"


def installed() -> Path:
    """Where they are. Installs them where they are missing, or other ones than the lock file's."""
    done, locked = PACKAGES / ".package-lock.json", HERE / "package-lock.json"
    if not done.exists() or done.stat().st_mtime < locked.stat().st_mtime:
        subprocess.run(["npm", "ci"], cwd=HERE, check=True, capture_output=True, text=True)
    return PACKAGES
