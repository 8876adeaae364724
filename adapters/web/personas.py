"""Who is on the page, where they talk, and who sees what."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.delivery.transcript import Said
from bot.events import Conversation, Person

WORKSPACE = "web:local"
DIRECT = "mission"
"""The name, in addresses, of a persona's direct message with the bot."""


@dataclass(frozen=True, kw_only=True)
class Persona:
    """Somebody to be while trying the bot. `part` says who that is in the team."""

    person: Person
    part: str

    @property
    def initials(self) -> str:
        """For the picture beside the words."""
        return self.first_name[0] + self.last_name[0]

    @property
    def first_name(self) -> str:
        """All that a phone has room for."""
        return self.person.name.split()[0]

    @property
    def last_name(self) -> str:
        """The rest."""
        return self.person.name.split()[-1]


PERSONAS: Mapping[str, Persona] = {
    persona.person.id: persona
    for persona in (
        Persona(person=Person(id="dana", name="Dana Diaz"), part="owner of the charter"),
        Persona(person=Person(id="priya", name="Priya Patel"), part="product manager"),
        Persona(person=Person(id="erik", name="Erik Ek"), part="engineer"),
        Persona(person=Person(id="noa", name="Noa Novak"), part="new in the team"),
        Persona(person=Person(id="mila", name="Mila Moreau"), part="designer"),
        Persona(person=Person(id="tom", name="Tom Tamm"), part="customer support"),
    )
}
OWNER = PERSONAS["dana"]
"""Who the page begins with, and who owns the sample charter."""

CHANNELS: Mapping[str, Conversation] = {
    channel.id: channel
    for channel in (
        Conversation(id="product", name="#product"),
        Conversation(id="leadership", name="#leadership"),
    )
}


def direct_message(person: Person) -> Conversation:
    """The person's own conversation with the bot. Its id is the person's, so that whoever knows
    the person can write there."""
    return Conversation(id=person.id, name="direct message", private=True, direct=True)


def conversation(name: str, person: Person) -> Conversation | None:
    """The conversation that stands under `name` in the person's addresses."""
    return direct_message(person) if name == DIRECT else CHANNELS.get(name)


def address(conversation_id: str) -> str:
    """The name of the conversation in addresses: `conversation` the other way round."""
    return conversation_id if conversation_id in CHANNELS else DIRECT


def exists(conversation_id: str) -> bool:
    """Whether there is such a conversation at all."""
    return conversation_id in CHANNELS or conversation_id in PERSONAS


def sees(person_id: str, said: Said) -> bool:
    """Whether the person may see the message: the one place where that is decided."""
    here = said.conversation_id in CHANNELS or said.conversation_id == person_id
    return here and said.only_for in (None, person_id)
