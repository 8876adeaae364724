"""Charter files into the store and out of it."""

from pathlib import Path

from adapters.files import CharterFile, pick
from bot.charter.model import Charter, Draft
from bot.charter.service import CharterService
from bot.errors import NotFound, UserFacing
from bot.events import Frozen, Person


class Imported(Frozen):
    """What became of a charter file; `left_out` names what in it is no part of a charter."""

    charter: Charter
    changed: bool
    left_out: tuple[str, ...]


async def import_charter(
    charters: CharterService, workspace: str, path: Path, *, by: Person
) -> Imported:
    """Store the file's charter as a new one, or as the next version of the one of its name.
    Raises UserFacing with what is wrong."""
    file = pick(path).read(_read(path))
    parent = await charters.find(workspace, file.parent) if file.parent else None
    if file.parent and parent is None:
        raise NotFound(
            f"{path.name} says that it stands under {file.parent!r}, and there is no charter of "
            "that name. Import that one first, or take the line out."
        )
    parent_id = parent.id if parent else None
    there = await charters.find(workspace, file.name)
    if there is None:
        made = await charters.create(
            workspace, file.name, file.drafts, by=by, note="imported", parent=parent_id
        )
        return Imported(charter=made, changed=True, left_out=file.left_out)
    changed = await charters.adopt(
        workspace,
        there.id,
        there.version.number,
        file.drafts,
        by=by,
        note="imported",
        parent=parent_id,
    )
    return Imported(charter=changed, changed=changed != there, left_out=file.left_out)


async def export_charter(
    charters: CharterService, workspace: str, name: str, path: Path | None
) -> str:
    """Write the charter of that name (none: the default one) to the file, or as YAML into the
    answer where no file is given. Raises UserFacing where there is no such charter."""
    charter = await _chosen(charters, workspace, name)
    parent = await charters.get(workspace, charter.parent) if charter.parent else None
    file = CharterFile(
        name=charter.name,
        parent=parent.name if parent else None,
        drafts=tuple(Draft.model_validate(line.model_dump()) for line in charter.version.lines),
    )
    text = pick(path or Path("charter.yaml")).write(file)
    if path is None:
        return text
    _write(path, text)
    return f"{charter.name}, version {charter.version.number}, is in {path}."


async def _chosen(charters: CharterService, workspace: str, name: str) -> Charter:
    if name:
        found = await charters.find(workspace, name)
        if found is None:
            raise NotFound(f"There is no charter named {name!r}: `missionbot charter list`.")
        return found
    _, default = await charters.all(workspace)
    if default is None:
        raise NotFound("There is no charter yet. Import one: `missionbot charter import FILE`.")
    return await charters.get(workspace, default)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserFacing(f"{path} cannot be written: {error.strerror}.") from None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise UserFacing(f"{path} is not a text file in UTF-8.") from None
    except OSError as error:
        raise UserFacing(f"{path} cannot be read: {error.strerror}.") from None
