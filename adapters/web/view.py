"""What one persona sees: messages with their threads, and the page around them."""

from collections.abc import Sequence

from markupsafe import Markup

from adapters.web.html import environment, macro, render
from adapters.web.ids import once_of
from adapters.web.inbound import is_addressed, is_command
from adapters.web.personas import CHANNELS, DIRECT, PERSONAS, address
from bot.delivery.transcript import Said
from bot.events import Frozen, Person


class Shown(Frozen):
    """A message as its viewer gets it."""

    said: Said
    mine: bool
    once: str
    """What the page made for it, on the viewer's own messages."""
    initials: str
    replies_here: bool
    """A reply to it can be begun below it: in the thread that it opens, or stands in."""
    its_thread: bool
    """What is said in its thread is said to the bot."""
    can_ask: bool
    """The bot did not read it, and can be asked to."""
    answered: str
    """Where the answer to it will be: "thread", "below" or nowhere."""
    public: bool


def shown(said: Said, viewer: Person) -> Shown:
    """The message for the viewer."""
    mine = said.author == viewer
    direct = address(said.conversation_id) == DIRECT
    addressed = said.author is None or direct or is_addressed(said.text)
    command = said.author is not None and is_command(said.text)
    answered = ""
    if mine and addressed:
        answered = "below" if (command or direct) and not said.thread else "thread"
    persona = PERSONAS.get(said.author.id) if said.author else None
    return Shown(
        said=said,
        mine=mine,
        once=once_of(said.key) if mine else "",
        initials=persona.initials if persona else "",
        replies_here=said.author is None or not (said.thread or command or direct),
        its_thread=addressed,
        can_ask=mine and not addressed,
        answered=answered,
        public=said.only_for is None,
    )


def message(said: Said, viewer: Person) -> Markup:
    """One message, without its thread."""
    return macro("message", "message")(shown(said, viewer), [], render)


def messages(all_said: Sequence[Said], viewer: Person) -> Markup:
    """All messages, each with its thread below it; a reply whose message is not among them is
    left out."""
    threads: dict[str, list[Shown]] = {}
    for said in all_said:
        if said.thread:
            threads.setdefault(said.thread, []).append(shown(said, viewer))
    return Markup("").join(
        macro("message", "message")(shown(root, viewer), threads.get(root.id, []), render)
        for root in all_said
        if root.thread is None
    )


def spoken(said: Said, viewer: Person) -> str:
    """What a screen reader says of a new message; nothing for the viewer's own."""
    if said.author == viewer:
        return ""
    who = said.author.name if said.author else "Mission"
    only = " (only visible to you)" if said.only_for else ""
    return f"{who}{only}: {said.card.summary if said.card else said.text}"


def page(all_said: Sequence[Said], viewer: Person, place: str, *, signed_in: bool) -> str:
    """The whole page. `signed_in`: there is a password, so there is a way out."""
    channel = CHANNELS.get(place)
    return (
        environment()
        .get_template("page.html")
        .render(
            me=PERSONAS[viewer.id],
            personas=PERSONAS.values(),
            channels=CHANNELS.values(),
            place=place,
            direct=DIRECT,
            title=channel.name if channel else "Mission",
            messages=messages(all_said, viewer),
            empty=not all_said,
            signed_in=signed_in,
        )
    )


def sign_in(problem: str = "") -> str:
    """Where the password is asked for."""
    return environment().get_template("sign_in.html").render(problem=problem)


def problem(title: str, sentence: str) -> str:
    """A page that says what went wrong and what to do."""
    return environment().get_template("problem.html").render(title=title, sentence=sentence)
