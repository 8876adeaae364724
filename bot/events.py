"""What comes in: one vocabulary of events for every chat platform.

An adapter verifies the platform's request, then makes one of these. `key` is the platform's own
id of the fact (or one made from it), so that the same fact delivered twice is one event.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Key = Annotated[str, Field(min_length=1, max_length=255)]
LONGEST_LINK = 1000
"""Characters of a message's address; one that is longer is left out."""


class Frozen(BaseModel):
    """Base of every model in the core: immutable, strict about names, silent about its input."""

    # hide_input_in_errors: a validation error must not carry somebody's words into a log.
    # base64: an image's bytes are no text, and cards are stored as JSON.
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        ser_json_bytes="base64",
        val_json_bytes="base64",
    )


class Person(Frozen):
    """Somebody in a workspace. `id` is the platform's; `name` is shown, never used as a key."""

    id: Key
    name: str


class Conversation(Frozen):
    """Where words are exchanged: a channel, a group, a direct message.

    `id` is all that the adapter needs to post there later. What is said in a `private`
    conversation is never shown in another one.
    """

    id: Key
    name: str = ""
    private: bool = False
    direct: bool = False
    """One person alone with the bot."""


class _Event(Frozen):
    key: Key
    workspace: Key
    person: Person
    conversation: Conversation
    thread: str | None = None
    """The thread the event belongs to, in the platform's own words."""
    public: bool = False
    """Whether others saw the person ask; then they see the answer too."""
    zone: str = ""
    """The person's IANA time zone ("Europe/Berlin"), where the platform says it."""


class Command(_Event):
    """Words typed after `/mission` (or the platform's like of it)."""

    kind: Literal["command"] = "command"
    text: str


class Question(_Event):
    """Words addressed to the bot: a mention, a direct message, a follow-up in a thread."""

    kind: Literal["question"] = "question"
    text: str


class ButtonClick(_Event):
    """A click on a button. `action` names what to do ("ask.share"), `value` on what."""

    kind: Literal["button"] = "button"
    action: Key
    value: str = ""
    message: str | None = None
    """The platform's id of the message that bears the button, where it has one."""


class FormSubmit(_Event):
    """A form sent off. `state` is what the form carried; `fields` what the person filled in."""

    kind: Literal["form"] = "form"
    form: Key
    state: str = ""
    fields: dict[str, str | tuple[str, ...]]
    people: tuple[Person, ...] = ()
    """Everybody picked in the form's person fields, with their names."""

    def text(self, field: str) -> str:
        """The field's text, stripped; empty when it was left out."""
        value = self.fields.get(field, "")
        return value.strip() if isinstance(value, str) else ", ".join(value)

    def people_in(self, field: str) -> tuple[Person, ...]:
        """Who was picked in that person field."""
        value = self.fields.get(field, ())
        ids = (value,) if isinstance(value, str) else value
        return tuple(person for person in self.people if person.id in ids)


class Shortcut(_Event):
    """An action chosen on somebody's message, which is about to be worked on: `text` are its
    words, `link` leads to it (empty where the platform tells none)."""

    kind: Literal["shortcut"] = "shortcut"
    what: Literal["decide"]
    text: str
    link: Annotated[str, Field(max_length=LONGEST_LINK)] = ""


class Lifecycle(_Event):
    """Something happened to the bot or to the people around it."""

    kind: Literal["lifecycle"] = "lifecycle"
    what: Literal[
        "installed", "uninstalled", "joined", "left", "person_joined", "person_left", "renamed"
    ]


Event = Annotated[
    Command | Question | ButtonClick | FormSubmit | Shortcut | Lifecycle,
    Field(discriminator="kind"),
]
EVENT: TypeAdapter[Event] = TypeAdapter(Event, config=ConfigDict(hide_input_in_errors=True))
"""Reads and writes any event as JSON."""
