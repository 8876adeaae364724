"""Time settings: what a person or the team said, and what holds from it.

A person's own word comes first, then what the platform says of them (the time zone alone), then
the team's word, then DEFAULT. Days off add up.
"""

from datetime import time
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import Field, model_validator

from bot.events import Frozen, Key
from bot.recurrence.model import DaysOff, Hours, Zone
from bot.recurrence.pattern import MONDAY_TO_FRIDAY, Weekday

Source = Literal["own", "platform", "team", "default"]
"""Who said it."""

MOST_DAYS_OFF = 40
"""Ranges of one person or team."""

T = TypeVar("T")


class Quiet(Frozen):
    """Hours in which nothing is sent unasked; over midnight where `until` is earlier."""

    start: time
    until: time

    @model_validator(mode="after")
    def _leaves_some_of_the_day(self) -> "Quiet":
        if self.start == self.until:
            raise ValueError("quiet hours must leave some of the day")
        return self


class Holidays(Frozen):
    """Whose public holidays count: a country's code ("DE"), and a part of it ("BY")."""

    country: str
    subdivision: str = ""


class Wishes(Frozen):
    """What somebody said about their time; None is "nothing said", "off" is "none, please"."""

    zone: Zone | None = None
    working_days: Annotated[tuple[Weekday, ...], Field(min_length=1)] | None = None
    """Monday first."""
    holidays: Holidays | Literal["off"] | None = None
    quiet: Quiet | Literal["off"] | None = None
    days_off: Annotated[tuple[DaysOff, ...], Field(max_length=MOST_DAYS_OFF)] = ()
    """In order of time."""


class PersonSettings(Frozen):
    """One person's word, and the time zone that the platform last said."""

    person_id: Key
    own: Wishes = Wishes()
    platform_zone: str = ""


class Held(Frozen, Generic[T]):
    """A value that holds, and who said it."""

    value: T
    source: Source


class InEffect(Frozen):
    """What holds for a person (or for the team), each value with its source."""

    zone: Held[str]
    working_days: Held[tuple[Weekday, ...]]
    holidays: Held[Holidays | None]
    quiet: Held[Quiet | None]
    own_days_off: tuple[DaysOff, ...] = ()
    team_days_off: tuple[DaysOff, ...] = ()

    @property
    def hours(self) -> Hours:
        """The same, as schedules take it."""
        holidays, quiet = self.holidays.value, self.quiet.value
        return Hours(
            zone=self.zone.value,
            working_days=self.working_days.value,
            country=holidays.country if holidays else "",
            subdivision=holidays.subdivision if holidays else "",
            days_off=(*self.own_days_off, *self.team_days_off),
            quiet_from=quiet.start if quiet else None,
            quiet_to=quiet.until if quiet else None,
        )


DEFAULT = Wishes(zone="UTC", working_days=MONDAY_TO_FRIDAY, holidays="off", quiet="off")
"""Where nobody said anything."""


def in_effect(person: PersonSettings, team: Wishes) -> InEffect:
    """What holds for that person."""
    return InEffect(
        zone=_first(
            (person.own.zone, "own"),
            (person.platform_zone or None, "platform"),
            (team.zone, "team"),
            (DEFAULT.zone, "default"),
        ),
        working_days=_first(
            (person.own.working_days, "own"),
            (team.working_days, "team"),
            (DEFAULT.working_days, "default"),
        ),
        holidays=_unless_off(
            _first((person.own.holidays, "own"), (team.holidays, "team"), ("off", "default"))
        ),
        quiet=_unless_off(
            _first((person.own.quiet, "own"), (team.quiet, "team"), ("off", "default"))
        ),
        own_days_off=person.own.days_off,
        team_days_off=team.days_off,
    )


def team_in_effect(team: Wishes) -> InEffect:
    """What holds for who said nothing."""
    return in_effect(PersonSettings(person_id="team"), team)


def _first(*said: tuple[T | None, Source]) -> Held[T]:
    return next(Held(value=value, source=source) for value, source in said if value is not None)


def _unless_off(held: Held[T | Literal["off"]]) -> Held[T | None]:
    value = None if held.value == "off" else held.value
    return Held(value=value, source=held.source)
