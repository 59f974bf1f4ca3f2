"""Time zones to pick from: where people live, one for each clock that differs."""

from __future__ import annotations

from typing import Final

from handlers.blocks.parts import Option

COMMON: Final = (
    "Pacific/Honolulu America/Anchorage America/Los_Angeles America/Phoenix America/Denver America/Chicago "
    "America/Mexico_City America/New_York America/Toronto America/Bogota America/Lima America/Halifax "
    "America/Caracas America/Santiago America/St_Johns America/Sao_Paulo America/Argentina/Buenos_Aires "
    "Atlantic/Azores Atlantic/Reykjavik UTC Europe/London Europe/Dublin Europe/Lisbon Africa/Accra Africa/Lagos "
    "Africa/Casablanca Europe/Amsterdam Europe/Berlin Europe/Brussels Europe/Copenhagen Europe/Madrid Europe/Oslo "
    "Europe/Paris Europe/Prague Europe/Rome Europe/Stockholm Europe/Vienna Europe/Warsaw Europe/Zurich Africa/Cairo "
    "Africa/Johannesburg Europe/Athens Europe/Bucharest Europe/Helsinki Europe/Kyiv Asia/Jerusalem Africa/Nairobi "
    "Asia/Riyadh Europe/Istanbul Europe/Moscow Asia/Tehran Asia/Dubai Asia/Tbilisi Asia/Kabul Asia/Karachi "
    "Asia/Tashkent Asia/Kolkata Asia/Colombo Asia/Kathmandu Asia/Dhaka Asia/Yangon Asia/Bangkok Asia/Jakarta "
    "Asia/Ho_Chi_Minh Asia/Hong_Kong Asia/Manila Asia/Shanghai Asia/Singapore Asia/Taipei Australia/Perth "
    "Asia/Seoul Asia/Tokyo Australia/Adelaide Australia/Brisbane Australia/Melbourne Australia/Sydney "
    "Pacific/Auckland "
)


def options(also: str = "") -> list[Option]:
    """The zones as menu options, `also` among them."""
    zones = COMMON.split()
    if also and also not in zones:
        zones.insert(0, also)
    return [(zone, _label(zone)) for zone in zones]


def _label(zone: str) -> str:
    area, _, city = zone.rpartition("/")
    return f"{city.replace('_', ' ')} ({area.replace('_', ' ')})" if area else zone
