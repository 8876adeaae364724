"""Who and where: ids of workspaces, conversations and people, and the keys of facts."""

import hashlib
from collections.abc import Mapping
from typing import Literal

from adapters.teams.activity import Account, Activity
from bot.events import Conversation, Frozen, Person
from bot.text import clean, one_line

CHANNEL = "teams"
"""The adapter's name in the inbox."""
DIRECT = "@"
"""Before a person's id: their own conversation with the bot, which need not exist yet."""
ASIDE = "/@"
"""Before a person's id, behind a conversation's: what is said there to that person alone."""
THREAD = ";messageid="

Kind = Literal["personal", "group", "channel"]
_KINDS: Mapping[str, Kind] = {"personal": "personal", "groupChat": "group", "channel": "channel"}


class Reference(Frozen):
    """Where a conversation is, and all that is needed to write there."""

    workspace: str
    service_url: str
    conversation: str
    """Teams' id of it, without a thread."""
    kind: Kind
    bot: str
    """Our own id there ("28:…")."""
    team: str = ""
    name: str = ""
    private: bool = False
    person: str = ""
    """Whose personal conversation it is."""

    @property
    def tenant(self) -> str:
        """Teams' id of the workspace."""
        return tenant_of(self.workspace)

    @property
    def id(self) -> str:
        """The conversation's id in the core."""
        return conversation_id(self.workspace, self.conversation)

    def as_conversation(self) -> Conversation:
        """As the core knows it."""
        return Conversation(
            id=self.id, name=self.name, private=self.private, direct=self.kind == "personal"
        )


def workspace_id(tenant: str) -> str:
    """Whose data it is."""
    return f"{CHANNEL}:{tenant.lower()}"


def tenant_of(workspace: str) -> str:
    """Teams' id of the workspace."""
    return workspace.partition(":")[2]


def conversation_id(workspace: str, conversation: str) -> str:
    """The conversation's id in the core; too long a one is replaced by its hash, as it is looked
    up again before anything is sent there."""
    id_ = f"{workspace}/{conversation}"
    return id_ if len(id_) <= 255 else f"{workspace}/#{_digest(conversation)}"


def workspace_of(conversation: Conversation) -> str:
    """The workspace that the conversation belongs to."""
    return conversation.id.partition("/")[0]


def direct_to(conversation: Conversation) -> str | None:
    """The person whose own conversation it stands for; None for every other."""
    rest = conversation.id.partition("/")[2]
    return rest[len(DIRECT) :] if rest.startswith(DIRECT) else None


def direct_id(workspace: str, person: str) -> str:
    """The id of that person's own conversation, wherever Teams has it."""
    return conversation_id(workspace, f"{DIRECT}{person}")


def aside_id(of: Conversation, person: str) -> str:
    """What is said to the person alone in that conversation, as a conversation of its own; where
    that is too long a name, their own one."""
    id_ = f"{of.id}{ASIDE}{person}"
    return id_ if len(id_) <= 255 else direct_id(workspace_of(of), person)


def aside_to(conversation: Conversation) -> tuple[Conversation, str | None]:
    """Where it is said, and to whom alone; None: to everybody there."""
    workspace, _, rest = conversation.id.partition("/")
    where, aside, person = rest.rpartition(ASIDE)
    if not aside:
        return conversation, None
    return conversation.model_copy(update={"id": f"{workspace}/{where}"}), person


def key(kind: str, *facts: str | None) -> str:
    """The key of a fact: the same facts, the same key."""
    text = "\n".join(fact or "" for fact in facts)
    return f"{CHANNEL}:{kind}:{_digest(text)}"


def base_and_thread(conversation: str) -> tuple[str, str | None]:
    """Teams' id of the conversation, and of the thread's first message where it names one."""
    base, _, thread = conversation.partition(THREAD)
    return base, thread or None


def person_id(account: Account) -> str:
    """The organisation's id of the person: the same in every conversation and for every bot."""
    id_ = account.aad_object_id or account.id
    return id_ if len(id_) <= 255 else f"#{_digest(id_)}"


def person_named(account: Account, names: Mapping[str, str]) -> Person:
    """The person by the name that came along, or the one that is known."""
    id_ = person_id(account)
    name = one_line(account.name) or names.get(id_, "")
    return Person(id=id_ or "nobody", name=name or "Somebody")


def reference_of(activity: Activity) -> Reference | None:
    """Where the activity happened; None where it does not say enough."""
    conversation, _ = base_and_thread(activity.conversation.id)
    if not conversation or not activity.tenant:
        return None
    told = activity.channel_data
    kind = _kind(activity, conversation)
    if told.channel and kind == "channel" and told.channel.id:
        conversation = told.channel.id
    channel = told.channel.name if told.channel else ""
    return Reference(
        workspace=workspace_id(activity.tenant),
        service_url=activity.service_url,
        conversation=conversation,
        kind=kind,
        bot=activity.recipient.id,
        team=told.team.id if told.team else "",
        name=clean(one_line(channel or (activity.conversation.name if kind == "group" else ""))),
        private=kind != "channel" or _hidden(activity),
        person=person_id(activity.sender) if kind == "personal" else "",
    )


def _kind(activity: Activity, conversation: str) -> Kind:
    told = activity.channel_data
    kind = _KINDS.get(activity.conversation.conversation_type)
    if kind is None:
        # Some invokes leave the type out.
        in_team = told.channel or told.team or conversation.endswith("@thread.tacv2")
        kind = "channel" if in_team else "personal"
    if kind == "personal" and conversation.startswith("19:"):
        # A chat of people among themselves, in which somebody uses a message action: it is not
        # their own one with the bot ("a:…").
        return "group"
    return kind


def _hidden(activity: Activity) -> bool:
    """A channel that not everybody in the team sees. Where Teams does not say, it is an ordinary
    one: apps come into the others only where their manifest says that they can."""
    told = activity.channel_data.channel
    kinds = {told.type.lower(), told.membership_type.lower()} if told else set()
    return bool(kinds & {"private", "shared"})


def _digest(text: str) -> str:
    # Not every string is UTF-8; surrogates have been replaced long before, or this is a test.
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:40]
