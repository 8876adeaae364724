"""How results look: how many took part, what was said, what changed, what is decided beside it."""

from collections.abc import Sequence
from datetime import date

from bot.cards import (
    Actions,
    Button,
    Card,
    Divider,
    Element,
    Link,
    Table,
    body,
    heading,
    quiet,
)
from bot.pulse.action import suggested
from bot.pulse.model import Figures, Published
from bot.pulse.publishing import since
from bot.pulse.results import Results
from bot.pulse.trend_view import trend
from bot.pulse.wording import NUMBERS, long_day, short_day
from bot.text import shorten

LINES_SHOWN = 8
MOST_ROWS = 100
WORDS_SHOWN = 20
"""Open answers on one card; the table of all figures has no words of people."""
ROUNDED = "Shares are rounded, more so in small teams; what rounds to nothing is left out."
DIRECTIONS = {"up": "higher than", "down": "lower than"}


def results_card(results: Results, *, at: int = 0, owner: bool = False) -> Card:
    """The edition at that place (0: the newest). `owner`: with one thing that could be done."""
    published = results.found[at]
    title = f"Pulse of {long_day(_day(published))}"
    parts: list[Element] = [heading("{title}", title=title)]
    if owner:
        parts.append(quiet("{said}", said=_owners_first(results)))
        if published.edition.unreached:
            parts.append(body("{said}", said=_unreached(published)))
    if published.why:
        parts.append(body("{why}", why=published.why))
    else:
        parts += _figures(results, at)
        parts += _words(published)
    parts += trend(results.found[at:])
    parts += _beside(results)
    if owner:
        parts += [Divider(), body("**One thing to do:** {what}", what=suggested(results.found))]
    if results.next and not at:
        parts.append(quiet(f"Next pulse: {long_day(results.next)}."))
    parts.append(_buttons(results, at))
    return Card(summary=title, elements=tuple(parts))


def none_yet_card(results: Results) -> Card:
    """Nothing has been told so far."""
    text = "No results yet."
    if results.waiting:
        text = "The last pulse is closed; its owners see the results first, and you soon after."
    elif results.next:
        text = f"No results yet. The next pulse begins on {long_day(results.next)}."
    return Card(summary=text, elements=(body(text),))


def file_card(links: Sequence[tuple[str, str]]) -> Card:
    """Where the figures are: under these addresses, or in the person's own messages."""
    if not links:
        text = "I sent you the figures in our direct messages: what was published, nothing else."
        return Card(summary="I sent you the figures", elements=(body(text),))
    return Card(
        summary="Figures as a file",
        elements=(
            body("Every published figure that you may see, as a table. Nothing else is kept."),
            Actions(buttons=tuple(Link(label=label, url=url) for label, url in links)),
            quiet("For you alone, for a quarter of an hour. Ask again for a newer one."),
        ),
    )


def figures_card(results: Results) -> Card:
    """For where no files are handed out: the figures as a table, to copy."""
    rows = [
        (
            _day(published).isoformat(),
            figures.statement.text,
            "" if figures.mean is None else f"{figures.mean:.1f}",
            "" if figures.low is None else f"{figures.low:g} to {figures.high:g}",
            " ".join(map(str, figures.shares)),
        )
        for published in results.found
        for figures in published.figures
    ]
    if not rows:
        return none_yet_card(results)
    columns = ("Pulse", "Statement", "Mean", "Likely", "% for 1 to 5")
    return Card(
        summary="Published figures",
        elements=(
            body("I hand out no files here, so these are the published figures, to copy."),
            Table(columns=columns, rows=tuple(rows[:MOST_ROWS])),
        ),
    )


def _owners_first(results: Results) -> str:
    pulse = results.pulse
    if pulse.conversation.direct or not pulse.tell_channel:
        return "For you and the other owners and editors of the charter."
    place = pulse.conversation.name or "the conversation"
    return f"For you first; {place} sees it later, without the last part."


def _unreached(published: Published) -> str:
    edition = published.edition
    return (
        f"{edition.unreached} of the {edition.asked} could not be asked: my message did not reach "
        "them, and I keep no note of who they are. Ask your team who got none."
    )


def _figures(results: Results, at: int) -> list[Element]:
    published = results.found[at]
    parts: list[Element] = []
    least = NUMBERS[published.edition.least].capitalize()
    share = published.share
    said = f"{least} or more of those asked answered."
    if share is not None:
        said = f"About {share} % of those asked answered."
    parts.append(body(said))
    for figures in published.figures:
        parts.append(body("**{text}**\n{said}", text=figures.statement.text, said=_said(figures)))
        below = [_shares(figures), _since(figures, results.found[at:])]
        if shown := " ".join(filter(None, below)):
            parts.append(quiet("{shown}", shown=shown))
    if any(figures.shares for figures in published.figures):
        parts.append(quiet(ROUNDED))
    return parts


def _said(figures: Figures) -> str:
    """ "3.8 of 5, likely between 3.2 and 4.4." """
    if figures.mean is None:
        return figures.words or figures.why
    said = f"{figures.mean:.1f} of 5"
    if figures.low is None or figures.high is None:
        return f"{said}."
    return f"{said}, likely between {figures.low:g} and {figures.high:g}."


def _shares(figures: Figures) -> str:
    if not any(figures.shares):
        return ""
    names = ("not at all", "rather not", "partly", "mostly", "fully")
    said = [f"{share} % {name}" for name, share in zip(names, figures.shares, strict=True) if share]
    return f"About {', '.join(said)}."


def _since(figures: Figures, found: Sequence[Published]) -> str:
    """What changed since the statement was asked last, where the numbers allow to say so."""
    name = figures.statement.id
    moved = since(found, name)
    if moved is None or moved == "cannot_tell":
        return ""
    before = next(each for each in found[1:] if _has(each, name))
    day = short_day(_day(before))
    if moved == "same":
        return f"No clear change since {day}."
    return f"Clearly {DIRECTIONS[moved]} on {day}."


def _has(published: Published, statement_id: str) -> bool:
    return any(
        each.statement.id == statement_id and each.mean is not None for each in published.figures
    )


def _words(published: Published) -> list[Element]:
    question = published.edition.open_question
    if published.words:
        shown = published.words[:WORDS_SHOWN]
        more = len(published.words) - len(shown)
        parts: list[Element] = [body("**{question}**", question=question)]
        parts += [body("> {words}", words=words) for words in shown]
        if more:
            parts.append(quiet(f"And {more} more; they are not kept in any order."))
        return parts
    if published.why_no_words:
        why = published.why_no_words
        return [body("**{question}**\n{why}", question=question, why=why)]
    return []


def _beside(results: Results) -> list[Element]:
    if not results.beside:
        return []
    rows = [
        (
            f"{each.believed.ref} {shorten(_line(each.believed.text), 60)}",
            f"{each.believed.mean:.1f} of 5",
            f"{each.share} % ({each.decisions})",
        )
        for each in results.beside[:LINES_SHOWN]
    ]
    caption = "What people believe in, and what is decided for"
    table = Table(
        columns=("Line", "Belief", "Decisions that serve it"), rows=tuple(rows), caption=caption
    )
    return [Divider(), table]


def _buttons(results: Results, at: int) -> Actions:
    pulse = results.pulse
    buttons = []
    if at + 1 < len(results.found):
        earlier = f"{pulse.id}:{at + 1}"
        buttons.append(Button(label="Earlier", action="pulse.results_at", value=earlier))
    if at:
        newer = f"{pulse.id}:{at - 1}"
        buttons.append(Button(label="Newer", action="pulse.results_at", value=newer))
    buttons.append(Button(label="Download figures", action="pulse.export", value=pulse.id))
    return Actions(buttons=tuple(buttons))


def _line(statement: str) -> str:
    """The line's own words within the ready statement; the statement where it was rewritten."""
    _, opened, rest = statement.partition("“")
    return rest.rstrip("”") if opened else statement


def _day(published: Published) -> date:
    return date.fromisoformat(published.edition.id.rpartition("/")[2])
