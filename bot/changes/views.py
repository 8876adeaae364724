"""What people see of proposals: one, its history, the list of them, what became of one."""

from collections.abc import Mapping, Sequence

from bot.cards import Actions, Button, Card, Element, Quote, Table, body, heading, quiet
from bot.changes import impact_view
from bot.changes.impact import Impact
from bot.changes.levels import Pair
from bot.changes.model import Deed, Entry, Proposal
from bot.changes.service import Done
from bot.changes.steps import Looked
from bot.changes.wording import counted, day, diff, lines_named, listed, names
from bot.charter.model import Charter, Version
from bot.text import one_line, shorten

PAGE = 8
"""Proposals on one screen."""
MOST_COMPETING = 3
DID: Mapping[Deed, str] = {
    "proposed": "proposed it",
    "reworded": "worded it anew",
    "approved": "approved it",
    "returned": "returned it",
    "withdrawn": "withdrew it",
    "adopted": "adopted it",
}


def proposal_card(
    looked: Looked, impact: Impact | None, pairs: Sequence[Pair] = (), *, note: str = ""
) -> Card:
    """One proposal: what would change and why, who approves it, what it touches. `note` stands
    first; a proposal that has ended has no impact any more."""
    proposal, charter = looked.proposal, looked.charter
    about = lines_named(proposal.changes)
    parts: list[Element] = [
        heading(
            "**{name}** · {about} of {charter}",
            name=proposal.name.capitalize(),
            about=about,
            charter=charter.name,
        )
    ]
    if note:
        parts.append(body("{note}", note=note))
    parts.append(diff(proposal.changes))
    if proposal.reason:
        parts.append(body("_Why:_ {reason}", reason=proposal.reason))
    parts += _state(looked)
    parts += [_competing(other, lines) for other, lines in looked.competing[:MOST_COMPETING]]
    if impact:
        parts += impact_view.in_words(impact)
    parts += _levels(pairs)
    parts.append(_made(proposal))
    parts.append(Actions(buttons=_buttons(looked, impact)))
    summary = f"{proposal.name.capitalize()} for {charter.name}: {about}"
    return Card(summary=shorten(summary, 150), elements=tuple(parts))


def adopted_card(done: Done, charter: Charter) -> Card:
    """After the approval that sufficed."""
    proposal, version = done.proposal, charter.version
    parts: list[Element] = [
        heading(
            "{name}: version {number} adopted by {who}",
            name=charter.name,
            number=version.number,
            who=_adopters(version),
        ),
        diff(proposal.changes),
    ]
    if version.note:
        parts.append(body("_Why:_ {note}", note=version.note))
    buttons = [
        Button(label="Show the charter", action="charter.show", value=charter.id),
        Button(label="History", action="charter.history", value=charter.id),
    ]
    parts.append(Actions(buttons=tuple(buttons)))
    summary = f"{charter.name} is at version {version.number}"
    return Card(summary=summary, elements=tuple(parts))


def list_card(proposals: Sequence[Proposal], *, wanted: str, offset: int, more: bool) -> Card:
    """A page of proposals; `wanted` is the word that narrowed them down."""
    title = {"mine": "My proposals", "all": "All proposals"}.get(wanted, "Open proposals")
    propose = propose_button()
    if not proposals:
        text = "No proposal is open. Anybody may make one: `/mission propose`."
        if wanted:
            text = "There is none yet. Anybody may make one: `/mission propose`."
        return Card(
            summary=title, elements=(heading(title), body(text), Actions(buttons=(propose,)))
        )
    rows = tuple(
        (
            f"{each.number}",
            lines_named(each.changes),
            each.charter_name,
            each.by.name,
            _short_state(each),
        )
        for each in proposals
    )
    buttons = [
        Button(label=f"Proposal {each.number}", action="changes.show", value=each.id)
        for each in proposals
    ]
    if offset:
        newer = f"{max(offset - PAGE, 0)}:{wanted}"
        buttons.append(Button(label="Newer", action="changes.page", value=newer))
    if more:
        buttons.append(
            Button(label="Older", action="changes.page", value=f"{offset + PAGE}:{wanted}")
        )
    return Card(
        summary=title,
        elements=(
            heading(title),
            Table(columns=("No.", "Changes", "Charter", "By", "State"), rows=rows),
            quiet("`/mission proposals 3` shows one; also: `mine`, `all`."),
            Actions(buttons=(*buttons, propose)),
        ),
    )


def history_card(proposal: Proposal, entries: Sequence[Entry]) -> Card:
    """Everything that was done to it, oldest first."""
    parts: list[Element] = [heading("History of **{name}**", name=proposal.name)]
    for entry in entries:
        words = f": “{entry.words}”" if entry.words else ""
        parts.append(
            body(
                "{when} · **{who}** {did}{words}",
                when=day(entry.at),
                who=entry.by.name,
                did=DID[entry.deed],
                words=words,
            )
        )
        if entry.changes:
            parts.append(diff(entry.changes))
    show = Button(label="The proposal", action="changes.show", value=proposal.id)
    parts.append(Actions(buttons=(show,)))
    return Card(summary=f"History of {proposal.name}", elements=tuple(parts))


def propose_button(value: str = "", label: str = "Propose a change") -> Button:
    """Opens the form; `value` is the line it is about."""
    return Button(label=label, action="changes.form", value=value)


def return_button(proposal: Proposal) -> Button:
    """Opens the form to say what is missing."""
    return Button(label="Return", action="changes.return", value=proposal.id)


# The parts of a proposal


def _state(looked: Looked) -> list[Element]:
    proposal = looked.proposal
    match proposal.state:
        case "adopted":
            adopted = "**Adopted** as version {number} of {name}."
            return [body(adopted, number=proposal.adopted_as, name=looked.charter.name)]
        case "withdrawn":
            return [body("**Withdrawn.** The charter stays as it is.")]
        case "returned":
            said = proposal.comments[-1]
            back = "**Returned** by {who}, {when}: “{words}” Edit it, and it is open again."
            return [body(back, who=said.by.name, when=day(said.at), words=said.words)]
    parts: list[Element] = [body("{waits}", waits=_waits(looked))]
    if looked.carried.because:
        why = " ".join(looked.carried.because)
        cannot = "**It cannot be adopted as it is.** {why} Edit it, or withdraw it."
        parts.append(body(cannot, why=why))
    elif proposal.base != looked.charter.version.number:
        carried = "Written on version {old}; it goes with version {new} too."
        new = looked.charter.version.number
        parts.append(quiet(carried, old=proposal.base, new=new))
    return parts


def _waits(looked: Looked) -> str:
    stands = looked.standing
    said = f"Approved by {names(stands.counted)}. " if stands.counted else ""
    left = stands.needed - len(stands.counted)
    if left <= 0:
        return f"{said}That is enough: one more click on “Approve” adopts it."
    who = names(stands.missing, "or" if left < len(stands.missing) else "and")
    if not said and left == 1 and len(stands.missing) == 1:
        return f"It waits for {who} to approve it."
    more = "more" if said else ""
    return f"{said}It waits for {left} {more}".rstrip() + f" of its owners: {who}."


def _competing(other: Proposal, lines: frozenset[str]) -> Element:
    theirs = [
        each for each in other.changes if (each.line_id or (each.now and each.now.kind)) in lines
    ]
    new = next((each.now.text for each in theirs if each.now), "")
    return body(
        "_Also proposed:_ {name} by {who} {does} {lines}{words}",
        name=other.name,
        who=other.by.name,
        does="words" if new else "takes out",
        lines=listed(sorted(lines), "and"),
        words=f" so: “{shorten(one_line(new), 160)}”" if new else "",
    )


def _levels(pairs: Sequence[Pair]) -> list[Element]:
    if not pairs:
        return []
    judged = any(pair.sentence for pair in pairs)
    lead = "_Goes against another level:_" if judged else "_Look at these together_, do they agree?"
    parts: list[Element] = [body(lead)]
    for pair in pairs:
        for i, line in enumerate(pair.lines):
            note = pair.sentence if i == len(pair.lines) - 1 else ""
            text, source = line.line.text, line.charter
            parts.append(Quote(ref=line.line.id, text=text, source=source, note=note))
    return parts


def _made(proposal: Proposal) -> Element:
    worded = proposal.worded_by
    anew = f", worded anew by {worded.name}" if worded.id != proposal.by.id else ""
    return quiet(
        "Proposed by {who}, {when}{anew} · `/mission proposals {number}`",
        who=proposal.by.name,
        when=day(proposal.made_at),
        anew=anew,
        number=proposal.number,
    )


def _buttons(looked: Looked, impact: Impact | None) -> tuple[Button, ...]:
    proposal = looked.proposal
    id_, buttons = proposal.id, list[Button]()
    if proposal.state == "open" and not looked.carried.because:
        value = f"{id_}:{proposal.edition}"
        buttons.append(
            Button(label="Approve", action="changes.approve", value=value, style="primary")
        )
    if proposal.state == "open":
        buttons.append(return_button(proposal))
    if proposal.state in ("open", "returned"):
        buttons.append(Button(label="Edit", action="changes.edit", value=id_))
    if impact:
        buttons += impact_view.judge_buttons(impact)
        if impact.touched:
            buttons.append(Button(label="Impact", action="changes.impact", value=id_))
    if proposal.state in ("open", "returned"):
        sure = "It cannot be opened again; its words stay in the list."
        buttons.append(Button(label="Withdraw", action="changes.withdraw", value=id_, confirm=sure))
    buttons.append(Button(label="History", action="changes.history", value=id_))
    return tuple(buttons)


def _short_state(proposal: Proposal) -> str:
    if proposal.state == "adopted":
        return f"adopted, v{proposal.adopted_as}"
    if proposal.state == "open" and proposal.approvals:
        return f"open, {counted(len(proposal.approvals), 'approval', 'approvals')}"
    return proposal.state


def _adopters(version: Version) -> str:
    author = version.proposed_by or version.adopted_by
    others = [person for person in version.approved_by if person.id != author.id]
    return names(others) if others else author.name
