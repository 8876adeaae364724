"""Small checks that add up to a schema, with problems named as Slack's API names them.

A check takes a value and where it stands ("/blocks/0/text") and yields what is wrong with it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Check = Callable[[Any, str], Iterator[str]]

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
PERSON = re.compile(r"[UW][A-Z0-9]{2,}")
INTEGER = re.compile(r"-?[0-9]+")


def _says(problem: str, at: str) -> Iterator[str]:
    yield f"{problem} [json-pointer:{at}]"


def string(most: int, least: int = 1, like: re.Pattern[str] | None = None) -> Check:
    """A string of `least` to `most` code points."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield from _says("must be a string", at)
        elif len(value) < least:
            yield from _says(f"must be more than {least - 1} characters", at)
        elif len(value) > most:
            yield from _says(f"must be less than {most + 1} characters", at)
        elif like and not like.fullmatch(value):
            yield from _says("has an invalid format", at)
        elif "\x00" in value or any("\ud800" <= c <= "\udfff" for c in value):
            yield from _says("holds characters that no text has", at)

    return check


def boolean(value: Any, at: str) -> Iterator[str]:
    """True or false."""
    if not isinstance(value, bool):
        yield from _says("must be a boolean", at)


def number(value: Any, at: str) -> Iterator[str]:
    """A finite number."""
    finite = isinstance(value, int | float) and not isinstance(value, bool)
    if not finite or value != value or value in (float("inf"), float("-inf")):
        yield from _says("must be a number", at)


def integer(least: int, most: int) -> Check:
    """A whole number within bounds."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            yield from _says(f"must be an integer from {least} to {most}", at)

    return check


def one_of(*allowed: str) -> Check:
    """One of a few words."""

    def check(value: Any, at: str) -> Iterator[str]:
        if value not in allowed:
            yield from _says(f"must be one of {', '.join(allowed)}", at)

    return check


def url(most: int) -> Check:
    """An absolute address."""
    return string(most, like=re.compile(r"https?://[^\s<>]+"))


def listed(item: Check, least: int, most: int) -> Check:
    """A list of `least` to `most` items."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield from _says("must be an array", at)
            return
        if len(value) < least:
            yield from _says(f"must have more than {least - 1} items", at)
        if len(value) > most:
            yield from _says(f"no more than {most} items allowed", at)
        for i, one in enumerate(value):
            yield from item(one, f"{at}/{i}")

    return check


def thing(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with those members and no others."""
    optional = optional or {}

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield from _says("must be an object", at)
            return
        for name in required.keys() - value.keys():
            yield from _says(f"missing required field: {name}", at)
        for name in value.keys() - required.keys() - optional.keys():
            yield from _says(f"invalid additional property: {name}", at)
        for name, member in {**required, **optional}.items():
            if name in value:
                yield from member(value[name], f"{at}/{name}")

    return check


def typed(kinds: Mapping[str, Check]) -> Check:
    """An object of one of those types; each check sees it without its `type`."""

    def check(value: Any, at: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        if kind not in kinds:
            yield from _says(f"unsupported type: {kind}", at)
            return
        yield from kinds[kind]({k: v for k, v in value.items() if k != "type"}, at)

    return check


def both(*checks: Check) -> Check:
    """Every one of them."""

    def check(value: Any, at: str) -> Iterator[str]:
        for one in checks:
            yield from one(value, at)

    return check


def unless(wrong: Callable[[Any], bool], problem: str) -> Check:
    """A rule over several members of a value."""

    def check(value: Any, at: str) -> Iterator[str]:
        try:
            broken = wrong(value)
        except (KeyError, TypeError, AttributeError, IndexError):
            return  # Its form is wrong already, and that has been said.
        if broken:
            yield from _says(problem, at)

    return check
