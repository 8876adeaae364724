"""What is too much for one message, in parts: the first is the message, the others come on click.

Nothing is left out: elements go into parts in their order, a part holds as many as fit. What closes
the card (its last buttons, the small print around them) stays with the first part.
"""

from collections.abc import Sequence

from adapters.teams.actions import part_buttons
from adapters.teams.harmless import Json
from adapters.teams.limits import CLOSING_BYTES, NOTE_BYTES, size
from adapters.teams.rich import small
from adapters.teams.tables import goes_on, joined

_BETWEEN = 4
"""Bytes between two elements of a list."""


def weight(elements: Sequence[Json]) -> int:
    """Bytes of the elements in a list, once those that are one table are joined."""
    return sum(_added(elements[max(i - 1, 0) : i], element) for i, element in enumerate(elements))


def split(flow: Sequence[Json], closing: Sequence[Json], room: int) -> list[list[Json]]:
    """The flow in parts, at least one. All in one when it fits beside `closing`, which the first
    part has at its end; else each leaves room for the note that `noted` puts below it."""
    if weight(closing) > CLOSING_BYTES:
        flow, closing = [*flow, *closing], []
    if weight(flow) + weight(closing) <= room:
        return [[*joined(flow), *closing]]
    first = _taken(flow, room - weight(closing) - NOTE_BYTES)
    rest = fill(flow[first:], room - NOTE_BYTES) if flow[first:] else []
    return [[*joined(flow[:first]), *closing], *rest]


def _taken(flow: Sequence[Json], room: int) -> int:
    """How many of the elements fit; one at least, as none can be made smaller."""
    left = room
    for count, element in enumerate(flow):
        left -= _added(flow[max(count - 1, 0) : count], element)
        if left < 0:
            return max(count, 1)
    return len(flow)


def _added(before: Sequence[Json], element: Json) -> int:
    """Bytes of the element behind what stands before it; a row of the same table adds no header."""
    if before and goes_on(before[0], element):
        added = [*element["rows"][1:], *element["fallback"]["items"]]
        return sum(size(each) + _BETWEEN for each in added)
    return size(element) + _BETWEEN


def fill(flow: Sequence[Json], room: int) -> list[list[Json]]:
    """The elements in as few lists as hold them, in their order; one list at least."""
    found: list[list[Json]] = []
    while flow or not found:
        count = _taken(flow, room)
        found.append(joined(flow[:count]))
        flow = flow[count:]
    return found


def noted(part: int, parts: int, stored: str) -> list[Json]:
    """The note below part number `part`: that there is more, and buttons to it.

    `stored` is the key under which the card can be found again when one of them is clicked.
    """
    if parts == 1:
        return []
    more = "This is the beginning" if part == 1 else f"Part {part} of {parts}"
    note = [{**item, "spacing": "Medium"} for item in small(f"… {more}.")]
    return [*note, part_buttons(part, parts, stored)] if stored else note
