"""Other programs' servers on this machine are noticed where they are compatible, and only then."""

from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.judging.local.neighbours import neighbours
from tests.scripted_llm import ScriptedLLM


async def test_a_server_with_models_is_offered() -> None:
    async with ScriptedLLM() as llm:
        port = int(llm.url.split(":")[2].split("/")[0])
        (found,) = await neighbours({"Ollama": port, "LM Studio": 1})
    assert found.program == "Ollama"
    assert found.offer == (
        f"Ollama runs on this machine with {found.models[0]}; to let it judge, set "
        f"OPENAI_BASE_URL={llm.url} and MISSIONBOT_JUDGE_MODEL={found.models[0]}"
    )


async def test_any_other_server_is_not() -> None:
    async def page(_: web.Request) -> web.Response:
        return web.Response(text="<html>It works</html>", content_type="text/html")

    async def hostile(_: web.Request) -> web.Response:
        return web.json_response({"data": [{"id": "a model\nwith lines"}]})

    async def elsewhere(_: web.Request) -> web.Response:
        raise web.HTTPFound("http://example.com/v1/models")

    for handler in (page, hostile, elsewhere):
        app = web.Application()
        app.router.add_get("/v1/models", handler)
        async with TestServer(app) as server:
            assert await neighbours({"Ollama": server.port or 0}) == []
