"""What people see of time settings. Every word that this room says stands here or in `forms`."""

from bot.cards import Actions, Button, Card, Facts, heading, quiet
from bot.recurrence.model import DaysOff
from bot.recurrence.zones import zone_in_words
from bot.settings import places, spans
from bot.settings.model import Holidays, InEffect, Quiet, Source

MOST_SHOWN = 4
"""Stretches of days off on the card; the form has all."""

_OWN: dict[Source, str] = {
    "own": "you said so",
    "platform": "your chat profile says so",
    "team": "the team's",
    "default": "nobody set it",
}
_TEAM: dict[Source, str] = {
    "own": "",
    "platform": "",
    "team": "set for the team",
    "default": "nobody set it",
}


def own_card(holds: InEffect, *, may_set_team: bool, saved: bool = False) -> Card:
    """What holds for a person, and where each value comes from."""
    title = "Saved. These are your times" if saved else "Your times"
    buttons = [Button(label="Change", action="settings.form", style="primary")]
    if may_set_team:
        buttons.append(Button(label="For the team", action="settings.team"))
    return Card(
        summary=title,
        elements=(
            heading("{title}", title=title),
            _facts(holds, _OWN),
            quiet(
                "Reminders you set count in your time zone. In your quiet hours I send you "
                "nothing that others asked for; it comes when they end."
            ),
            Actions(buttons=tuple(buttons)),
        ),
    )


def team_card(holds: InEffect, *, saved: bool = False) -> Card:
    """What holds for who said nothing."""
    title = "Saved. These are the team's times" if saved else "The team's times"
    return Card(
        summary=title,
        elements=(
            heading("{title}", title=title),
            _facts(holds, _TEAM),
            quiet("They hold for everybody who did not say otherwise with `/mission settings`."),
            Actions(
                buttons=(
                    Button(label="Change", action="settings.team", style="primary"),
                    Button(label="My own", action="settings.show"),
                )
            ),
        ),
    )


def form_button(*, team: bool) -> Button:
    """Opens the form."""
    if team:
        return Button(label="Change the team's times", action="settings.team", style="primary")
    return Button(label="Change my times", action="settings.form", style="primary")


def holidays_in_words(holidays: Holidays | None) -> str:
    """ "Germany, Bayern"."""
    return places.in_words(holidays) if holidays else "none"


def quiet_in_words(quiet_hours: Quiet | None) -> str:
    """ "20:00 to 08:00"."""
    return f"{quiet_hours.start:%H:%M} to {quiet_hours.until:%H:%M}" if quiet_hours else "none"


def _facts(holds: InEffect, said_by: dict[Source, str]) -> Facts:
    zone, days, holidays, still = holds.zone, holds.working_days, holds.holidays, holds.quiet
    rows = [
        ("Time zone", zone_in_words(zone.value), zone.source),
        ("Working days", spans.weekdays_in_words(days.value), days.source),
        ("Holidays", holidays_in_words(holidays.value), holidays.source),
        ("Quiet hours", quiet_in_words(still.value), still.source),
    ]
    items = [(label, f"{value} ({said_by[source]})") for label, value, source in rows]
    if holds.own_days_off:
        items.append(("Days off", _days_off(holds.own_days_off)))
    if holds.team_days_off:
        items.append(("The team's days off", _days_off(holds.team_days_off)))
    return Facts(items=tuple(items))


def _days_off(days_off: tuple[DaysOff, ...]) -> str:
    shown = "; ".join(map(spans.days_off_in_words, days_off[:MOST_SHOWN]))
    more = len(days_off) - MOST_SHOWN
    return f"{shown}; and {more} more" if more > 0 else shown
