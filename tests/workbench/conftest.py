from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from tests.workbench.worlds import client, company
from workbench.server import Running, running


@pytest.fixture
def slack() -> Iterator[Running]:
    with running(company()) as space:
        yield space


@pytest.fixture
def web(slack: Running) -> WebClient:
    return client(slack)
