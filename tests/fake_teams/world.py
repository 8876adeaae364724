"""Who is there, where they talk, and what was said."""

import uuid
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal

TENANT = "11111111-aaaa-4aaa-8aaa-111111111111"
OTHER_TENANT = "99999999-bbbb-4bbb-8bbb-999999999999"
APP_ID = "22222222-cccc-4ccc-8ccc-222222222222"
BOT = f"28:{APP_ID}"
BOT_NAME = "Mission"
TEAM = "19:team-general@thread.tacv2"

Kind = Literal["personal", "groupChat", "channel"]


@dataclass(kw_only=True)
class Human:
    name: str
    tenant: str = TENANT
    aad: str = field(default_factory=lambda: str(uuid.uuid4()))
    mri: str = field(default_factory=lambda: f"29:{uuid.uuid4().hex}")
    blocked: bool = False
    """Does not let the bot write to them."""
    role: str = "user"

    def account(self, *, named: bool = True) -> dict[str, Any]:
        return {
            "id": self.mri,
            "aadObjectId": self.aad,
            **({"name": self.name} if named else {}),
        }


@dataclass(kw_only=True)
class Place:
    """A conversation."""

    id: str
    kind: Kind
    name: str
    tenant: str = TENANT
    members: list[Human] = field(default_factory=list)
    bot: bool = True
    """Whether the bot is there."""
    hidden: bool = False
    """A private channel."""


@dataclass(kw_only=True)
class Message:
    place: str
    id: str
    author: str
    text: str = ""
    thread: str | None = None
    only_for: str | None = None
    """Teams' id of the one person who sees it."""
    activity: dict[str, Any] = field(default_factory=dict)
    shown: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By person, the card that an answered click put in its place, for them."""
    edits: int = 0

    def card_for(self, person: str) -> dict[str, Any] | None:
        """The card that the person sees."""
        if person in self.shown:
            return self.shown[person]
        attachments = self.activity.get("attachments") or []
        return attachments[0]["content"] if attachments else None


class World:
    """All of it."""

    def __init__(self) -> None:
        self.humans: list[Human] = []
        self.places: dict[str, Place] = {}
        self.messages: list[Message] = []
        self._numbers = count(1_700_000_000_001)

    def id(self) -> str:
        return str(next(self._numbers))

    def human(self, name: str, tenant: str = TENANT) -> Human:
        made = Human(name=name, tenant=tenant)
        self.humans.append(made)
        return made

    def place(self, kind: Kind, name: str, members: list[Human], **more: Any) -> Place:
        suffix = {"channel": "thread.tacv2", "groupChat": "thread.v2", "personal": "unq.gbl"}
        id_ = f"a:{uuid.uuid4().hex}" if kind == "personal" else f"19:{name}@{suffix[kind]}"
        made = Place(id=id_, kind=kind, name=name, members=list(members), **more)
        self.places[made.id] = made
        return made

    def personal(self, human: Human) -> Place:
        """The person's own conversation with the bot."""
        for place in self.places.values():
            if place.kind == "personal" and place.members == [human]:
                return place
        return self.place("personal", f"{human.name} and the bot", [human], tenant=human.tenant)

    def message(self, place: str, id_: str) -> Message | None:
        return next((m for m in self.messages if m.place == place and m.id == id_), None)
