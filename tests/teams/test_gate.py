"""Who is let in: every row of what a token may be wrong in, over real HTTP with real keys; and that
nothing is ever sent where it may not be."""

import asyncio
import json
import time
from typing import Any, cast

import jwt
import pytest
from aiohttp import web

from adapters.teams import keys as keys_module
from adapters.teams.access import Access
from adapters.teams.gate import Gate, TurnedAway
from adapters.teams.way_in import open_teams
from bot.errors import UserFacing
from storage.unit_of_work import Storage
from tests.fake_teams import FakeTeams
from tests.fake_teams.delivery import Delivered
from tests.fake_teams.identity import FIRST, SECOND, SigningKey
from tests.fake_teams.world import APP_ID, OTHER_TENANT, TENANT
from tests.fakes import FixedClock
from tests.teams.running import Rooms, Running, running

NOT_ENDORSED = SigningKey("key-3", endorsements=("webchat",))
UNENDORSED = SigningKey("key-4", endorsements=())


def activity(teams: FakeTeams, **changes: Any) -> dict[str, Any]:
    dana = teams.person("Dana").human
    told = teams.delivery.activity("message", dana, teams.world.personal(dana), None)
    told = {**told, "id": teams.world.id(), "text": "show", **changes}
    return {name: value for name, value in told.items() if value is not None}


async def sent(teams: FakeTeams, authorization: str | None, **changes: Any) -> Delivered:
    headers = {} if authorization is None else {"Authorization": authorization}
    return await teams.delivery.post(json.dumps(activity(teams, **changes)), **headers)


def signed(teams: FakeTeams, **claims: Any) -> str:
    return f"Bearer {teams.identity.token(teams.delivery.service_url, **claims)}"


def headed(teams: FakeTeams, key: Any, algorithm: str, **headers: Any) -> str:
    claims = {
        "iss": "https://api.botframework.com",
        "aud": APP_ID,
        "exp": int(time.time()) + 600,
        "serviceurl": teams.delivery.service_url,
    }
    return f"Bearer {jwt.encode(claims, key, algorithm=algorithm, headers=headers)}"


REFUSED = {
    "no header": lambda t: None,
    "empty header": lambda t: "",
    "another scheme": lambda t: signed(t).replace("Bearer", "Basic"),
    "lower-case scheme": lambda t: signed(t).replace("Bearer", "bearer"),
    "no token": lambda t: "Bearer ",
    "two tokens": lambda t: f"{signed(t)} {signed(t)}",
    "garbage": lambda t: "Bearer abc.def.ghi",
    "endless": lambda t: "Bearer " + "a" * 7000,
    "another issuer": lambda t: signed(t, iss="https://sts.windows.net/x/"),
    "no issuer": lambda t: signed(t, iss=None),
    "another audience": lambda t: signed(t, aud="somebody-else"),
    "no audience": lambda t: signed(t, aud=None),
    "another serviceurl": lambda t: signed(t, serviceurl="https://smba.trafficmanager.net/x/"),
    "no serviceurl": lambda t: signed(t, serviceurl=None),
    "expired": lambda t: signed(t, exp=int(time.time()) - 301, nbf=None),
    "never expires": lambda t: signed(t, exp=None),
    "not yet": lambda t: signed(t, nbf=int(time.time()) + 400),
    "bad signature": lambda t: signed(t)[:-8] + "AAAAAAAA",
    "signed by another under a known id": lambda t: headed(
        t, SECOND.private, "RS256", kid=FIRST.kid
    ),
    "unknown key": lambda t: headed(t, FIRST.private, "RS256", kid="key-9"),
    "no key id": lambda t: headed(t, FIRST.private, "RS256"),
    "none": lambda t: headed(t, None, "none", kid=FIRST.kid),
    "HS256": lambda t: headed(t, "a" * 40, "HS256", kid=FIRST.kid),
    "RS512": lambda t: headed(t, FIRST.private, "RS512", kid=FIRST.kid),
    "PS256": lambda t: headed(t, FIRST.private, "PS256", kid=FIRST.kid),
    "a key not for Teams": lambda t: signed(t, key=NOT_ENDORSED),
    "a key for nobody": lambda t: signed(t, key=UNENDORSED),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_a_bad_token_is_refused(bot: Running, teams: FakeTeams, name: str) -> None:
    teams.identity.keys = [FIRST, NOT_ENDORSED, UNENDORSED]
    answer = await sent(teams, REFUSED[name](teams))
    assert (answer.status, answer.body) == (401, None)
    await bot.settled()
    assert (bot.rooms.events, teams.calls) == ([], [])


@pytest.mark.parametrize(
    "changes",
    [
        {"serviceUrl": None},
        {"serviceUrl": ""},
        {"channelId": None},
        {"channelId": "webchat"},
        {"serviceUrl": "https://smba.trafficmanager.net/teams/"},
    ],
)
async def test_what_the_token_does_not_cover_is_refused(
    bot: Running, teams: FakeTeams, changes: dict[str, Any]
) -> None:
    assert (await sent(teams, signed(teams), **changes)).status == 401
    assert bot.rooms.events == []


async def test_a_good_token_is_let_in(bot: Running, teams: FakeTeams) -> None:
    assert (await sent(teams, signed(teams))).status == 200
    nearly = int(time.time()) - 250
    assert (await sent(teams, signed(teams, exp=nearly, nbf=None))).status == 200
    await bot.settled()
    assert len(bot.rooms.events) == 2


async def test_another_tenant_is_turned_away(bot: Running, teams: FakeTeams) -> None:
    for changes in (
        {"channelData": {"tenant": {"id": OTHER_TENANT}}},
        {"channelData": {}, "conversation": {"id": "a:1", "tenantId": OTHER_TENANT}},
        {"channelData": {}, "conversation": {"id": "a:1"}},
    ):
        assert (await sent(teams, signed(teams), **changes)).status == 403
    assert bot.rooms.events == []


async def test_tenants_that_are_listed_may_send(storage_file: Storage, teams: FakeTeams) -> None:
    async with running(storage_file, teams, tenants=(OTHER_TENANT.upper(), TENANT)) as bot:
        mallory = teams.driver(teams.world.human("Mallory", OTHER_TENANT))
        await mallory.types("show", "mission")
        await bot.settled()
        assert "Charter v4" in mallory.reads("mission")
        assert bot.rooms.events[0].workspace == f"teams:{OTHER_TENANT}"


async def test_a_new_key_is_known_at_once(bot: Running, teams: FakeTeams, monkeypatch: Any) -> None:
    assert (await sent(teams, signed(teams))).status == 200
    monkeypatch.setattr(keys_module, "NOT_AGAIN", 0.0)
    teams.identity.roll_over()
    assert (await sent(teams, signed(teams))).status == 200
    assert (await sent(teams, signed(teams, key=FIRST))).status == 401


async def test_unknown_keys_do_not_make_us_fetch_again_and_again(
    bot: Running, teams: FakeTeams
) -> None:
    assert (await sent(teams, signed(teams))).status == 200
    before = teams.identity.fetches
    unknown = headed(teams, FIRST.private, "RS256", kid="key-9")
    await asyncio.gather(*(sent(teams, unknown) for _ in range(30)))
    assert teams.identity.fetches - before <= 1


@pytest.mark.parametrize("how", ["down", "hangs"])
async def test_without_keys_nobody_is_let_in_and_teams_asks_again(
    storage_file: Storage, teams: FakeTeams, monkeypatch: Any, how: str
) -> None:
    monkeypatch.setattr(keys_module, "NOT_AGAIN", 0.0)
    monkeypatch.setattr(keys_module, "WITHIN", 0.2)
    setattr(teams.identity, how, True)
    async with running(storage_file, teams) as bot:
        answer = await sent(teams, signed(teams))
        assert (answer.status, answer.headers.get("Retry-After")) == (503, "2")
        assert bot.rooms.events == []
        setattr(teams.identity, how, False)
        monkeypatch.setattr(keys_module, "WITHIN", 3.0)
        assert (await sent(teams, signed(teams))).status == 200


async def test_a_foreign_host_is_never_spoken_to(storage_file: Storage, teams: FakeTeams) -> None:
    """The token says so, and still: our own would go there."""
    heard: list[str] = []

    async def listen(request: web.Request) -> web.Response:
        heard.append(request.path)
        return web.json_response({"id": "1"})

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", listen)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with running(storage_file, teams, hosts=()) as bot:
            for url in (
                f"http://127.0.0.1:{runner.addresses[0][1]}/",
                "https://evil.example/",
                "https://smba.trafficmanager.net.evil.example/",
                "https://smba.trafficmanager.net@evil.example/",
                "https://other.trafficmanager.net/",
                "http://smba.trafficmanager.net/",
                "file:///etc/passwd",
                "https://[::1",
            ):
                token = teams.identity.token(url)
                answer = await sent(teams, f"Bearer {token}", serviceUrl=url)
                assert answer.status == 403, url
            await bot.settled()
            assert (bot.rooms.events, heard, teams.calls) == ([], [], [])
    finally:
        await runner.cleanup()


HOSTS = {
    "https://smba.trafficmanager.net/emea/": True,
    "https://SMBA.trafficmanager.net/emea/": True,
    "https://smba.infra.gcc.teams.microsoft.com/gcc/": True,
    "https://relay.example.org/": True,
    "https://a.gov.example/": True,
    "https://gov.example/": False,
    "https://smba.trafficmanager.net.evil.example/": False,
    "https://user@smba.trafficmanager.net/": False,
    "https://smba.trafficmanager.net/?x=1": False,
    "https://smba.trafficmanager.net:x/": False,
    "http://relay.example.org/": False,
    "": False,
}


@pytest.mark.parametrize("url", HOSTS)
def test_which_hosts_are_answered(url: str) -> None:
    access = Access(app_id=APP_ID, tenant=TENANT, hosts=("relay.example.org", "*.gov.example"))
    assert access.may_answer_at(url) is HOSTS[url]


# Without an app id


async def test_the_playground_is_answered_on_this_machine(
    storage_file: Storage, teams: FakeTeams
) -> None:
    teams.identity.tokens.append("")
    teams.connector._authorised = lambda request: None  # type: ignore[method-assign]
    async with running(storage_file, teams, app_id="", password="", loopback=True) as bot:
        assert (await sent(teams, None)).status == 200
        await bot.settled()
        assert "Charter v4" in teams.person("Dana").reads("mission")
        for url in ("https://smba.trafficmanager.net/emea/", "http://10.0.0.1/", "http://x/"):
            assert (await sent(teams, None, serviceUrl=url)).status == 403
        # A page in a browser of this machine is not the Playground.
        body = json.dumps(activity(teams))
        assert (await teams.delivery.post(body, Origin="https://evil.example")).status == 403
        assert (await teams.delivery.post(body, Host="evil.example:3978")).status == 403
        plain = await teams.delivery.post(body, **{"Content-Type": "text/plain"})
        assert plain.status == 400
        assert len(bot.rooms.events) == 1


MISSING = {
    "no app id, open to others": ({"app_id": ""}, "this machine only"),
    "a password without an app id": (
        {"app_id": "", "password": "x", "loopback": True},
        "MICROSOFT_APP_ID is missing",
    ),
    "no password": ({"app_id": APP_ID, "tenant": TENANT}, "MICROSOFT_APP_PASSWORD is missing"),
    "no tenant": ({"app_id": APP_ID, "password": "x"}, "MICROSOFT_TENANT_ID is missing"),
    "a managed identity": (
        {"app_id": APP_ID, "app_type": "UserAssignedMsi", "tenant": TENANT},
        "works inside Azure only",
    ),
    "another type": (
        {"app_id": APP_ID, "app_type": "Multi", "tenant": TENANT},
        "'Multi'; it has to be SingleTenant or MultiTenant",
    ),
    "many tenants and no list": (
        {"app_id": APP_ID, "password": "x", "app_type": "MultiTenant"},
        "MISSIONBOT_TEAMS_TENANTS",
    ),
}


@pytest.mark.parametrize("name", MISSING)
async def test_what_is_missing_is_said_before_the_start(storage_file: Storage, name: str) -> None:
    settings, sentence = MISSING[name]
    with pytest.raises(UserFacing, match=sentence):
        async with open_teams(Access(**settings), stored=storage_file.teams, clock=FixedClock()):
            pass


async def test_our_token_is_renewed_when_teams_refuses_it(bot: Running, teams: FakeTeams) -> None:
    dana = teams.person("Dana")
    await dana.types("show", "mission")
    await bot.settled()
    teams.identity.revoke()
    await dana.types("show", "mission")
    await bot.settled()
    assert dana.reads("mission").count("Charter v4") == 2
    assert teams.identity.logins == 2
    for _ in range(3):
        await dana.types("show", "mission")
    await bot.settled()
    assert teams.identity.logins == 2


async def test_a_wrong_secret_is_no_reason_to_ask_for_ever(
    storage_file: Storage, teams: FakeTeams
) -> None:
    async with running(storage_file, teams, Rooms(), password="wrong") as bot:
        await teams.person("Dana").types("show", "mission")
        await bot.settled()
        assert teams.calls == []
        assert len(bot.rooms.events) == 1


def known(key: SigningKey) -> keys_module.SigningKey:
    return keys_module.SigningKey(key.private.public_key(), ("msteams",))


class KnownKeys:
    """Keys that can be taken back."""

    def __init__(self, *keys: Any) -> None:
        self.keys = {key.kid: known(key) for key in keys}

    async def get(self, kid: str) -> keys_module.SigningKey | None:
        return self.keys.get(kid)


async def test_a_proven_token_is_refused_once_its_key_is_taken_back(teams: FakeTeams) -> None:
    keys = KnownKeys(FIRST)
    gate = Gate(teams.access(), cast(keys_module.Keys, keys))
    headers = {"Authorization": signed(teams, key=FIRST)}
    first = await gate.claims(headers, "")
    assert await gate.claims(headers, "") == first
    keys.keys = KnownKeys(SECOND).keys
    with pytest.raises(TurnedAway):
        await gate.claims(headers, "")
    # The same id for another key proves nothing either.
    keys.keys = {FIRST.kid: KnownKeys(SECOND).keys[SECOND.kid]}
    with pytest.raises(TurnedAway):
        await gate.claims(headers, "")


async def test_a_proven_token_is_refused_once_it_has_run_out(teams: FakeTeams) -> None:
    gate = Gate(teams.access(), cast(keys_module.Keys, KnownKeys(FIRST)))
    ends = int(time.time()) - 297
    headers = {"Authorization": signed(teams, key=FIRST, exp=ends, nbf=None)}
    await gate.claims(headers, "")
    while time.time() <= ends + 300:  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    with pytest.raises(TurnedAway):
        await gate.claims(headers, "")


async def test_only_so_many_proven_tokens_are_remembered(
    teams: FakeTeams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.teams.gate.MOST_PROOFS", 2)
    gate = Gate(teams.access(), cast(keys_module.Keys, KnownKeys(FIRST)))
    for number in range(4):
        token = signed(teams, key=FIRST, exp=int(time.time()) + 600 + number)
        await gate.claims({"Authorization": token}, "")
    assert len(gate._proofs) == 2
