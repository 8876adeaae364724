"""What people see of the charter. Every word that this room says stands here."""

from collections.abc import Sequence

from bot.cards import Actions, Button, Card, Divider, Element, Table, Text, body, heading, quiet
from bot.charter.forms import edit_button, write_button
from bot.charter.model import KIND_NAMES, Charter, Draft, InForce, LineInForce
from bot.events import Person
from bot.markup import Paragraph, Span
from bot.text import shorten


def charter_card(in_force: InForce, owners: Sequence[Person]) -> Card:
    """The charter bound to the conversation, the whole of it."""
    charter = in_force.charter
    own = [line for line in in_force.lines if not line.inherited]
    inherited = [line for line in in_force.lines if line.inherited]
    parts: list[Element] = [heading("**{name}**", name=charter.name)]
    parts += _by_kind(own)
    if inherited:
        parts.append(Divider())
    for above in dict.fromkeys(line.charter for line in inherited):
        parts.append(body("**From above: {name}**", name=above))
        parts += _by_kind([line for line in inherited if line.charter == above])
    parts.append(_about(charter, owners))
    buttons = (
        Button(label="Ask", action="ask.form", style="primary"),
        Button(label="Propose a change", action="changes.form"),
        edit_button(charter),
        Button(label="History", action="charter.history", value=charter.id),
    )
    parts.append(Actions(buttons=buttons))
    first = own[0].line.text if own else charter.name
    return Card(summary=f"{charter.name}: {shorten(first, 120)}", elements=tuple(parts))


def no_charter_card(ways: Sequence[Button] = (), *, sample: bool = False) -> Card:
    """For a place where no charter holds yet, with the `ways` to one. `sample`: there is one to
    look at."""
    see = Button(label="See a sample", action="charter.sample")
    ways = ways or (write_button(),)
    return Card(
        summary="No charter here yet",
        elements=(
            heading("No charter here yet"),
            body(
                "Write down your mission, vision and strategy once, and everybody here can ask "
                "whether an idea fits. Five lines are enough to begin."
            ),
            Actions(buttons=(*ways, see) if sample else tuple(ways)),
        ),
    )


def sample_card(name: str, drafts: Sequence[Draft]) -> Card:
    """Somebody else's charter, to see what one looks like."""
    parts: list[Element] = [
        heading("A sample: the charter of **{name}**", name=name),
        quiet("It is only to look at; nothing is judged by it."),
    ]
    for kind, title in KIND_NAMES.items():
        if found := [draft.text for draft in drafts if draft.kind == kind]:
            lines = [Paragraph(spans=(Span(text=text),), kind="bullet") for text in found]
            parts.append(Text(paragraphs=(Paragraph(spans=(Span(text=title, bold=True),)), *lines)))
    parts.append(Actions(buttons=(write_button(),)))
    return Card(summary=f"A sample: the charter of {name}", elements=tuple(parts))


def written_card(charter: Charter) -> Card:
    """After the first version was written."""
    return Card(
        summary=f"{charter.name} is at version {charter.version.number}",
        elements=(
            heading("{name} has a charter", name=charter.name),
            body("Everybody here reads it with `/mission` and asks with `/mission ask`."),
            Actions(
                buttons=(
                    Button(label="Show the charter", action="charter.show", value=charter.id),
                    Button(label="History", action="charter.history", value=charter.id),
                )
            ),
        ),
    )


def charters_card(charters: Sequence[Charter], default: str | None, here: str | None) -> Card:
    """Every charter of the workspace, and which holds here."""
    names = {charter.id: charter.name for charter in charters}
    rows = tuple(
        (
            charter.name,
            f"v{charter.version.number}",
            names.get(charter.parent or "", "–"),
            ", ".join(
                word
                for word, true in (("here", charter.id == here), ("default", charter.id == default))
                if true
            )
            or "–",
        )
        for charter in charters[:100]
    )
    return Card(
        summary=f"{len(charters)} charters",
        elements=(
            heading("Charters"),
            Table(columns=("Name", "Version", "Under", "In force"), rows=rows),
            quiet("`/mission link <name>` makes one hold in this conversation."),
        ),
    )


def linked_card(charter: Charter) -> Card:
    """After a conversation was bound."""
    text = f"From now on {charter.name} holds here. `/mission` shows it."
    return Card(
        summary=text,
        elements=(
            body("**{name}** holds here from now on. `/mission` shows it.", name=charter.name),
        ),
    )


def _by_kind(lines: Sequence[LineInForce]) -> list[Element]:
    parts: list[Element] = []
    for kind, name in KIND_NAMES.items():
        found = [line for line in lines if line.line.kind == kind]
        if not found:
            continue
        title = Paragraph(spans=(Span(text=name, bold=True),))
        parts.append(Text(paragraphs=(title, *map(_line, found))))
    return parts


def _line(line: LineInForce) -> Paragraph:
    horizon = f" · {line.line.horizon}" if line.line.horizon else ""
    spans = (Span(text=line.ref, code=True), Span(text=f" {line.line.text}"))
    return Paragraph(
        spans=(*spans, Span(text=horizon, italic=True)) if horizon else spans, kind="bullet"
    )


def _about(charter: Charter, owners: Sequence[Person]) -> Text:
    names = ", ".join(owner.name for owner in owners) or "nobody yet"
    reviewed = charter.reviewed_at
    return quiet(
        "Version {number} · owned by {owners} · last reviewed {when}",
        number=charter.version.number,
        owners=names,
        when=f"{reviewed:%d %b %Y}".lstrip("0") if reviewed else "never",
    )
