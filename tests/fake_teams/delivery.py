"""What Teams sends to the bot: activities, with a token that says whose they are."""

import io
import json
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.fake_teams.identity import Identity
from tests.fake_teams.world import BOT, BOT_NAME, TEAM, Human, Place


@dataclass
class Delivered:
    """What the bot answered; `body` is None where it was empty."""

    status: int
    body: Any
    headers: dict[str, str]


class Delivery:
    """Posts them, over real HTTP."""

    def __init__(self, identity: Identity) -> None:
        self.identity = identity
        self.session: aiohttp.ClientSession | None = None
        self.request_url = ""
        self.service_url = ""
        self.names_channels = True
        """Whether activities say what the channel is called."""

    def activity(
        self, kind: str, by: Human | None, place: Place, thread: str | None
    ) -> dict[str, Any]:
        """The outer part of any activity."""
        conversation: dict[str, Any] = {
            "id": f"{place.id};messageid={thread}" if thread else place.id,
            "conversationType": place.kind,
            "tenantId": place.tenant,
        }
        if place.kind != "personal":
            conversation["isGroup"] = True
        told: dict[str, Any] = {"tenant": {"id": place.tenant}}
        if place.kind == "channel":
            channel = {"id": place.id, "type": "private" if place.hidden else "standard"}
            if self.names_channels:
                channel["name"] = place.name
            told |= {"team": {"id": TEAM}, "channel": channel}
        return {
            "type": kind,
            "timestamp": "2026-11-23T09:00:00.1234567Z",
            "localTimestamp": "2026-11-23T10:00:00.1234567+01:00",
            "localTimezone": "Europe/Berlin",
            "serviceUrl": self.service_url,
            "channelId": "msteams",
            "from": by.account() if by else {"id": place.id},
            "recipient": {"id": BOT, "name": BOT_NAME},
            "conversation": conversation,
            "channelData": told,
            "locale": "en-GB",
        }

    async def send(self, activity: dict[str, Any], **claims: Any) -> Delivered:
        """Signed, as Teams signs."""
        token = self.identity.token(activity.get("serviceUrl", ""), **claims)
        return await self.post(json.dumps(activity), Authorization=f"Bearer {token}")

    async def post(self, body: str | bytes, **headers: str) -> Delivered:
        """As it stands."""
        assert self.session, "not running"
        headers = {"Content-Type": "application/json; charset=utf-8", **headers}
        data = io.BytesIO(body.encode() if isinstance(body, str) else body)
        async with self.session.post(self.request_url, data=data, headers=headers) as answer:
            text = await answer.text()
            told = json.loads(text) if text and answer.content_type == "application/json" else None
            return Delivered(answer.status, told, dict(answer.headers))
