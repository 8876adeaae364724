"""How the report looks: what can be said first, then what there is too little for."""

from collections.abc import Sequence
from datetime import datetime

from bot.cards import Actions, Button, Card, Chart, Element, Link, Series, body, heading, quiet
from bot.decisions.report import ENOUGH, Report, Served, Turned
from bot.delivery.model import Schedule
from bot.recurrence.model import zone_named
from bot.recurrence.zones import zone_in_words
from bot.text import shorten

VERDICTS = {
    "fits": "were called *fits*",
    "partly": "were called *partly fits*",
    "conflicts": "were called *conflicts*",
    "unclear": "were called *unclear*",
    None: "had no verdict",
}
LINES_SHOWN = 8


def report_card(name: str, found: Report) -> Card:
    """What the decisions of the charter called `name` add up to."""
    if not found.total:
        return Card(
            summary="No decisions to report on",
            elements=(
                heading("Decisions of {name}", name=name),
                body("None is recorded yet. `/mission decide` records one in a minute."),
            ),
        )
    total = "1 decision" if found.total == 1 else f"{found.total} decisions"
    title = "{name}: {total}, {open} of them open"
    parts: list[Element] = [heading(title, name=name, total=total, open=found.open)]
    parts += _how_they_turned(found)
    parts += _lines(found)
    if found.unclear:
        parts.append(body("**Asked again and again, and unclear each time**"))
        parts += [
            body("- “{question}”, {times} times", question=shorten(question, 100), times=times)
            for question, times in found.unclear
        ]
    button = Button(label="All decisions", action="decisions.page", value="0:")
    parts.append(Actions(buttons=(button,)))
    return Card(summary=f"{total} of {name}", elements=tuple(parts))


def monthly(promised: Schedule | None) -> str:
    """Whether the report comes every month, and how to change that."""
    if promised is None or promised.due_at is None:
        return (
            "The report does not come by itself here. `/mission decisions report monthly on` "
            "brings it on the first working day of each month."
        )
    zone = promised.rule.zone
    local: datetime = promised.due_at.astimezone(zone_named(zone))
    return (
        "The report comes here on the first working day of each month at "
        f"{promised.rule.clock:%H:%M} ({zone_in_words(zone)}), next on {local:%a} {local.day} "
        f"{local:%b %Y}. `/mission decisions report monthly off` ends that."
    )


def files_card(links: Sequence[tuple[str, str]]) -> Card:
    """Where the files are: under these labels and addresses, or in the person's own messages."""
    if not links:
        text = "I sent you the files in our direct messages: what you may see from here."
        return Card(summary="I sent you the files", elements=(body(text),))
    return Card(
        summary="Decisions as files",
        elements=(
            body("Every decision that you may see from here, as a file:"),
            Actions(buttons=tuple(Link(label=label, url=url) for label, url in links)),
            quiet("For you alone, for a quarter of an hour. Ask again for newer ones."),
        ),
    )


def no_files_card(workspace: str) -> Card:
    """For where none are handed out: how the operator makes them."""
    command = f"missionbot decisions export --workspace {workspace}"
    return Card(
        summary="Files are not handed out here",
        elements=(
            body(
                "Files are not handed out here. Your operator can make a table with `{csv}`, or "
                "Markdown with `{adr}`.",
                csv=f"{command} --format csv decisions.csv",
                adr=f"{command} --format adr decisions",
            ),
        ),
    )


def _how_they_turned(found: Report) -> list[Element]:
    said = [_said(turned) for turned in found.turned if turned.enough]
    few = sum(turned.closed for turned in found.turned if not turned.enough)
    parts: list[Element] = []
    if said:
        parts.append(body("**How they turned out**"))
        parts += [body("{said}", said=each) for each in said]
    if few and said:
        parts.append(
            quiet(
                "Checked beside these: {few}. Once {enough} of a kind are, I say how they went.",
                few=few,
                enough=ENOUGH,
            )
        )
    elif not said:
        parts.append(
            quiet(
                "Checked so far: {few}. Once {enough} of a kind are, I say how they turned out; "
                "with fewer it would be chance.",
                few=few,
                enough=ENOUGH,
            )
        )
    return parts


def _said(turned: Turned) -> str:
    what = VERDICTS[turned.kind].replace("*", "")
    return f"Of {turned.closed} that {what}, {turned.hits} went as expected or better."


def _lines(found: Report) -> list[Element]:
    if found.tied < ENOUGH:
        return [
            quiet(
                "Tied to a line of the charter: {tied}. Once {enough} are, I show which lines "
                "they serve.",
                tied=found.tied,
                enough=ENOUGH,
            )
        ]
    shown = [line for line in found.served if line.serves or line.violates][:LINES_SHOWN]
    parts: list[Element] = (
        [
            Chart(
                shape="bar",
                title="Decisions by line",
                categories=tuple(line.ref for line in shown),
                series=(
                    Series(name="serve it", values=tuple(line.serves for line in shown)),
                    *_against(shown),
                ),
                words="; ".join(_line_words(line) for line in shown),
            )
        ]
        if shown
        else []
    )
    if unserved := found.unserved:
        names = ", ".join(f"{line.ref} “{shorten(line.text, 60)}”" for line in unserved[:5])
        more = f" and {len(unserved) - 5} more" if len(unserved) > 5 else ""
        parts.append(body("**No decision serves** {names}{more}.", names=names, more=more))
    return parts


def _against(shown: list[Served]) -> tuple[Series, ...]:
    if not any(line.violates for line in shown):
        return ()
    values = tuple(line.violates for line in shown)
    return (Series(name="knowingly against it", values=values),)


def _line_words(line: Served) -> str:
    against = f", {line.violates} against" if line.violates else ""
    return f"{line.ref} “{shorten(line.text, 50)}”: {line.serves}{against}"
