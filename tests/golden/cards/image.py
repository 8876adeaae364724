"""Pictures: one that can be uploaded and one that Slack could not show."""

import base64

from bot.cards import Card, Image, body

_PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

CARD = Card(
    summary="Two pictures",
    elements=(
        body("The spread of your answers:"),
        Image(data=_PNG, alt="Most answers are between 3 and 4."),
        Image(
            data=b"<svg xmlns='http://www.w3.org/2000/svg'/>", media="image/svg+xml", alt="A map."
        ),
    ),
)
