"""A database with a row in every table, and its fingerprint."""

import hashlib
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.announcing.model import Announcement, AnnouncingSettings, Confirmed, Place
from bot.ask.model import Call, Cap, Finding, Precedent, Reason, Tokens, Verdict
from bot.cards import Card, Image, heading
from bot.changes.model import Change, Judging, Proposal, Rejudged, Wording
from bot.changes.model import Entry as ProposalEntry
from bot.charter.model import ApprovalRule, Charter, Line, Version
from bot.check.model import Dismissal, KeptReview, Remark, Review
from bot.decisions.model import Decision, Entry, LineLink, as_json
from bot.delivery.falling_due import advance_all
from bot.delivery.ledger import Outcome
from bot.delivery.model import Post, Schedule
from bot.delivery.pace import Pace
from bot.delivery.transcript import Said
from bot.events import Command, Conversation, Person
from bot.exercise.model import Answer, Exercise
from bot.pulse.model import Edition, Figures, Published, Pulse, Statement
from bot.ranking.model import Item, Ranked, Ranking
from bot.recurrence.model import DaysOff, Hours, Rule
from bot.reminders.model import Reminder
from bot.settings.model import Holidays, PersonSettings, Quiet, Wishes
from storage.migrate import METADATA
from storage.unit_of_work import Storage

AT = datetime(2026, 11, 23, 9, 30, 15, 123456, tzinfo=UTC)
DANA = Person(id="U1", name="Dana \u2603 Łukasiewicz")
LEE = Person(id="U2", name="Lee")
HOUR = timedelta(hours=1)


def version(number: int = 1, **changes: object) -> Version:
    lines = (
        Line(id="M1", kind="mission", text="Help people own their health."),
        Line(id="P1", kind="pillar", text="Enthusiasts first.", horizon="now"),
    )
    values = {"number": number, "lines": lines, "adopted_at": AT, "adopted_by": DANA}
    return Version.model_validate(values | changes)


def charter(charter_id: str = "c1", name: str = "Vitals", **changes: object) -> Charter:
    values = {"id": charter_id, "name": name, "version": version(), "highest": {"M": 1, "P": 1}}
    return Charter.model_validate(values | changes)


def verdict(verdict_id: str = "v1", **changes: object) -> Verdict:
    values = {
        "id": verdict_id,
        "charter_id": "c1",
        "charter_name": "Vitals",
        "version": 1,
        "question": "Does a social feed fit?",
        "asked_by": DANA,
        "asked_at": AT,
        "conversation_id": "C1",
    }
    return Verdict.model_validate(values | changes)


def call(verdict_id: str = "v1", **changes: object) -> Call:
    values = {"verdict_id": verdict_id, "by": LEE, "at": AT, "kind": "fits", "weight": "call"}
    return Call.model_validate(values | changes)


def command(key: str = "e1", workspace: str = "W1", text: str = "ask why") -> Command:
    return Command(
        key=key, workspace=workspace, person=DANA, conversation=Conversation(id="C1"), text=text
    )


def said(message_id: str = "s1", **changes: object) -> Said:
    values = {
        "id": message_id,
        "key": f"k-{message_id}",
        "conversation_id": "C1",
        "at": AT,
        "changed_at": AT,
    }
    return Said.model_validate(values | changes)


def card(text: str = "Fits") -> Card:
    return Card(
        summary=text,
        elements=(heading("**{text}**", text=text), Image(data=b"\x89PNG\x00\xff", alt="a chart")),
    )


def full_verdict() -> Verdict:
    return verdict(
        kind="partly",
        context="And a forum?",
        private_to="C1",
        thread="t1",
        reasons=(Reason(ref="P1", stance="supports", quote="Enthusiasts first.", source="v1"),),
        confidence="sure",
        judged_by="model",
        judge="gpt-5-mini",
        findings=(Finding(ref="P1", relevance=0.1 + 0.2),),
        precedents=(
            Precedent(verdict_id="v0", question="?", kind="fits", by=LEE, at=AT, version=1),
        ),
        asked_before=(LEE, AT - HOUR),
        shared_in=("C1", "C2"),
    )


def person_settings(person_id: str = "U1", **changes: object) -> PersonSettings:
    values = {
        "person_id": person_id,
        "own": Wishes(
            zone="Europe/Berlin",
            working_days=("MO", "TH"),
            holidays=Holidays(country="DE", subdivision="BY"),
            quiet=Quiet(start=time(20), until=time(8)),
            days_off=(DaysOff(first=date(2026, 12, 24), last=date(2027, 1, 2)),),
        ),
        "platform_zone": "Asia/Tokyo",
    }
    return PersonSettings.model_validate(values | changes)


def exercise(exercise_id: str = "x1", **changes: object) -> Exercise:
    """An open one, begun by Dana."""
    fields = {
        "id": exercise_id,
        "conversation": Conversation(id="C1"),
        "by": DANA,
        "opened_at": AT,
        "closes_at": AT + HOUR,
    }
    return Exercise.model_validate({**fields, **changes})


def ranking(ranking_id: str = "k1", **changes: object) -> Ranking:
    """A list of two items, asked for by Dana."""
    fields = {
        "id": ranking_id,
        "charter_id": "c1",
        "version": 1,
        "charter_name": "Vitals",
        "conversation": Conversation(id="C1"),
        "by": DANA,
        "asked_at": AT,
        "items": (Item(title="Sleep coach", effort="3"), Item(title="Gold \u2028 edition")),
        "judge": "scripted",
    }
    return Ranking.model_validate({**fields, **changes})


def ranked() -> tuple[Ranked, ...]:
    """What is known of its items."""
    called = Ranked(n=1, kind="conflicts", line="N1", stance="opposes", by="scripted")
    return Ranked(n=0, lines=("P1", "M1")), called


def reminder(reminder_id: str = "r1", **changes: object) -> Reminder:
    rule = Rule(
        kind="rrule",
        text="FREQ=WEEKLY;BYDAY=FR",
        start=datetime(2026, 11, 27, 16, 30),
        zone="Europe/Berlin",
    )
    values = {
        "id": reminder_id,
        "conversation": Conversation(id="C1", name="#product", private=True),
        "by": DANA,
        "made_at": AT,
        "changed_at": AT,
        "rule": rule,
        "to": "people",
        "people": (LEE,),
        "left": ("U3",),
        "about": "Review\nopen decisions",
        "state": "on",
    }
    return Reminder.model_validate(values | changes)


def decision(number: int = 1, **changes: object) -> Decision:
    values = {
        "id": f"d{number}",
        "number": number,
        "charter_id": "c1",
        "charter_name": "Vitals",
        "version": 1,
        "title": f"Drop widget {number}",
        "choice": "We stop building the Android widget.",
        "deciders": (DANA,),
        "lines": (LineLink(ref="P1", stance="serves", quote="Enthusiasts first.", source="v1"),),
        "recorded_by": DANA,
        "recorded_at": AT,
        "conversation_id": "C1",
    }
    return Decision.model_validate(values | changes)


def entry(of: Decision, number: int = 1, before: str = "", **changes: object) -> Entry:
    """The entry of everything that the decision says."""
    values = {
        "number": number,
        "decision_id": of.id,
        "deed": "recorded",
        "by": DANA,
        "at": AT,
        "changes": as_json({name: getattr(of, name) for name in Decision.model_fields}),
        "key": f"k{number}",
        "before": before,
    }
    return Entry.model_validate(values | changes).sealed()


def proposal(proposal_id: str = "p1", **changes: object) -> Proposal:
    was = Line(id="P1", kind="pillar", text="Enthusiasts first.", horizon="now")
    values = {
        "id": proposal_id,
        "number": 1,
        "charter_id": "c1",
        "charter_name": "Vitals",
        "base": 1,
        "changes": (
            Change(was=was, now=Wording(kind="pillar", text="Clinics first.")),
            Change(was=None, now=Wording(kind="non_goal", text="Ads.")),
        ),
        "reason": "They pay; 'quoted' \u2603",
        "by": LEE,
        "made_at": AT,
        "worded_by": LEE,
        "approvals": (DANA,),
    }
    return Proposal.model_validate(values | changes)


def proposal_entry(of: Proposal, number: int = 1, **changes: object) -> ProposalEntry:
    values = {
        "proposal_id": of.id,
        "number": number,
        "deed": "proposed",
        "by": LEE,
        "at": AT,
        "edition": of.edition,
        "words": of.reason,
        "changes": of.changes,
        "key": f"{of.id}-k{number}",
    }
    return ProposalEntry.model_validate(values | changes)


def judging(of: str = "p1", **changes: object) -> Judging:
    values = {
        "proposal_id": of,
        "edition": 1,
        "version": 1,
        "subjects": ("verdict:v1", "decision:d1"),
        "asked_by": DANA,
        "asked_at": AT,
    }
    return Judging.model_validate(values | changes)


def rejudged(of: str = "p1", subject: str = "verdict:v1", **changes: object) -> Rejudged:
    values = {"proposal_id": of, "edition": 1, "subject": subject, "was": "fits", "now": "partly"}
    return Rejudged.model_validate(values | changes)


def dismissal(**changes: object) -> Dismissal:
    values = {
        "charter_id": "c1",
        "fingerprint": "0123456789abcdef01234567",
        "reason": "We mean it so; 'quoted' \u2603",
        "by": LEE,
        "at": AT,
        "private_to": "C1",
    }
    return Dismissal.model_validate(values | changes)


def kept_review(**changes: object) -> KeptReview:
    remark = Remark(kind="tension", refs=("P1", "M1"), sentence="One \u2603 rules out the other.")
    review = Review(remarks=(remark,), model="m", tokens=Tokens(prompt=9, cost=0.1))
    values = {"charter_id": "c1", "digest": "r1", "review": review, "at": AT}
    return KeptReview.model_validate(values | changes)


def announcement(number: int = 2, **changes: object) -> Announcement:
    place = Place(to=Conversation(id="C1", name="#product"), charter_id="c1", charter_name="Vitals")
    values = {
        "id": f"a{number}",
        "charter_id": "c1",
        "charter_name": "Vitals",
        "number": number,
        "before": number - 1,
        "reason": "Two pilots asked for it.",
        "by": DANA,
        "approved_by": (LEE,),
        "at": AT,
        "places": (place,),
        "audience": "members",
    }
    return Announcement.model_validate(values | changes)


def confirmed(by: Person = DANA, at: datetime = AT) -> Confirmed:
    return Confirmed(by=by, at=at)


def promised(schedule_id: str = "s1", **changes: object) -> Schedule:
    rule = Rule(kind="rrule", text="FREQ=DAILY", start=datetime(2026, 11, 20, 9), zone="UTC")
    values = {
        "id": schedule_id,
        "topic": "reminders.reminder",
        "subject": "r1",
        "rule": rule,
        "hours": Hours(zone="Europe/Berlin", quiet_from=time(20), quiet_to=time(8)),
        "recipients": (Conversation(id="C1", name="#product"),),
        "due_at": AT,
        "done": 3,
        "rev": 1,
    }
    return Schedule.model_validate(values | changes)


def to_say(key: str = "p1", **changes: object) -> Post:
    to = Conversation(id="C1", name="#product", private=True)
    values = {"key": key, "topic": "t", "subject": "s", "to": to, "not_before": AT}
    return Post.model_validate(values | changes)


async def fill_outbox(storage: Storage, workspace: str) -> None:
    """Something promised, something under way, something that failed."""
    async with storage(workspace) as tx:
        await tx.outbox.schedule(promised(due_at=AT + HOUR))
        await tx.outbox.schedule(promised("s2"))
        await tx.outbox.post(to_say())
        await tx.outbox.post(to_say("p2", not_before=AT + HOUR))
    paces = {workspace.partition(":")[0]: Pace(rate=1)}
    await storage.due.claim(AT, 9, lambda due: advance_all(due, AT))
    leases = await storage.sending.lease(AT, AT + HOUR, paces, 1, AT - HOUR)
    outcomes = [Outcome(leased=leased, state="dead", why="Gone") for leased in leases.taken]
    await storage.sending.record(outcomes, AT, paces)


def pulse(pulse_id: str = "p1", **changes: object) -> Pulse:
    """A weekly poll in C1, asking all members."""
    fields = {
        "id": pulse_id,
        "charter_id": "c1",
        "conversation": Conversation(id="C1", name="#product"),
        "by": DANA,
        "made_at": AT,
        "left": ("U9",),
        "rule": Rule(
            kind="rrule",
            text="FREQ=WEEKLY;BYDAY=MO",
            start=datetime(2026, 11, 23, 10),  # a local time
            zone="Europe/Berlin",
        ),
        "statements": (
            Statement(id="q1", text="I know our mission.", about="clarity"),
            Statement(id="q2", text="M1 guides my week  .", about="line", ref="M1"),
        ),
        "open_question": "What is unclear?",
        "state": "on",
    }
    return Pulse.model_validate({**fields, **changes})


def edition(edition_id: str = "p1-1", number: int = 1, **changes: object) -> Edition:
    fields = {
        "id": edition_id,
        "pulse_id": "p1",
        "number": number,
        "statements": pulse().statements,
        "least": 5,
        "asked": 8,
        "opened_at": AT,
        "closes_at": AT + HOUR,
    }
    return Edition.model_validate({**fields, **changes})


def published(of: Edition | None = None) -> Published:
    """What is shown of the edition."""
    of = (of or edition()).model_copy(update={"state": "closed"})
    figures = Figures(statement=of.statements[0], shares=(0, 0, 25, 50, 25), mean=4.0, low=3.5)
    return Published(edition=of, share=90, figures=(figures,), words=("More time.",))


async def fill(storage: Storage, workspace: str = "W1") -> None:
    """Something in every table."""
    async with storage(workspace) as tx:
        await tx.charters.add(charter())
        second = version(2)
        await tx.charters.adopt(charter(version=second, highest={"M": 1, "P": 2}), expected=1)
        await tx.bindings.bind("C1", "c1")
        await tx.bindings.set_default("c1")
        await tx.roles.grant("c1", DANA, "owner")
        await tx.verdicts.add(full_verdict())
        unclear = {"question": "Is it better?", "kind": "unclear", "shared_in": ("C1",)}
        await tx.verdicts.add(verdict("v2", **unclear))
        await tx.calls.put(call(reason="It's what enthusiasts want; 'quoted' \\ and \u2028 odd."))
        await tx.opinions.put("v1", "U1", useful=True)
        await tx.spending.reserve("2026-11", Tokens(prompt=900, cost=0.1), Cap())
        await tx.hints.due("U1", "connect", AT, HOUR)
        await tx.inbox.add("web", command("e1", workspace), AT + HOUR)
        await tx.inbox.add("web", command("e2", workspace), AT + HOUR)
        await tx.inbox.finish("web", "e2", AT)
        await tx.transcript.add(said("s1", author=DANA, text="hi"))
        await tx.transcript.add(said("s2", card=card(), thread="s1", only_for="U1"))
        await tx.time_settings.put(person_settings())
        await tx.time_settings.put_team(Wishes(zone="Europe/London", holidays="off"))
        await tx.reminders.add(reminder())
        await tx.reminders.add(reminder("r2", state="draft"))
        await tx.exercises.add(exercise())
        await tx.exercises.write("x1", "U1", Answer(mission="It's \u2028 odd."))
        await tx.rankings.add(ranking(), ranked())
        await tx.decisions.add(entry(decision()), decision())
        await tx.announcements.put(announcement())
        await tx.announcements.confirm("a2", confirmed())
        await tx.announcements.put_settings("c1", AnnouncingSettings(names=True))
        await tx.places.know(Conversation(id="C1", name="#product"))
        await tx.newcomers.greet("c1", "U2", AT)
        await tx.checks.dismiss(dismissal())
        await tx.checks.keep(kept_review())
        await tx.roles.set_rule("c1", ApprovalRule(who="some", number=3))
        await tx.proposals.add(proposal(), proposal_entry(proposal()))
        await tx.impacts.put(judging())
        await tx.impacts.note(1, rejudged())
        await tx.pulses.add(pulse())
        await tx.editions.add(edition("p1-0", 1), ["U1", "U2"])
        await tx.editions.publish(published(edition("p1-0", 1)))
        await tx.editions.add(edition(number=2), ["U1", "U2"])
        await tx.ballots.put("p1-1", b"\x00token", b"\xff\x00sealed")
    await storage.vectors.put(workspace, "reader-1", {"d1": b"\x00\x01\xff"})
    await storage.slack.keep_card(workspace, "k1", card(), AT + HOUR)
    await storage.slack.mark_sent(workspace, "k2", "C1:1.2", None)
    await storage.slack.put_name(workspace, "U1", "Dana", private=False, at=AT)
    await storage.slack.opened(workspace, "U1", "D1", AT)
    await storage.slack.install(workspace, b"\x00sealed", AT)
    await storage.slack.add_state(workspace, "digest", "browser", AT)
    await storage.teams.put_conversation(workspace, "T1", "{}", person="U1", team="G1", at=AT)
    await storage.teams.put_conversation(workspace, "T2", "{}", person=None, team="G2", at=AT)
    await storage.teams.put_person(workspace, "U1", "29:1", "Dana", AT)
    await storage.teams.keep(workspace, "k1", "{}", AT + HOUR)
    await storage.teams.mark_all_sent([(workspace, "k2", "17", "T1", "U1", "v1", None)])
    await fill_outbox(storage, workspace)


async def digests(
    engine: AsyncEngine, workspace: str = "W1", tables: Collection[str] | None = None
) -> Mapping[str, str]:
    """Of every table (or those), a digest of the workspace's rows as the code reads them; none is
    empty."""
    found = {}
    async with engine.connect() as connection:
        for table in METADATA.sorted_tables:
            if tables is not None and table.name not in tables:
                continue
            if table.name == "replica":
                continue  # a process is nobody's
            own = select(table).where(table.c.workspace == workspace)
            rows = sorted(map(repr, (await connection.execute(own)).all()))
            assert rows, f"{table.name} is empty: add to `fill`"
            found[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found
