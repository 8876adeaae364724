"""The page's and the terminal's own workspace: its sample charter, and charters from files."""

from pathlib import Path

from adapters.core import Core
from adapters.files import SAMPLE
from adapters.files.store import Imported, import_charter
from adapters.web.personas import OWNER, WORKSPACE
from bot.events import Person

__all__ = ["OPERATOR", "WORKSPACE", "import_local", "load_sample"]

OPERATOR = Person(id="operator", name="Operator")
"""Who acts from the command line, where no chat platform says who it is."""


async def load_sample(core: Core) -> None:
    """The sample charter, where there is none yet: the first question gets a real answer."""
    charters, _ = await core.charters.all(WORKSPACE)
    if not charters:
        await import_local(core, SAMPLE, by=OWNER.person)


async def import_local(core: Core, path: Path, *, by: Person) -> Imported:
    """Store the file's charter for the page and the terminal: a new one is owned by the page's
    owner, and edited by whoever sits at the command line too."""
    imported = await import_charter(core.charters, WORKSPACE, path, by=by)
    charter = imported.charter
    if imported.changed and charter.version.number == 1:
        await core.charters.set_roles(
            WORKSPACE, charter.id, owners=[OWNER.person], editors=[OPERATOR], by=by
        )
    return imported
