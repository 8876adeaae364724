"""Company over product over team: what a charter takes over from those above it, and how that is
shown."""

from bot.charter.model import Draft
from bot.charter.service import CharterService
from bot.charter.views import charter_card
from bot.events import Person
from bot.plain_text import plain_text
from tests.fakes import FakeStorage, FixedClock

W = "W"
DANA = Person(id="dana", name="Dana Diaz")


async def levels(*charters: tuple[str, tuple[tuple[str, str], ...]]) -> CharterService:
    """Each below the one before; the last holds in #team."""
    service = CharterService(work=FakeStorage(), clock=FixedClock())
    parent: str | None = None
    for name, lines in charters:
        drafts = [Draft(kind=kind, text=text) for kind, text in lines]
        parent = (await service.create(W, name, drafts, by=DANA, parent=parent)).id
    await service.bind(W, charters[-1][0], "team", DANA)
    return service


COMPANY = (
    "Acme",
    (("mission", "Health for all."), ("vision", "A healthy world."), ("principle", "No ads.")),
)
PRODUCT = ("Vitals", (("mission", "Own your health."), ("pillar", "Enthusiasts first.")))
TEAM = ("Growth", (("vision", "Everybody tells a friend."), ("pillar", "Invites that feel kind.")))


async def refs(service: CharterService) -> list[str]:
    in_force = await service.in_force(W, "team")
    assert in_force
    return [line.ref for line in in_force.lines]


async def test_own_lines_come_first_then_the_nearest_above() -> None:
    service = await levels(COMPANY, PRODUCT, TEAM)
    assert await refs(service) == ["V1", "P1", "Vitals:M1", "Vitals:P1", "Acme:R1"]


async def test_of_mission_and_vision_the_nearest_counts_and_the_others_add_up() -> None:
    service = await levels(COMPANY, PRODUCT, ("Growth", (("mission", "Grow."),)))
    assert await refs(service) == ["M1", "Vitals:P1", "Acme:V1", "Acme:R1"]
    service = await levels(COMPANY, ("Growth", (("vision", "Own."),)))
    assert await refs(service) == ["V1", "Acme:M1", "Acme:R1"]


async def test_inherited_lines_stand_below_under_the_name_of_their_charter() -> None:
    service = await levels(COMPANY, PRODUCT, TEAM)
    in_force = await service.in_force(W, "team")
    assert in_force
    shown = plain_text(charter_card(in_force, [DANA]))
    parts = [
        "Growth",
        "Invites that feel kind.",
        "From above: Vitals",
        "Vitals:M1 Own your health.",
    ]
    parts += ["From above: Acme", "Acme:R1 No ads."]
    places = [shown.index(part) for part in parts]
    assert places == sorted(places)
    assert "Health for all." not in shown


async def test_what_a_nearer_one_stands_in_the_place_of_is_known_of_every_level() -> None:
    service = await levels(COMPANY, PRODUCT, ("Growth", (("mission", "Grow."),)))
    in_force = await service.in_force(W, "team")
    assert in_force
    assert [line.ref for line in in_force.overridden] == ["Vitals:M1", "Acme:M1"]
    assert in_force.line("Acme:M1") is None, "nobody is judged by it"
    assert in_force.beside_all_above.line("Acme:M1") == in_force.overridden[1]
