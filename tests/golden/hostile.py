"""Words that mean harm: mentions, links, markup, invisible and forbidden characters, and length."""

MENTIONS = (
    "<!channel>",
    "<!here|here>",
    "<!everyone>",
    "<!subteam^S0123|@team>",
    "<@U0DANA>",
    "<@U0DANA|dana>",
    "<#C0PRODUCT|product>",
    "@channel @here @everyone @dana",
    "<at>Dana</at>",
    "<at id='1'>Everyone</at>",
)
LINKS = (
    "<https://evil.example|your bank>",
    "<mailto:a@evil.example|write>",
    "[your bank](https://evil.example)",
    "![](https://evil.example/x.png)",
    "https://evil.example/leak?q=secret",
    "evil.example",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "<!date^1700000000^{date}^https://evil.example|x>",
)
MARKUP = (
    "*bold* _italic_ ~struck~ `code` ```block```",
    "> quoted\n&gt; quoted",
    ":tada: :+1::skin-tone-2:",
    "&lt;!channel&gt; &amp;lt;!here&amp;gt; &#60;!here&#62;",
    "\"quoted\" 'single' \\back\\ {{braces}} {name} %s $x",
    "*",
    "- item\n1. item\n# heading\n| a | b |",
)
CHARACTERS = (
    "right\u202eto left\u2066 and \u200finside",
    "nul \x00 bell \x07 escape \x1b[31m",
    "zero\u200bwidth\ufeff soft\u00adhyphen tag\U000e0041",
    "emoji 👩‍👩‍👧 🇩🇪 astral 𝔘",
    "a\r\nb\tc\u2028d\u0085e",
    " ",
    "\n",
    "नमस्ते שלום 你好",
)
LONG = (
    "long " * 2400,
    "x" * 12_000,
    "<!channel> " * 1100,
    "\n".join(["line"] * 2400),
)
ALL = (*MENTIONS, *LINKS, *MARKUP, *CHARACTERS, *LONG)

EVERYTHING = " ".join((*MENTIONS, *LINKS, *MARKUP, *CHARACTERS))
"""All but the long ones, in one text."""
