"""How long a transaction waits for others: who has pressed a button looks on for three seconds, a worker has time."""

from sqlalchemy import Connection

PATIENCE = "evenhand_patience"


def patience(connection: Connection, *, usually: float) -> int:
    """In milliseconds."""
    return int(1000 * float(connection.get_execution_options().get(PATIENCE, usually)))
