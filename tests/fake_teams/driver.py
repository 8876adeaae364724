"""What a person does in Teams, and what they read there."""

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fake_teams.connector import Refusal, check_card
from tests.fake_teams.delivery import Delivered
from tests.fake_teams.reading import inputs, labelled, words
from tests.fake_teams.world import BOT, BOT_NAME, Human, Message, Place

if TYPE_CHECKING:
    from tests.fake_teams.server import FakeTeams

_MENTION = re.compile(r"@(\w+)")


@dataclass
class Dialog:
    """An open dialog. `command` is the message action that opened it."""

    title: str
    card: dict[str, Any]
    place: Place
    thread: str | None
    replied_to: str = ""
    command: str = ""
    payload: dict[str, Any] = field(default_factory=dict)
    filled: dict[str, str] = field(default_factory=dict)


class Driver:
    """One person. `place` is a conversation's name; "mission" is the chat with the bot."""

    def __init__(self, teams: "FakeTeams", human: Human) -> None:
        self.human = human
        self.problems: list[str] = []
        """What Teams told the person when the bot failed."""
        self.said: list[str] = []
        """Sentences beside cards and in place of dialogs."""
        self.dialog: Dialog | None = None
        self._teams = teams
        self._world = teams.world

    # Doing

    async def types(
        self, text: str, place: str = "product", *, thread: str | None = None, copies: int = 1
    ) -> list[Delivered]:
        """Write it and press Enter. In a channel or chat, words that begin with a slash go to the
        bot alone; others are seen by everybody, and by the bot where it is mentioned."""
        where = self.place(place)
        assert self.human in where.members, f"{self.human.name} is not in {place}"
        targeted = text.startswith("/") and where.kind != "personal"
        if targeted:
            # The command list puts a command's title in, without the slash.
            text = text.removeprefix("/mission").strip() or "mission"
        message = Message(
            place=where.id,
            id=self._world.id(),
            author=self.human.mri,
            text=text,
            thread=thread,
            only_for=self.human.mri if targeted else None,
        )
        self._world.messages.append(message)
        marked, entities = self._marked(text)
        mentioned = any(e["type"] == "mention" and e["mentioned"]["id"] == BOT for e in entities)
        if not where.bot or not (targeted or mentioned or where.kind == "personal"):
            return []
        activity = self._activity("message", where, message.thread or self._root(where, message))
        activity |= {"id": message.id, "text": marked, "textFormat": "plain", "entities": entities}
        if targeted:
            activity["recipient"]["isTargeted"] = True
        return [await self._teams.delivery.send(activity) for _ in range(copies)]

    async def clicks(
        self, label: str, place: str = "product", *, message: Message | None = None
    ) -> Delivered:
        """Press the button of that name: in the open dialog, on the message, or else on the latest
        message that has one."""
        if message is None and self.dialog:
            button = labelled(self.dialog.card, label)
            if button:
                return await self._submits(button)
        for candidate in [message] if message else reversed(self.sees(place)):
            button = labelled(candidate.card_for(self.human.mri), label)
            if button:
                return await self._presses(candidate, button)
        raise AssertionError(f"no button {label!r} in:\n{self.reads(place)}")

    async def fills(self, fields: Mapping[str, Any], *, send: bool = True) -> Delivered | None:
        """Fill in the open dialog, by the fields' names, and send it."""
        dialog = self.dialog
        assert dialog, "no dialog is open"
        ids = inputs(dialog.card)
        for name, value in fields.items():
            found = [each for each in ids if each == name or each.partition("_")[2] == name]
            assert found, f"no field {name!r} among {list(ids)}"
            dialog.filled[found[0]] = value if isinstance(value, str) else ",".join(value)
        return await self.sends() if send else None

    def missing(self) -> list[str]:
        """The labels of what Teams would ask for before it sends."""
        assert self.dialog
        values = self._values()
        return [
            str(i.get("label"))
            for id_, i in inputs(self.dialog.card).items()
            if i.get("isRequired") and not values.get(id_)
        ]

    async def sends(self) -> Delivered:
        """Press the dialog's own button."""
        dialog = self.dialog
        assert dialog, "no dialog is open"
        assert not self.missing(), f"Teams would ask for: {self.missing()}"
        return await self._submits(dialog.card["actions"][0])

    def closes(self) -> None:
        """Press ×."""
        self.dialog = None

    async def uses_action(self, command: str, message: Message) -> Delivered:
        """Choose the action in the message's menu."""
        assert message.only_for is None, "targeted messages have no actions"
        where = self._world.places[message.place]
        content = html.escape(message.text) or html.escape(words(message.card_for(self.human.mri)))
        payload = {
            "id": message.id,
            "createdDateTime": "2026-11-23T09:00:00.000Z",
            "linkToMessage": f"https://teams.microsoft.com/l/message/{where.id}/{message.id}",
            "body": {"contentType": "html", "content": f"<p>{content}</p>"},
        }
        value = {
            "commandId": command,
            "commandContext": "message",
            "messagePayload": payload,
            "context": {"theme": "default"},
        }
        dialog = Dialog("", {}, where, message.thread, command=command, payload=payload)
        answer = await self._invokes(
            "composeExtension/fetchTask", value, where, message.thread or message.id
        )
        self._shows(answer, dialog, command)
        return answer

    async def reacts(self, message: Message, reaction: str = "like", words: str = "") -> Delivered:
        """Answer the question whether it was useful."""
        loop = message.activity.get("channelData", {}).get("feedbackLoop")
        assert loop, "there is no feedback to give"
        where = self._world.places[message.place]
        given = {"reaction": reaction, "feedback": json.dumps({"feedbackText": words})}
        value = {"actionName": "feedback", "actionValue": given}
        answer = await self._invokes(
            "message/submitAction", value, where, message.thread, replied_to=message.id
        )
        if answer.status != 200 or answer.body not in (None, {}):
            self.problems.append("the feedback was not taken")
        return answer

    # Reading

    def sees(self, place: str = "product") -> list[Message]:
        """The messages of the conversation that this person sees, in order."""
        where = self.place(place)
        return [
            m
            for m in self._world.messages
            if m.place == where.id and m.only_for in (None, self.human.mri)
        ]

    def reads(self, place: str = "product") -> str:
        """Their words."""
        return "\n".join(self.words(m) for m in self.sees(place))

    def words(self, message: Message) -> str:
        """The message's words as this person sees them."""
        card = message.card_for(self.human.mri)
        return "\n".join(filter(None, [message.text, words(card)]))

    def reads_dialog(self) -> str:
        """The open dialog's words."""
        assert self.dialog, "no dialog is open"
        return f"{self.dialog.title}\n{words(self.dialog.card)}"

    def place(self, place: str) -> Place:
        """The conversation of that name."""
        if place == BOT_NAME.lower():
            return self._world.personal(self.human)
        return next(p for p in self._world.places.values() if p.name == place)

    # How it is sent

    def _root(self, place: Place, message: Message) -> str | None:
        return message.id if place.kind == "channel" and not message.only_for else None

    def _activity(self, kind: str, place: Place, thread: str | None) -> dict[str, Any]:
        return self._teams.delivery.activity(kind, self.human, place, thread)

    async def _invokes(
        self,
        name: str,
        value: dict[str, Any],
        place: Place,
        thread: str | None,
        replied_to: str = "",
    ) -> Delivered:
        activity = self._activity("invoke", place, thread if place.kind == "channel" else None)
        activity |= {"name": name, "value": value, "id": f"f:{self._world.id()}"}
        if replied_to:
            activity["replyToId"] = replied_to
        return await self._teams.delivery.send(activity)

    async def _presses(self, message: Message, button: dict[str, Any]) -> Delivered:
        where = self._world.places[message.place]
        data = button.get("data") or {}
        if button["type"] == "Action.Execute":
            action = {"type": "Action.Execute", "verb": button.get("verb", ""), "data": data}
            value: dict[str, Any] = {"action": action, "trigger": "manual"}
            answer = await self._invokes(
                "adaptiveCard/action", value, where, message.thread, replied_to=message.id
            )
            self._executed(answer, message, str(button.get("title")))
            return answer
        assert button["type"] == "Action.Submit", f"{button['type']} is nothing to press"
        if data.get("msteams", {}).get("type") == "task/fetch":
            value = {"data": {**data, "type": "task/fetch"}, "context": {"theme": "default"}}
            dialog = Dialog("", {}, where, message.thread, replied_to=message.id)
            answer = await self._invokes(
                "task/fetch", value, where, message.thread, replied_to=message.id
            )
            self._shows(answer, dialog, str(button.get("title")))
            return answer
        activity = self._activity("message", where, message.thread)
        activity |= {"id": self._world.id(), "value": data, "replyToId": message.id}
        return await self._teams.delivery.send(activity)

    async def _submits(self, button: dict[str, Any]) -> Delivered:
        dialog = self.dialog
        assert dialog
        values = {} if button.get("associatedInputs") == "none" else self._values()
        data = {**(button.get("data") or {}), **values}
        value: dict[str, Any] = {"data": data, "context": {"theme": "default"}}
        name = "task/submit"
        if dialog.command:
            name = "composeExtension/submitAction"
            value |= {
                "commandId": dialog.command,
                "commandContext": "message",
                "messagePayload": dialog.payload,
            }
        answer = await self._invokes(
            name, value, dialog.place, dialog.thread, replied_to=dialog.replied_to
        )
        self._shows(answer, dialog, str(button.get("title")))
        return answer

    def _values(self) -> dict[str, str]:
        """What stands in the fields, as Teams sends it; what is empty is left out."""
        assert self.dialog
        values = {id_: str(i.get("value", "")) for id_, i in inputs(self.dialog.card).items()}
        return {k: v for k, v in {**values, **self.dialog.filled}.items() if v != ""}

    # What comes back

    def _executed(self, answer: Delivered, message: Message, what: str) -> None:
        body = answer.body
        if answer.status != 200 or not isinstance(body, dict) or body.get("statusCode") != 200:
            self.problems.append(f"{what}: something went wrong ({answer.status} {body})")
            return
        match body["type"]:
            case "application/vnd.microsoft.card.adaptive":
                card = body["value"]
                check_card(
                    {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
                )
                message.shown[self.human.mri] = card
            case "application/vnd.microsoft.activity.message":
                assert isinstance(body["value"], str)
                self.said.append(body["value"])
            case other:
                raise Refusal(400, "BadArgument", f"no such answer to a click: {other}")

    def _shows(self, answer: Delivered, dialog: Dialog, what: str) -> None:
        if answer.status != 200:
            self.problems.append(f"{what}: unable to reach the app ({answer.status})")
            return
        if answer.body is None:
            self.dialog = None
            return
        assert isinstance(answer.body, dict)
        assert answer.body.keys() == {"task"}, f"no answer to a dialog: {answer.body}"
        task = answer.body["task"]
        if task["type"] == "message":
            self.said.append(task["value"])
            self.dialog = None
            return
        assert task["type"] == "continue", task
        shown = task["value"]
        assert shown.keys() <= {"title", "height", "width", "card", "url"}, shown.keys()
        check_card(shown["card"])
        card = shown["card"]["content"]
        dialog.title, dialog.card, dialog.filled = shown["title"], card, {}
        self.dialog = dialog

    def _marked(self, text: str) -> tuple[str, list[dict[str, Any]]]:
        """The words as Teams sends them on: people marked, and named beside."""
        people = {human.name.split()[0].lower(): human.mri for human in self._world.humans}
        people[BOT_NAME.lower()] = BOT
        entities: list[dict[str, Any]] = []

        def named(found: re.Match[str]) -> str:
            id_ = people.get(found[1].lower())
            if id_ is None:
                return html.escape(found[0], quote=False)
            mark = f"<at>{found[1]}</at>"
            mentioned = {"id": id_, "name": found[1]}
            entities.append({"type": "mention", "text": mark, "mentioned": mentioned})
            return mark

        escaped = html.escape(text, quote=False)
        marked = _MENTION.sub(named, escaped)
        return marked, [*entities, {"type": "clientInfo", "locale": "en-GB", "country": "DE"}]
