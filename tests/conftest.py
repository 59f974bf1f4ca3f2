import os

import pytest
from hypothesis import settings

from tests.database import stop_postgres

# How long an example takes says more about what else the machine does than about us.
settings.register_profile("without a stopwatch", settings(), deadline=None)
settings.load_profile("without a stopwatch")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: a good part of the tests wait for a browser, another process or a lease."""
    return (os.cpu_count() or 1) + 1


def pytest_unconfigure() -> None:
    """Ends the server that this process may have started: a worker of pytest-xdist leaves without a word to `atexit`."""
    stop_postgres()
