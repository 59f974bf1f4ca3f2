"""A local Google Calendar over HTTP, for tests: `with google_server() as g:`.

`g.url` is the address to give as GOOGLE_CALENDAR_API_URL, `g.key_file(path)` writes a service account's key whose tokens
come from here, `g.state` is what it knows, `g.fail_next(...)` makes an operation go wrong, `g.calls` tells what was asked.
"""

import json
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import exceptions, jwt

from tests.scheduling.calendars.google_state import Answer, GoogleCalendar, GoogleState, Json

Operation = Literal["token", "freebusy", "list", "insert", "get", "patch", "update", "delete", "any"]
# reset: the connection breaks before anything was done; reset_after: when it was done; hang_up_after: it is closed in
# good order when it was done; hang: nothing is ever answered.
How = Literal["answer", "reset", "reset_after", "hang_up_after", "hang"]
ACCOUNT = "evenhand@project.iam.gserviceaccount.com"
# google-auth signs for Google's own token address, wherever the key file sends it.
AUDIENCE = "https://oauth2.googleapis.com/token"
SCOPES = {
    "https://www.googleapis.com/auth/calendar",
    "https://www.googleapis.com/auth/calendar.events",
    "https://www.googleapis.com/auth/calendar.freebusy",
}


@dataclass
class Failure:
    operation: Operation
    how: How
    status: int
    body: Json | str
    headers: dict[str, str]


@dataclass(frozen=True)
class Call:
    operation: str
    calendar: str | None
    query: dict[str, str]
    body: Json
    subject: str | None
    peer: tuple[str, int]


@dataclass
class GoogleServer:
    url: str
    token_url: str
    state: GoogleState
    calls: list[Call] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    weather: Callable[[str], Failure | None] = lambda _: None
    """What else goes wrong with an operation, by lot."""
    _failures: list[Failure] = field(default_factory=list)
    _tokens: dict[str, str | None] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def calendars(self) -> dict[str, GoogleCalendar]:
        return self.state.calendars

    def key_file(self, path: Path) -> Path:
        key = {
            "type": "service_account",
            "project_id": "project",
            "private_key_id": "one",
            "private_key": _keys()[0],
            "client_email": ACCOUNT,
            "client_id": "1",
            "token_uri": self.token_url,
        }
        path.write_text(json.dumps(key))
        return path

    def fail_next(
        self,
        operation: Operation = "any",
        *,
        status: int = 503,
        reason: str = "backendError",
        how: How = "answer",
        retry_after: str | None = None,
        body: str | None = None,
        times: int = 1,
    ) -> None:
        """The next calls of an operation go wrong, in the order they were set up."""
        domain = "usageLimits" if "Limit" in reason or "quota" in reason else "global"
        told = body if body is not None else Answer(status, reason, reason, domain=domain).body
        headers = {"Retry-After": retry_after} if retry_after else {}
        self._failures += [Failure(operation, how, status, told, headers) for _ in range(times)]

    def forget_tokens(self) -> None:
        """Every token given out so far is refused from now on."""
        with self._lock:
            self._tokens.clear()

    def operations(self) -> list[str]:
        return [call.operation for call in self.calls if call.operation != "token"]

    # What the handler asks.

    def next_failure(self, operation: str) -> Failure | None:
        with self._lock:
            for failure in self._failures:
                if failure.operation in {operation, "any"}:
                    self._failures.remove(failure)
                    return failure
            return self.weather(operation)

    def grant(self, form: dict[str, str]) -> Json:
        """A token for a signed assertion, as Google's token endpoint checks it."""
        if form.get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer":
            raise _Refusal(400, "unsupported_grant_type", "Invalid grant_type")
        try:
            claims = jwt.decode(  # type: ignore[no-untyped-call] # google-auth types little
                form.get("assertion", ""), certs=_keys()[1], audience=AUDIENCE
            )
        except (ValueError, exceptions.GoogleAuthError):
            raise _Refusal(400, "invalid_grant", "Invalid JWT Signature.") from None
        if claims["iss"] != ACCOUNT or claims["exp"] - claims["iat"] > 3600:
            raise _Refusal(400, "invalid_grant", "Invalid JWT: issuer or times")
        if not set(claims.get("scope", "").split()) or not set(claims["scope"].split()) <= SCOPES:
            raise _Refusal(400, "invalid_scope", "Some requested scopes were invalid.")
        subject = claims.get("sub")
        if subject is not None and subject not in self.state.delegated:
            raise _Refusal(
                401, "unauthorized_client", "Client is unauthorized to retrieve access tokens using this method."
            )
        with self._lock:
            token = f"token-{len(self.calls)}-{time.monotonic_ns()}"
            self._tokens[token] = subject
        return {"access_token": token, "expires_in": 3599, "token_type": "Bearer"}

    def subject_of(self, authorization: str) -> str | None:
        with self._lock:
            try:
                return self._tokens[authorization.removeprefix("Bearer ")]
            except KeyError:
                raise Answer(
                    401, "authError", "Invalid Credentials", locationType="header", location="Authorization"
                ) from None

    @contextmanager
    def one_at_a_time(self) -> Iterator[None]:
        with self._lock:
            yield


class _Refusal(Exception):
    """An OAuth error, whose form differs from Google's own."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.body = {"error": error, "error_description": description}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    google: GoogleServer
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._handle()

    do_POST = do_PATCH = do_PUT = do_DELETE = do_GET  # noqa: N815 - http.server looks for these names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
        """Tests need no access log."""

    def _handle(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = urlsplit(self.path)
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        operation, calendar, event = _operation(self.command, parts.path)
        failure = self.google.next_failure(operation)
        try:
            if failure is not None and not failure.how.endswith("_after"):
                return self._fail(failure)
            status, answer = self._answer(operation, calendar, event, query, raw)
        except (Answer, _Refusal) as refusal:
            status, answer = refusal.status, refusal.body
        if failure is not None:
            return self._reset() if failure.how == "reset_after" else self._hang_up()
        return self._send(status, answer)

    def _answer(  # noqa: PLR0911 - one line per operation
        self, operation: str, calendar: str | None, event: str | None, query: dict[str, str], raw: bytes
    ) -> tuple[int, Json | None]:
        google, state = self.google, self.google.state
        if operation == "token":
            form = {key: values[-1] for key, values in parse_qs(raw.decode()).items()}
            google.calls.append(Call(operation, None, {}, {}, None, self.client_address))
            return 200, google.grant(form)
        subject = google.subject_of(self.headers.get("Authorization", ""))
        body = json.loads(raw) if raw else {}
        google.calls.append(Call(operation, calendar, query, body, subject, self.client_address))
        etag = self.headers.get("If-Match")
        email, id_ = calendar or "", event or ""
        with google.one_at_a_time():
            if operation == "freebusy":
                return 200, state.free_busy(body)
            if operation == "list":
                return 200, state.list_events(email, query)
            if operation == "insert":
                return 200, state.insert(email, body, query, subject=subject)
            if operation == "get":
                return 200, state.get(email, id_)
            if operation in {"patch", "update"}:
                whole = operation == "update"
                return 200, state.change(email, id_, body, query, subject=subject, match=etag, whole=whole)
            if operation == "delete":
                state.delete(email, id_, match=etag)
                return 204, None
        raise Answer(404, "notFound", "Not Found")

    def _fail(self, failure: Failure) -> None:
        if failure.how == "hang":
            self.google.released.wait(60)
            return self._reset()
        if failure.how == "reset":
            return self._reset()
        return self._send(failure.status, failure.body, failure.headers)

    def _reset(self) -> None:
        """Break the connection without a word (RST)."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _hang_up(self) -> None:
        """End the connection in good order, as a proxy does with one it held for too long."""
        self.close_connection = True

    def _send(self, status: int, answer: Json | str | None, headers: dict[str, str] | None = None) -> None:
        data = b"" if answer is None else (answer if isinstance(answer, str) else json.dumps(answer)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if isinstance(answer, str) else "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(data)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 - the base class's form
        """A client that went away is no news; anything else is a fault of this server, and fails the test."""
        if not isinstance(sys.exception(), OSError):
            raise  # noqa: PLE0704 - it is called from an except block


def _operation(method: str, path: str) -> tuple[str, str | None, str | None]:
    """Which operation a request is, on whose calendar, about which event."""
    parts = [unquote(part) for part in path.strip("/").split("/")]
    if parts == ["token"]:
        return "token", None, None
    match parts[2:], method:
        case ["freeBusy"], "POST":
            return "freebusy", None, None
        case ["calendars", calendar, "events"], "GET" | "POST":
            return ("list" if method == "GET" else "insert"), calendar, None
        case ["calendars", calendar, "events", event], _:
            of_one = {"GET": "get", "PATCH": "patch", "PUT": "update", "DELETE": "delete"}
            return of_one.get(method, "unknown"), calendar, event
    return "unknown", None, None


@cache
def _keys() -> tuple[str, bytes]:
    """One key pair for all tests, private and public: making one takes a while."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public


@contextmanager
def google_server() -> Iterator[GoogleServer]:
    class Handler(_Handler):
        google: GoogleServer

    with _Server(("127.0.0.1", 0), Handler) as server:
        root = f"http://127.0.0.1:{server.server_port}"
        google = GoogleServer(f"{root}/calendar/v3/", f"{root}/token", GoogleState(account=ACCOUNT))
        Handler.google = google
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield google
        finally:
            google.released.set()
            server.shutdown()
            thread.join()
