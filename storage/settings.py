"""The tables of time settings: what each person said, and the team's word."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlmodel import Field, col

from bot.settings.model import PersonSettings, Wishes
from storage.columns import Id, Words, json_of
from storage.repository import Repository, Row, insert_or_replace

AT_ONCE = 500
"""Ids in one statement; databases bound how many values it may hold."""


class PersonSettingsRow(Row, table=True):
    """When one person works."""

    __tablename__ = "person_settings"

    workspace: str = Field(primary_key=True, sa_type=Id)
    person_id: str = Field(primary_key=True, sa_type=Id)
    own: Wishes = Field(sa_type=json_of(Wishes))
    platform_zone: str = Field(sa_type=Words)

    @classmethod
    def from_model(cls, workspace: str, settings: PersonSettings) -> "PersonSettingsRow":
        """The person's row."""
        return cls(
            workspace=workspace,
            person_id=settings.person_id,
            own=settings.own,
            platform_zone=settings.platform_zone,
        )

    def to_model(self) -> PersonSettings:
        """What the person said."""
        return PersonSettings(
            person_id=self.person_id, own=self.own, platform_zone=self.platform_zone
        )


class TeamSettingsRow(Row, table=True):
    """When everybody works who said nothing else."""

    __tablename__ = "team_settings"

    workspace: str = Field(primary_key=True, sa_type=Id)
    wishes: Wishes = Field(sa_type=json_of(Wishes))

    @classmethod
    def from_model(cls, workspace: str, wishes: Wishes) -> "TeamSettingsRow":
        """The team's row."""
        return cls(workspace=workspace, wishes=wishes)

    def to_model(self) -> Wishes:
        """The team's word."""
        return self.wishes


class TimeSettingsRepository(Repository):
    """Satisfies `bot.settings.ports.TimeSettings`."""

    async def of(self, person_id: str) -> PersonSettings:
        """What the person said; empty where they said nothing."""
        row = await self._first(
            select(PersonSettingsRow)
            .where(
                col(PersonSettingsRow.workspace) == self._workspace,
                col(PersonSettingsRow.person_id) == person_id,
            )
            # Else what two replicas change at once, one would undo.
            .with_for_update()
        )
        return row.to_model() if row else PersonSettings(person_id=person_id)

    async def of_all(self, person_ids: Sequence[str]) -> Mapping[str, PersonSettings]:
        """By id, what those of the people said who said anything."""
        found: dict[str, PersonSettings] = {}
        for start in range(0, len(person_ids), AT_ONCE):
            rows = await self._all(
                select(PersonSettingsRow).where(
                    col(PersonSettingsRow.workspace) == self._workspace,
                    col(PersonSettingsRow.person_id).in_(person_ids[start : start + AT_ONCE]),
                )
            )
            found |= {row.person_id: row.to_model() for row in rows}
        return found

    async def put(self, settings: PersonSettings) -> None:
        """In place of what the person said before."""
        await insert_or_replace(
            self._session, PersonSettingsRow.from_model(self._workspace, settings)
        )

    async def team(self) -> Wishes:
        """What holds for who said nothing; empty where nobody set it."""
        row = await self._first(
            select(TeamSettingsRow).where(col(TeamSettingsRow.workspace) == self._workspace)
        )
        return row.to_model() if row else Wishes()

    async def put_team(self, wishes: Wishes) -> None:
        """In place of what held for the team before."""
        await insert_or_replace(self._session, TeamSettingsRow.from_model(self._workspace, wishes))
