"""Charters as files, in YAML and in Markdown: read and written."""

from pathlib import Path
from typing import Protocol

from adapters.files.charter_file import CharterFile, UnreadableCharter
from bot.errors import UserFacing

__all__ = ["SAMPLE", "CharterFile", "CharterFormat", "UnreadableCharter", "pick"]

SAMPLE = Path(__file__).parent / "samples" / "vitals.yaml"
"""The charter that ships with the program."""


class CharterFormat(Protocol):
    """One format of a charter file."""

    def read(self, text: str) -> CharterFile:
        """Raises UnreadableCharter with everything that is wrong."""
        ...

    def write(self, file: CharterFile) -> str:
        """Text that `read` understands."""
        ...


def pick(path: Path) -> CharterFormat:
    """The format that the path's ending names; raises UserFacing for any other ending."""
    # Imported here, so that whoever reads no file does not load the parsers.
    match path.suffix.lower():
        case ".yaml" | ".yml":
            from adapters.files import charter_yaml

            return charter_yaml
        case ".md" | ".markdown":
            from adapters.files import charter_markdown

            return charter_markdown
        case ending:
            named = f"ends with {ending!r}" if ending else "has no ending"
            raise UserFacing(
                f"“{path.name}” {named}. A charter file ends with .yaml or .md; rename it."
            )
