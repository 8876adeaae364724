"""Findings: what is worth a look, how it was found, and whether somebody dismissed it."""

import hashlib
import json
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from bot.ask.model import Tokens
from bot.charter.model import LineInForce
from bot.events import Frozen, Key, Person

FindingKind = Literal[
    "unsupported",
    "unserved",
    "tension",
    "contradiction",
    "vague",
    "unmeasured",
    "overdue",
    "lingering",
    "not_reviewed",
    "unclear_question",
    "violated",
    "low_pulse",
]
"""unsupported: a strategy line that serves neither mission nor vision; unserved: a mission or
vision that no strategy line serves; contradiction: a tension between levels; lingering: a horizon
that nobody has touched for long; violated: decisions that knowingly go against a line."""
Severity = Literal["high", "medium", "low"]
Basis = Literal["rule", "reader", "model"]
"""Who found it: a rule that always finds the same; the reader, which likens words and knows no
sides; a language model."""

SEVERITIES: tuple[Severity, ...] = ("high", "medium", "low")
STRATEGY = ("pillar", "audience", "principle", "metric")
"""Kinds of lines that are there to serve mission and vision."""
AIMS = ("mission", "vision")
LONGEST_SENTENCE = 240
"""Characters of what a language model says about a finding."""
LONGEST_REASON = 500
"""Characters of why a finding was dismissed."""


class Quoted(Frozen):
    """A charter line as it reads, and where it stands."""

    ref: str
    text: str
    source: str


class Finding(Frozen):
    """One thing that is worth a look."""

    kind: FindingKind
    basis: Basis
    severity: Severity
    lines: tuple[Quoted, ...] = ()
    words: tuple[str, ...] = ()
    """What it hangs on, by kind: the vague words, the date that passed, the question."""
    about: str = ""
    """What beside its lines makes it this finding and no other: decisions, a question."""
    sentence: str = ""
    """A language model's own words, made harmless."""

    @property
    def fingerprint(self) -> str:
        """The same as long as it is about the same thing and its lines read the same."""
        lines = sorted((line.ref, line.text) for line in self.lines)
        said = json.dumps([self.kind, lines, self.about], ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()[:24]


class Dismissal(Frozen):
    """Somebody's word that a finding is all right as it is."""

    charter_id: Key
    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{24}$")]
    reason: str
    by: Person
    at: datetime
    private_to: str | None = None
    """The conversation that the reason must not leave, when it was given in a private one."""


class Dismissed(Frozen):
    """A finding that would be there, and why it is not shown among the others."""

    finding: Finding
    dismissal: Dismissal


RemarkKind = Literal["unsupported", "unserved", "tension", "contradiction", "vague"]


class Remark(Frozen):
    """What a language model notes: lines by their refs, and one sentence."""

    kind: RemarkKind
    refs: tuple[str, ...]
    sentence: str = ""


class Review(Frozen):
    """A language model's look at a whole charter."""

    remarks: tuple[Remark, ...]
    model: str
    tokens: Tokens = Tokens()


class KeptReview(Frozen):
    """A review with what it is a review of, so that it is paid once."""

    charter_id: Key
    digest: Key
    """Of every line that was sent, and who reviewed."""
    review: Review
    at: datetime


class Report(Frozen):
    """Everything found, the gravest first."""

    charter_id: Key
    charter_name: str
    version: int
    findings: tuple[Finding, ...]
    dismissed: tuple[Dismissed, ...] = ()
    reviewed_by: str = ""
    """The language model that looked at the charter; empty where none did."""
    not_reviewed_because: str = ""
    """A sentence for the person: why no language model looked, though one is connected."""
    lines: int
    """How many own lines were looked at."""


def quoted(line: LineInForce) -> Quoted:
    """The line as a finding shows it."""
    return Quoted(ref=line.ref, text=line.line.text, source=line.source)
