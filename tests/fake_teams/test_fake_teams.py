"""The stand-in refuses what Teams would; else the tests before it would prove little."""

from typing import Any

import aiohttp
import pytest

from tests.fake_teams import FakeTeams
from tests.fake_teams.world import BOT, OTHER_TENANT, TENANT, Human


def message(**changes: Any) -> dict[str, Any]:
    return {"type": "message", "text": "hello", "from": {"id": BOT}, **changes}


def carded(**changes: Any) -> dict[str, Any]:
    card = {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": "x"}]}
    kind = "application/vnd.microsoft.card.adaptive"
    return message(attachments=[{"contentType": kind, "content": {**card, **changes}}])


async def call(
    teams: FakeTeams, path: str, body: Any, method: str = "POST", bearer: str = "good"
) -> tuple[int, str | None]:
    teams.identity.tokens = ["good"]
    url = f"{teams.url}/teams/v3/conversations{path}"
    headers = {"Authorization": f"Bearer {bearer}"}
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, url, json=body, headers=headers) as answer,
    ):
        return answer.status, answer.headers.get("Retry-After")


PLACE = "/19%3Aproduct%40thread.tacv2/activities"
TARGETED = f"{PLACE}?isTargetedActivity=true"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (PLACE, message(), 201),
        (PLACE, carded(), 201),
        (PLACE, {"type": "typing"}, 202),
        ("/19%3Anowhere%40thread.tacv2/activities", message(), 404),
        ("/19%3Aproduct%40thread.tacv2%3Bmessageid%3D1/activities", message(), 404),
        ("/19%3Aleads%40thread.v2%3Bmessageid%3D1/activities", message(), 404),
        (PLACE, message(text=""), 400),
        (PLACE, message(unheardOf=1), 400),
        (PLACE, message(**{"from": {"id": "28:another"}}), 400),
        (PLACE, message(conversation={"id": "19:random@thread.tacv2"}), 400),
        (PLACE, {"type": "event"}, 400),
        (PLACE, carded(version="1.6"), 400),
        (PLACE, carded(body=[]), 400),
        (PLACE, carded(type="Card"), 400),
        (PLACE, message(text="ä" * 52_000), 413),
        (PLACE, message(recipient={"id": "x", "isTargeted": True}), 400),
        (TARGETED, message(), 400),
        (TARGETED, message(recipient={"id": "29:nobody", "isTargeted": True}), 404),
        ("", {"bot": {"id": BOT}, "members": []}, 400),
        ("", {"bot": {"id": BOT}, "members": [{"id": "29:nobody"}], "tenantId": TENANT}, 400),
        (f"{PLACE}/5", message(), 404),
    ],
)
async def test_what_is_taken(path: str, body: Any, status: int) -> None:
    async with FakeTeams().running() as teams:
        method = "PUT" if path.endswith("/5") else "POST"
        assert (await call(teams, path, body, method))[0] == status


async def test_who_is_nobody_says_nothing() -> None:
    async with FakeTeams().running() as teams:
        assert (await call(teams, PLACE, message(), bearer="stolen"))[0] == 401
        teams.place("product").bot = False
        assert (await call(teams, PLACE, message()))[0] == 403
        assert teams.world.messages == []


async def test_too_much_at_once() -> None:
    async with FakeTeams().running() as teams:
        answers = [await call(teams, PLACE, message()) for _ in range(9)]
        assert (429, "1") in answers


async def test_one_person_and_the_bot() -> None:
    async with FakeTeams().running() as teams:
        dana, mallory = teams.person("Dana").human, teams.world.human("Mallory", OTHER_TENANT)

        async def made(who: Human) -> int:
            data = {"tenant": {"id": TENANT}}
            members = [{"id": who.mri}]
            told = {"bot": {"id": BOT}, "members": members, "tenantId": TENANT}
            return (await call(teams, "", {**told, "channelData": data}))[0]

        assert await made(dana) == 201
        assert await made(mallory) == 400
        dana.blocked = True
        assert await made(dana) == 403
