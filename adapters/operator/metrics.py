"""Numbers for Prometheus. Labels are our own words; no workspace, person or text is among them."""

import time
from collections.abc import Iterator

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bot.delivery.overview import Counters, Judging, Overview

TIMED = {"/slack/events": "slack", "/api/messages": "teams"}
"""Where platforms wait for our word, by the adapter's name."""
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Seconds; Slack waits 3, Teams 5 for a dialog."""


class Acks:
    """How long platforms waited for our word."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._seconds = Histogram(
            "missionbot_ack_seconds",
            "Seconds until a platform's request was answered.",
            ("adapter", "status"),
            buckets=BUCKETS,
            registry=self.registry,
        )

    @property
    def middleware(self) -> Middleware:
        """Times what platforms send; for `adapters.http.listen`."""

        @web.middleware
        async def timed(request: web.Request, handler: Handler) -> web.StreamResponse:
            adapter = TIMED.get(request.path)
            if adapter is None:
                return await handler(request)
            started, status = time.perf_counter(), 500
            try:
                answer = await handler(request)
                status = answer.status
                return answer
            except web.HTTPException as raised:
                status = raised.status
                raise
            finally:
                passed = time.perf_counter() - started
                self._seconds.labels(adapter, str(status)).observe(passed)

        return timed


def exposition(overview: Overview, counters: Counters, acks: Acks) -> bytes:
    """Everything, as Prometheus reads it."""
    registry = CollectorRegistry()
    registry.register(_Snapshot(overview, counters))
    return generate_latest(registry) + generate_latest(acks.registry)


class _Snapshot(Collector):
    def __init__(self, overview: Overview, counters: Counters) -> None:
        self._overview = overview
        self._counters = counters

    def collect(self) -> Iterator[Metric]:
        """The numbers of one instant."""
        now = self._overview
        yield _gauge(
            "missionbot_delivery_lag_seconds", "How late the oldest thing due is.", now.oldest_lag
        )
        yield _gauge("missionbot_schedules", "Schedules that will fall due.", now.schedules)
        yield _gauge("missionbot_schedules_due", "Schedules due and not yet claimed.", now.due)
        yield _gauge("missionbot_runs_open", "Runs whose audience is being made.", now.open_runs)
        states = GaugeMetricFamily(
            "missionbot_deliveries", "Deliveries by where they stand.", labels=("state",)
        )
        for state in ("waiting", "late", "leased", "overdue_leases", "uncertain", "dead"):
            states.add_metric((state,), getattr(now, state))
        yield states
        yield _gauge(
            "missionbot_workspaces_held_back",
            "Workspaces whose platform asked us to wait.",
            len(now.closed),
        )
        yield _gauge("missionbot_replicas", "Processes alive.", len(now.replicas))
        month = GaugeMetricFamily(
            "missionbot_judge_month", "What language models took this month.", labels=("what",)
        )
        for what in Judging.model_fields:
            month.add_metric((what,), getattr(now.judging, what))
        yield month
        done = CounterMetricFamily(
            "missionbot_delivery_events", "What this process did with deliveries.", labels=("what",)
        )
        for what in Counters.model_fields:
            done.add_metric((what,), getattr(self._counters, what))
        yield done


def _gauge(name: str, says: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, says, value=value)
