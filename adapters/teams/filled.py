"""What was filled into a dialog -> the fields of a FormSubmit. No I/O.

Teams gives back one object: what the button carried (form, state, place), and beside it every input
under its id. An id says which field it is and how to read it, as all values come as text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.teams.limits import STATE
from bot.text import clean

Filled = str | tuple[str, ...]

_SEVERAL = ("choices", "people")
_PEOPLE = ("person", "people")
_KINDS = ("text", "choice", "number", "date", "time", "person", *_SEVERAL)
_ID = re.compile(rf"({'|'.join(_KINDS)})_([a-z][a-z0-9_]{{0,59}})")
_FORM = re.compile(r"[a-z_]+(?:\.[a-z_]+)+")
_ESCAPES = {"%": "%25", ",": "%2C"}
_MOST = 200
"""Fields, names in a place, and picked values; no form of ours has more."""


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """A dialog that was sent off."""

    form: str
    state: str
    place: Mapping[str, str]
    fields: dict[str, Filled]
    people: tuple[str, ...] = field(default=())
    """The ids of everybody picked in its person fields, each once."""


def submitted(data: object) -> Submitted | None:
    """What came back; None for data that no form of ours sends. Somebody may have made it up: what
    it carries says where to look, and grants nothing."""
    if not isinstance(data, Mapping):
        return None
    form, state, place = data.get("form"), data.get("state", ""), data.get("place", {})
    if not (isinstance(form, str) and len(form) <= 100 and _FORM.fullmatch(form)):
        return None
    if not (isinstance(state, str) and len(state) <= STATE and _is_place(place)):
        return None
    fields: dict[str, Filled] = {}
    people: dict[str, None] = {}
    for name, value in list(data.items())[:_MOST]:
        found = _ID.fullmatch(name) if isinstance(name, str) else None
        if found is None:
            continue
        kind, field_name = found.groups()
        if (read := _read(kind, value)) is None:
            return None
        fields[field_name] = read
        if kind in _PEOPLE:
            ids = (read,) if isinstance(read, str) else read
            people |= dict.fromkeys(id_ for id_ in ids if id_)
    return Submitted(form=form, state=state, place=dict(place), fields=fields, people=tuple(people))


def field_id(kind: str, name: str) -> str:
    """The id of a field's input; `submitted` reads it back."""
    made = f"{kind}_{name}"
    if not _ID.fullmatch(made):
        raise ValueError(f"no field is called {name!r}, or none is a {kind!r}")
    return made


def option_value(value: str) -> str:
    """An option's value as it goes out: Teams joins what was chosen with commas."""
    return "".join(_ESCAPES.get(c, c) for c in value)


def _read(kind: str, value: object) -> Filled | None:
    """None for what no client sends."""
    if value is None:
        value = ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and kind == "number":
        value = str(value)
    if not isinstance(value, str):
        return None
    if kind in _SEVERAL:
        values = [_value(each) for each in value.split(",") if each.strip()]
        return tuple(dict.fromkeys(values)) if len(values) <= _MOST else None
    return _value(value) if kind in ("choice", "person") else clean(value).strip()


def _value(value: str) -> str:
    for sign, escape in reversed(_ESCAPES.items()):
        value = value.replace(escape, sign)
    return clean(value).strip()


def _is_place(place: Any) -> bool:
    return (
        isinstance(place, Mapping)
        and len(place) <= _MOST
        and all(isinstance(k, str) and isinstance(v, str) for k, v in place.items())
    )
