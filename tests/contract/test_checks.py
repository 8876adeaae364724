"""What every storage promises of checks: SQLite, PostgreSQL and the one in memory alike."""

import pytest
from sqlalchemy.exc import IntegrityError

from storage.unit_of_work import Storage
from tests.fake_storage import FakeStorage
from tests.storage.filled import AT, HOUR, charter, dismissal, kept_review

AnyStorage = Storage | FakeStorage
OTHER = "f" * 24


async def test_a_dismissal_takes_the_place_of_the_one_before(any_storage: AnyStorage) -> None:
    async with any_storage("W") as tx:
        await tx.charters.add(charter())
        await tx.checks.dismiss(dismissal())
        await tx.checks.dismiss(dismissal(reason="Otherwise", at=AT + HOUR, private_to=None))
        await tx.checks.dismiss(dismissal(fingerprint=OTHER))
    async with any_storage("W") as tx:
        assert await tx.checks.dismissals("c1") == [
            dismissal(fingerprint=OTHER),
            dismissal(reason="Otherwise", at=AT + HOUR, private_to=None),
        ]
        assert await tx.checks.dismissals("c2") == []


async def test_what_is_brought_back_is_gone(any_storage: AnyStorage) -> None:
    async with any_storage("W") as tx:
        await tx.charters.add(charter())
        await tx.checks.dismiss(dismissal())
        assert not await tx.checks.bring_back("c1", OTHER)
        assert not await tx.checks.bring_back("c2", dismissal().fingerprint)
        assert await tx.checks.bring_back("c1", dismissal().fingerprint)
        assert await tx.checks.dismissals("c1") == []


async def test_a_review_is_found_by_what_it_was_of(any_storage: AnyStorage) -> None:
    async with any_storage("W") as tx:
        await tx.charters.add(charter())
        await tx.checks.keep(kept_review())
        await tx.checks.keep(kept_review(at=AT + HOUR))
        await tx.checks.keep(kept_review(digest="r2"))
        assert await tx.checks.review("r1") == kept_review(at=AT + HOUR)
        assert await tx.checks.review("r3") is None


async def test_old_reviews_are_forgotten(any_storage: AnyStorage) -> None:
    async with any_storage("W") as tx:
        await tx.charters.add(charter())
        await tx.checks.keep(kept_review())
        await tx.checks.keep(kept_review(digest="r2", at=AT + HOUR))
        assert await tx.checks.forget_reviews("c2", AT + 2 * HOUR) == 0
        assert await tx.checks.forget_reviews("c1", AT + HOUR) == 1
        assert await tx.checks.review("r1") is None
        assert await tx.checks.review("r2") is not None


async def test_only_of_charters_that_are_there(any_storage: AnyStorage) -> None:
    async def dismiss() -> None:
        async with any_storage("W") as tx:
            await tx.checks.dismiss(dismissal())

    async def keep() -> None:
        async with any_storage("W") as tx:
            await tx.checks.keep(kept_review())

    for storing in (dismiss, keep):
        with pytest.raises((IntegrityError, LookupError)):
            await storing()


async def test_a_charter_that_was_reviewed(any_storage: AnyStorage) -> None:
    async with any_storage("W") as tx:
        await tx.charters.add(charter())
        await tx.charters.reviewed("c1", AT + HOUR)
        await tx.charters.reviewed("c2", AT + HOUR)
        assert await tx.charters.get("c1") == charter(reviewed_at=AT + HOUR)
