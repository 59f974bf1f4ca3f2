from tests.database import stop_postgres


def pytest_unconfigure() -> None:
    """Ends the server that this process may have started: a worker of pytest-xdist leaves without a word to `atexit`."""
    stop_postgres()
