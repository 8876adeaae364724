"""What a person does in Slack, and what they read there."""

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tests.fake_slack import payloads
from tests.fake_slack.delivery import Delivered
from tests.fake_slack.filling import fill
from tests.fake_slack.methods import views
from tests.fake_slack.methods.chat import drawn
from tests.fake_slack.reading import Clickable, buttons, words
from tests.fake_slack.refusal import Refusal
from tests.fake_slack.world import BOT_NAME, Channel, Human, Message, OpenView

if TYPE_CHECKING:
    from tests.fake_slack.server import FakeSlack

_MENTION = re.compile(r"@(\w+)")
_ADDRESS = re.compile(r"https?://[^\s<>]+")


class Driver:
    """One person. `place` is a channel's name; "mission" is the direct messages with the bot."""

    def __init__(self, slack: "FakeSlack", human: Human) -> None:
        self.human = human
        self.problems: list[str] = []
        """What Slack told the person when the app failed."""
        self._slack = slack
        self._world = slack.world

    # Doing

    async def types(
        self, text: str, place: str = "product", *, thread: str | None = None, copies: int = 1
    ) -> list[Delivered]:
        """Write it and press Enter. A slash command goes to the app alone; other words are seen
        by everybody in the channel, and by the app when they are meant for it."""
        channel = self.channel(place)
        assert self.human.id in channel.members, f"{self.human.name} is not in {place}"
        if text.startswith("/"):
            assert thread is None, "Slack takes no slash commands in threads"
            return [await self._commands(text, channel)]
        message = Message(
            channel=channel.id,
            ts=self._world.ts(),
            author=self.human.id,
            text=self._as_sent(text, channel.team),
            thread_ts=thread,
        )
        self._world.messages.append(message)
        bot = self._world.workspaces[channel.team].bot_user
        kind = "message" if channel.direct_with else "app_mention"
        if bot not in channel.members or (
            kind == "app_mention" and f"<@{bot}>" not in message.text
        ):
            return []
        return await self._happens(
            payloads.spoken(message, kind, self.human, channel), channel, copies
        )

    async def clicks(
        self, label: str, place: str = "product", *, message: Message | None = None
    ) -> Delivered:
        """Press the button of that name: of the message, of the open modal, or else of the
        latest message that has one."""
        modal = self.modal
        if message is None and modal and (button := _labelled(modal.view["blocks"], label)):
            return await self._clicks_view(modal, button)
        for candidate in [message] if message else reversed(self.sees(place)):
            if candidate and (button := _labelled(candidate.blocks, label)):
                return await self._clicks_message(candidate, button)
        raise AssertionError(f"no button {label!r} in:\n{self.reads(place)}")

    async def clicks_home(self, label: str) -> Delivered:
        """Press that button of the Home tab."""
        home = self._world.homes[self.human.id]
        button = _labelled(home.view["blocks"], label)
        assert button, f"no button {label!r} in:\n{self.reads_home()}"
        return await self._clicks_view(home, button)

    async def fills(self, fields: Mapping[str, Any], *, send: bool = True) -> Delivered | None:
        """Fill in the open modal, by the fields' labels or names, and send it. Raises
        AssertionError for what Slack itself would not let through."""
        modal = self.modal
        assert modal, "no modal is open"
        people = {p.name: p.id for p in self._world.people.values() if p.team == modal.team}
        fill(modal, fields, people)
        return await self.sends() if send else None

    async def sends(self) -> Delivered:
        """Press the modal's button as it stands."""
        modal = self.modal
        assert modal, "no modal is open"
        assert "submit" in modal.view, "the modal has no button to send it"
        missing = fill(modal, {}, {}, complete=True)
        assert not missing, f"Slack would ask for: {', '.join(missing)}"
        body = payloads.submission(
            self._world, self.human, views.told(self._world, modal), trigger=self._trigger()
        )
        answer = await self._slack.delivery.interaction(body)
        self._after_sending(modal, answer)
        return answer

    async def closes(self, *, all_of_them: bool = False) -> Delivered | None:
        """Press Cancel, or × (`all_of_them`)."""
        stack = self._world.modals.get(self.human.id, [])
        assert stack, "no modal is open"
        modal = stack[-1]
        self._world.modals[self.human.id] = [] if all_of_them else stack[:-1]
        if not modal.view.get("notify_on_close"):
            return None
        told = views.told(self._world, modal)
        return await self._slack.delivery.interaction(
            payloads.closed(self._world, self.human, told, cleared=all_of_them)
        )

    async def uses_shortcut(self, callback_id: str, message: Message) -> Delivered:
        """Choose the shortcut in the message's menu; ephemeral ones have none."""
        assert message.only_for is None, "Slack shows no shortcuts on ephemeral messages"
        url = self._slack.url + self._slack.loans.url(message.channel, self.human.id)
        body = payloads.shortcut(
            self._world, self.human, message, callback_id, trigger=self._trigger(), url=url
        )
        return self._told_of(await self._slack.delivery.interaction(body), callback_id)

    async def opens_home(self, tab: str = "home") -> list[Delivered]:
        """Look at the app's Home tab, or its direct messages (`tab="messages"`)."""
        direct = self._world.direct(self.human.id)
        inner: dict[str, Any] = {
            "type": "app_home_opened",
            "user": self.human.id,
            "channel": direct.id,
            "tab": tab,
            "event_ts": self._world.ts(),
        }
        home = self._world.homes.get(self.human.id)
        if home:
            inner["view"] = views.told(self._world, home)
        return await self._happens(inner, direct, 1)

    # Reading

    @property
    def modal(self) -> OpenView | None:
        """The modal that is open."""
        return self._world.top_modal(self.human.id)

    def sees(self, place: str = "product") -> list[Message]:
        """The messages of the conversation that this person sees, in order."""
        channel = self.channel(place)
        return [
            m
            for m in self._world.messages
            if m.channel == channel.id and m.only_for in (None, self.human.id) and not m.deleted
        ]

    def reads(self, place: str = "product") -> str:
        """Their words."""
        return "\n".join(map(_message_words, self.sees(place)))

    def reads_modal(self) -> str:
        """The open modal's words, with the errors at its fields."""
        modal = self.modal
        assert modal, "no modal is open"
        parts = [modal.view["title"]["text"], words(modal.view["blocks"])]
        parts += list(modal.errors.values())
        if "submit" in modal.view:
            parts.append(f"[{modal.view['submit']['text']}]")
        return "\n".join(parts)

    def reads_home(self) -> str:
        """The Home tab's words."""
        return words(self._world.homes[self.human.id].view["blocks"])

    def channel(self, place: str) -> Channel:
        """The conversation of that name."""
        if place == BOT_NAME:
            return self._world.direct(self.human.id)
        mine = [
            channel
            for channel in self._world.channels.values()
            if channel.name == place
            and (channel.team == self.human.team or self.human.id in channel.members)
        ]
        assert mine, f"{self.human.name} sees no channel {place!r}"
        return mine[0]

    # How it is sent

    async def _commands(self, text: str, channel: Channel) -> Delivered:
        url = self._slack.url + self._slack.loans.url(channel.id, self.human.id)
        form = payloads.command(
            self._world,
            self.human,
            channel,
            self._as_sent(text, channel.team),
            trigger=self._trigger(),
            url=url,
        )
        answer = self._told_of(await self._slack.delivery.command(form), text.split()[0])
        if answer.ok and answer.body:
            self._say_ack(answer.body, channel)
        return answer

    def _say_ack(self, body: str, channel: Channel) -> None:
        """Words in the acknowledgement of a command are an answer."""
        sent = json.loads(body) if body[:1] == "{" else {"text": body}
        bot = self._world.workspaces[channel.team].bot_user
        message = drawn(self._world, channel.id, bot, sent)
        if sent.get("response_type") != "in_channel":
            message.only_for = self.human.id
        self._world.messages.append(message)

    async def _clicks_message(self, message: Message, button: Clickable) -> Delivered:
        url = self._slack.url + self._slack.loans.url(message.channel, self.human.id, message)
        body = payloads.click(
            self._world, self.human, message, button, trigger=self._trigger(), url=url
        )
        return self._told_of(await self._slack.delivery.interaction(body), button.words)

    async def _clicks_view(self, view: OpenView, button: Clickable) -> Delivered:
        told = views.told(self._world, view)
        body = payloads.view_click(self._world, self.human, told, button, trigger=self._trigger())
        return self._told_of(await self._slack.delivery.interaction(body), button.words)

    def _after_sending(self, modal: OpenView, answer: Delivered) -> None:
        if not answer.ok:
            self.problems.append("We had some trouble connecting. Try again?")
            return
        if not answer.body:
            self._world.modals[self.human.id].remove(modal)
            return
        told = json.loads(answer.body)
        match told.get("response_action"):
            case "errors":
                inputs = {b["block_id"] for b in modal.view["blocks"] if b["type"] == "input"}
                errors = told["errors"]
                if not errors or not errors.keys() <= inputs:
                    raise Refusal("errors at blocks that are no inputs")
                modal.errors = errors
            case "update":
                views.replace(self._world, modal, views.checked(told["view"], "modal"))
            case "push":
                views.pushed(self._world, self.human.id, views.checked(told["view"], "modal"))
            case "clear":
                self._world.modals[self.human.id] = []
            case other:
                raise Refusal(f"no such response_action: {other}")

    async def _happens(
        self, inner: dict[str, Any], channel: Channel, copies: int
    ) -> list[Delivered]:
        here = self._world.workspaces[channel.team]
        by = self.human.team if self.human.team != channel.team else None
        body = payloads.event(self._world, here, inner, by=by)
        return await self._slack.delivery.event(body, copies=copies)

    def _told_of(self, answer: Delivered, what: str) -> Delivered:
        """What Slack shows the person when the app did not answer."""
        if not answer.ok:
            why = "operation_timeout" if answer.status == 0 else "dispatch_failed"
            self.problems.append(f"{what} failed with the error “{why}”")
        return answer

    def _as_sent(self, text: str, team: str) -> str:
        """The words as Slack sends them on: escaped, people and addresses marked."""
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        people = {p.handle: p.id for p in self._world.people.values() if p.team == team}
        people[BOT_NAME] = self._world.workspaces[team].bot_user

        def named(found: re.Match[str]) -> str:
            person = people.get(found[1].lower())
            return f"<@{person}>" if person else found[0]

        return _ADDRESS.sub(lambda m: f"<{m[0]}>", _MENTION.sub(named, text))

    def _trigger(self) -> str:
        return self._slack.loans.trigger(self.human.id)


def _message_words(message: Message) -> str:
    tasks = [f"({status}: {title})" for title, status in message.tasks.values()]
    return "\n".join([*tasks, words(message.blocks) if message.blocks else message.text])


def _labelled(blocks: list[dict[str, Any]], label: str) -> Clickable | None:
    return next(
        (b for b in buttons(blocks) if label.lower() in (b.words.lower(), b.said.lower())), None
    )
