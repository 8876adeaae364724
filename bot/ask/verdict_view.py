"""How a verdict looks: the answer first, then reasons, precedents, and what may be skipped."""

from collections.abc import Sequence
from datetime import datetime

from bot.ask.about import looks_english
from bot.ask.doubts_view import doubts
from bot.ask.model import (
    LONGEST_QUESTION,
    RELEVANT,
    Call,
    Confidence,
    Finding,
    Precedent,
    Verdict,
    VerdictKind,
)
from bot.ask.service import Answered
from bot.cards import Actions, Button, Card, Element, Quote, body, heading, quiet
from bot.charter.model import InForce, LineInForce
from bot.text import one_line, same_words, shorten

NAMES: dict[VerdictKind, str] = {
    "fits": "Fits",
    "partly": "Partly fits",
    "conflicts": "Conflicts",
    "unclear": "Unclear",
}
MARKS: dict[VerdictKind, str] = {"fits": "✓", "partly": "◐", "conflicts": "✕", "unclear": "?"}
CALLED: dict[VerdictKind, str] = {
    "fits": "fits",
    "partly": "partly fits",
    "conflicts": "conflicts",
    "unclear": "not sure",
}
SURE: dict[Confidence, str] = {"sure": "sure", "fairly_sure": "fairly sure", "unsure": "not sure"}
LINES_SHOWN = 3
FIRST_KINDS = ("non_goal", "principle")
"""What limits the team is shown before what drives it: it is overlooked more often."""


def verdict_card(answered: Answered, *, shared_by: str = "") -> Card:
    """A verdict, or the lines that speak to a question where nobody judged it yet."""
    verdict = answered.verdict
    parts: list[Element] = [_heading(verdict)]
    if verdict.judged_by == "model":
        parts += _judgement(verdict)
        parts += doubts(verdict, answered.in_force)
    else:
        parts += _reading(answered)
    parts += [_precedent(p, verdict, answered.now) for p in _earlier(verdict)]
    parts += [_said(call, answered.now) for call in _others(answered)]
    parts += _notes(answered, shared_by)
    parts.append(Actions(buttons=_buttons(answered, shared=bool(shared_by))))
    name = NAMES[verdict.kind] if verdict.kind else "Your call"
    return Card(
        summary=f"{name}: {shorten(one_line(verdict.question), 120)}",
        elements=tuple(parts),
        judged_by_model=verdict.judged_by == "model",
        feedback=verdict.id if verdict.judged_by == "model" else "",
    )


# The parts of a verdict


def _heading(verdict: Verdict) -> Element:
    title = title_of(verdict.question)
    if verdict.kind and not (verdict.judged_by == "person" and verdict.kind == "unclear"):
        return heading(
            "**{mark} {name}** · {title}",
            mark=MARKS[verdict.kind],
            name=NAMES[verdict.kind],
            title=title,
        )
    if verdict.judged_by == "person":
        return heading("**{mark} Not sure** · {title}", mark=MARKS["unclear"], title=title)
    if not _relevant(verdict):
        return heading("**{mark} Unclear** · {title}", mark=MARKS["unclear"], title=title)
    return heading("**Your call** · {title}", title=title)


def _judgement(verdict: Verdict) -> list[Element]:
    parts: list[Element] = []
    if verdict.why_unclear == "vague":
        parts.append(body("I can't tell what would be done. Say what, for whom, and when."))
    elif verdict.why_unclear == "silent":
        parts.append(body("Nothing in the charter speaks to this."))
    for reason in verdict.reasons:
        stance = "for" if reason.stance == "supports" else "against"
        note = "This line may not bear on the question." if reason.doubtful else ""
        parts.append(
            Quote(ref=reason.ref, text=reason.quote, source=reason.source, stance=stance, note=note)
        )
    stances = {reason.stance for reason in verdict.reasons}
    if stances == {"opposes"}:
        parts.append(body("Nothing in the charter speaks for it."))
    if verdict.would_fit_if:
        parts.append(body("_Would fit if_ {condition}", condition=verdict.would_fit_if))
    return parts


def _reading(answered: Answered) -> list[Element]:
    verdict = answered.verdict
    why = verdict.no_judge_because or "I can't judge this without a language model."
    why = "" if verdict.judged_by == "person" else why
    relevant = _relevant(verdict)
    parts: list[Element]
    if not relevant:
        parts = _nothing_found(answered)
        if verdict.no_judge_because:
            parts.insert(0, body("{why}", why=why))
    else:
        shown = _limits_first(answered.in_force, relevant[:LINES_SHOWN])
        lead = "These lines of your charter speak to it:"
        parts = [body("{why} {lead}", why=why, lead=lead) if why else body(lead)]
        parts += _quotes(answered.in_force, shown)
    if not looks_english(verdict.question):
        parts.append(
            quiet("I read English best; for another language the lines may be the wrong ones.")
        )
    return parts


def _nothing_found(answered: Answered) -> list[Element]:
    closest = [finding.ref for finding in answered.verdict.findings[:1]]
    if not closest:
        return [body("My built-in reader did not work just now; `/mission` shows all lines.")]
    nothing = body("Nothing in the charter clearly speaks to this. Closest:")
    return [nothing, *_quotes(answered.in_force, closest)]


def _quotes(in_force: InForce, refs: Sequence[str]) -> list[Element]:
    lines = [line for line in map(in_force.line, refs) if line]
    return [Quote(ref=line.ref, text=line.line.text, source=line.source) for line in lines]


def _relevant(verdict: Verdict) -> list[Finding]:
    return [finding for finding in verdict.findings if finding.relevance >= RELEVANT]


def _limits_first(in_force: InForce, findings: Sequence[Finding]) -> list[str]:
    lines = [line for line in (in_force.line(f.ref) for f in findings) if line]

    def later(line: LineInForce) -> bool:
        return not (line.inherited or line.line.kind in FIRST_KINDS)

    return [line.ref for line in sorted(lines, key=later)]


def _earlier(verdict: Verdict) -> list[Precedent]:
    return [p for p in verdict.precedents if p.verdict_id != verdict.id]


def _precedent(precedent: Precedent, verdict: Verdict, now: datetime) -> Element:
    if precedent.decision:
        return _decided(precedent, now)
    same = same_words(precedent.question) == same_words(verdict.asked)
    because = f": “{shorten(one_line(precedent.reason), 160)}”" if precedent.reason else ""
    return body(
        "_Earlier:_ {when}, {question} {verb} **{kind}** by {who}{because}",
        when=when(precedent.at, now),
        question="this" if same else f"“{shorten(one_line(precedent.question), 100)}”",
        verb="was overruled to" if precedent.override else "was called",
        kind=CALLED[precedent.kind] if precedent.kind else "",
        who=precedent.by.name,
        because=because,
    )


def _decided(precedent: Precedent, now: datetime) -> Element:
    return body(
        "_Earlier:_ {when}, {name} “{title}” was decided by {who}{how}.",
        when=when(precedent.at, now),
        name=precedent.decision,
        title=shorten(one_line(precedent.question), 100),
        who=precedent.by.name,
        how=f"; {precedent.outcome}" if precedent.outcome else "",
    )


def _others(answered: Answered) -> list[Call]:
    """What people said beside the verdict; the call that became it is the heading already."""
    verdict = answered.verdict
    return [
        call
        for call in answered.calls
        if call.reason or not (verdict.judged_by == "person" and call.by.name == verdict.judge)
    ]


def _said(call: Call, now: datetime) -> Element:
    verb = "overrides this" if call.weight == "override" else "sees it otherwise"
    if not call.reason:
        verb = "made a call too"
    because = f": “{shorten(one_line(call.reason), 300)}”" if call.reason else ""
    return body(
        "**{who}** {verb}, {when}: **{kind}**{because}",
        who=call.by.name,
        verb=verb,
        when=when(call.at, now),
        kind=CALLED[call.kind],
        because=because,
    )


def _notes(answered: Answered, shared_by: str) -> list[Element]:
    verdict, now = answered.verdict, answered.now
    notes: list[Element] = []
    if verdict.judged_by == "model" and verdict.confidence:
        notes.append(
            quiet(
                "judged by {judge} · {sure}{twice} · may be wrong",
                judge=verdict.judge,
                sure=SURE[verdict.confidence],
                twice=" · asked both ways" if verdict.opposite else "",
            )
        )
    elif verdict.judged_by == "person":
        notes.append(
            quiet(
                "called by {judge} · {charter} charter v{version}",
                judge=verdict.judge,
                charter=verdict.charter_name,
                version=verdict.version,
            )
        )
    if shared_by:
        notes.append(quiet("Shared by {who}", who=shared_by))
    if verdict.context:
        last = shorten(one_line(verdict.context.rsplit("\n", 1)[-1]), 100)
        notes.append(quiet("Follows up on “{last}”", last=last))
    if answered.newer_version:
        notes.append(
            quiet(
                "This thread keeps version {old} of the charter; it is at version {new} now.",
                old=verdict.version,
                new=answered.newer_version,
            )
        )
    named = {precedent.by.id for precedent in _earlier(verdict)}
    if verdict.asked_before and verdict.asked_before[0].id not in named:
        person, at = verdict.asked_before
        notes.append(quiet("Asked before by {who}, {at}.", who=person.name, at=when(at, now)))
    if len(verdict.question) >= LONGEST_QUESTION - 60 and verdict.question.endswith("…"):
        notes.append(quiet("That is long; I read the first {n} characters.", n=LONGEST_QUESTION))
    if answered.tell_how_to_connect:
        notes.append(
            quiet(
                "For verdicts, connect a language model: set `OPENAI_API_KEY`, or "
                "`OPENAI_BASE_URL` for one of your own. Only owners see this, now and then."
            )
        )
    return notes


def _buttons(answered: Answered, *, shared: bool) -> tuple[Button, ...]:
    verdict = answered.verdict
    share = Button(label="Share", action="ask.share", value=verdict.id)
    buttons: list[Button] = []
    if verdict.judged_by is None:
        buttons += [
            Button(label=label, action="ask.call", value=f"{kind}:{verdict.id}")
            for kind, label in (
                ("fits", "Fits"),
                ("partly", "Partly"),
                ("conflicts", "Conflicts"),
                ("unclear", "Not sure"),
            )
        ]
    if not shared and verdict.private_to is None:
        buttons.append(share)
    if verdict.judged_by is not None:
        buttons.append(disagree_button(verdict))
        buttons.append(
            Button(label="Record as decision", action="decisions.from_verdict", value=verdict.id)
        )
    if verdict.kind not in (None, "fits"):
        label = "Propose a line" if verdict.kind == "unclear" else "Draft an amendment"
        buttons.append(Button(label=label, action="changes.from_verdict", value=verdict.id))
    if verdict.context or answered.newer_version:
        buttons.append(Button(label="Ask it on its own", action="ask.alone", value=verdict.id))
    return tuple(buttons)


def disagree_button(verdict: Verdict) -> Button:
    """Opens the form to see it otherwise."""
    return Button(label="I disagree", action="ask.disagree", value=verdict.id)


def title_of(question: str) -> str:
    """The question as a title."""
    return shorten(one_line(question), 200)


def when(at: datetime, now: datetime) -> str:
    """A past moment for people: "today", "yesterday", "12 Mar", "12 Mar 2025"."""
    days = (now.date() - at.date()).days
    if days <= 0:
        return "today"
    if days == 1:
        return "yesterday"
    return f"{at.day} {at:%b}" if at.year == now.year else f"{at.day} {at:%b %Y}"
