"""What Slack lends for a while: triggers (3 seconds, once), response URLs (30 minutes, 5 times)."""

import secrets
from dataclasses import dataclass, field

from tests.fake_slack.clock import Clock
from tests.fake_slack.refusal import Refusal
from tests.fake_slack.world import Message

TRIGGER_LASTS = 3.0
URL_LASTS = 1800.0
URL_USES = 5


@dataclass(kw_only=True)
class Trigger:
    person: str
    made_at: float
    used: bool = False


@dataclass(kw_only=True)
class Lent:
    """Where a response URL leads."""

    channel: str
    person: str
    made_at: float
    clicked: Message | None = None
    """The message whose button was clicked; None after a command."""
    uses: int = 0


@dataclass
class Loans:
    """Gives them out and takes them back."""

    clock: Clock
    triggers: dict[str, Trigger] = field(default_factory=dict)
    urls: dict[str, Lent] = field(default_factory=dict)

    def trigger(self, person: str) -> str:
        made = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self.triggers[made] = Trigger(person=person, made_at=self.clock.now())
        return made

    def use_trigger(self, trigger_id: str) -> str:
        """Who it opens a modal for. Raises Refusal."""
        found = self.triggers.get(trigger_id)
        if found is None:
            raise Refusal("invalid_trigger_id")
        if found.used:
            raise Refusal("exchanged_trigger_id")
        if self.clock.now() - found.made_at > TRIGGER_LASTS:
            raise Refusal("expired_trigger_id")
        found.used = True
        return found.person

    def url(self, channel: str, person: str, clicked: Message | None = None) -> str:
        """The path of a new response URL."""
        made = f"/hooks/{secrets.token_hex(12)}"
        self.urls[made] = Lent(
            channel=channel, person=person, clicked=clicked, made_at=self.clock.now()
        )
        return made

    def use_url(self, path: str) -> Lent:
        """Where it leads. Raises Refusal."""
        found = self.urls.get(path)
        if found is None:
            raise Refusal("no_service")
        if self.clock.now() - found.made_at > URL_LASTS:
            raise Refusal("expired_url")
        if found.uses >= URL_USES:
            raise Refusal("used_url")
        found.uses += 1
        return found
