"""How the report looks: a phone screen of findings at a time, the gravest first."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from bot.cards import (
    Actions,
    Button,
    Card,
    Divider,
    Element,
    Form,
    Quote,
    TextField,
    body,
    heading,
    quiet,
)
from bot.check.model import LONGEST_REASON, SEVERITIES, Dismissed, Finding, Report
from bot.check.wording import SEVERITY, found_by, next_step, says, title
from bot.text import shorten

PAGE = 4
"""Findings at a time."""
MOST_IN_REMINDER = 3
MOST_DISMISSED = 8
LONGEST_LABEL = 60
QUARTERLY = "me on the first Monday of every quarter to review the charter with the check report"
"""What `/mission remind` is told."""


def report_card(report: Report, today: date, *, offset: int = 0, note: str = "") -> Card:
    """A page of the report."""
    page = report.findings[offset : offset + PAGE]
    parts: list[Element] = [body("{note}", note=note)] if note else []
    parts.append(heading("**{name}**: {what}", name=report.charter_name, what=_how_many(report)))
    parts.append(quiet("{how}", how=_how_looked(report)))
    for finding in page:
        parts += [Divider(), *_finding(report, finding, today), _dismiss(report, finding)]
    parts += [Divider(), Actions(buttons=_buttons(report, offset))]
    return Card(
        summary=f"{report.charter_name}: {_how_many(report)}",
        elements=tuple(parts),
        judged_by_model=any(finding.basis == "model" for finding in page),
    )


def report_elements(report: Report, today: date) -> Sequence[Element]:
    """The report in short, as a part of something else."""
    parts: list[Element] = [
        body("**{name}**: {what}", name=report.charter_name, what=_how_many(report))
    ]
    for finding in report.findings[:MOST_IN_REMINDER]:
        parts += _finding(report, finding, today)
    show = Button(label="The whole report", action="check.whole", value=report.charter_id)
    parts.append(Actions(buttons=(show, _reviewed(report))))
    return parts


def dismissed_card(report: Report) -> Card:
    """What was set aside, by whom and why."""
    parts: list[Element] = [heading("Dismissed in **{name}**", name=report.charter_name)]
    if not report.dismissed:
        parts.append(body("Nothing is dismissed."))
    for each in report.dismissed[:MOST_DISMISSED]:
        parts += [Divider(), *_dismissed(report, each)]
    if (more := len(report.dismissed) - MOST_DISMISSED) > 0:
        parts.append(quiet("and {n} more", n=more))
    parts.append(quiet("Each stays dismissed until one of its lines changes."))
    back = Button(label="Back to the report", action="check.page", value=f"{report.charter_id}:0")
    parts.append(Actions(buttons=(back,)))
    return Card(summary="Dismissed findings", elements=tuple(parts))


def dismiss_form(charter_id: str, finding: Finding) -> Form:
    """Why is it all right as it is?"""
    return Form(
        form="check.dismiss",
        title="Dismiss this",
        submit="Dismiss",
        state=f"{charter_id}:{finding.fingerprint}",
        intro=(body("**{title}**", title=title(finding)), *_quotes(finding)),
        fields=(
            TextField(
                name="reason",
                label="Why is it all right as it is?",
                hint="One sentence; everybody who sees the charter can read it.",
                lines=2,
                max_length=LONGEST_REASON,
            ),
        ),
    )


def dismiss_button(charter_id: str, finding: Finding) -> Button:
    """Opens the form; it names the lines, as there may be several on a card."""
    named = " and ".join(line.ref for line in finding.lines)
    return Button(
        label=shorten(f"Dismiss {named}".rstrip(), LONGEST_LABEL),
        action="check.dismiss",
        value=f"{charter_id}:{finding.fingerprint}",
    )


def was_dismissed_card(charter_id: str, finding: Finding) -> Card:
    """After a finding was set aside."""
    until = "until its line changes" if finding.lines else "until there is something new about it"
    if len(finding.lines) > 1:
        until = "until one of its lines changes"
    value = f"{charter_id}:{finding.fingerprint}"
    text = "Dismissed: {title}. It stays so {until}."
    return Card(
        summary="Dismissed",
        elements=(
            body(text, title=title(finding), until=until),
            Actions(
                buttons=(
                    Button(label="Show the report", action="check.page", value=f"{charter_id}:0"),
                    Button(label="Bring it back", action="check.bring_back", value=value),
                )
            ),
        ),
    )


# Parts


def _how_many(report: Report) -> str:
    count = Counter(finding.severity for finding in report.findings)
    if not report.findings:
        return "nothing found that needs a look"
    total = "1 finding" if len(report.findings) == 1 else f"{len(report.findings)} findings"
    graded = ", ".join(f"{count[each]} {each}" for each in SEVERITIES if count[each])
    return f"{total} ({graded})"


def _how_looked(report: Report) -> str:
    lines = "1 line" if report.lines == 1 else f"{report.lines} lines"
    if report.reviewed_by:
        return (
            f"I went through {lines} by rule; {report.reviewed_by} read them too, and may be wrong."
        )
    if report.not_reviewed_because:
        return (
            f"I went through {lines} by rule and by likeness of words. "
            f"The language model did not look: {report.not_reviewed_because}"
        )
    return (
        f"I went through {lines} by rule and by likeness of words. No language model read them, so "
        "whether they agree is for you to say."
    )


def _finding(report: Report, finding: Finding, today: date) -> list[Element]:
    head = body(
        "**{severity} · {title}** · _{by}_",
        severity=SEVERITY[finding.severity],
        title=title(finding),
        by=found_by(finding.basis, report.reviewed_by),
    )
    said = says(finding, today)
    why = [body("{said}", said=said)] if said else []
    return [head, *_quotes(finding), *why, body("_Next:_ {step}", step=next_step(finding))]


def _quotes(finding: Finding) -> list[Element]:
    return [Quote(ref=x.ref, text=x.text, source=x.source) for x in finding.lines]


def _dismiss(report: Report, finding: Finding) -> Element:
    button = dismiss_button(report.charter_id, finding)
    if finding.kind == "not_reviewed":
        return Actions(buttons=(_reviewed(report), button))
    return Actions(buttons=(button,))


def _dismissed(report: Report, each: Dismissed) -> list[Element]:
    by = each.dismissal
    reason = f"“{by.reason}”" if by.reason else "for a reason given in a private conversation"
    value = f"{report.charter_id}:{by.fingerprint}"
    return [
        body("**{title}**", title=title(each.finding)),
        *_quotes(each.finding),
        body(
            "{who}, {day} {month}: {reason}",
            who=by.by.name,
            day=by.at.day,
            month=f"{by.at:%b %Y}",
            reason=shorten(reason, LONGEST_REASON),
        ),
        Actions(buttons=(Button(label="Bring it back", action="check.bring_back", value=value),)),
    ]


def _buttons(report: Report, offset: int) -> tuple[Button, ...]:
    def page(label: str, to: int) -> Button:
        return Button(label=label, action="check.page", value=f"{report.charter_id}:{to}")

    left = len(report.findings) - offset - PAGE
    shown: list[Button] = []
    if left > 0:
        shown.append(page(f"{left} more", offset + PAGE))
    if offset:
        shown.append(page("Back", max(0, offset - PAGE)))
    if report.dismissed:
        label = f"{len(report.dismissed)} dismissed"
        shown.append(Button(label=label, action="check.dismissed", value=report.charter_id))
    shown.append(
        Button(label="Remind me every quarter", action="reminders.propose", value=QUARTERLY)
    )
    if not any(finding.kind == "not_reviewed" for finding in report.findings):
        shown.append(_reviewed(report))
    return tuple(shown)


def _reviewed(report: Report) -> Button:
    return Button(
        label="We reviewed it, nothing to change",
        action="check.reviewed",
        value=report.charter_id,
    )
