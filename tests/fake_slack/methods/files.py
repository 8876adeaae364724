"""Files in three steps: ask for an address, send the bytes there, say that it is done."""

from typing import Any

from aiohttp import web

from tests.fake_slack.methods.chat import drawn, shown
from tests.fake_slack.refusal import Refusal, malformed
from tests.fake_slack.web_api import Call, method
from tests.fake_slack.world import File, World

LONGEST_ALT = 1000
TAKEN_IN_AFTER = 0.2
"""Seconds until a picture can be shown (assumed)."""


@method(
    "files.getUploadURLExternal",
    needs="filename length",
    takes="alt_txt snippet_type",
    scope="files:write",
    tier=4,
    json=False,
)
def ask(call: Call) -> dict[str, Any]:
    if call.get("length") < 1 or len(call.get("alt_txt") or "") > LONGEST_ALT:
        raise malformed(["length or alt_txt"], "invalid_arguments")
    file = File(
        id=call.world.id("F"),
        name=call.get("filename"),
        length=call.get("length"),
        team=call.here.id,
    )
    call.world.files[file.id] = file
    return {"file_id": file.id, "upload_url": f"{call.base}/upload/{file.id}"}


async def receive(world: World, request: web.Request) -> web.Response:
    """The bytes, as they are or as a form."""
    file = world.files.get(request.match_info["file"])
    content = await request.read()
    if request.content_type.startswith("multipart/"):
        return web.Response(status=415, text="send the bytes as they are")
    if file is None or len(content) != file.length:
        return web.Response(status=400, text="length differs")
    file.content = content
    return web.Response(text=f"OK - {len(content)}")


@method(
    "files.completeUploadExternal",
    needs="files",
    takes="channel_id channels thread_ts initial_comment blocks",
    scope="files:write",
    tier=4,
)
def complete(call: Call) -> dict[str, Any]:
    found = [call.world.files.get(each.get("id")) for each in call.get("files")]
    if not found or any(f is None or f.content is None for f in found):
        raise Refusal("file_not_found")
    files = [file for file in found if file]
    for file in files:
        file.ready_at = call.world.clock.now() + TAKEN_IN_AFTER
    if call.get("channel_id"):
        _share(call, files)
    return {"files": [{"id": file.id, "title": file.name} for file in files]}


@method("files.info", needs="file", scope="files:read", tier=4, json=False)
def info(call: Call) -> dict[str, Any]:
    file = call.world.files.get(str(call.get("file")))
    if file is None or file.team != call.here.id:
        raise Refusal("file_not_found")
    told: dict[str, Any] = {"id": file.id, "name": file.name, "mimetype": "", "filetype": ""}
    if file.ready_at and file.ready_at <= call.world.clock.now():
        told |= {"mimetype": "image/png", "filetype": "png"}
    return {"file": told}


def _share(call: Call, files: list[File]) -> None:
    channel = call.channel("channel_id")
    words = call.get("initial_comment") or ""
    sent = {"text": words or " ", "blocks": None if words else call.get("blocks")}
    message = drawn(call.world, channel.id, call.here.bot_user, sent)
    message.files = [file.id for file in files]
    message.thread_ts = call.get("thread_ts")
    call.world.messages.append(message)
    shown(call.world, message, sent)
