import logging
from datetime import timedelta
from sqlalchemy import text
from tests.teams_stage import teams_stage
from tests.scenarios.test_pulse import started, DAY, HOUR, TEAM
async def test_x(caplog):
    caplog.set_level(logging.INFO, logger="bot")
    async with teams_stage() as stage:
        for who in TEAM:
            await (await stage.seat(who,"mission")).say("/mission settings zone London")
        dana=await stage.seat("dana")
        await started(dana)
        await dana.click("Change")
        print(await dana.fill({"a_time": "3", "weekday": "TH", "asked_by": "channel"}))
        await stage.pass_time(4*DAY)
        async with stage.core.storage("x") as tx:
            for t in ("delivery","run","pulse_edition"):
                for r in (await tx.ballots._session.execute(text(f"select * from {t}"))): print(t, str(tuple(r))[:420])
        print(stage.teams.refused)
        for r in caplog.records: print(r.name,r.message,getattr(r,"error",""),str(r.exc_info)[:300])
        print((await dana.reads())[-600:])
