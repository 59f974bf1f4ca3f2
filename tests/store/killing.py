"""Connections that die on the server's side."""

from tests.database import Place


def kill_connections(place: Place, *, where: str = "true") -> int:
    """As an operator, or a failing network, would; returns how many there were."""
    mine = "datname = current_database() AND pid <> pg_backend_pid()"
    return len(place.raw(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {mine} AND {where}"))  # noqa: S608 - words of this module
