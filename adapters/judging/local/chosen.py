"""Which model file of this machine judges: a note in the data directory."""

import json
from pathlib import Path

from pydantic import ValidationError

from bot.errors import UserFacing
from bot.events import Frozen

NOTE = "model.json"
FOLDER = "models"
"""Where fetched models lie, below the data directory."""
MAGIC = b"GGUF"
"""A model file begins with it (GGUF specification, "File Structure")."""


class Chosen(Frozen):
    """A model file and what people see behind "judged by"."""

    file: Path
    name: str


def chosen(data: Path) -> Chosen | None:
    """The one in the note; None where there is none. Raises UserFacing for a damaged note, or
    where the model's file is gone."""
    try:
        found = Chosen.model_validate_json((data / NOTE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValidationError):
        raise UserFacing(
            f"{data / NOTE} cannot be read. Name the model again: `missionbot model use FILE`, or "
            "`missionbot model off`."
        ) from None
    if not found.file.is_file():
        raise UserFacing(
            f"The model's file {found.file} is gone. Name another: `missionbot model use FILE`, or "
            "do without: `missionbot model off`."
        )
    return found


def has_note(data: Path) -> bool:
    """Whether a model of this machine was chosen, be it usable or not."""
    return (data / NOTE).exists()


def choose(data: Path, file: Path, name: str) -> Chosen:
    """Let the file judge from the next start on. Raises UserFacing where it is no model."""
    made = Chosen(file=file.absolute(), name=name)
    try:
        with made.file.open("rb") as read:
            is_model = read.read(len(MAGIC)) == MAGIC
    except OSError as error:
        raise UserFacing(f"{file} cannot be read: {error.strerror}.") from None
    if not is_model:
        raise UserFacing(f"{file} is no GGUF file, which is what llama.cpp reads.")
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    note = data / NOTE
    new = note.with_suffix(".new")
    new.write_text(json.dumps({"file": str(made.file), "name": name}) + "\n", encoding="utf-8")
    new.replace(note)
    return made


def forget(data: Path) -> bool:
    """No model of this machine judges any more; whether one did. Its file stays."""
    note = data / NOTE
    there = note.exists()
    note.unlink(missing_ok=True)
    return there
