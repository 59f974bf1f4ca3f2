"""Calendar files as programs export them, from the few lines that matter to a test."""

from datetime import UTC, datetime

START = datetime(2026, 10, 1, tzinfo=UTC)
END = datetime(2026, 12, 1, tzinfo=UTC)


def calendar(*events: str, before: str = "", after: str = "") -> bytes:
    """A VCALENDAR of events given by their lines."""
    text = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\n" + before
    for at, event in enumerate(events):
        uid = "" if "UID:" in event else f"UID:{at}@test\n"
        text += f"BEGIN:VEVENT\n{uid}DTSTAMP:20260901T000000Z\n{event.strip()}\nEND:VEVENT\n"
    return (text + after + "END:VCALENDAR\n").replace("\n", "\r\n").encode()


def own_zone(name: str, *, summer: str, winter: str) -> str:
    """A VTIMEZONE as Outlook writes it, with the European dates of change."""
    return (
        f"BEGIN:VTIMEZONE\nTZID:{name}\n"
        f"BEGIN:STANDARD\nDTSTART:16011028T030000\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\n"
        f"TZOFFSETFROM:{summer}\nTZOFFSETTO:{winter}\nEND:STANDARD\n"
        f"BEGIN:DAYLIGHT\nDTSTART:16010325T020000\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\n"
        f"TZOFFSETFROM:{winter}\nTZOFFSETTO:{summer}\nEND:DAYLIGHT\nEND:VTIMEZONE\n"
    )
