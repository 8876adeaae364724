"""What Teams sends, as far as it is read here; the rest is left out.

Nothing in it may be relied on: every field may be missing. What is not as it should be raises
ValidationError.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

LONGEST_ID = 1000


def _text(value: object) -> object:
    return "" if value is None else value


Text = Annotated[str, BeforeValidator(_text)]
"""Words, or an id; null is nothing."""
Id = Annotated[str, BeforeValidator(_text), Field(max_length=LONGEST_ID)]


class Told(BaseModel):
    """Base: unknown names are left out, errors do not quote what was sent."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        alias_generator=to_camel,
        populate_by_name=True,
        hide_input_in_errors=True,
    )


class Account(Told):
    """A person or a bot. `id` is Teams' ("29:…", "28:…"), `aad_object_id` the organisation's."""

    id: Id = ""
    name: Text = ""
    aad_object_id: Id = ""
    is_targeted: bool | None = None
    role: Text = ""


class Named(Told):
    """A tenant, a team or a channel."""

    id: Id = ""
    name: Text = ""
    type: Text = ""
    membership_type: Text = ""


class ChannelData(Told):
    """What Teams adds to an activity."""

    tenant: Named | None = None
    team: Named | None = None
    channel: Named | None = None
    event_type: Text = ""


class Place(Told):
    """The conversation. In a channel's thread the id ends with ";messageid=…"."""

    id: Id = ""
    name: Text = ""
    conversation_type: Text = ""
    tenant_id: Id = ""


class Activity(Told):
    """One thing that Teams tells."""

    type: Text = ""
    id: Id = ""
    name: Text = ""
    timestamp: Text = ""
    channel_id: Text = ""
    service_url: Text = ""
    sender: Account = Field(Account(), alias="from")
    recipient: Account = Account()
    conversation: Place = Place()
    text: Text = ""
    value: Any = None
    action: Text = ""
    reply_to_id: Id = ""
    entities: list[Any] | None = None
    channel_data: ChannelData = ChannelData()
    members_added: list[Account] | None = None
    members_removed: list[Account] | None = None
    local_timezone: Text = ""

    @property
    def tenant(self) -> str:
        """Whose it is; empty where Teams does not say."""
        told = self.channel_data.tenant
        return (told.id if told else "") or self.conversation.tenant_id

    @property
    def targeted(self) -> bool:
        """Whether it was said to the bot alone, in a conversation of several."""
        return bool(self.recipient.is_targeted)

    @property
    def values(self) -> Mapping[str, Any]:
        """`value` where it is an object, else nothing."""
        return self.value if isinstance(self.value, dict) else {}
