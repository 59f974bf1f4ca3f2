"""The people the page is tested with: long names, names in several scripts, zones with half hours."""

from typing import Any

LONG = "Maximiliana Alexandra Theodora Freifrau von Hohenstein-Wittelsbach zu Lichtenau"
PEOPLE: list[dict[str, Any]] = [
    {"id": "U001", "name": "mara", "real_name": "Mara Lindqvist", "tz": "Europe/Berlin", "title": "Senior recruiter"},
    {"id": "U002", "name": "devi", "real_name": "Devi Ramanathan", "tz": "Asia/Kolkata", "title": "Data engineer"},
    {"id": "U003", "name": "noor", "real_name": "نور الهاشمي", "tz": "America/New_York", "title": "Hiring manager"},
    {"id": "U004", "name": "max", "real_name": LONG, "tz": "Europe/Berlin", "title": "Principal data scientist"},
    {"id": "U005", "name": "siobhan", "real_name": "Siobhán O’Connor", "tz": "America/Los_Angeles", "title": "Analyst"},
    {"id": "U006", "name": "jun", "real_name": "佐藤 純", "tz": "America/Los_Angeles", "title": "Software engineer"},
]
EVERYBODY = [one["id"] for one in PEOPLE]
# A Monday morning in Berlin.
WORKSPACE: dict[str, Any] = {
    "team": {"id": "T001", "name": "Northwind Analytics"},
    "people": PEOPLE,
    "channels": [
        {"id": "C001", "name": "hiring-data-scientist", "members": [*EVERYBODY, "U00B"]},
        {
            "id": "C002",
            "name": "a-channel-with-a-name-that-is-as-long-as-channel-names-ever-get-to-be",
            "members": ["U001"],
        },
        {"id": "C003", "name": "quiet", "members": ["U001", "U00B"]},
    ],
    "bot": {"id": "U00B", "name": "evenhand"},
    "now": "2026-11-23T08:00:00+00:00",
}
