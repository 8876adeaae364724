"""Verdicts and what they rest on."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from bot.events import Frozen, Key, Person
from bot.text import same_words

VerdictKind = Literal["fits", "partly", "conflicts", "unclear"]
WhyUnclear = Literal["silent", "vague"]
"""Why a verdict is unclear: the charter is silent, or the question is too vague."""
Stance = Literal["supports", "opposes"]
Confidence = Literal["sure", "fairly_sure", "unsure"]

RELEVANT = 0.30
"""A line below this relevance does not clearly speak to a question (measured: see the model card
beside the reader's weights)."""
VERY_RELEVANT = 0.40
"""From here on a verdict that passes the line over is worth a second look (measured: see
docs/judging.md)."""
ALIKE = 0.60
"""From this likeness on, two questions are shown as being about the same matter. Likeness tells
topics apart, not sides ("keep the free plan" is like "drop it"), so an earlier call on a like
question is always shown together with that question."""
NEARLY_THE_SAME = 0.75
"""From this likeness on, two questions may be one question in other words."""
LONGEST_QUESTION = 8000
"""Characters that are read; what comes after is left out, and the answer says so."""


class Finding(Frozen):
    """A charter line and how much it speaks to a question (-1 to 1, for or against alike)."""

    ref: str
    relevance: float


class Reason(Frozen):
    """One cited line. `quote` is the charter's text, put in by code, never by a model."""

    ref: str
    stance: Stance
    quote: str
    source: str
    doubtful: bool = False
    """The reader finds that the line does not bear on the question."""


class Precedent(Frozen):
    """An earlier call that counts: a person's verdict, an owner's override, or a decision."""

    verdict_id: Key
    """For a decision that no verdict stands behind, its own id."""
    question: str
    """For a decision, what was decided."""
    kind: VerdictKind | None
    """For a decision, what was said of it then; None: nothing."""
    by: Person
    at: datetime
    reason: str = ""
    override: bool = False
    version: int
    """The charter version it was made under."""
    decision: str = ""
    """What people call the decision ("D12"); empty for a call."""
    outcome: str = ""
    """How the decision went, as a clause ("it went as expected"); empty while nobody said."""
    likeness: float = 0.0
    """How like its question is to the one that it is shown with (-1 to 1)."""


class Tokens(Frozen):
    """What one call to a language model took, and its price where prices are set."""

    prompt: int = 0
    completion: int = 0
    cached: int = 0
    cost: float = 0.0


class Judgement(Frozen):
    """What a judge says. Names line refs only; whoever shows it puts the quotes in."""

    kind: VerdictKind
    why_unclear: WhyUnclear | None = None
    supports: tuple[str, ...] = ()
    opposes: tuple[str, ...] = ()
    would_fit_if: str = ""
    confidence: Confidence = "unsure"
    opposite: VerdictKind | None = None
    """What the judge said of not doing it; None where it was not asked, or did not answer."""
    model: str
    tokens: Tokens = Tokens()


class Verdict(Frozen):
    """A question with what was answered; stored. `kind` is None where nobody judged yet.

    Its id is made from the event it answers, so that the same event again gives the same one.
    """

    id: Key
    charter_id: Key
    charter_name: str
    version: int
    question: str
    context: str = ""
    """The earlier question of the thread, when this one follows up on it."""
    asked_by: Person
    asked_at: datetime
    conversation_id: Key
    private_to: str | None = None
    """The conversation it must not leave, when it was asked in a private one."""
    asked_in_public: bool = False
    """Others saw the question being asked; one typed as a command is between the asker and the bot
    until it is shared."""
    thread: str | None = None
    kind: VerdictKind | None = None
    why_unclear: WhyUnclear | None = None
    reasons: tuple[Reason, ...] = ()
    would_fit_if: str = ""
    confidence: Confidence | None = None
    opposite: VerdictKind | None = None
    """What the model said of not doing it; None where it was not asked."""
    judged_by: Literal["model", "person"] | None = None
    judge: str = ""
    """The model's or the person's name."""
    findings: tuple[Finding, ...] = ()
    """What the reader found, the most relevant first."""
    precedents: tuple[Precedent, ...] = ()
    no_judge_because: str = ""
    """A sentence for the person: why no model judged, though one is connected."""
    asked_before: tuple[Person, datetime] | None = None
    """Who asked the same under the same version before, and when."""
    shared_in: tuple[str, ...] = ()
    """Conversations it was shared to."""

    @property
    def asked(self) -> str:
        """The whole question: behind the one that it follows up on, where it does."""
        return f"{self.context}\n{self.question}" if self.context else self.question

    @property
    def words(self) -> str:
        """What makes two questions the same."""
        return same_words(self.asked)

    def may_be_seen_from(self, conversation_id: str) -> bool:
        """Whether somebody in that conversation may see it."""
        return self.private_to in (None, conversation_id)


class Call(Frozen):
    """A person's own word on a question: the verdict where no model judged, an owner's override,
    or somebody's disagreement."""

    verdict_id: Key
    by: Person
    at: datetime
    kind: VerdictKind
    reason: str = ""
    weight: Literal["call", "override", "objection"]
    """Calls and overrides count as precedents; an objection is noted only."""


class Usage(Frozen):
    """What a workspace's judge took in one month."""

    calls: int = 0
    tokens: int = 0
    cost: float = 0.0


class Cap(Frozen):
    """The most a workspace may spend a month on its judge; None is no limit."""

    tokens: Annotated[int, Field(ge=0)] | None = None
    cost: Annotated[float, Field(ge=0)] | None = None

    def allows(self, spent: Usage, more: Tokens) -> bool:
        """Whether `more` can still be spent."""
        tokens = spent.tokens + more.prompt + more.completion
        return not (
            (self.tokens is not None and tokens > self.tokens)
            or (self.cost is not None and spent.cost + more.cost > self.cost)
        )
