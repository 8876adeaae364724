"""What people see who set a pulse up."""

from bot.cards import Actions, Button, Card, Element, Facts, body, heading, quiet
from bot.pulse.model import Edition, Pulse
from bot.pulse.setup import Seen
from bot.pulse.wording import NUMBERS, long_day
from bot.recurrence.pattern import WEEKDAYS
from bot.recurrence.vocabulary import WEEKDAY_NAMES

TIRES = (
    "Asked every week, the same people tire: in most companies fewer than half answer after a "
    "while. What keeps them answering is seeing that something was done about the last results. "
    "If you cannot do that weekly, ask every second week."
)
EVERYBODY_MUST = (
    "{count} people are asked, and results need {least} answers: nearly everybody has to answer. "
    "Ask more people, or expect weeks without results."
)
TOO_FEW = (
    "{count} people are asked, and results need {least} answers: there can never be any. "
    "Ask more people{or_less}."
)


def draft_card(seen: Seen, asked: int | None) -> Card:
    """What was filled in, read back before anything is promised. `asked`: how many people it goes
    to, None where that cannot be told now."""
    pulse = seen.pulse
    return Card(
        summary="Your pulse, to look through",
        elements=(
            heading("This is the pulse you would start"),
            _facts(seen, asked),
            *_advice(pulse, asked),
            Actions(
                buttons=(
                    Button(label="Start", action="pulse.start", value=pulse.id, style="primary"),
                    Button(label="Preview", action="pulse.preview", value=pulse.id),
                    Button(label="Change", action="pulse.change", value=pulse.id),
                    Button(label="Not now", action="pulse.discard", value=pulse.id),
                )
            ),
        ),
    )


def status_card(seen: Seen, *, title: str, edition: Edition | None = None) -> Card:
    """The pulse of a conversation; with what can be done with it, for who may. `edition`: the one
    that is open now."""
    pulse = seen.pulse
    buttons = [Button(label="Results", action="pulse.results", value=pulse.id)]
    if edition:
        label = "Answer (under a minute)"
        answer = Button(label=label, action="pulse.answer", value=edition.id, style="primary")
        buttons.insert(0, answer)
    if seen.may_change and pulse.state != "over":
        buttons += _change_buttons(seen)
    return Card(
        summary=title,
        elements=(
            heading("{title}", title=title),
            _facts(seen, None),
            Actions(buttons=tuple(buttons)),
        ),
    )


def set_up_button() -> Button:
    """Opens the form for a new one."""
    return Button(label="Set up a pulse", action="pulse.set_up", style="primary")


def none_card(*, may: bool) -> Card:
    """For where there is no pulse."""
    said = body(
        "**No pulse here yet.** A pulse asks a team a few short statements, anonymously, and shows "
        "how clear and how believed its strategy is."
    )
    if may:
        return Card(
            summary="No pulse here yet", elements=(said, Actions(buttons=(set_up_button(),)))
        )
    who = quiet("An owner or editor of the charter can set one up with `/mission pulse`.")
    return Card(summary="No pulse here yet", elements=(said, who))


def confirm_stop_card(pulse: Pulse) -> Card:
    """Asked before it is stopped by words."""
    stop = Button(label="Stop", action="pulse.stop", value=pulse.id, style="danger")
    keep = Button(label="Pause instead", action="pulse.pause", value=pulse.id)
    return Card(
        summary="Stop this pulse for good?",
        elements=(
            body("**Stop this pulse for good?** Its results stay here."),
            Actions(buttons=(stop, keep)),
        ),
    )


def _change_buttons(seen: Seen) -> list[Button]:
    pulse = seen.pulse
    change = Button(label="Change", action="pulse.change", value=pulse.id)
    preview = Button(label="Preview", action="pulse.preview", value=pulse.id)
    stop = Button(
        label="Stop",
        action="pulse.stop",
        value=pulse.id,
        style="danger",
        confirm="Stop this pulse for good? Its results stay here.",
    )
    if pulse.state == "paused":
        resume = Button(label="Resume", action="pulse.resume", value=pulse.id)
        return [resume, change, preview, stop]
    pause = Button(label="Pause", action="pulse.pause", value=pulse.id)
    day = seen.next.date.isoformat() if seen.next else ""
    skip = Button(label="Skip next", action="pulse.skip", value=f"{pulse.id}:{day}")
    return [change, preview, *([skip] if day else []), pause, stop]


def _facts(seen: Seen, asked: int | None) -> Facts:
    pulse = seen.pulse
    items = [
        ("When", f"{when(pulse)}, in each person's own time zone"),
        ("Whom", whom(pulse, asked)),
        ("What", _what(pulse)),
        ("Open", f"for {_days(pulse.open_for)}"),
        ("Results", _results(pulse)),
    ]
    if pulse.state == "paused":
        items.append(("Next", "paused"))
    elif pulse.state == "over":
        items.append(("Next", "never again: it was stopped"))
    elif seen.next:
        items.append(("Next", long_day(seen.next.date)))
    return Facts(items=tuple(items))


def when(pulse: Pulse) -> str:
    """ "Every second Tuesday at 10:00"."""
    pattern = pulse.rule.pattern
    names = {1: "Every {day}", 2: "Every second {day}"}
    words = names.get(pattern.interval, f"{{day}}, every {NUMBERS[4]} weeks")
    day = WEEKDAY_NAMES[WEEKDAYS.index(pattern.by_day[0])]
    return f"{words.format(day=day)} at {pulse.rule.clock:%H:%M}"


def whom(pulse: Pulse, asked: int | None) -> str:
    """Whom it asks, and how."""
    place = pulse.conversation.name or "this conversation"
    who = {
        "members": f"everybody in {place}" + (", guests too" if pulse.include_guests else ""),
        "people": f"{len(pulse.people)} people picked by name",
        "group": "a group of people" + (", guests too" if pulse.include_guests else ""),
    }[pulse.audience]
    count = f" ({asked} now)" if asked is not None and pulse.audience != "people" else ""
    how = f"by a button in {place}" if pulse.ask_in_channel else "by direct message"
    return f"{who}{count}, {how}"


def _what(pulse: Pulse) -> str:
    question = ", and an open question" if pulse.open_question else ""
    return f"{pulse.a_time} of {len(pulse.statements)} statements each time, in turns{question}"


def _results(pulse: Pulse) -> str:
    least = NUMBERS[pulse.least]
    if pulse.conversation.direct or not pulse.tell_channel:
        return f"from {least} answers, to the charter's owners and editors only"
    place = pulse.conversation.name or "this conversation"
    return f"from {least} answers, to the charter's owners first, then in {place}"


def _advice(pulse: Pulse, asked: int | None) -> list[Element]:
    parts: list[Element] = []
    if asked is not None and asked < pulse.least:
        or_less = " or show results from fewer answers" if pulse.least > 3 else ""
        said = TOO_FEW.format(count=asked, least=pulse.least, or_less=or_less)
        parts.append(body("**{said}**", said=said))
    elif asked is not None and asked < 2 * pulse.least:
        said = EVERYBODY_MUST.format(count=asked, least=pulse.least)
        parts.append(quiet("{said}", said=said))
    if pulse.rule.pattern.interval == 1:
        parts.append(quiet("{said}", said=TIRES))
    return parts


def _days(count: int) -> str:
    return "one working day" if count == 1 else f"{NUMBERS[count]} working days"
