"""What a proposal touches, in words. What a person may not see is counted and never shown."""

from bot.ask.model import Tokens
from bot.cards import Actions, Button, Card, Element, Text, body, heading, quiet
from bot.changes.impact import MOST_LOOKED_AT, Impact, Touched
from bot.changes.wording import SAID, counted, day
from bot.markup import Paragraph, Span
from bot.text import one_line, shorten

SHOWN_IN_SHORT = 3
SHOWN = 25


def impact_card(impact: Impact) -> Card:
    """Everything that the proposal touches."""
    title = f"What {impact.proposal.name} touches"
    parts: list[Element] = [heading("**{title}**", title=title), *in_words(impact, SHOWN)]
    if impact.judge is None and impact.touched:
        parts.append(
            quiet(
                "Nothing is judged anew: no language model is connected. These cite a line that "
                "would change, or my built-in reader finds that it speaks to them. Look at them "
                "before you decide."
            )
        )
    show = Button(label="The proposal", action="changes.show", value=impact.proposal.id)
    parts.append(Actions(buttons=(*judge_buttons(impact), show)))
    return Card(summary=f"{title}: {_first(impact)}", elements=tuple(parts))


def in_words(impact: Impact, most: int = SHOWN_IN_SHORT) -> list[Element]:
    """What it touches in a sentence, and the first of it; flips stand first."""
    parts: list[Element] = [body("_Impact:_ {first}", first=_first(impact))]
    shown = sorted(impact.seen, key=lambda each: not (each.rejudged and each.rejudged.flips))
    if shown:
        parts.append(Text(paragraphs=tuple(map(_line, shown[:most]))))
    left = len(shown) - most
    rest = [f"And {left} more that you may see."] if left > 0 else []
    if impact.hidden:
        private = ("a private conversation, which stays", "private conversations, which stay")
        rest.append(f"Of these, {impact.hidden} from {private[impact.hidden > 1]} there.")
    if rest:
        parts.append(quiet("{rest}", rest=" ".join(rest)))
    parts += _progress(impact)
    return parts


def judge_buttons(impact: Impact) -> tuple[Button, ...]:
    """To begin, or to see how far it is; none where nothing can be judged."""
    proposal, judging = impact.proposal, impact.judging
    if judging is None or (judging.finished_at and judging.stopped):
        if impact.judge is None or not impact.touched or impact.most == Tokens():
            return ()
        label = "Judge the rest" if judging else "Judge the impact"
        confirm = f"{_cost(impact)} It goes on by itself, and I tell you when it is done."
        return (Button(label=label, action="changes.judge", value=proposal.id, confirm=confirm),)
    if judging.finished_at is None:
        return (Button(label="How far is it?", action="changes.impact", value=proposal.id),)
    return ()


def _first(impact: Impact) -> str:
    looked = counted(impact.looked_at, "question or open decision", "questions and open decisions")
    most = f"the {MOST_LOOKED_AT} most recent " if impact.more else ""
    looked = looked if not impact.more else f"{most}questions and open decisions"
    if not impact.looked_at:
        return "nothing was asked or decided yet that it could touch."
    if not impact.touched:
        return f"I looked at {looked}; none bears on it."
    bear = counted(len(impact.touched), "bears on it", "bear on it")
    said = f"I looked at {looked}; {bear}"
    judged = [each for each in impact.touched if each.rejudged]
    if not judged:
        return f"{said}."
    flips = counted(len(impact.flips), "answer becomes another one", "answers become other ones")
    return f"{said}, and {flips}." if impact.flips else f"{said}. No answer becomes another one."


def _line(touched: Touched) -> Paragraph:
    subject, again = touched.subject, touched.rejudged
    title = shorten(one_line(subject.title), 120)
    called = f", called by {subject.called_by}" if subject.called_by else ""
    spans = [Span(text=f"“{title}”, {day(subject.at)}")]
    was = subject.was or (again.was if again else None)
    if again and again.flips and again.now and was:
        spans += [
            Span(text=": "),
            Span(text=SAID[was], strike=True),
            Span(text=f"{called} → "),
            Span(text=SAID[again.now], bold=True),
        ]
    elif was:
        stays = " and stays so" if again and again.now == was else ""
        spans.append(Span(text=f": {SAID[was]}{called}{stays}"))
    if again and again.why_not:
        spans.append(Span(text=f". Not judged: {again.why_not}"))
    elif touched.cites and not again:
        spans.append(Span(text=f" · cites {', '.join(touched.cites)}"))
    return Paragraph(spans=tuple(spans), kind="bullet")


def _progress(impact: Impact) -> list[Element]:
    judging = impact.judging
    done = sum(each.rejudged is not None for each in impact.touched)
    if judging is None:
        if judge_buttons(impact):
            return [quiet("{cost}", cost=_cost(impact))]
        return []
    of = len(judging.subjects)
    if judging.finished_at is None:
        return [body("**Judging:** {done} of {of} done. I tell you when it is.", done=done, of=of)]
    if judging.stopped:
        why = "Ended after {done} of {of}: {why}"
        return [body(why, done=done, of=of, why=judging.stopped)]
    return [quiet("judged by {judge} · may be wrong", judge=impact.judge or "a language model")]


def _cost(impact: Impact) -> str:
    most = impact.most
    left = sum(each.rejudged is None for each in impact.touched)
    price = f" ({most.cost:.2f} at the prices that are set)" if most.cost else ""
    return (
        f"Judging {left} of them by {impact.judge} takes at most "
        f"{most.prompt + most.completion:,} tokens{price}."
    )
