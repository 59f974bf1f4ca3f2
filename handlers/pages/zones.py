"""The time zones to choose from: one per country and clock, by part of the world, with how far each is from UTC now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from zoneinfo import available_timezones

from handlers.pages.words import offset

_ZONE_COLUMN = 2


@dataclass(frozen=True, slots=True)
class ZoneChoice:
    zone: str
    label: str


@dataclass(frozen=True, slots=True)
class ZoneGroup:
    title: str
    choices: tuple[ZoneChoice, ...]


def zone_groups(*, own: str, at: datetime) -> tuple[ZoneGroup, ...]:
    """Every zone once, `own` first and by itself, so that a screen reader and a hurried eye find it at once."""
    regions: dict[str, list[ZoneChoice]] = {}
    for zone in _listed():
        if zone != own:
            regions.setdefault(zone.partition("/")[0], []).append(_choice(zone, at))
    return (
        ZoneGroup("Your time zone, as we know it", (_choice(own, at),)),
        *(ZoneGroup(region, tuple(choices)) for region, choices in sorted(regions.items())),
        *([] if own == "UTC" else [ZoneGroup("Other", (_choice("UTC", at),))]),
    )


@cache
def known_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _choice(zone: str, at: datetime) -> ZoneChoice:
    _, _, city = zone.partition("/")
    away = offset(zone, at)
    return ZoneChoice(
        zone, f"{(city or zone).replace('_', ' ').replace('/', ', ')}{f' ({away})' if away != zone else ''}"
    )


@cache
def _listed() -> tuple[str, ...]:
    table = files("tzdata").joinpath("zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return tuple(sorted({row[_ZONE_COLUMN] for row in rows} & known_zones()))
