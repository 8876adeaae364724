"""Groups of people in Slack ("@designers"), whom a pulse may ask."""

from collections.abc import Sequence

from adapters.slack.api import SlackApi
from adapters.slack.people import People, Tokens
from bot.ports import Member
from bot.pulse.audience import Group
from bot.text import one_line


class SlackGroups:
    """A `bot.pulse.audience.Groups`. Asks Slack each time, as groups change and are asked about
    seldom; waits for nobody."""

    def __init__(self, *, api: SlackApi, tokens: Tokens, people: People) -> None:
        self._api = api
        self._tokens = tokens
        self._people = people

    async def groups(self, workspace: str) -> Sequence[Group]:
        """Those in use, by name."""
        token = await self._tokens.token(workspace)
        answer = await self._api.call("usergroups.list", token, {}, form=True, patience=0)
        found = [
            Group(id=str(each["id"]), name=f"@{one_line(str(each.get('handle') or each['name']))}")
            for each in answer.get("usergroups") or ()
            if not each.get("date_delete")
        ]
        return sorted(found, key=lambda group: group.name)

    async def group_members(self, workspace: str, group_id: str) -> Sequence[Member]:
        """Everybody in the group."""
        token = await self._tokens.token(workspace)
        arguments = {"usergroup": group_id}
        answer = await self._api.call(
            "usergroups.users.list", token, arguments, form=True, patience=0
        )
        return await self._people.described(workspace, answer["users"])
