"""Words in every size, style and kind of paragraph."""

from bot.cards import Card, Divider, body, heading, literal, quiet

CARD = Card(
    summary="Every kind of text",
    elements=(
        heading("A heading without a style"),
        heading("**{verdict}** · {question}", verdict="✓ Fits", question="an *asked* question"),
        body(
            "Plain, **bold**, _italic_, `code` and ~~struck~~.\nA second paragraph.\n"
            "- one\n- two, **bold**\n> quoted\nAfter it."
        ),
        Divider(),
        literal("Somebody's own words:\n* not a list *\n<@U0DANA> <!channel>"),
        quiet("Small print with `code` and **bold**."),
        quiet("Small print by {who}, whose name would be markup.", who="_Lee_ *Lund*"),
    ),
)
