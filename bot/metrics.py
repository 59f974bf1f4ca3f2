"""`/metrics`: how the program does, for Prometheus. Kinds, states and counts only: no name and no id is ever a label."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from slack_bolt import App, BoltRequest, BoltResponse

from bot.budgets import Budgets
from handlers.app import HELD_BACK
from hiring.ports import Clock
from hiring.rules.phase import phase
from store.database import Database

log = logging.getLogger("evenhand.metrics")

BUCKETS: Final = (0.002, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.0, 2.0, 3.0)
"""Seconds; Slack gives up after the last."""
PHASES_EVERY: Final = 60.0
"""Loops are read for their phase at most so often, in seconds, however often somebody looks."""
KINDS: Final = {
    "block_actions": "action",
    "view_submission": "submission",
    "view_closed": "closed",
    "block_suggestion": "options",
    "event_callback": "event",
}


class Metrics:
    """A registry of our own, so that nothing joins it by being imported."""

    def __init__(
        self,
        *,
        database: Database,
        budgets: Budgets,
        clock: Clock,
        ticked: Callable[[], float | None],
        renewals: Callable[[], int],
    ) -> None:
        self._registry = CollectorRegistry()
        self._acknowledged = Histogram(
            "evenhand_acknowledgement_seconds",
            "From a request of Slack's to its answer",
            ["kind"],
            buckets=BUCKETS,
            registry=self._registry,
        )
        self._held_back = Counter(
            "evenhand_slack_held_back_minutes",
            "Minutes in which Slack delivered no events",
            registry=self._registry,
        )
        self._registry.register(
            _Standing(database=database, budgets=budgets, clock=clock, ticked=ticked, renewals=renewals)
        )

    def page(self) -> bytes:
        return generate_latest(self._registry)

    def timed(self, app: App) -> None:
        """Has the time of every dispatch measured, in HTTP and in Socket Mode alike."""
        dispatch = app.dispatch

        def measured(request: BoltRequest) -> BoltResponse:
            begun = time.perf_counter()
            if request.body.get("type") == HELD_BACK:
                self._held_back.inc()
            try:
                return dispatch(request)
            finally:
                self._acknowledged.labels(_kind(request.body)).observe(time.perf_counter() - begun)

        app.dispatch = measured  # type: ignore[method-assign,assignment]  # both ways in call it, and Bolt has no other place around all


def _kind(body: Mapping[str, Any]) -> str:
    return "command" if "command" in body else KINDS.get(str(body.get("type")), "other")


class _Standing(Collector):
    """What is read when somebody looks."""

    def __init__(
        self,
        *,
        database: Database,
        budgets: Budgets,
        clock: Clock,
        ticked: Callable[[], float | None],
        renewals: Callable[[], int],
    ) -> None:
        self._database = database
        self._budgets = budgets
        self._clock = clock
        self._ticked = ticked
        self._renewals = renewals
        self._phases: dict[str, int] = {}
        self._drifted = 0
        self._read: float | None = None

    def describe(self) -> list[Any]:
        """Nothing: registering must not read the database."""
        return []

    def collect(self) -> Iterator[Any]:
        build = GaugeMetricFamily("evenhand_build_info", "The version that runs", labels=["version"])
        build.add_metric([version("evenhand")], 1)
        yield build
        yield from self._of_this_process()
        kept: list[Any] = []
        try:
            kept += [*self._deliveries(), *self._loops()]
        except Exception:
            # The outermost edge: while the database is away, what this process knows itself is still told.
            log.exception("the database can't be asked for its numbers")
            kept.clear()
        there = "Whether the database could be asked for what it holds"
        yield GaugeMetricFamily("evenhand_database_up", there, value=bool(kept))
        yield from kept

    def _of_this_process(self) -> Iterator[Any]:
        refused = CounterMetricFamily("evenhand_slack_rate_limited", "How often Slack said 429", labels=["method"])
        for method, count in self._budgets.refusals.items():
            refused.add_metric([method], count)
        yield refused
        yield CounterMetricFamily(
            "evenhand_socket_renewals", "Connections made anew by the watchdog", value=self._renewals()
        )
        ticked = self._ticked()
        if ticked is not None:
            lag = time.monotonic() - ticked
            yield GaugeMetricFamily("evenhand_clock_lag_seconds", "Since the last pass of the clock ended", value=lag)

    def _deliveries(self) -> Iterator[Any]:
        counts = self._database.deliveries.counts(self._database.now())
        count = GaugeMetricFamily("evenhand_deliveries", "Deliveries by state", labels=["state"])
        age = GaugeMetricFamily("evenhand_deliveries_oldest_seconds", "Age of the oldest of a state", labels=["state"])
        for state, (number, oldest) in counts.items():
            count.add_metric([state], number)
            if state != "done":
                age.add_metric([state], max(0.0, oldest.total_seconds()) if number else 0.0)
        yield count
        yield age
        yield from self._backlog()

    def _backlog(self) -> Iterator[Any]:
        count = GaugeMetricFamily("evenhand_backlog", "Deliveries that could have gone out by now", labels=["kind"])
        age = GaugeMetricFamily(
            "evenhand_backlog_oldest_seconds", "How long the oldest of a kind could", labels=["kind"]
        )
        for kind, (number, oldest) in self._database.deliveries.backlog(self._database.now()).items():
            count.add_metric([kind], number)
            age.add_metric([kind], max(0.0, oldest.total_seconds()))
        yield count
        yield age

    def _loops(self) -> Iterator[Any]:
        if self._read is None or time.monotonic() - self._read > PHASES_EVERY:
            self._read = time.monotonic()
            self._count()
        loops = GaugeMetricFamily("evenhand_loops", "Loops that have not ended, by phase", labels=["phase"])
        for name, number in self._phases.items():
            loops.add_metric([name], number)
        yield loops
        yield GaugeMetricFamily(
            "evenhand_drifted_loops", "Loops whose calendars differ from what was booked", value=self._drifted
        )

    def _count(self) -> None:
        now = self._clock.now()
        with self._database.begin(read_only=True) as uow:
            under_way = uow.loops()
        found = [str(phase(loop, now)) for loop in under_way]
        self._phases = {name: found.count(name) for name in sorted(set(found))}
        self._drifted = sum(bool(loop.drift) for loop in under_way)
