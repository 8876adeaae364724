"""Tables made ahead. Without it, the first use of a zone, a city or a country reads files."""

from collections.abc import Iterable
from zoneinfo import available_timezones

from bot.recurrence.holiday_tables import countries, holidays_of
from bot.recurrence.model import zone_named
from bot.recurrence.zones import zone_for


def warm(places: Iterable[tuple[str, str]], years: Iterable[int]) -> None:
    """Read every time zone, and build the holidays of these (country, subdivision) in these years.

    Takes up to a second; call it in a thread. A place without a table is left out.
    """
    zone_for("Berlin")
    for zone in available_timezones():
        zone_named(zone)
    known = countries()
    wanted = list(years)
    for country, subdivision in places:
        if country in known and subdivision in ("", *known[country]):
            for year in wanted:
                holidays_of(country, subdivision, year)
