"""What people see of announcements. Every word that this room says stands here and in `forms`."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.announcing.asked import Standing
from bot.announcing.model import Announcement, AnnouncingSettings
from bot.announcing.question import Question
from bot.cards import Actions, Button, Card, Element, Facts, Text, body, heading, quiet
from bot.charter.model import Charter, Line
from bot.events import Person

MOST_CHANGES = 6
"""Changed lines on a card; the others are a click away."""
MOST_NAMES = 20
LETTERS = "ABCD"


def announcement_card(
    announcement: Announcement, changes: Text, *, through: str = "", in_person: bool = False
) -> Card:
    """What changed, why, from when. `through`: the charter that inherits it where it is read.
    `in_person`: it goes to one of those who are asked by name."""
    asks = announcement.asks and (in_person or announcement.audience == "members")
    parts: list[Element] = [
        heading(
            "**{name}** changed: version {number}",
            name=announcement.charter_name,
            number=announcement.number,
        ),
        *_what(announcement, changes),
    ]
    if through:
        parts.append(quiet("{name}, which holds here, inherits this.", name=through))
    if announcement.state == "replaced":
        parts.append(quiet("Another version has followed since; `/mission` shows it."))
    parts.append(Actions(buttons=_buttons(announcement, asks=asks)))
    return Card(summary=_summary(announcement), elements=tuple(parts))


def reminder_card(announcement: Announcement, changes: Text, *, last: bool) -> Card:
    """To somebody who has not confirmed yet."""
    parts = (
        heading(
            "Have you seen what changed in **{name}**?",
            name=announcement.charter_name,
        ),
        *_what(announcement, changes),
        Actions(buttons=_buttons(announcement, asks=True)),
        quiet("I don't ask again." if last else "I ask once more, in a few days."),
    )
    return Card(
        summary=f"Have you seen version {announcement.number} of {announcement.charter_name}?",
        elements=parts,
    )


def question_card(announcement: Announcement, question: Question, wrong: Line | None) -> Card:
    """One question about the change; `wrong` is what was chosen just now."""
    parts: list[Element] = []
    if wrong:
        parts.append(
            body(
                "Not that one. It is **{ref}** “{text}” that {says}. Have another look:",
                ref=question.right.id,
                text=question.right.text,
                says=question.says,
            )
        )
    parts.append(heading("{asks}", asks=question.asks))
    lettered = list(zip(LETTERS, question.options, strict=False))
    parts += [
        body("**{letter}**  {text}", letter=letter, text=line.text) for letter, line in lettered
    ]
    parts.append(
        Actions(
            buttons=tuple(
                Button(
                    label=letter, action="announcing.answer", value=f"{announcement.id}:{line.id}"
                )
                for letter, line in lettered
            )
        )
    )
    if not wrong:
        parts.append(quiet("One question, as often as you like; your tries are not kept."))
    return Card(summary=question.asks, elements=tuple(parts))


def confirmed_card(announcement: Announcement, right: Question | None) -> Card:
    """To who confirmed; `right`: the question that they answered."""
    known = (
        f"Thank you. It is noted that you have read version {announcement.number} "
        f"of {announcement.charter_name}."
    )
    parts: list[Element] = []
    if right:
        parts.append(body("Yes: **{ref}** “{text}”.", ref=right.right.id, text=right.right.text))
    parts.append(body("{text}", text=known))
    return Card(summary=known, elements=tuple(parts))


def replaced_card(announcement: Announcement, newest: Announcement, changes: Text) -> Card:
    """In answer to a click on a version that another has followed."""
    card = announcement_card(newest, changes, in_person=newest.asks)
    note = quiet(
        "Version {old} is not in force any more. This came after it:", old=announcement.number
    )
    return card.model_copy(update={"elements": (note, *card.elements)})


def newcomer_card(charter: Charter, shown: Card) -> Card:
    """The charter, to somebody who came into a channel where it holds."""
    return Card(
        summary=f"Welcome. This is what {charter.name} works towards",
        elements=(
            body(
                "Welcome. This is what **{name}** works towards; it holds in the channel that you "
                "just came into. Ask me there whether an idea fits, or type `/mission`.",
                name=charter.name,
            ),
            *shown.elements,
            quiet("I send this once."),
        ),
    )


def own_card(
    announcement: Announcement | None, charter: Charter, *, asked: bool, confirmed: bool
) -> Card:
    """For who is no owner: whether they have confirmed the newest version."""
    if announcement is None:
        text = f"Nothing has been announced for {charter.name} yet."
        return Card(summary=text, elements=(body("{text}", text=text),))
    name, number = announcement.charter_name, announcement.number
    if confirmed or not asked:
        text = f"You have read version {number} of {name}." if confirmed else _nobody_asked(name)
        return Card(summary=text, elements=(body("{text}", text=text),))
    return Card(
        summary=f"Version {number} of {name} waits for you",
        elements=(
            body(
                "Version {number} of {name}, from {day}, waits for you to read it.",
                number=number,
                name=name,
                day=_day(announcement.at),
            ),
            Actions(buttons=_buttons(announcement, asks=True)),
        ),
    )


def progress_card(
    charter: Charter,
    standings: Sequence[tuple[Standing, datetime | None]],
    settings: AnnouncingSettings,
    *,
    note: str = "",
) -> Card:
    """For owners: how the newest announcements stand, each with when the missing are reminded
    next, and what holds for the next one."""
    parts: list[Element] = [body("{note}", note=note)] if note else []
    parts.append(heading("Announcements of **{name}**", name=charter.name))
    if not standings:
        parts.append(body("No version has been announced yet."))
    for standing, reminded in standings:
        parts += _progress(standing, reminded)
    parts += [body("**From the next version on**"), _set(settings)]
    change = Button(label="Change this", action="announcing.settings", value=charter.id)
    parts.append(Actions(buttons=(change,)))
    return Card(summary=f"Announcements of {charter.name}", elements=tuple(parts))


def _set(settings: AnnouncingSettings) -> Facts:
    """What owners set."""
    asked = {"members": "everybody there", "people": _names(settings.people), "nobody": "nobody"}
    items = [
        ("Posted", "in every channel where it holds" if settings.channels else "in no channel"),
        ("Asked to confirm", asked[settings.audience]),
        ("Question first", "one about the change" if settings.question else "none"),
        ("Owners see", "who has read it" if settings.names else "how many have read it"),
        ("Newcomers", "get the charter once" if settings.newcomers else "get nothing"),
    ]
    return Facts(items=tuple(items))


def _what(announcement: Announcement, changes: Text) -> list[Element]:
    shown = changes.paragraphs[:MOST_CHANGES]
    parts: list[Element] = [changes.model_copy(update={"paragraphs": shown})]
    if more := len(changes.paragraphs) - len(shown):
        parts.append(quiet("and {more} more lines", more=more))
    if announcement.reason:
        parts.append(body("_Why:_ {reason}", reason=announcement.reason))
    parts.append(
        quiet("In force since {day} · {who}", day=_day(announcement.at), who=_by(announcement))
    )
    return parts


def _buttons(announcement: Announcement, *, asks: bool) -> tuple[Button, ...]:
    read = Button(
        label="I have read this",
        action="announcing.read",
        value=announcement.id,
        style="primary",
    )
    show = Button(label="Show the charter", action="charter.show", value=announcement.charter_id)
    history = Button(label="History", action="charter.history", value=announcement.charter_id)
    return (read, show, history) if asks else (show, history)


def _progress(standing: Standing, reminded: datetime | None) -> list[Element]:
    announcement = standing.announcement
    parts: list[Element] = [
        body(
            "**Version {number}** · {day}\n{how}",
            number=announcement.number,
            day=_day(announcement.at),
            how=_how_far(standing),
        )
    ]
    if announcement.names:
        parts += _who(standing)
    if announcement.unreached:
        parts.append(
            quiet(
                "I may not write in {n} of the channels where it holds. Invite me there, and I "
                "post the next version.",
                n=len(announcement.unreached),
            )
        )
    if not announcement.asks or standing.has_everybody:
        return parts
    when = f"Reminded next on {_day(reminded)}." if reminded else "Both reminders went out."
    parts.append(quiet("{when}", when=when))
    close = Button(
        label="Close",
        action="announcing.close",
        value=announcement.id,
        confirm="Nobody is asked to read this version any more. Who confirmed stays noted.",
    )
    remind = Button(
        label="Remind now",
        action="announcing.remind",
        value=announcement.id,
        confirm="Everybody who has not confirmed is reminded now, instead of on the planned day.",
    )
    parts.append(Actions(buttons=(remind, close) if reminded else (close,)))
    return parts


def _how_far(standing: Standing) -> str:
    announcement, n = standing.announcement, len(standing.confirmed)
    have = {0: "Nobody has", 1: "One person has"}.get(n, f"{n} people have")
    if announcement.audience == "nobody":
        return "Nobody was asked to confirm it."
    if announcement.state == "replaced":
        return f"{have.rpartition(' ')[0]} had read it when another version followed."
    if announcement.state == "closed":
        who = announcement.closed_by.name if announcement.closed_by else "an owner"
        return f"{have} read it. Closed by {who}."
    if standing.asked is None:
        return f"{have} read it. I could not look who is still missing; try again later."
    of = len(standing.asked)
    if not of:
        return f"{have} read it. Nobody is there now who could be asked."
    if standing.has_everybody:
        return f"Done: everybody has read it ({of} of {of})."
    return f"{of - len(standing.missing)} of {of} have read it."


def _who(standing: Standing) -> list[Element]:
    parts: list[Element] = []
    if standing.confirmed:
        parts.append(quiet("Read: {names}", names=_names([c.by for c in standing.confirmed])))
    if standing.missing:
        parts.append(quiet("Not yet: {names}", names=_names(standing.missing)))
    return parts


def _names(people: Sequence[Person]) -> str:
    names = [person.name for person in people]
    if len(names) > MOST_NAMES:
        return f"{', '.join(names[:MOST_NAMES])} and {len(names) - MOST_NAMES} more"
    if len(names) < 2:
        return "".join(names) or "nobody"
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _nobody_asked(name: str) -> str:
    return f"Nobody waits for you to read anything of {name}."


def _summary(announcement: Announcement) -> str:
    name, number = announcement.charter_name, announcement.number
    return f"{name} changed: version {number}, {_by(announcement)}"


def _by(announcement: Announcement) -> str:
    others = [each for each in announcement.approved_by if each.id != announcement.by.id]
    if not others:
        return f"adopted by {announcement.by.name}"
    return f"worded by {announcement.by.name}, approved by {_names(announcement.approved_by)}"


def _day(at: datetime | date) -> str:
    return f"{at:%d %b %Y}".lstrip("0")
