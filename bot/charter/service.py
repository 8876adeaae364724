"""Use cases of the charter: which one holds where, adopt a version, bind it, who may."""

import uuid
from collections.abc import Mapping, Sequence

from bot.charter.model import (
    ApprovalRule,
    Charter,
    Draft,
    InForce,
    Role,
    Version,
    next_version,
)
from bot.charter.ports import CharterWork
from bot.charter.reading import Held, Reading, with_inherited
from bot.errors import NotAllowed, NotFound, Stale, UserFacing
from bot.events import Person
from bot.ports import Clock, Work
from bot.text import one_line


class StaleCharter(Stale):
    """Somebody adopted another version meanwhile; `current` is it, `base` the one edited."""

    def __init__(self, base: Version, current: Version) -> None:
        who = current.adopted_by.name
        super().__init__(f"{who} adopted version {current.number} while you were writing.")
        self.base = base
        self.current = current


class CharterService:
    """Each method is one transaction."""

    def __init__(self, *, work: Work[CharterWork], clock: Clock) -> None:
        self._work = work
        self._clock = clock
        self._reading = Reading(work)

    async def in_force(self, workspace: str, conversation_id: str) -> InForce | None:
        """What holds in the conversation: the charter bound to it, or the workspace's default."""
        async with self._work(workspace) as tx:
            bound = await tx.bindings.charters_of([conversation_id])
            charter_id = bound.get(conversation_id) or await tx.bindings.default()
            charter = await tx.charters.get(charter_id) if charter_id else None
            return await with_inherited(tx, charter) if charter else None

    async def held(self, workspace: str, conversation_id: str) -> Held | None:
        """The same with the charter's owners, read together for all who ask at that moment."""
        return await self._reading(workspace, conversation_id)

    async def in_force_at(self, workspace: str, charter_id: str, number: int) -> InForce | None:
        """The charter as it was at version `number`, with what it inherits today."""
        async with self._work(workspace) as tx:
            charter = await tx.charters.get(charter_id)
            versions = await tx.charters.versions(charter_id)
            version = next((v for v in versions if v.number == number), None)
            if charter is None or version is None:
                return None
            return await with_inherited(tx, charter.model_copy(update={"version": version}))

    async def in_force_with(
        self, workspace: str, charter_id: str, instead: Charter
    ) -> InForce | None:
        """The charter with what it inherits, as both would be were `instead` in force."""
        async with self._work(workspace) as tx:
            stored = await tx.charters.get(charter_id)
            charter = instead if charter_id == instead.id else stored
            return await with_inherited(tx, charter, instead) if charter else None

    async def get(self, workspace: str, charter_id: str) -> Charter:
        """The charter; raises NotFound."""
        async with self._work(workspace) as tx:
            return await self._get(tx, charter_id)

    async def find(self, workspace: str, name: str) -> Charter | None:
        """The charter of that name, whatever its case."""
        async with self._work(workspace) as tx:
            return await tx.charters.named(one_line(name))

    async def all(self, workspace: str) -> tuple[Sequence[Charter], str | None]:
        """Every charter by name, and the id of the default one."""
        async with self._work(workspace) as tx:
            return await tx.charters.all(), await tx.bindings.default()

    async def family(self, workspace: str, charter_id: str) -> tuple[str, ...]:
        """The charter's id, those of the charters above it and of those below."""
        async with self._work(workspace) as tx:
            charters = {charter.id: charter for charter in await tx.charters.all()}
        found = [charter_id]
        above = charters.get(charter_id)
        while above and above.parent and above.parent not in found:
            found.append(above.parent)
            above = charters.get(above.parent)
        below, seen = [charter_id], set(found)
        for parent in below:
            below += [c.id for c in charters.values() if c.parent == parent and c.id not in seen]
            seen |= set(below)
        return tuple(dict.fromkeys([*found, *below]))

    async def versions(self, workspace: str, charter_id: str) -> Sequence[Version]:
        """Every version, the newest first."""
        async with self._work(workspace) as tx:
            return await tx.charters.versions(charter_id)

    async def owners(self, workspace: str, charter_id: str) -> Sequence[Person]:
        """Who owns the charter."""
        async with self._work(workspace) as tx:
            return await tx.roles.holders(charter_id, "owner")

    async def editors(self, workspace: str, charter_id: str) -> Sequence[Person]:
        """Who may edit it beside its owners."""
        async with self._work(workspace) as tx:
            return await tx.roles.holders(charter_id, "editor")

    async def rule(self, workspace: str, charter_id: str) -> ApprovalRule:
        """Who must approve a change to it."""
        async with self._work(workspace) as tx:
            return await tx.roles.rule(charter_id)

    async def must_edit(self, workspace: str, charter: Charter, by: Person) -> None:
        """Raises NotAllowed where the person may not change the charter."""
        async with self._work(workspace) as tx:
            await self._must_edit(tx, charter, by)

    async def must_own(self, workspace: str, charter: Charter, by: Person) -> None:
        """Raises NotAllowed where the person does not own the charter."""
        async with self._work(workspace) as tx:
            if await self._role(tx, charter.id, by) != "owner":
                raise await self._not_owner(tx, charter)

    async def role(self, workspace: str, charter_id: str, person: Person) -> Role:
        """The person's role; `owner` for everybody while the charter has no owner."""
        async with self._work(workspace) as tx:
            return await self._role(tx, charter_id, person)

    async def create(
        self,
        workspace: str,
        name: str,
        drafts: Sequence[Draft],
        *,
        by: Person,
        note: str = "",
        key: str = "",
        parent: str | None = None,
        conversation_id: str | None = None,
    ) -> Charter:
        """A new charter, owned by `by`, bound to the conversation where one is given; the
        workspace's first is its default. Raises UserFacing when the name is taken."""
        version, highest = next_version(
            drafts, before=None, by=by, at=self._clock.now(), note=note, key=key
        )
        charter = Charter(
            id=_charter_id(workspace, key),
            name=_name(name),
            parent=parent,
            version=version,
            highest=highest,
            reviewed_at=version.adopted_at,
        )
        async with self._work(workspace) as tx:
            made = await tx.charters.get(charter.id)
            if made:
                return made
            if not await tx.charters.add(charter):
                raise UserFacing(
                    f"There is already a charter named {charter.name!r}. Choose another name, "
                    "or change that one with `/mission edit` where it is in force."
                )
            await tx.roles.grant(charter.id, by, "owner")
            if await tx.bindings.default() is None:
                await tx.bindings.set_default(charter.id)
            elif conversation_id:
                await tx.bindings.bind(conversation_id, charter.id)
        return charter

    async def adopt(
        self,
        workspace: str,
        charter_id: str,
        base: int,
        drafts: Sequence[Draft],
        *,
        by: Person,
        note: str = "",
        key: str = "",
        parent: str | None = None,
    ) -> Charter:
        """The charter with `drafts` as its new version; unchanged drafts make no version.

        Raises NotAllowed for a member, StaleCharter when version `base` is no longer in force,
        InvalidCharter for what is wrong with the lines. The same `key` again changes nothing.
        """
        async with self._work(workspace) as tx:
            charter = await self._get(tx, charter_id)
            current = charter.version
            if key and current.key == key:
                return charter
            await self._must_edit(tx, charter, by)
            if current.number != base:
                old = [v for v in await tx.charters.versions(charter_id) if v.number == base]
                raise StaleCharter(old[0] if old else current, current)
            made = next_version(
                drafts, before=charter, by=by, at=self._clock.now(), note=note, key=key
            )
            return await adopt_version(tx, charter, made, parent=parent)

    async def mark_reviewed(self, workspace: str, charter_id: str, by: Person) -> Charter:
        """The charter, looked through today with nothing to change. Owners may say so; raises
        NotAllowed for others."""
        async with self._work(workspace) as tx:
            charter = await self._get(tx, charter_id)
            if await self._role(tx, charter_id, by) != "owner":
                names = await self._owner_names(tx, charter)
                raise NotAllowed(f"Only owners of {charter.name} say that. Ask {names}.")
            now = self._clock.now()
            await tx.charters.reviewed(charter_id, now)
            return charter.model_copy(update={"reviewed_at": now})

    async def bind(self, workspace: str, name: str, conversation_id: str, by: Person) -> Charter:
        """Make the charter of that name hold in the conversation. Owners and editors may."""
        async with self._work(workspace) as tx:
            charter = await tx.charters.named(one_line(name))
            if charter is None:
                names = ", ".join(c.name for c in await tx.charters.all())
                raise NotFound(f"There is no charter named {name!r}. There are: {names or 'none'}.")
            await self._must_edit(tx, charter, by)
            await tx.bindings.bind(conversation_id, charter.id)
            return charter

    async def set_roles(
        self,
        workspace: str,
        charter_id: str,
        *,
        owners: Sequence[Person],
        editors: Sequence[Person],
        by: Person,
        rule: ApprovalRule | None = None,
    ) -> Sequence[Person]:
        """Exactly these own and edit it from now on, and its changes are approved by the rule
        (None: as before); returns the owners. Owners may."""
        if not owners:
            raise UserFacing("A charter needs at least one owner.")
        async with self._work(workspace) as tx:
            charter = await self._get(tx, charter_id)
            if await self._role(tx, charter_id, by) != "owner":
                raise await self._not_owner(tx, charter)
            held: tuple[Role, ...] = ("owner", "editor")
            for role in held:
                for person in await tx.roles.holders(charter_id, role):
                    await tx.roles.grant(charter_id, person, "member")
            for person in editors:
                await tx.roles.grant(charter_id, person, "editor")
            for person in owners:
                await tx.roles.grant(charter_id, person, "owner")
            if rule:
                await tx.roles.set_rule(charter_id, rule)
            return await tx.roles.holders(charter_id, "owner")

    async def _get(self, tx: CharterWork, charter_id: str) -> Charter:
        charter = await tx.charters.get(charter_id)
        if charter is None:
            raise NotFound("That charter is not here any more. `/mission charters` lists them.")
        return charter

    async def _role(self, tx: CharterWork, charter_id: str, person: Person) -> Role:
        if not await tx.roles.holders(charter_id, "owner"):
            return "owner"
        return await tx.roles.of(charter_id, person.id)

    async def _must_edit(self, tx: CharterWork, charter: Charter, by: Person) -> None:
        if await self._role(tx, charter.id, by) == "member":
            names = await self._owner_names(tx, charter)
            raise NotAllowed(f"Only owners and editors change {charter.name}. Ask {names}.")

    async def _not_owner(self, tx: CharterWork, charter: Charter) -> NotAllowed:
        names = await self._owner_names(tx, charter)
        return NotAllowed(f"Only owners of {charter.name} give roles. Ask {names}.")

    async def _owner_names(self, tx: CharterWork, charter: Charter) -> str:
        owners = await tx.roles.holders(charter.id, "owner")
        return " or ".join(owner.name for owner in owners)


async def adopt_version(
    tx: CharterWork,
    charter: Charter,
    made: tuple[Version, Mapping[str, int]],
    *,
    parent: str | None = None,
) -> Charter:
    """The charter with what `next_version` made of it, in the caller's transaction; the charter
    itself where that changes nothing. Raises StaleCharter when somebody was faster."""
    (version, highest), current = made, charter.version
    parent = parent or charter.parent
    if version.lines == current.lines and parent == charter.parent:
        return charter
    changed = charter.model_copy(
        update={
            "version": version,
            "highest": highest,
            "reviewed_at": version.adopted_at,
            "parent": parent,
        }
    )
    if not await tx.charters.adopt(changed, expected=current.number):
        there = await tx.charters.get(charter.id)
        raise StaleCharter(current, there.version if there else current)
    if not await tx.roles.holders(charter.id, "owner"):
        await tx.roles.grant(charter.id, version.adopted_by, "owner")
    return changed


def _charter_id(workspace: str, key: str) -> str:
    # Made from the event, where there is one, so that the same event again finds its charter.
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{workspace}/{key}").hex if key else uuid.uuid4().hex


def _name(name: str) -> str:
    name = one_line(name)
    if not name:
        raise UserFacing("The charter needs a name, such as the product's.")
    if len(name) > 80 or ":" in name:
        raise UserFacing("The charter's name is at most 80 characters, without a colon.")
    return name
