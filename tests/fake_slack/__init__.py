"""A strict stand-in for Slack, on a port of its own: it refuses what Slack refuses, limits what
Slack limits, signs what Slack signs, and keeps what people would see.

    slack = FakeSlack()
    async with slack.running():
        slack.request_url = "http://127.0.0.1:…/slack/events"     # or connect by Socket Mode
        dana = slack.person("Dana")
        await dana.types("/mission ask does it fit?", "product")
        await dana.clicks("Fits")
        await dana.fills({"reason": "Because."})
        dana.reads("product")

    server    puts it together          driver    what a person does and reads
    world     people, channels, ...     reading   what stands in blocks
    web_api   one call: token, scope, arguments, limits; then methods/
    lent      triggers, response URLs   rates     429                  faults   what goes wrong
    payloads  what Slack sends          delivery  signed, with retries  socket   Socket Mode
    tokens    tokens, codes, rotation   clock     time that can be moved

Where Slack's pages leave a detail open, the stricter reading was taken; such lines say "assumed".
"""

from tests.fake_slack.faults import Fault
from tests.fake_slack.server import FakeSlack

__all__ = ["FakeSlack", "Fault"]
