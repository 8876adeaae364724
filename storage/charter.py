"""The charter's tables: charters, their versions, where they hold, who may change them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    ForeignKeyConstraint,
    UniqueConstraint,
    and_,
    select,
    update,
)
from sqlmodel import Field, col

from bot.charter.model import ApprovalRule, Charter, Line, Role, Version
from bot.events import Person
from storage.columns import Id, Instant, Words, json_of
from storage.repository import Repository, Row, insert_new, insert_or_replace, values_of


class CharterRow(Row, table=True):
    """A charter; `number` is the version in force."""

    __tablename__ = "charter"
    __table_args__ = (UniqueConstraint("workspace", "name_key"),)

    workspace: str = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Id)
    name: str = Field(sa_type=Words)
    name_key: str = Field(sa_type=Words)
    """The name without its case."""
    parent: str | None = Field(sa_type=Words)
    number: int
    highest: Mapping[str, int] = Field(sa_type=json_of(Mapping[str, int]))
    reviewed_at: datetime | None = Field(sa_type=Instant)

    @classmethod
    def from_model(cls, workspace: str, charter: Charter) -> "CharterRow":
        """The charter's row, without its version's."""
        return cls(
            workspace=workspace,
            id=charter.id,
            name=charter.name,
            name_key=charter.name.casefold(),
            parent=charter.parent,
            number=charter.version.number,
            highest=charter.highest,
            reviewed_at=charter.reviewed_at,
        )

    def to_model(self, version: Version) -> Charter:
        """The charter with the version in force."""
        return Charter(
            id=self.id,
            name=self.name,
            parent=self.parent,
            version=version,
            highest=self.highest,
            reviewed_at=self.reviewed_at,
        )


class VersionRow(Row, table=True):
    """One adopted version; never changed."""

    __tablename__ = "charter_version"
    __table_args__ = (
        ForeignKeyConstraint(["workspace", "charter_id"], ["charter.workspace", "charter.id"]),
    )

    workspace: str = Field(primary_key=True, sa_type=Id)
    charter_id: str = Field(primary_key=True, sa_type=Id)
    number: int = Field(primary_key=True)
    lines: tuple[Line, ...] = Field(sa_type=json_of(tuple[Line, ...]))
    adopted_at: datetime = Field(sa_type=Instant)
    adopted_by_id: str = Field(sa_type=Id)
    adopted_by_name: str = Field(sa_type=Words)
    note: str = Field(sa_type=Words)
    key: str = Field(sa_type=Words)
    proposed_by: Person | None = Field(sa_type=json_of(Person))
    approved_by: tuple[Person, ...] = Field(
        sa_type=json_of(tuple[Person, ...]), sa_column_kwargs={"server_default": "[]"}
    )

    @classmethod
    def from_model(cls, workspace: str, charter_id: str, version: Version) -> "VersionRow":
        """The version's row."""
        return cls(
            workspace=workspace,
            charter_id=charter_id,
            number=version.number,
            lines=version.lines,
            adopted_at=version.adopted_at,
            adopted_by_id=version.adopted_by.id,
            adopted_by_name=version.adopted_by.name,
            note=version.note,
            key=version.key,
            proposed_by=version.proposed_by,
            approved_by=version.approved_by,
        )

    def to_model(self) -> Version:
        """The version."""
        return Version(
            number=self.number,
            lines=self.lines,
            adopted_at=self.adopted_at,
            adopted_by=Person(id=self.adopted_by_id, name=self.adopted_by_name),
            note=self.note,
            key=self.key,
            proposed_by=self.proposed_by,
            approved_by=self.approved_by,
        )


class BindingRow(Row, table=True):
    """Which charter holds in a conversation."""

    __tablename__ = "binding"
    __table_args__ = (
        ForeignKeyConstraint(["workspace", "charter_id"], ["charter.workspace", "charter.id"]),
    )

    workspace: str = Field(primary_key=True, sa_type=Id)
    conversation_id: str = Field(primary_key=True, sa_type=Id)
    charter_id: str = Field(sa_type=Id)


class DefaultCharterRow(Row, table=True):
    """Which charter holds wherever none is bound."""

    __tablename__ = "default_charter"
    __table_args__ = (
        ForeignKeyConstraint(["workspace", "charter_id"], ["charter.workspace", "charter.id"]),
    )

    workspace: str = Field(primary_key=True, sa_type=Id)
    charter_id: str = Field(sa_type=Id)


class RoleRow(Row, table=True):
    """What a person may do with a charter."""

    __tablename__ = "charter_role"
    __table_args__ = (
        ForeignKeyConstraint(["workspace", "charter_id"], ["charter.workspace", "charter.id"]),
    )

    workspace: str = Field(primary_key=True, sa_type=Id)
    charter_id: str = Field(primary_key=True, sa_type=Id)
    person_id: str = Field(primary_key=True, sa_type=Id)
    person_name: str = Field(sa_type=Words)
    role: Role = Field(sa_type=Id)


class ApprovalRuleRow(Row, table=True):
    """Who must approve a charter's changes; without one, one owner."""

    __tablename__ = "approval_rule"
    __table_args__ = (
        ForeignKeyConstraint(["workspace", "charter_id"], ["charter.workspace", "charter.id"]),
    )

    workspace: str = Field(primary_key=True, sa_type=Id)
    charter_id: str = Field(primary_key=True, sa_type=Id)
    rule: ApprovalRule = Field(sa_type=json_of(ApprovalRule))


class CharterRepository(Repository):
    """Satisfies `bot.charter.ports.Charters`."""

    async def get(self, charter_id: str) -> Charter | None:
        """The charter of that id."""
        return next(iter(await self._charters(col(CharterRow.id) == charter_id)), None)

    async def named(self, name: str) -> Charter | None:
        """By name, whatever its case."""
        found = await self._charters(col(CharterRow.name_key) == name.casefold())
        return next(iter(found), None)

    async def all(self) -> Sequence[Charter]:
        """By name. Sorted here, as every database sorts names its own way."""
        return sorted(await self._charters(), key=lambda charter: charter.name.casefold())

    async def add(self, charter: Charter) -> bool:
        """Store a new charter with its first version; False when its name or id is taken."""
        if not await insert_new(self._session, CharterRow.from_model(self._workspace, charter)):
            return False
        await self._add_version(charter)
        return True

    async def adopt(self, charter: Charter, expected: int) -> bool:
        """Store `charter.version` as the one in force; False when number `expected` is not."""
        row = CharterRow.from_model(self._workspace, charter)
        changed = await self._count(
            update(CharterRow)
            .where(
                col(CharterRow.workspace) == self._workspace,
                col(CharterRow.id) == charter.id,
                col(CharterRow.number) == expected,
            )
            .values(values_of(row))
        )
        if changed:
            await self._add_version(charter)
        return bool(changed)

    async def versions(self, charter_id: str) -> Sequence[Version]:
        """Newest first."""
        rows = await self._all(
            select(VersionRow)
            .where(
                col(VersionRow.workspace) == self._workspace,
                col(VersionRow.charter_id) == charter_id,
            )
            .order_by(col(VersionRow.number).desc())
        )
        return [row.to_model() for row in rows]

    async def reviewed(self, charter_id: str, at: datetime) -> None:
        """Note that somebody looked through it then and changed nothing."""
        await self._count(
            update(CharterRow)
            .where(col(CharterRow.workspace) == self._workspace, col(CharterRow.id) == charter_id)
            .values(reviewed_at=at)
        )

    async def _charters(self, *where: ColumnElement[bool]) -> Sequence[Charter]:
        found = await self._session.execute(
            select(CharterRow, VersionRow)
            .join(
                VersionRow,
                and_(
                    col(VersionRow.workspace) == col(CharterRow.workspace),
                    col(VersionRow.charter_id) == col(CharterRow.id),
                    col(VersionRow.number) == col(CharterRow.number),
                ),
            )
            .where(col(CharterRow.workspace) == self._workspace, *where)
        )
        return [charter.to_model(version.to_model()) for charter, version in found]

    async def _add_version(self, charter: Charter) -> None:
        self._session.add(VersionRow.from_model(self._workspace, charter.id, charter.version))
        await self._session.flush()


class BindingRepository(Repository):
    """Satisfies `bot.charter.ports.Bindings`. Only a charter of the workspace can be bound."""

    async def charters_of(self, conversation_ids: Collection[str]) -> Mapping[str, str]:
        """The charter bound to each of the conversations; those without one are left out."""
        found = await self._session.execute(
            select(col(BindingRow.conversation_id), col(BindingRow.charter_id)).where(
                col(BindingRow.workspace) == self._workspace,
                col(BindingRow.conversation_id).in_(conversation_ids),
            )
        )
        return {row.conversation_id: row.charter_id for row in found}

    async def all(self) -> Mapping[str, str]:
        """By conversation, the charter that is bound to it."""
        found = await self._session.execute(
            select(col(BindingRow.conversation_id), col(BindingRow.charter_id)).where(
                col(BindingRow.workspace) == self._workspace
            )
        )
        return {row.conversation_id: row.charter_id for row in found}

    async def bind(self, conversation_id: str, charter_id: str) -> None:
        """In place of the charter that was bound to the conversation."""
        await insert_or_replace(
            self._session,
            BindingRow(
                workspace=self._workspace, conversation_id=conversation_id, charter_id=charter_id
            ),
        )

    async def default(self) -> str | None:
        """The charter that holds wherever none is bound."""
        return await self._first(
            select(col(DefaultCharterRow.charter_id)).where(
                col(DefaultCharterRow.workspace) == self._workspace
            )
        )

    async def set_default(self, charter_id: str) -> None:
        """In place of the one before."""
        await insert_or_replace(
            self._session, DefaultCharterRow(workspace=self._workspace, charter_id=charter_id)
        )


class RoleRepository(Repository):
    """Satisfies `bot.charter.ports.Roles`."""

    async def of(self, charter_id: str, person_id: str) -> Role:
        """The person's role; `member` where none was given."""
        role = await self._first(
            select(col(RoleRow.role)).where(
                col(RoleRow.workspace) == self._workspace,
                col(RoleRow.charter_id) == charter_id,
                col(RoleRow.person_id) == person_id,
            )
        )
        return role or "member"

    async def holders(self, charter_id: str, role: Role) -> Sequence[Person]:
        """By name. They stay so until the transaction ends: else two owners who take the role
        from each other at once would leave none."""
        rows = await self._all(
            select(RoleRow)
            .where(
                col(RoleRow.workspace) == self._workspace,
                col(RoleRow.charter_id) == charter_id,
                col(RoleRow.role) == role,
            )
            .order_by(col(RoleRow.person_id))
            .with_for_update(key_share=True)
        )
        people = [Person(id=row.person_id, name=row.person_name) for row in rows]
        return sorted(people, key=lambda person: (person.name.casefold(), person.id))

    async def grant(self, charter_id: str, person: Person, role: Role) -> None:
        """Give the role in place of the one the person has."""
        await insert_or_replace(
            self._session,
            RoleRow(
                workspace=self._workspace,
                charter_id=charter_id,
                person_id=person.id,
                person_name=person.name,
                role=role,
            ),
        )

    async def rule(self, charter_id: str) -> ApprovalRule:
        """Who must approve its changes; one owner where nothing was set."""
        rule = await self._first(
            select(col(ApprovalRuleRow.rule)).where(
                col(ApprovalRuleRow.workspace) == self._workspace,
                col(ApprovalRuleRow.charter_id) == charter_id,
            )
        )
        return rule or ApprovalRule()

    async def set_rule(self, charter_id: str, rule: ApprovalRule) -> None:
        """In place of the one before."""
        await insert_or_replace(
            self._session,
            ApprovalRuleRow(workspace=self._workspace, charter_id=charter_id, rule=rule),
        )
