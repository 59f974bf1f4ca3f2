"""Writing deliveries and claiming them, in a few words."""

from datetime import datetime, timedelta

from hiring.model import Delivery
from store.claims import Claim
from store.database import Database
from tests.store.values import NOON

SECOND = timedelta(seconds=1)
LEASE = 30 * SECOND


def enqueue(database: Database, *deliveries: Delivery, now: datetime = NOON) -> int:
    with database.begin() as uow:
        return uow.enqueue(deliveries, now=now)


def claim_some(
    database: Database, *, after: int = 0, worker: str = "w", limit: int = 10, kinds: list[str] | None = None
) -> tuple[Claim, ...]:
    now = NOON + after * SECOND
    return database.deliveries.claim(worker=worker, now=now, limit=limit, lease=LEASE, kinds=kinds)


def keys_of(claims: tuple[Claim, ...]) -> list[str]:
    return [claim.delivery.key for claim in claims]


def states(database: Database) -> dict[str, str]:
    return {standing.delivery.key: standing.state for standing in database.deliveries.listing(limit=1000)}
