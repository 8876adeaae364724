"""Texts that tear at YAML and Markdown, and drafts made of them."""

from hypothesis import strategies as st

from bot.charter.model import LETTER, Draft

_SHARP = [
    *"#-+*_`~|>!=&<:[](){}\\%@?,'\"\t0123456789.) abcXYZé漢🩺",
    *("👩‍👩‍👧", "**", "~~", "---", "(now)", "*(next)*", "**P1**", "&amp;", "<b>", "<!--", "${x}"),
    *("http://x.y", "]: ", "](", "![", "```", "null", "~", "yes", "2027-01-01", "1. ", "- ", "# "),
    *("\\(now)", "\\\\", " #", ": ", "Part of ", "Mission", "P1: ", "<P1>", "\u2028", "\x85", "\n"),
]
HOSTILE = (
    st.lists(st.sampled_from(_SHARP), min_size=1, max_size=12).map("".join).filter(str.strip)
    | st.text(min_size=1).filter(str.strip)
    | st.sampled_from(["x", "x ", "#", "[", "*", "*x ", "`", "\\"]).map(lambda c: c * 1000)
)


def drafts(
    texts: st.SearchStrategy[str], ids: st.SearchStrategy[str] | None = None
) -> st.SearchStrategy[tuple[Draft, ...]]:
    """Up to six drafts of known kinds with such texts."""
    if ids is None:
        ids = st.from_regex(r"[MVPARKN][1-9][0-9]{0,3}", fullmatch=True)
    draft = st.builds(
        Draft,
        kind=st.sampled_from(list(LETTER)),
        text=texts,
        id=st.none() | ids,
        horizon=st.none() | st.sampled_from(["now", "next", "later"]),
    )
    return st.lists(draft, max_size=6).map(tuple)
