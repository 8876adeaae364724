"""Public holidays of a country, in English, a table a year, kept in memory."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache


def is_known(country: str, subdivision: str = "") -> bool:
    """Whether there are tables for the country (ISO 3166, "DE") and its part ("BY")."""
    return subdivision in ("", *subdivisions(country)) if country in countries() else False


@lru_cache(maxsize=1)
def countries() -> Mapping[str, list[str]]:
    """Every country there are tables for, with its subdivisions that have own holidays."""
    # Imported late: it takes 40 ms that a command which needs no holidays should not pay.
    from holidays import list_supported_countries

    return list_supported_countries(include_aliases=False)


def subdivisions(country: str) -> list[str]:
    """The country's parts that have holidays of their own."""
    return countries()[country]


@lru_cache(maxsize=2048)
def holidays_of(country: str, subdivision: str, year: int) -> Mapping[date, str]:
    """The public holidays of that year with their English names. Raises ValueError for a country
    or subdivision that has no tables. The first call for a country takes up to half a second."""
    from holidays import country_holidays

    try:
        return dict(
            country_holidays(country, subdiv=subdivision or None, years=year, language="en_US")
        )
    except NotImplementedError as unknown:
        raise ValueError(f"There is no holiday table for {country} {subdivision}.") from unknown
