"""Files of decisions by the page: for whom, with what, how long."""

import csv
import io
import re
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from tests.web_stage import WebSeat, WebStage, web_stage


@pytest.fixture
async def stage() -> AsyncIterator[WebStage]:
    async with web_stage() as running:
        yield running


async def decided(seat: WebSeat, title: str) -> None:
    await seat.say(f"/mission decide {title}")
    assert "Recorded" in await seat.fill({"choice": f"=We do it: {title}."})


async def addresses(stage: WebStage, seat: WebSeat) -> list[str]:
    """Those of the newest answer, as the page shows them: the table's, the programs' and the
    folder's."""
    await seat.say("/mission decisions export")
    response = await stage.client.get(f"/c/{seat.where}/messages", params={"as": seat.who})
    found = re.findall(r"/download/[\w=-]+", (await response.json())["html"])
    return found[-3:]


async def rows(stage: WebStage, address: str) -> list[list[str]]:
    response = await stage.client.get(address)
    assert response.status == 200
    assert response.headers["Content-Disposition"] == 'attachment; filename="decisions.csv"'
    assert response.headers["Cache-Control"] == "no-store"
    return list(csv.reader(io.StringIO((await response.text()).removeprefix("\ufeff"))))


async def test_a_table_and_a_folder_of_what_the_person_sees_from_there(stage: WebStage) -> None:
    priya, alone = await stage.seat("priya"), await stage.seat("priya", "mission")
    erik = await stage.seat("erik")
    await decided(priya, "Drop the widget")
    await decided(alone, "Ask for a raise")
    table, states, folder = await addresses(stage, erik)
    assert [row[1] for row in await rows(stage, table)] == ["title", "Drop the widget"]
    said = await (await stage.client.get(states)).json()
    assert [each["title"] for each in said["decisions"]] == ["Drop the widget"]
    packed: Any = await (await stage.client.get(folder)).read()
    names = zipfile.ZipFile(io.BytesIO(packed)).namelist()
    assert names == ["0001-drop-the-widget.md", "README.md"]
    table, *_ = await addresses(stage, alone)
    assert [row[1] for row in await rows(stage, table)][1:] == [
        "Drop the widget",
        "Ask for a raise",
    ]


async def test_an_address_ends_and_cannot_be_made_up(stage: WebStage) -> None:
    erik = await stage.seat("erik")
    table, *_ = await addresses(stage, erik)
    forged = table[:-6] + ("A" if table[-6] != "A" else "B") + table[-5:]
    for wrong in (forged, "/download/AAAA", "/download/%C3%A9", "/download/x" * 3):
        assert (await stage.client.get(wrong)).status == 404
    stage.clock.advance(timedelta(minutes=16))
    ended = await stage.client.get(table)
    assert ended.status == 410
    assert "has ended" in await ended.text()


async def test_others_do_not_see_the_addresses(stage: WebStage) -> None:
    erik = await stage.seat("erik")
    await erik.say("@Mission decisions export")
    response = await stage.client.get("/c/product/messages", params={"as": "noa"})
    assert "/download/" not in (await response.json())["html"]
