"""What a charter file holds, whatever its format, and the spellings that are understood."""

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from bot.charter.model import LETTER, Draft
from bot.errors import UserFacing
from bot.events import Frozen

LARGEST = 1024 * 1024
"""Characters. The largest charter there can be takes a tenth of it."""


class CharterFile(Frozen):
    """A charter as somebody wrote it down; what is wrong with its lines, `next_version` says."""

    name: Annotated[str, Field(min_length=1)]
    parent: str | None = None
    """The name of the charter above it."""
    drafts: tuple[Draft, ...]
    left_out: tuple[str, ...] = ()
    """What stands in the file and is no part of the charter, a sentence each."""


class UnreadableCharter(UserFacing):
    """The file does not hold a charter; a sentence for each thing that is wrong in `problems`."""

    def __init__(self, problems: Sequence[str]) -> None:
        more = [f"… and {len(problems) - 20} more."] if len(problems) > 20 else []
        super().__init__("\n".join([*problems[:20], *more]))
        self.problems = tuple(problems)


def check_size(text: str) -> None:
    """Raises UnreadableCharter for a file that is too large to be a charter."""
    if len(text) > LARGEST:
        raise UnreadableCharter(
            [
                f"The file has {len(text):,} characters; a charter file has {LARGEST:,} at most. "
                "Is it the right file?"
            ]
        )


_SPELLINGS = {
    "mission": "mission statement, purpose",
    "vision": "vision statement",
    "pillar": "strategy, strategy pillar, strategic pillar, strategic priority, priority",
    "audience": "target audience, target group, customer, user, market, who we serve",
    "principle": "guiding principle, value, core value, guardrail",
    "metric": "kpi, measure, success metric, key metric, how we measure success",
    "non_goal": "non goal, nongoal, anti goal, out of scope, what we do not do, what we dont do",
}
_KINDS = {
    spelling: kind
    for kind in LETTER
    for spelling in (kind.replace("_", " "), *_SPELLINGS[kind].split(", "))
}


def kind_of(words: str) -> str | None:
    """The kind that the words mean ("Non-goals", "Our mission"); None when they mean none."""
    plain = " ".join(re.findall(r"\w+", re.sub("['’]", "", words.casefold()).replace("_", " ")))
    plain = plain.removeprefix("our ").removeprefix("the ")
    singular = plain.removesuffix("ies") + "y" if plain.endswith("ies") else plain.removesuffix("s")
    return _KINDS.get(plain) or _KINDS.get(singular)
