"""What every deed on a proposal needs within its transaction: find it, who may, how far it is."""

from bot.changes.model import (
    CarriedOver,
    Proposal,
    Standing,
    State,
    carried_over,
    compete,
    standing,
)
from bot.changes.ports import ChangeWork
from bot.charter.model import Charter
from bot.errors import NotAllowed, NotFound, UserFacing
from bot.events import Frozen, Person

MOST_COMPETING = 50


class Looked(Frozen):
    """A proposal with everything that is said about it."""

    proposal: Proposal
    charter: Charter
    """As it is in force."""
    standing: Standing
    carried: CarriedOver
    """What of it is still to change."""
    competing: tuple[tuple[Proposal, frozenset[str]], ...] = ()
    """Other open proposals, and the lines that both want to change."""


async def looked_at(tx: ChangeWork, proposal: Proposal) -> Looked:
    """The proposal and what stands around it."""
    charter = await charter_of(tx, proposal.charter_id)
    others = await tx.proposals.find(states=["open"], charter_id=charter.id, limit=MOST_COMPETING)
    waits = proposal.state in ("open", "returned")
    competing = [(other, compete(proposal, other)) for other in others if waits]
    return Looked(
        proposal=proposal,
        charter=charter,
        standing=await standing_of(tx, proposal, proposal.by),
        carried=carried_over(proposal, charter.version) if waits else CarriedOver(),
        competing=tuple((other, lines) for other, lines in competing if lines),
    )


async def proposal_of(tx: ChangeWork, proposal_id: str) -> Proposal:
    """The proposal, ours until the transaction ends. Raises NotFound."""
    proposal = await tx.proposals.get(proposal_id)
    if proposal is None:
        raise no_such()
    return proposal


async def charter_of(tx: ChangeWork, charter_id: str) -> Charter:
    """The charter. Raises NotFound."""
    charter = await tx.charters.get(charter_id)
    if charter is None:
        raise NotFound("That charter is not here any more. `/mission charters` lists them.")
    return charter


async def standing_of(tx: ChangeWork, proposal: Proposal, person: Person) -> Standing:
    """How far it is from being adopted. Where nobody owns the charter, `person` may approve."""
    owners = await tx.roles.holders(proposal.charter_id, "owner")
    rule = await tx.roles.rule(proposal.charter_id)
    return standing(proposal, owners or (person,), rule)


async def must_own(tx: ChangeWork, proposal: Proposal, by: Person) -> None:
    """Raises NotAllowed unless the person owns the charter, or nobody does."""
    owners = await tx.roles.holders(proposal.charter_id, "owner")
    if owners and by.id not in {person.id for person in owners}:
        names = " or ".join(person.name for person in owners)
        raise NotAllowed(f"Only owners of {proposal.charter_name} decide on it. Ask {names}.")


async def must_word(tx: ChangeWork, proposal: Proposal, by: Person) -> None:
    """Raises NotAllowed unless the person made it, or owns or edits the charter."""
    if by.id == proposal.by.id or await tx.roles.of(proposal.charter_id, by.id) == "editor":
        return
    await must_own(tx, proposal, by)


def must_be(proposal: Proposal, *states: State) -> None:
    """Raises UserFacing where it is in none of the states."""
    if proposal.state in states:
        return
    how = {
        "open": "is open",
        "returned": "was returned to its author",
        "withdrawn": "was withdrawn",
        "adopted": f"was adopted as version {proposal.adopted_as}",
    }
    raise UserFacing(f"{proposal.name.capitalize()} {how[proposal.state]} already.")


def no_such() -> NotFound:
    """For a number or a button that names none."""
    return NotFound("There is no such proposal. `/mission proposals` lists them.")
