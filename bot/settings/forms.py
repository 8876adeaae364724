"""The form in which people say when they work, and reading what they filled in."""

from collections.abc import Callable
from datetime import date

from bot.cards import AnyField, ChoicesField, Form, Option, TextField, TimeField, quiet
from bot.errors import UserFacing
from bot.events import FormSubmit
from bot.filled import WrongFields
from bot.recurrence.pattern import WEEKDAYS
from bot.recurrence.zones import zone_in_words
from bot.settings import places, spans
from bot.settings.changes import in_order
from bot.settings.model import Holidays, InEffect, Quiet, Wishes

TEAM = "team"
"""The form's state where it is about the team."""


def times_form(wishes: Wishes, holds: InEffect, *, team: bool) -> Form:
    """The person's own word to change, or the team's; what is left empty is as others say."""
    return Form(
        form="settings.save",
        title="The team's times" if team else "Your times",
        submit="Save",
        state=TEAM if team else "",
        intro=(
            quiet(
                "These hold for everybody who says nothing else."
                if team
                else "What you leave empty is as your chat profile or the team says."
            ),
        ),
        fields=(*_zone_and_days(wishes, holds), *_days_and_hours_off(wishes)),
    )


def read_times(event: FormSubmit, before: Wishes, today: date) -> Wishes:
    """What the person filled in. Raises WrongFields."""
    errors: dict[str, str] = {}

    def tried(field: str, read: Callable[[], object]) -> object:
        try:
            return read()
        except UserFacing as problem:
            errors[field] = str(problem)
            return None

    zone = event.text("zone")
    chosen = event.fields.get("working_days", ())
    chosen = (chosen,) if isinstance(chosen, str) else chosen
    lines = [line for line in event.text("days_off").splitlines() if line.strip()]
    values = {
        "zone": tried("zone", lambda: places.find_zone(zone)) if zone else None,
        "working_days": tuple(day for day in WEEKDAYS if day in chosen) or None,
        "holidays": tried("country", lambda: _holidays(event)),
        "quiet": tried("quiet_to", lambda: _quiet(event, before)),
        "days_off": tried(
            "days_off", lambda: in_order([spans.read_days_off(line, today) for line in lines])
        )
        or (),
    }
    if errors:
        raise WrongFields(errors)
    return Wishes.model_validate(values)


_WEEKDAYS = tuple(Option(value=day, label=spans.weekdays_in_words((day,))) for day in WEEKDAYS)


def _country(holidays: Holidays | None) -> str:
    return places.name_of(holidays.country) if holidays else ""


def _holidays(event: FormSubmit) -> object:
    country, part = event.text("country"), event.text("subdivision")
    if not country:
        if part:
            raise UserFacing("Name the country too, so that I know which region you mean.")
        return None
    if country.casefold() in ("none", "no", "off", "–", "-"):
        return "off"
    return places.find_holidays(country, part)


def _quiet(event: FormSubmit, before: Wishes) -> object:
    start, until = event.text("quiet_from"), event.text("quiet_to")
    if not start and not until:
        # "None, please" is said in words; a form that shows nothing leaves it as it was.
        return before.quiet if before.quiet == "off" else None
    if not (start and until):
        raise UserFacing("Quiet hours need both ends; fill in both or neither.")
    return spans.read_quiet(f"{start}-{until}")


def _zone_and_days(wishes: Wishes, holds: InEffect) -> tuple[AnyField, ...]:
    days = wishes.working_days or ()
    return (
        TextField(
            name="zone",
            label="Time zone",
            hint="A city in it, or its name.",
            placeholder=zone_in_words(holds.zone.value),
            value=zone_in_words(wishes.zone) if wishes.zone else "",
            required=False,
            max_length=100,
        ),
        ChoicesField(
            name="working_days",
            label="Working days",
            hint="Choose none to follow the team’s."
            if days
            else f"Without a choice: {spans.weekdays_in_words(holds.working_days.value)}.",
            options=_WEEKDAYS,
            values=tuple(days),
            required=False,
        ),
    )


def _days_and_hours_off(wishes: Wishes) -> tuple[AnyField, ...]:
    holidays = wishes.holidays if isinstance(wishes.holidays, Holidays) else None
    still = wishes.quiet if isinstance(wishes.quiet, Quiet) else None
    return (
        TextField(
            name="country",
            label="Public holidays of",
            hint="A country, or “none”.",
            placeholder="Germany",
            value="none" if wishes.holidays == "off" else _country(holidays),
            required=False,
            max_length=100,
        ),
        TextField(
            name="subdivision",
            label="State or region",
            hint="Where it has holidays of its own.",
            value=holidays.subdivision if holidays else "",
            required=False,
            max_length=100,
        ),
        TimeField(
            name="quiet_from",
            label="Quiet from",
            hint="From then on I send nothing that can wait.",
            value=f"{still.start:%H:%M}" if still else "",
            required=False,
        ),
        TimeField(
            name="quiet_to",
            label="Quiet until",
            value=f"{still.until:%H:%M}" if still else "",
            required=False,
        ),
        TextField(
            name="days_off",
            label="Days off",
            hint="One stretch a line, such as “24 Dec to 2 Jan”.",
            value="\n".join(map(spans.days_off_in_words, wishes.days_off)),
            lines=3,
            required=False,
        ),
    )
