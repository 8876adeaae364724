"""What there is in this Slack: workspaces, people, channels, messages, modals, Home tabs."""

import itertools
import secrets
from dataclasses import dataclass, field
from typing import Any

from tests.fake_slack.clock import Clock

BOT_NAME = "mission"


@dataclass(kw_only=True)
class Workspace:
    id: str
    name: str
    enterprise: str | None = None
    bot_user: str
    bot_id: str


@dataclass(kw_only=True)
class Human:
    id: str
    team: str
    name: str
    tz: str = "Europe/Berlin"
    locale: str = "en-GB"
    deleted: bool = False
    is_bot: bool = False
    is_restricted: bool = False

    @property
    def handle(self) -> str:
        return self.name.split()[0].lower()

    def told(self) -> dict[str, Any]:
        """The user object."""
        names = {"real_name": self.name, "display_name": self.name}
        return {
            "id": self.id,
            "team_id": self.team,
            "name": self.handle,
            "real_name": self.name,
            "deleted": self.deleted,
            "is_bot": self.is_bot,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": False,
            "tz": self.tz,
            "tz_offset": 3600,
            "locale": self.locale,
            "profile": names,
        }


@dataclass(kw_only=True)
class Channel:
    id: str
    team: str
    name: str
    private: bool = False
    direct_with: str | None = None
    """The person, where it is the bot's direct messages with them."""
    shared_with: str | None = None
    """The other company's workspace, in a shared channel."""
    members: set[str] = field(default_factory=set)
    archived: bool = False

    @property
    def sent_name(self) -> str:
        """The name as commands and clicks carry it."""
        if self.direct_with:
            return "directmessage"
        return "privategroup" if self.private else self.name

    def told(self) -> dict[str, Any]:
        """The channel object."""
        if self.direct_with:
            return {"id": self.id, "is_im": True, "user": self.direct_with, "is_archived": False}
        return {
            "id": self.id,
            "name": self.name,
            "is_channel": not self.private,
            "is_group": self.private,
            "is_im": False,
            "is_private": self.private,
            "is_archived": self.archived,
            "is_ext_shared": self.shared_with is not None,
            "num_members": len(self.members),
        }


@dataclass(kw_only=True)
class Message:
    channel: str
    ts: str
    author: str
    text: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    thread_ts: str | None = None
    only_for: str | None = None
    """The one who sees it, where it is ephemeral."""
    by_app: bool = False
    metadata: dict[str, Any] | None = None
    files: list[str] = field(default_factory=list)
    edited: bool = False
    streaming: bool = False
    begun_at: float = 0.0
    """When a streamed one was begun."""
    tasks: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Title and state of what the app is doing, shown above the rest, by the app's name for it."""
    deleted: bool = False

    def told(self) -> dict[str, Any]:
        """The message object."""
        told: dict[str, Any] = {
            "type": "message",
            "user": self.author,
            "ts": self.ts,
            "text": self.text,
            "blocks": self.blocks,
        }
        if self.by_app:
            told["bot_id"] = "B0MISSION"
        if self.thread_ts:
            told["thread_ts"] = self.thread_ts
        if self.metadata:
            told["metadata"] = self.metadata
        return told


@dataclass(kw_only=True)
class OpenView:
    """A modal that somebody has open, or their Home tab."""

    id: str
    team: str
    person: str
    view: dict[str, Any]
    hash: str
    root: str
    previous: str | None = None
    typed: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What was put into inputs, by block_id."""
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class File:
    id: str
    name: str
    length: int
    team: str
    content: bytes | None = None
    ready_at: float | None = None
    """When Slack has taken it in; None before it was completed."""
    channels: list[str] = field(default_factory=list)


class World:
    """Everything there is, and new ids for more."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.workspaces: dict[str, Workspace] = {}
        self.people: dict[str, Human] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: list[Message] = []
        self.modals: dict[str, list[OpenView]] = {}
        """By person, the lowest of the stack first."""
        self.homes: dict[str, OpenView] = {}
        self.files: dict[str, File] = {}
        self.groups: dict[str, list[str]] = {}
        """People of each user group."""
        self.statuses: list[tuple[str, str, str]] = []
        """Channel, thread and every status that was set."""
        self.prompts: dict[str, list[dict[str, str]]] = {}
        self.notified: list[str] = []
        """Who or what a message of the app called: "U…", "!channel", ..."""
        self.unfurled: list[str] = []
        """Addresses that Slack would have fetched for a preview."""
        self._numbers = itertools.count(1)

    def number(self) -> int:
        return next(self._numbers)

    def id(self, kind: str) -> str:
        """A new one ("C0000000A")."""
        return f"{kind}{self.number():07d}{secrets.token_hex(1).upper()}"

    def ts(self) -> str:
        """A message's time stamp, each later than the one before."""
        return f"{int(self.clock.now())}.{self.number():06d}"

    def workspace(self, name: str, *, enterprise: str | None = None) -> Workspace:
        """A new workspace, with the app's own user in it."""
        team, bot = self.id("T"), self.id("U")
        made = Workspace(
            id=team, name=name, enterprise=enterprise, bot_user=bot, bot_id=self.id("B")
        )
        self.workspaces[team] = made
        self.people[bot] = Human(id=bot, team=team, name=BOT_NAME, is_bot=True)
        return made

    def human(self, name: str, team: str) -> Human:
        """A new person of the workspace."""
        made = Human(id=self.id("U"), team=team, name=name)
        self.people[made.id] = made
        return made

    def channel(self, name: str, team: str, *, private: bool = False) -> Channel:
        """A new channel, with everybody of the workspace and the bot in it."""
        members = {p.id for p in self.people.values() if p.team == team}
        made = Channel(id=self.id("C"), team=team, name=name, private=private, members=members)
        self.channels[made.id] = made
        return made

    def direct(self, person: str) -> Channel:
        """The bot's direct messages with the person."""
        found = next((c for c in self.channels.values() if c.direct_with == person), None)
        if found is None:
            team = self.people[person].team
            bot = self.workspaces[team].bot_user
            found = Channel(
                id=self.id("D"), team=team, name="", direct_with=person, members={person, bot}
            )
            self.channels[found.id] = found
        return found

    def message(self, channel: str, ts: str) -> Message | None:
        """One that everybody there sees."""
        return next(
            (
                m
                for m in self.messages
                if (m.channel, m.ts) == (channel, ts) and not (m.only_for or m.deleted)
            ),
            None,
        )

    def top_modal(self, person: str) -> OpenView | None:
        """What the person looks at."""
        stack = self.modals.get(person)
        return stack[-1] if stack else None

    def modal(self, view_id: str) -> OpenView | None:
        """An open modal or Home tab, by its id."""
        views = [*itertools.chain(*self.modals.values()), *self.homes.values()]
        return next((view for view in views if view.id == view_id), None)
