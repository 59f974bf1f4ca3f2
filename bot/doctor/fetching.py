"""One HTTP request, and what came of it in words."""

from __future__ import annotations

import socket
import ssl
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any, Final

WAIT: Final = 10.0
"""Seconds for which an answer is waited for."""


def fetched(
    url: str, content: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int | None, dict[str, str], str]:
    """The status, the headers in small letters, and the body; no status and the trouble in words where nothing answers."""
    request = urllib.request.Request(url, data=content, headers=headers or {})  # noqa: S310 - from the operator's settings
    try:
        with urllib.request.urlopen(request, timeout=WAIT) as answer:  # noqa: S310 - as above
            return answer.status, _small(answer.headers), answer.read(10_000).decode(errors="replace")
    except urllib.error.HTTPError as refused:
        refused.close()
        return refused.code, _small(refused.headers), ""
    except urllib.error.URLError as fault:
        return None, {}, in_words(fault.reason if isinstance(fault.reason, Exception) else fault)
    except (OSError, HTTPException) as fault:
        return None, {}, in_words(fault)


def in_words(fault: Exception) -> str:
    match fault:
        case socket.gaierror():
            return "its name is not known"
        case ConnectionRefusedError():
            return "nothing listens there"
        case TimeoutError():
            return f"no answer in {WAIT:.0f} s"
        case ssl.SSLCertVerificationError():
            return f"its certificate is not trusted ({fault.verify_message})"
        case _:
            return type(fault).__name__


def _small(headers: Any) -> dict[str, str]:
    return {str(name).lower(): str(value) for name, value in headers.items()}
