"""Google Calendar's API over HTTP: one call, one answer or one of the port's errors."""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import google_auth_httplib2
import httplib2
from google.auth import exceptions
from google.oauth2 import service_account
from googleapiclient import discovery, errors

from scheduling.calendars.google_errors import SCOPES, from_answer, from_token
from scheduling.calendars.port import CalendarRefused, CalendarUnavailable

GOOGLE_URL = "https://www.googleapis.com/calendar/v3/"


class GoogleCalls:
    """Connections are lent to one caller at a time, each with a time-out: httplib2 mixes answers up when shared.

    Nothing is repeated here; who asked knows whether to wait, to look first, or to give up.
    """

    def __init__(self, key_file: Path, *, subject: str | None, url: str, timeout: timedelta) -> None:
        if not url.endswith("/calendar/v3/"):
            raise ValueError("The address of Google Calendar ends in /calendar/v3/ (it replaces the path, too)")
        self._credentials = _credentials(key_file, subject=subject)
        self._timeout = timeout
        self._idle: list[Any] = []
        self._lock = Lock()
        self.events, self.freebusy = _api(url)

    def ask(self, request: Any, *, writing: bool = False, etag: str | None = None) -> dict[str, Any]:
        if etag is not None:
            request.headers["If-Match"] = etag
        operation = request.methodId.removeprefix("calendar.")
        with self._connection() as connection:
            try:
                answer = request.execute(http=connection, num_retries=0) or {}
            except errors.HttpError as wrong:
                headers = {str(name).lower(): str(value) for name, value in wrong.resp.items()}
                raise from_answer(
                    operation, status=int(wrong.resp.status), headers=headers, content=wrong.content, writing=writing
                ) from None
            except exceptions.RefreshError as refusal:
                raise from_token(str(refusal), retryable=bool(refusal.retryable)) from None
            except _BROKEN as broken:
                why = f"No answer from Google to {operation} ({type(broken).__name__})"
                raise CalendarUnavailable(why, outcome_unknown=writing) from broken
        if not isinstance(answer, dict):
            # A proxy's or a portal's page: the client hands on as text what is not JSON.
            raise CalendarUnavailable(f"No answer of Google's to {operation}", outcome_unknown=writing)
        return answer

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        """A connection nobody else has; one on which something broke is not used again."""
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            plain = httplib2.Http(timeout=self._timeout.total_seconds())
            connection = google_auth_httplib2.AuthorizedHttp(self._credentials, http=plain)
        try:
            yield connection
        except CalendarUnavailable:
            connection.close()
            raise
        except BaseException:
            self._keep(connection)
            raise
        self._keep(connection)

    def _keep(self, connection: Any) -> None:
        with self._lock:
            self._idle.append(connection)


_BROKEN = (
    OSError,
    httplib2.HttpLib2Error,
    http.client.HTTPException,
    exceptions.GoogleAuthError,
    errors.Error,
    ValueError,
)


@lru_cache(maxsize=4)
def _api(url: str) -> tuple[Any, Any]:
    """Its events and free/busy, once for everybody we act as: each takes a megabyte, which goes only with a full collection.
    Whoever asks brings a connection along."""
    # From the packaged description of the API: nothing is fetched, so this works without a network.
    api = discovery.build(
        "calendar",
        "v3",
        http=httplib2.Http(),
        static_discovery=True,
        cache_discovery=False,
        client_options={"api_endpoint": url},
    )
    return api.events(), api.freebusy()


def _credentials(key_file: Path, *, subject: str | None) -> service_account.Credentials:
    try:
        given: service_account.Credentials = service_account.Credentials.from_service_account_file(  # type: ignore[no-untyped-call] # google-auth types little
            str(key_file), scopes=SCOPES, subject=subject
        )
    except (OSError, ValueError, exceptions.GoogleAuthError):
        # Without the cause: its text may hold a part of the key.
        raise CalendarRefused(
            "The service account's key file can't be read",
            remedy="Give the path of the JSON key that Google made for the service account.",
            of_all=True,
        ) from None
    return given
