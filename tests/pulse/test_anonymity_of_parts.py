"""The parts that anonymity rests on: keys, sealing, the inbox, what is sent, backups."""

import base64
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import text

from adapters.keys import TAG, DirectoryKeys, MemoryKeys
from adapters.pulse_cipher import AesGcm
from bot.delivery.inbox import Accepted
from bot.errors import UserFacing
from bot.events import ButtonClick, Command, Conversation, Event, FormSubmit, Person
from bot.pulse.answer_form import answer_form
from bot.pulse.model import LONGEST_WORDS, Answers
from bot.pulse.on_the_way import SealedAnswers
from bot.pulse.ports import KeysUnavailable
from bot.pulse.sealing import SIZE, Secrets
from storage.backup import backup, restore
from storage.engine import open_engine
from storage.problems import StorageProblem
from storage.pulse_keys import DatabaseKeys
from storage.unit_of_work import Storage
from tests.databases import Postgres
from tests.pulse.attack import PEOPLE, WORKSPACE
from tests.pulse.test_closing import Room
from tests.pulse.test_publishing import edition

NOW = datetime(2026, 11, 23, 9, 30, 15, tzinfo=UTC)


# Keys


@pytest_asyncio.fixture(params=["directory", "database", "memory"])
async def keys(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[DirectoryKeys | DatabaseKeys | MemoryKeys]:
    if request.param == "directory":
        store: DirectoryKeys | DatabaseKeys | MemoryKeys = DirectoryKeys(tmp_path / "keys")
    elif request.param == "memory":
        store = MemoryKeys()
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        with postgres.database(empty=True) as url:
            store = DatabaseKeys(url)
            await store.prepare()
            yield store
            await store.close()
        return
    await store.prepare()
    yield store
    await store.close()


async def test_a_key_is_made_once_kept_and_destroyed(
    keys: DirectoryKeys | DatabaseKeys | MemoryKeys,
) -> None:
    assert await keys.get("W1", "e1") is None
    key = await keys.make("W1", "e1")
    assert len(key) == 32
    assert await keys.make("W1", "e1") == await keys.get("W1", "e1") == key
    assert key not in (await keys.make("W1", "e2"), await keys.make("W2", "e1"))
    await keys.prepare()  # a start finds them again
    assert await keys.count() == 3
    for _ in range(2):
        await keys.destroy("W1", "e1")
    assert await keys.get("W1", "e1") is None
    assert await keys.count() == 2
    assert await keys.make("W1", "e1") != key


async def test_keys_are_files_for_their_owner_alone_that_tell_nothing(tmp_path: Path) -> None:
    keys = DirectoryKeys(tmp_path / "keys")
    await keys.prepare()
    key = await keys.make("slack:T1", "pulse-1")
    (file,) = (path for path in (tmp_path / "keys").iterdir() if path.name != TAG)
    assert (file.stat().st_mode & 0o777, file.read_bytes()) == (0o600, key)
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    assert "pulse" not in file.name
    assert (tmp_path / "keys" / TAG).read_text().startswith("Signature: 8a477f597d28d172789f0688")
    other_name = tmp_path / "copy"
    other_name.hardlink_to(file)
    await keys.destroy("slack:T1", "pulse-1")
    assert other_name.read_bytes() == bytes(32)  # overwritten, not only unlinked


async def test_a_folder_that_is_not_there_is_no_destroyed_key(tmp_path: Path) -> None:
    keys = DirectoryKeys(tmp_path / "keys")
    for call in (keys.get("W", "e"), keys.make("W", "e"), keys.destroy("W", "e"), keys.count()):
        with pytest.raises(KeysUnavailable):
            await call
    (tmp_path / "file").write_text("")
    with pytest.raises(UserFacing, match="MISSIONBOT_PULSE_KEYS"):
        await DirectoryKeys(tmp_path / "file" / "keys").prepare()


async def test_the_bots_own_database_keeps_no_keys(postgres_url: str) -> None:
    keys = DatabaseKeys(postgres_url)
    with pytest.raises(StorageProblem, match="would protect nobody"):
        await keys.prepare()
    await keys.close()


# Sealing


def test_all_answers_are_sealed_to_one_length() -> None:
    secrets = Secrets(bytes(range(32)), AesGcm(), "W1", "e1")
    token = secrets.token("U1")
    longest = Answers(scores={f"q{n}": 5 for n in range(5)}, words="\U0001f9ed" * LONGEST_WORDS)
    worst = Answers(scores={}, words="\x01" * LONGEST_WORDS)
    lengths = set()
    for answers in (Answers(scores={}), longest, worst):
        sealed = secrets.seal(token, answers)
        assert secrets.open(token, sealed) == answers
        lengths.add(len(sealed))
    assert lengths == {SIZE + 12 + 16}


def test_tokens_and_seals_belong_to_one_person_run_and_workspace() -> None:
    key = bytes(range(32))
    ours = Secrets(key, AesGcm(), "W1", "e1")
    sealed = ours.seal(ours.token("U1"), Answers(scores={"q1": 5}))
    for other in (
        Secrets(key, AesGcm(), "W1", "e2"),
        Secrets(key, AesGcm(), "W", "1e1"),
        Secrets(bytes(32), AesGcm(), "W1", "e1"),
    ):
        assert other.token("U1") != ours.token("U1")
        assert other.open(ours.token("U1"), sealed) is None
    assert ours.open(ours.token("U2"), sealed) is None
    assert ours.open(ours.token("U1"), sealed[:20]) is None
    assert ours.open(ours.token("U1"), b"") is None


# On their way


def form(words: str = "we lost our way", state: str = "pulse-1") -> FormSubmit:
    return FormSubmit(
        key="k1",
        workspace=WORKSPACE,
        person=Person(id="U1", name="Dana"),
        conversation=Conversation(id="D1", private=True, direct=True),
        form="pulse.answer",
        state=state,
        fields={"s1": "2", "words": words},
    )


def click(value: str = "pulse-1|q1|2") -> ButtonClick:
    plain = form().model_dump(include={"key", "workspace", "person", "conversation"})
    return ButtonClick(**plain, action="pulse.answer_now", value=value)


@pytest_asyncio.fixture
async def sealed(database_url: str, tmp_path: Path) -> AsyncIterator[Storage]:
    keys = DirectoryKeys(tmp_path / "keys")
    await keys.prepare()
    await keys.make(WORKSPACE, "pulse-1")
    storage = Storage(open_engine(database_url), SealedAnswers(keys=keys, cipher=AesGcm()))
    yield storage
    await storage.close()


async def stored(storage: Storage) -> list[tuple[str | None, object]]:
    async with storage(WORKSPACE) as tx:
        found = await tx.ballots._session.execute(text("SELECT event, finished_at FROM inbox"))
        return [(row.event, row.finished_at) for row in found]


@pytest.mark.parametrize("event", [form(), click()])
async def test_an_answer_is_not_to_be_read_in_the_inbox(event: Event, sealed: Storage) -> None:
    accepted = Accepted(channel="web", event=event, tries=1)
    assert await sealed.recovery.add_all([accepted], NOW) == [True]
    ((content, _),) = await stored(sealed)
    assert content is not None
    assert content.startswith("sealed|pulse-1|")
    for told in (b"Dana", b"person", b"lost our way", b"fields"):
        assert told not in base64.b64decode(content.rpartition("|")[2])
    later = NOW + timedelta(hours=1)
    (found,) = await sealed.recovery.lease_unfinished(later, later, 9)
    assert found.event == event
    await sealed.recovery.finish_all([found.id], later)
    ((content, finished),) = await stored(sealed)
    assert content is None
    assert str(finished).startswith("2026-11-23 00:00:00")


async def test_stored_one_by_one_it_is_sealed_too(sealed: Storage) -> None:
    async with sealed(WORKSPACE) as tx:
        assert await tx.inbox.add("web", form(), NOW)
    ((content, _),) = await stored(sealed)
    assert str(content).startswith("sealed|pulse-1|")
    async with sealed(WORKSPACE) as tx:
        await tx.inbox.finish("web", "k1", NOW)
    assert [str(at)[:19] for _, at in await stored(sealed)] == ["2026-11-23 00:00:00"]


async def test_long_and_short_answers_are_stored_alike(sealed: Storage) -> None:
    for number, words in enumerate(("", "x" * LONGEST_WORDS)):
        event = form(words).model_copy(update={"key": f"k{number}"})
        await sealed.recovery.add_all([Accepted(channel="web", event=event, tries=1)], NOW)
    first, second = await stored(sealed)
    assert len(str(first[0])) == len(str(second[0]))


async def test_what_comes_after_the_close_is_stored_without_answers(sealed: Storage) -> None:
    for event in (form(state="pulse-0"), click("pulse-0|q1|2").model_copy(update={"key": "k2"})):
        await sealed.recovery.add_all([Accepted(channel="web", event=event, tries=1)], NOW)
    later = NOW + timedelta(hours=1)
    first, second = await sealed.recovery.lease_unfinished(later, later, 9)
    assert isinstance(first.event, FormSubmit)
    assert (first.event.fields, first.event.person.id) == ({}, "U1")
    assert isinstance(second.event, ButtonClick)
    assert second.event.value == "pulse-0"


async def test_an_event_whose_key_is_destroyed_is_finished_unread(
    sealed: Storage, tmp_path: Path
) -> None:
    await sealed.recovery.add_all([Accepted(channel="web", event=form(), tries=1)], NOW)
    await DirectoryKeys(tmp_path / "keys").destroy(WORKSPACE, "pulse-1")
    later = NOW + timedelta(hours=1)
    assert await sealed.recovery.lease_unfinished(later, later, 9) == []
    assert [content for content, _ in await stored(sealed)] == [None]


async def test_while_no_key_can_be_asked_for_nothing_of_an_answer_is_stored(
    sealed: Storage, tmp_path: Path
) -> None:
    (tmp_path / "keys").rename(tmp_path / "away")
    for event in (form(), click().model_copy(update={"key": "k2"})):
        accepted = Accepted(channel="web", event=event, tries=1)
        # Stored and acknowledged: the room answers that it takes none just now.
        assert await sealed.recovery.add_all([accepted], NOW) == [True]
    later = NOW + timedelta(hours=1)
    first, second = await sealed.recovery.lease_unfinished(later, later, 9)
    assert isinstance(first.event, FormSubmit)
    assert first.event.fields == {}
    assert isinstance(second.event, ButtonClick)
    assert second.event.value == "pulse-1"
    await sealed.recovery.finish_all([first.id, second.id], later)
    assert {str(at)[:19] for _, at in await stored(sealed)} == {"2026-11-23 00:00:00"}


async def test_one_that_cannot_be_opened_now_does_not_keep_others_back(
    sealed: Storage, tmp_path: Path
) -> None:
    plain = form().model_dump(include={"workspace", "person", "conversation"})
    for event in (form(), Command(**plain, key="k2", text="help")):
        await sealed.recovery.add_all([Accepted(channel="web", event=event, tries=1)], NOW)
    (tmp_path / "keys").rename(tmp_path / "away")
    later = NOW + timedelta(hours=1)
    (found,) = await sealed.recovery.lease_unfinished(later, later, 9)
    assert found.event.key == "k2"
    (tmp_path / "away").rename(tmp_path / "keys")
    later += timedelta(hours=1)
    both = await sealed.recovery.lease_unfinished(later, later, 9)
    assert form() in [each.event for each in both]


async def test_other_events_are_stored_as_they_are(sealed: Storage) -> None:
    plain = form().model_dump(include={"key", "workspace", "person", "conversation"})
    event = Command(**plain, text="pulse.answer pulse-1")
    await sealed.recovery.add_all([Accepted(channel="web", event=event, tries=1)], NOW)
    ((content, _),) = await stored(sealed)
    assert str(content).startswith("{")


def test_a_form_is_kept_as_if_nobody_had_answered_it() -> None:
    asked = edition(8)
    own = Answers(scores={"q1": 2, "q2": None}, words="we lost our way")
    opened = answer_form(asked, "Sealed.", own)
    assert "lost our way" in opened.model_dump_json()
    assert opened.to_keep() == answer_form(asked, "Sealed.", None)


# Backups


@pytest.mark.parametrize("key_is_there", [True, False])
async def test_a_backup_that_was_taken_in_the_middle_is_restored(
    key_is_there: bool, sqlite_url: str, tmp_path: Path
) -> None:
    keys = DirectoryKeys(tmp_path / "keys")
    await keys.prepare()
    storage = Storage(open_engine(sqlite_url))
    room = Room(storage, keys)
    await room.open()
    for person in PEOPLE[:6]:
        await room.answer(person, words=f"says {person}")
    key = await keys.get(WORKSPACE, "pulse-1")
    assert key is not None
    await backup(sqlite_url, tmp_path / "backup.zip")
    await room.answer(PEOPLE[6], words="after the backup")
    if not key_is_there:
        await room.closing.close(WORKSPACE, "pulse-1")
    await storage.close()
    assert key not in (tmp_path / "backup.zip").read_bytes()
    restored = f"sqlite:///{tmp_path / 'restored.db'}"
    await restore(restored, tmp_path / "backup.zip")
    storage = Storage(open_engine(restored))
    again = Room(storage, keys)
    again.clock.advance(timedelta(days=3))
    assert await again.closing.tidy() == 1
    (published,) = await again.closing.results(WORKSPACE, "pulse")
    assert published.lost is not key_is_there
    expected = sorted(f"says {person}" for person in PEOPLE[:6]) if key_is_there else []
    assert sorted(published.words) == expected
    await storage.close()


async def test_a_reader_in_the_way_only_delays_the_wiping(sqlite_url: str, tmp_path: Path) -> None:
    keys = DirectoryKeys(tmp_path / "keys")
    await keys.prepare()
    storage = Storage(open_engine(sqlite_url))
    room = Room(storage, keys)
    await room.open()
    for person in PEOPLE:
        await room.answer(person)
    reader = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM pulse_ballot").fetchall()
    published = await room.closing.close(WORKSPACE, "pulse-1")
    assert published is not None
    assert published.figures
    assert (await room.to_do(), await keys.count()) == ("wipe", 0)
    reader.execute("COMMIT")
    reader.close()
    assert await room.closing.tidy() == 1
    assert await room.to_do() == ""
    await storage.close()
