"""What those who watch over the program are told: alive, ready, and numbers without a name in them."""

from __future__ import annotations

import json
import re
import threading
import time
import urllib.error
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from bot.budgets import POST, Budgets
from bot.clock import Job, SystemClock, Ticker
from bot.composition import Evenhand
from bot.metrics import Metrics
from hiring.model import Delivery, Drift, Drifted, Kind
from tests.operations.outbox import LEASE, enqueue, give_up, stocked
from tests.story.company import COMPANY
from tests.story.world import eventually, local_slack, settled, world


def _get(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=120) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def _samples(page: str) -> dict[str, float]:
    lines = [line.rsplit(" ", 1) for line in page.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, value in lines}


def test_a_running_bot_is_alive_ready_and_measured(tmp_path: Path) -> None:
    with world(tmp_path) as there:
        evenhand = there.stage.evenhand
        assert isinstance(evenhand, Evenhand)
        port = evenhand.web.port
        there.player(next(iter(there.stage.accounts))).command("/interview help")
        assert _get(port, "/healthz") == (200, '{"status":"ok"}')
        status, told = _get(port, "/readyz")
        assert (status, json.loads(told)) == (
            200,
            {"ready": True, "database": True, "workers": True, "clock": True, "socket": True},
        )
        status, page = _get(port, "/metrics")
        samples = _samples(page)
        assert status == 200
        assert samples['evenhand_acknowledgement_seconds_count{kind="command"}'] == 1
        assert samples['evenhand_deliveries{state="dead"}'] == 0
        assert samples["evenhand_socket_renewals_total"] == 0
        labels = set(re.findall(r'(\w+)="', page))
        assert labels <= {"kind", "state", "method", "phase", "version", "le"}
        named = [one for person in COMPANY.people for one in (person.id, person.email, person.name)]
        values = set(re.findall(r'="([^"]*)"', page))
        assert values & set(named) == set()


def test_a_process_without_the_web_answers_on_a_port_of_its_own(tmp_path: Path) -> None:
    with local_slack() as slack:
        settings = replace(settled(slack, tmp_path), metrics_port=0)
        for part, needs in (("worker", "workers"), ("clock", "clock")):
            evenhand = Evenhand(settings, only=(part,))
            evenhand.start()
            try:
                assert evenhand.watched is not None
                port = evenhand.watched.port
                assert _get(port, "/healthz") == (200, '{"status":"ok"}')
                status, told = _get(port, "/readyz")
                assert (status, json.loads(told)) == (200, {"ready": True, "database": True, needs: True})
                status, page = _get(port, "/metrics")
                assert status == 200
                assert _samples(page)["evenhand_drifted_loops"] == 0
                assert _get(port, "/c/anything")[0] == 404
            finally:
                evenhand.stop()
        evenhand = Evenhand(replace(settings, metrics_port=None), only=("worker",))
        evenhand.start()
        evenhand.stop()
        assert evenhand.watched is None


def test_while_the_database_is_away_a_process_still_tells_what_it_knows_itself(tmp_path: Path) -> None:
    database, budgets = stocked(tmp_path), Budgets()
    budgets.refused(POST, retry_after=1)
    metrics = Metrics(
        database=database, budgets=budgets, clock=SystemClock(), ticked=time.monotonic, renewals=lambda: 2
    )
    assert _samples(metrics.page().decode())["evenhand_database_up"] == 1
    database.close()
    for file in tmp_path.glob("evenhand.db*"):
        file.unlink()
    (tmp_path / "evenhand.db").mkdir()
    samples = _samples(metrics.page().decode())
    assert samples["evenhand_database_up"] == 0
    assert samples['evenhand_slack_rate_limited_total{method="chat.postMessage"}'] == 1
    assert samples["evenhand_socket_renewals_total"] == 2
    assert samples["evenhand_clock_lag_seconds"] >= 0
    assert not [name for name in samples if name.startswith("evenhand_deliveries")]


def test_every_number_says_what_it_is(tmp_path: Path) -> None:
    database = stocked(tmp_path)
    page = (
        Metrics(database=database, budgets=Budgets(), clock=SystemClock(), ticked=time.monotonic, renewals=lambda: 0)
        .page()
        .decode()
    )
    helped = dict(re.findall(r"^# HELP (\w+) (.*)$", page, re.MULTILINE))
    typed = set(re.findall(r"^# TYPE (\w+) ", page, re.MULTILINE))
    assert set(helped) == typed
    assert all(len(said.split()) > 2 for said in helped.values())
    told = (Path(__file__).parents[2] / "docs" / "operating.md").read_text()
    assert [name for name in typed if f"`{name}`" not in told and not name.endswith("_created")] == []
    used = {name.removesuffix("_bucket") for name in re.findall(r"evenhand_[a-z_]+", told)}
    assert used - typed - {name.removesuffix("_total") for name in typed} - {f"{name}_total" for name in typed} == set()
    rules = next(
        yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", told, re.DOTALL) if "alert:" in block
    )
    assert all(rule.keys() >= {"alert", "expr", "annotations"} for rule in rules["groups"][0]["rules"])
    database.close()


def test_who_led_the_clock_and_does_not_any_more_knows_it() -> None:
    leads = [True, True, False]
    passes: list[bool] = []
    ticker = Ticker(
        [Job(lambda: passes.append(True), timedelta(milliseconds=10))],
        leads=lambda: bool(leads and leads.pop(0)),
        asks=timedelta(hours=1),
    )
    ticker.start()
    eventually(lambda: len(passes) == 2 and not ticker.led, "it led on")
    ticker.stop()
    assert (len(passes), leads, ticker.led) == (2, [], False)


def test_who_leads_says_so_again_while_a_pass_takes_long() -> None:
    begun, over, asked = threading.Event(), threading.Event(), [0]

    def long() -> None:
        begun.set()
        over.wait()

    def leads() -> bool:
        asked[0] += begun.is_set()
        return True

    ticker = Ticker([Job(long, timedelta(milliseconds=10))], leads=leads, asks=timedelta(milliseconds=10))
    ticker.start()
    try:
        eventually(lambda: asked[0] > 2, "it fell silent")
        assert not over.is_set(), "the pass was still under way while it asked"
    finally:
        over.set()
        ticker.stop()


def test_a_clock_that_was_set_back_puts_nothing_off() -> None:
    """A pass that is due in an hour is what an hour set back leaves behind."""
    passed = threading.Event()
    ticker = Ticker([Job(passed.set, timedelta(minutes=10))])
    ticker.start()
    try:
        for job in ticker._scheduler.get_jobs():
            job.modify(next_run_time=datetime.now(UTC) + timedelta(hours=1))
        assert passed.wait(60)
    finally:
        ticker.stop()


def test_dead_letters_unknowns_drift_and_the_age_of_what_waits_are_told(tmp_path: Path) -> None:
    database = stocked(tmp_path)
    enqueue(database, "brief/1")
    give_up(database, "brief/1")
    hour = timedelta(hours=1)
    with database.begin() as uow:
        brief = Delivery("brief/2", Kind.BRIEF, "ada", refs=(("loop", "loop-1"),))
        uow.enqueue([brief], now=database.now() - hour)
        uow.save_loop(replace(uow.loop("loop-1"), drift=(Drift("coding", Drifted.GONE),)))
    (claim,) = database.deliveries.claim(worker="w", now=database.now(), limit=1, lease=LEASE)
    database.deliveries.unknown(database.deliveries.sending(claim, now=database.now()), now=database.now(), reason="")
    enqueue(database, "brief/3")
    budgets = Budgets()
    budgets.refused(POST, retry_after=1)
    metrics = Metrics(database=database, budgets=budgets, clock=SystemClock(), ticked=lambda: None, renewals=lambda: 2)
    samples = _samples(metrics.page().decode())
    assert {
        name: samples[name]
        for name in (
            'evenhand_deliveries{state="dead"}',
            'evenhand_deliveries{state="unknown"}',
            'evenhand_deliveries{state="waiting"}',
            'evenhand_backlog{kind="slack.brief"}',
            "evenhand_drifted_loops",
            'evenhand_slack_rate_limited_total{method="chat.postMessage"}',
            "evenhand_socket_renewals_total",
        )
    } == {
        'evenhand_deliveries{state="dead"}': 1,
        'evenhand_deliveries{state="unknown"}': 1,
        'evenhand_deliveries{state="waiting"}': 1,
        'evenhand_backlog{kind="slack.brief"}': 2,
        "evenhand_drifted_loops": 1,
        'evenhand_slack_rate_limited_total{method="chat.postMessage"}': 1,
        "evenhand_socket_renewals_total": 2,
    }
    oldest = [
        samples[name]
        for name in (
            'evenhand_deliveries_oldest_seconds{state="unknown"}',
            'evenhand_backlog_oldest_seconds{kind="slack.brief"}',
        )
    ]
    assert [age // hour.total_seconds() for age in oldest] == [1, 1]
    assert "evenhand_clock_lag_seconds" not in samples
    database.close()
