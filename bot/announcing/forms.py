"""The form in which owners set how versions are announced."""

from typing import cast, get_args

from bot.announcing.model import MOST_PEOPLE, AnnouncingSettings, Audience
from bot.cards import ChoiceField, Form, Option, PersonField, quiet
from bot.charter.model import Charter
from bot.errors import UserFacing
from bot.events import FormSubmit

AUDIENCES: dict[Audience, str] = {
    "members": "Everybody in the channels where it is posted",
    "people": "The people chosen below",
    "nobody": "Nobody",
}
SWITCHES: dict[str, tuple[str, str, str]] = {
    "channels": (
        "Where is it posted?",
        "In all its channels",
        "In no channel",
    ),
    "question": (
        "Is something asked before somebody confirms?",
        "One question about the change",
        "Nothing",
    ),
    "names": (
        "What do owners see?",
        "Who has confirmed",
        "How many have confirmed",
    ),
    "newcomers": (
        "What do newcomers in those channels get?",
        "The charter, once",
        "Nothing",
    ),
}
"""By setting: what is asked, and what is said where it is on and where it is off."""


def settings_form(charter: Charter, settings: AnnouncingSettings) -> Form:
    """Filled with what holds now."""
    return Form(
        form="announcing.save",
        title="Announcements",
        submit="Save",
        state=charter.id,
        intro=(
            quiet(
                "How versions of {name} are announced from now on. Whoever is asked and does not "
                "confirm is reminded privately, on the third and the seventh working day.",
                name=charter.name,
            ),
        ),
        fields=(
            ChoiceField(
                name="audience",
                label="Who confirms that they have read it?",
                options=tuple(Option(value=k, label=v) for k, v in AUDIENCES.items()),
                value=settings.audience,
                shown_as="buttons",
            ),
            PersonField(
                name="people",
                label="People",
                hint="Where you ask by name.",
                several=True,
                required=False,
                values=tuple(person.id for person in settings.people),
            ),
            *(_switch(name, on=getattr(settings, name)) for name in SWITCHES),
        ),
    )


def settings_in(event: FormSubmit, before: AnnouncingSettings) -> AnnouncingSettings:
    """What was filled in. Raises UserFacing for more people than can be asked by name."""
    chosen = event.text("audience")
    if len(event.people_in("people")) > MOST_PEOPLE:
        raise UserFacing(f"At most {MOST_PEOPLE} people can be asked by name.")
    return AnnouncingSettings(
        audience=cast("Audience", chosen) if chosen in get_args(Audience) else before.audience,
        people=event.people_in("people"),
        **{name: _is_on(event, name, getattr(before, name)) for name in SWITCHES},
    )


def _switch(name: str, *, on: bool) -> ChoiceField:
    label, yes, no = SWITCHES[name]
    return ChoiceField(
        name=name,
        label=label,
        options=(Option(value="on", label=yes), Option(value="off", label=no)),
        value="on" if on else "off",
    )


def _is_on(event: FormSubmit, name: str, before: bool) -> bool:
    return {"on": True, "off": False}.get(event.text(name), before)
