"""Any entity that is stored, for property tests; every field of every model is drawn."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import TypeVar, get_args

from hypothesis import strategies as st

from bot.announcing import model as announced
from bot.ask import model as ask
from bot.ask.model import Tokens
from bot.cards import (
    Actions,
    Button,
    Card,
    Chart,
    Divider,
    Facts,
    Image,
    Link,
    Quote,
    Series,
    Table,
    Text,
)
from bot.changes import model as proposed
from bot.charter.model import LETTER, Charter, Horizon, Line, Version
from bot.check import model as checked
from bot.decisions import model as decided
from bot.delivery.inbox import Accepted
from bot.delivery.transcript import Said
from bot.events import (
    ButtonClick,
    Command,
    Conversation,
    FormSubmit,
    Frozen,
    Lifecycle,
    Person,
    Question,
)
from bot.exercise import model as exercised
from bot.markup import Paragraph, Span
from bot.pulse import model as asked_often
from bot.ranking import model as ranks
from bot.recurrence.model import DaysOff, OnDayOff, Rule
from bot.recurrence.pattern import WEEKDAYS
from bot.reminders.model import Audience, Reminder, WhyPaused
from bot.reminders.model import State as ReminderState
from bot.settings.model import Holidays, PersonSettings, Quiet, Wishes

M = TypeVar("M", bound=Frozen)


def every(model: type[M], /, **fields: st.SearchStrategy[object]) -> st.SearchStrategy[M]:
    """The model from a strategy a field; a field without one is a mistake, and so is one that is
    there no more."""
    constant = {name for name in ("kind",) if name in model.model_fields and name not in fields}
    assert set(fields) | constant == set(model.model_fields), f"say what {model.__name__} holds"
    return st.builds(model, **fields)


def one_of(literal: object) -> st.SearchStrategy[object]:
    return st.sampled_from(get_args(literal))


def listed(
    items: st.SearchStrategy[object], most: int = 3
) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(items, max_size=most).map(tuple)


# No NUL: PostgreSQL stores none, and a test of its own says what becomes of it.
_characters = st.characters(codec="utf-8", exclude_characters="\x00")
words = st.text(_characters, max_size=40) | st.sampled_from(
    ["", " ", "'; DROP TABLE verdict; --", "\\", "\\x00", "%s %(a)s :a", "{}", "null", "🩺\u2028ſK"]
)
keys = st.text(_characters, min_size=1, max_size=255)
numbers = st.integers(1, 2**31 - 1)
some = st.none()
moments = st.datetimes(
    min_value=datetime(1970, 1, 2),
    max_value=datetime(2999, 1, 1),
    timezones=st.sampled_from(
        [UTC, timezone(timedelta(hours=5, minutes=45)), timezone(-timedelta(hours=9))]
    ),
)
people = every(Person, id=keys, name=words)

lines = every(
    Line,
    id=st.from_regex(r"[MVPARKN][1-9][0-9]{0,3}", fullmatch=True),
    kind=st.sampled_from(list(LETTER)),
    text=words.filter(bool),
    horizon=some | one_of(Horizon),
)
versions = every(
    Version,
    number=numbers,
    lines=listed(lines),
    adopted_at=moments,
    adopted_by=people,
    note=words,
    key=words,
    proposed_by=some | people,
    approved_by=listed(people),
)
charters = every(
    Charter,
    id=keys,
    name=st.text(_characters, min_size=1, max_size=80),
    parent=some | keys,
    version=versions,
    highest=st.dictionaries(st.sampled_from("MVPARKN"), st.integers(0, 9999)),
    reviewed_at=some | moments,
)

kinds = one_of(ask.VerdictKind)
finite = st.floats(-1, 1)
precedents = every(
    ask.Precedent,
    verdict_id=keys,
    question=words,
    kind=some | kinds,
    by=people,
    at=moments,
    reason=words,
    override=st.booleans(),
    version=numbers,
    decision=words,
    outcome=words,
    likeness=finite,
)
reasons = every(
    ask.Reason,
    ref=words,
    stance=one_of(ask.Stance),
    quote=words,
    source=words,
    doubtful=st.booleans(),
)
verdicts = every(
    ask.Verdict,
    id=keys,
    charter_id=keys,
    charter_name=words,
    version=numbers,
    question=words,
    context=words,
    asked_by=people,
    asked_at=moments,
    conversation_id=keys,
    private_to=some | keys,
    asked_in_public=st.booleans(),
    thread=some | words,
    kind=some | kinds,
    why_unclear=some | one_of(ask.WhyUnclear),
    reasons=listed(reasons),
    would_fit_if=words,
    confidence=some | one_of(ask.Confidence),
    opposite=some | kinds,
    judged_by=some | st.sampled_from(["model", "person"]),
    judge=words,
    findings=listed(every(ask.Finding, ref=words, relevance=finite)),
    precedents=listed(precedents),
    no_judge_because=words,
    asked_before=some | st.tuples(people, moments),
    shared_in=listed(words),
)
calls = every(
    ask.Call,
    verdict_id=keys,
    by=people,
    at=moments,
    kind=kinds,
    reason=words,
    weight=st.sampled_from(["call", "override", "objection"]),
)

_common = {
    "key": keys,
    "workspace": keys,
    "person": people,
    "conversation": every(
        Conversation, id=keys, name=words, private=st.booleans(), direct=st.booleans()
    ),
    "thread": some | words,
    "public": st.booleans(),
    "zone": words,
}
events = st.one_of(
    every(Command, **_common, text=words),
    every(Question, **_common, text=words),
    every(ButtonClick, **_common, action=keys, value=words, message=some | words),
    every(
        FormSubmit,
        **_common,
        form=keys,
        state=words,
        fields=st.dictionaries(words, words | listed(words), max_size=3),
        people=listed(people),
    ),
    every(Lifecycle, **_common, what=one_of(Lifecycle.model_fields["what"].annotation)),
)
accepted = every(Accepted, channel=keys, event=events, tries=st.integers(0, 99))


spans = every(
    Span,
    text=words,
    bold=st.booleans(),
    italic=st.booleans(),
    code=st.booleans(),
    strike=st.booleans(),
)
paragraphs = every(
    Paragraph, spans=listed(spans), kind=st.sampled_from(["plain", "bullet", "quote"])
)
labels = st.sampled_from(["Share", "Fits", "漢字 🩺"])
elements = st.one_of(
    every(
        Text,
        element=st.just("text"),
        paragraphs=listed(paragraphs),
        size=st.sampled_from(["heading", "body", "quiet"]),
    ),
    every(Facts, element=st.just("facts"), items=listed(st.tuples(words, words))),
    every(
        Image,
        element=st.just("image"),
        data=st.binary(max_size=20),
        media=st.sampled_from(["image/png", "image/svg+xml"]),
        alt=labels,
    ),
    every(
        Quote,
        element=st.just("quote"),
        ref=words,
        text=words,
        source=words,
        stance=some | st.sampled_from(["for", "against"]),
        note=words,
    ),
    st.builds(lambda rows: Table(columns=("a", "b"), rows=rows), listed(st.tuples(words, words))),
    st.builds(
        lambda values: Chart(
            shape="line",
            title="t",
            categories=("one", "two"),
            series=(Series(name="s", values=values),),
            words="w",
        ),
        # A value that is no number becomes a gap in JSON, and so here.
        st.tuples(some | finite, some | finite),
    ),
    st.just(Divider()),
    st.builds(
        lambda label, value: Actions(
            buttons=(
                Button(
                    label=label, action="ask.share", value=value, style="primary", confirm=value
                ),
                Link(label=label, url="/backup"),
            )
        ),
        labels,
        words,
    ),
)
cards = every(
    Card,
    summary=labels,
    elements=listed(elements),
    judged_by_model=st.booleans(),
    feedback=words,
    untraced=st.booleans(),
)
messages = every(
    Said,
    id=keys,
    key=keys,
    conversation_id=keys,
    thread=some | words,
    author=some | people,
    text=words,
    card=some | cards,
    only_for=some | keys,
    at=moments,
    changed_at=moments,
)

days_off = st.dates().flatmap(
    lambda first: st.builds(
        lambda days: DaysOff(first=first, last=min(first + timedelta(days=days), date.max)),
        st.integers(0, 300),
    )
)
zones = st.sampled_from(["Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "UTC"])
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
wishes = every(
    Wishes,
    zone=some | zones,
    working_days=some
    | st.sets(st.sampled_from(WEEKDAYS), min_size=1).map(
        lambda days: tuple(day for day in WEEKDAYS if day in days)
    ),
    holidays=some | st.just("off") | every(Holidays, country=words, subdivision=words),
    quiet=some
    | st.just("off")
    | st.lists(times, min_size=2, max_size=2, unique=True).map(
        lambda ends: Quiet(start=ends[0], until=ends[1])
    ),
    days_off=listed(days_off),
)
person_settings = every(PersonSettings, person_id=keys, own=wishes, platform_zone=words)

local_times = st.datetimes(datetime(2000, 1, 1), datetime(2999, 1, 1)).map(
    lambda at: at.replace(second=0, microsecond=0)
)
rules = st.builds(
    lambda start, zone, kind, until, count, off: Rule(
        kind=kind,
        text={"once": "", "rrule": "FREQ=DAILY", "cron": "30 9 * * 1-5"}[kind],
        start=start,
        zone=zone,
        **({} if kind == "once" else {"until": start.date()} if until else {"count": count}),
        on_day_off="keep" if kind == "once" else off,
    ),
    local_times,
    zones,
    st.sampled_from(["once", "rrule", "cron"]),
    st.booleans(),
    some | numbers,
    one_of(OnDayOff),
)
exercises = every(
    exercised.Exercise,
    id=keys,
    conversation=_common["conversation"],
    by=people,
    about=words,
    opened_at=moments,
    closes_at=moments,
    closed_at=some | moments,
    answered=numbers,
    answers=listed(
        every(exercised.Answer, mission=words, vision=words, strategy=listed(words)),
    ),
)
rankings = every(
    ranks.Ranking,
    id=keys,
    charter_id=keys,
    version=numbers,
    charter_name=words,
    conversation=_common["conversation"],
    by=people,
    asked_at=moments,
    items=st.lists(
        every(
            ranks.Item,
            title=keys.map(lambda key: key[: ranks.LONGEST_TITLE]),
            description=words,
            effort=words.map(lambda text: text[: ranks.LONGEST_EFFORT]),
        ),
        min_size=1,
        max_size=3,
    ).map(tuple),
    judge=words,
    finished_at=some | moments,
    held_until=some | moments,
    stopped=words,
)
reminders = every(
    Reminder,
    id=keys,
    conversation=_common["conversation"],
    by=people,
    made_at=moments,
    changed_at=moments,
    rule=rules,
    to=one_of(Audience),
    people=listed(people),
    left=listed(words),
    content=keys,
    about=words,
    state=one_of(ReminderState),
    paused_because=one_of(WhyPaused),
    edition=numbers,
)

decisions = every(
    decided.Decision,
    id=keys,
    number=st.integers(1, decided.HIGHEST_NUMBER),
    charter_id=keys,
    charter_name=words,
    version=numbers,
    title=st.text("aÄ'\\ ☃", min_size=1, max_size=decided.LONGEST_TITLE),
    choice=words,
    reason=words,
    rejected=words,
    deciders=st.lists(people, min_size=1, max_size=3).map(tuple),
    lines=listed(
        every(
            decided.LineLink,
            ref=words,
            stance=one_of(decided.Stance),
            quote=words,
            source=words,
        )
    ),
    expected=words,
    confidence=some | one_of(decided.Confidence),
    check_on=some | st.dates(),
    later_checks=listed(st.dates()),
    recorded_by=people,
    recorded_at=moments,
    conversation_id=keys,
    private_to=some | keys,
    link=words,
    verdict_id=words,
    verdict_kind=some | kinds,
    state=one_of(decided.State),
    checks=listed(
        every(
            decided.Check,
            outcome=one_of(decided.Outcome),
            why=words,
            still_fits=some | one_of(decided.StillFits),
            by=people,
            at=moments,
        )
    ),
    delegate=some | people,
    superseded_by=words,
    shared_in=listed(words),
)
entries = every(
    decided.Entry,
    number=numbers,
    decision_id=keys,
    deed=one_of(decided.Deed),
    by=people,
    at=moments,
    why=words,
    changes=st.dictionaries(words, words | some | st.booleans() | listed(words).map(list)),
    key=keys,
    before=words,
    hash=words,
)

announcements = every(
    announced.Announcement,
    id=keys,
    charter_id=keys,
    charter_name=words,
    number=numbers,
    before=numbers,
    reason=words,
    by=people,
    approved_by=listed(people),
    at=moments,
    places=listed(
        every(
            announced.Place,
            to=_common["conversation"],
            charter_id=keys,
            charter_name=words,
        )
    ),
    audience=one_of(announced.Audience),
    people=listed(people),
    question=st.booleans(),
    names=st.booleans(),
    state=one_of(announced.State),
    closed_by=some | people,
    left=listed(words),
    unreached=listed(words),
    hurried_at=some | moments,
)
confirmed = every(announced.Confirmed, by=people, at=moments)

changes = every(
    proposed.Change,
    was=lines,
    now=some
    | every(
        proposed.Wording,
        kind=st.sampled_from(list(LETTER)),
        text=words.filter(bool),
        horizon=some | one_of(Horizon),
    ),
)
proposals = every(
    proposed.Proposal,
    id=keys,
    number=numbers,
    charter_id=keys,
    charter_name=words,
    base=numbers,
    changes=st.lists(changes, min_size=1, max_size=2).map(tuple),
    reason=words,
    by=people,
    made_at=moments,
    edition=numbers,
    worded_by=people,
    state=one_of(proposed.State),
    approvals=listed(people),
    comments=listed(every(proposed.Said, by=people, at=moments, words=words)),
    adopted_as=some | numbers,
    ended_at=some | moments,
)
proposal_entries = every(
    proposed.Entry,
    proposal_id=keys,
    number=numbers,
    deed=one_of(proposed.Deed),
    by=people,
    at=moments,
    edition=numbers,
    words=words,
    changes=listed(changes),
    key=keys,
)
judgings = every(
    proposed.Judging,
    proposal_id=keys,
    edition=numbers,
    version=numbers,
    subjects=listed(words),
    asked_by=people,
    asked_at=moments,
    held_until=some | moments,
    finished_at=some | moments,
    stopped=words,
)
rejudged = every(
    proposed.Rejudged,
    proposal_id=keys,
    edition=numbers,
    subject=keys,
    was=some | kinds,
    now=some | kinds,
    why_not=words,
)
editions = every(
    asked_often.Edition,
    id=keys,
    pulse_id=keys,
    number=numbers,
    statements=listed(
        every(
            asked_often.Statement,
            id=keys,
            text=words.filter(bool),
            about=one_of(asked_often.About),
            ref=words,
        )
    ),
    open_question=words,
    least=st.integers(asked_often.LEAST_ALLOWED, asked_often.MOST_ALLOWED),
    asked=numbers,
    unreached=numbers,
    joined=numbers,
    left=numbers,
    opened_at=moments,
    closes_at=moments,
    state=one_of(asked_often.EditionState),
)
dismissals = every(
    checked.Dismissal,
    charter_id=keys,
    fingerprint=st.from_regex(r"[0-9a-f]{24}", fullmatch=True),
    reason=words,
    by=people,
    at=moments,
    private_to=some | words,
)
tokens = every(
    Tokens,
    prompt=numbers,
    completion=numbers,
    cached=numbers,
    cost=finite,
)
kept_reviews = every(
    checked.KeptReview,
    charter_id=keys,
    digest=keys,
    review=every(
        checked.Review,
        remarks=listed(
            every(
                checked.Remark,
                kind=one_of(checked.RemarkKind),
                refs=listed(words),
                sentence=words,
            )
        ),
        model=words,
        tokens=tokens,
    ),
    at=moments,
)
