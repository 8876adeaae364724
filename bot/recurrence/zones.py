"""Time zones as people name them: cities, a few countries, abbreviations, IANA names."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from zoneinfo import available_timezones

from bot.recurrence.model import zone_named

LONGEST_NAME = 4
"""Words in the longest name."""

# Cities that gave no zone its name, and countries that have a single one.
_OTHERS = """
America/New_York: boston, washington, washington dc, philadelphia, atlanta, miami, nyc,
    new york city, orlando, charlotte, pittsburgh, cleveland, baltimore, montreal, ottawa, quebec
America/Chicago: dallas, houston, austin, san antonio, minneapolis, new orleans, milwaukee,
    st louis, kansas city, memphis, nashville
America/Denver: salt lake city, colorado springs, albuquerque
America/Los_Angeles: san francisco, seattle, la, san diego, las vegas, oakland, palo alto,
    silicon valley, sacramento, california
America/Edmonton: calgary
America/Sao_Paulo: rio, rio de janeiro, brasilia, belo horizonte, curitiba, porto alegre
America/Mexico_City: guadalajara
America/Argentina/Buenos_Aires: buenos aires, argentina
America/Bogota: medellin, colombia
America/Lima: peru
America/Montevideo: uruguay
Europe/Berlin: munich, muenchen, hamburg, frankfurt, cologne, koln, koeln, stuttgart, dusseldorf,
    duesseldorf, leipzig, dresden, nuremberg, hanover, bremen, germany
Europe/London: manchester, edinburgh, glasgow, liverpool, leeds, bristol, cardiff, oxford, uk,
    england, scotland, wales, great britain, united kingdom
Europe/Dublin: cork, ireland
Europe/Paris: lyon, marseille, toulouse, bordeaux, lille, nantes, strasbourg, france
Europe/Madrid: barcelona, seville, bilbao, malaga
Europe/Rome: milan, milano, turin, naples, florence, bologna, roma, italy
Europe/Zurich: geneva, basel, bern, lausanne, zuerich, switzerland
Europe/Vienna: graz, salzburg, linz, innsbruck, wien, austria
Europe/Amsterdam: rotterdam, the hague, utrecht, eindhoven, netherlands, the netherlands
Europe/Brussels: antwerp, ghent, bruges, belgium
Europe/Lisbon: porto, lisboa
Europe/Warsaw: krakow, cracow, gdansk, wroclaw, poznan, poland
Europe/Prague: brno, czechia
Europe/Budapest: hungary
Europe/Stockholm: gothenburg, malmo, sweden
Europe/Copenhagen: aarhus, denmark
Europe/Oslo: bergen, norway
Europe/Helsinki: espoo, tampere, finland
Europe/Bucharest: cluj, romania
Europe/Sofia: bulgaria
Europe/Athens: thessaloniki, greece
Europe/Kyiv: kiev, lviv, kharkiv, ukraine
Europe/Istanbul: ankara, izmir, turkey
Europe/Moscow: saint petersburg, st petersburg
Asia/Kolkata: bangalore, bengaluru, mumbai, bombay, delhi, new delhi, chennai, hyderabad, pune,
    calcutta, ahmedabad, gurgaon, noida, india
Asia/Karachi: lahore, islamabad, pakistan
Asia/Dubai: abu dhabi, uae
Asia/Riyadh: jeddah, saudi arabia
Asia/Jerusalem: tel aviv, haifa, israel
Asia/Shanghai: beijing, shenzhen, guangzhou, hangzhou, chengdu, wuhan, china
Asia/Tokyo: osaka, kyoto, nagoya, yokohama, sapporo, fukuoka, japan
Asia/Seoul: busan, korea, south korea
Asia/Ho_Chi_Minh: hanoi, saigon, da nang, vietnam
Asia/Bangkok: chiang mai, thailand
Asia/Manila: cebu, philippines
Asia/Kuala_Lumpur: penang, malaysia
Asia/Taipei: taiwan
Asia/Dhaka: bangladesh
Asia/Kathmandu: nepal
Africa/Johannesburg: cape town, durban, pretoria, south africa
Africa/Lagos: abuja, nigeria
Africa/Nairobi: mombasa, kenya
Africa/Cairo: alexandria, egypt
Africa/Casablanca: rabat, marrakesh, marrakech, morocco
Australia/Sydney: canberra, newcastle
Australia/Brisbane: gold coast
Pacific/Auckland: wellington, christchurch, new zealand
Pacific/Honolulu: hawaii
"""

# Short names that mean one clock. Those of North America and Europe stand for the clock that
# people there look at, summer time included.
_SHORT = {
    "UTC": "UTC",
    "GMT": "UTC",
    "CET": "Europe/Berlin",
    "CEST": "Europe/Berlin",
    "MEZ": "Europe/Berlin",
    "ET": "America/New_York",
    "EST": "America/New_York",
    "EDT": "America/New_York",
    "CT": "America/Chicago",
    "CDT": "America/Chicago",
    "MT": "America/Denver",
    "MDT": "America/Denver",
    "PT": "America/Los_Angeles",
    "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles",
    "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul",
    "HKT": "Asia/Hong_Kong",
    "SGT": "Asia/Singapore",
    "MSK": "Europe/Moscow",
    "NZST": "Pacific/Auckland",
    "NZDT": "Pacific/Auckland",
}

_SEVERAL = {
    "IST": "India, Ireland or Israel",
    "CST": "Chicago, Shanghai or Havana",
    "BST": "London or Dhaka",
    "AST": "Halifax or Riyadh",
    "MST": "Denver or Phoenix",
    "EET": "Helsinki, Cairo or Kaliningrad",
    "EEST": "Helsinki, Cairo or Beirut",
    "WET": "Lisbon or Casablanca",
    "AEST": "Sydney or Brisbane",
    "ACST": "Adelaide or Darwin",
    "GST": "Dubai or South Georgia",
    "PORTLAND": "Los Angeles (for Oregon) or New York (for Maine)",
    "CAMBRIDGE": "London or Boston",
    "BIRMINGHAM": "London or Chicago",
    "SAN JOSE": "San Francisco or Costa Rica",
    "GEORGIA": "Atlanta or Tbilisi",
    "VALENCIA": "Madrid or Caracas",
    "SANTIAGO": "America/Santiago or Madrid",
}
_OTHER_WORDS = ("act", "center", "knox", "north", "oral", "south", "wake", "west")
"""Zone names that say something else in a sentence."""
_FOLDERS = ("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/",
            "Indian/", "Pacific/")  # fmt: skip


def zone_for(name: str) -> str | None:
    """The IANA zone that people call so ("Munich", "PT", "Asia/Tokyo"); None for no such name."""
    words = " ".join(name.split())
    if (short := words if len(words) == 2 else words.upper()) in _SHORT:
        return _SHORT[short]
    return _full_names().get(words.lower()) or _cities().get(_plain(words))


def several_zones(name: str) -> str | None:
    """The places between which a name that means several clocks leaves one in doubt."""
    words = " ".join(name.split())
    return _SEVERAL.get(words if len(words) < 5 else _plain(words).upper())


def zone_in_words(zone: str) -> str:
    """How the zone is shown: by its city where that names it beyond doubt."""
    city = zone.rsplit("/", 1)[-1].replace("_", " ")
    return city if zone_for(city) == zone and not several_zones(city) else zone


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name)
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return re.sub(r"[.'’_\s-]+", " ", letters).strip().lower()


@cache
def _full_names() -> Mapping[str, str]:
    return {zone.lower(): zone for zone in available_timezones() if "/" in zone}


@cache
def _cities() -> Mapping[str, str]:
    named = [zone for zone in _full_names().values() if zone.startswith(_FOLDERS)]
    # Of two zones that end in one city, the one with more parts is the newer name.
    named.sort(key=lambda zone: (zone.count("/"), zone))
    cities = {_plain(zone.rsplit("/", 1)[-1]): zone for zone in named}
    for word in _OTHER_WORDS:
        cities.pop(word, None)
    for line in re.sub(r",\s+", ",", _OTHERS.strip()).splitlines():
        zone, _, names = line.partition(": ")
        zone_named(zone)
        cities |= dict.fromkeys(names.split(","), zone)
    return cities
