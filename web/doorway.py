"""The outermost layer: headers on every answer, HEAD for every GET, a page for what broke, a log without tokens."""

import logging
import re
from collections.abc import Callable
from time import perf_counter

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

access, log = logging.getLogger("web.access"), logging.getLogger(__name__)

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cache-control": "no-store",
}
"""On every answer that does not say otherwise. The referrer stays on the site: a form needs its Origin."""

HSTS = "max-age=31536000; includeSubDomains"
SECRET = re.compile(r"^/(feeds|sign-in|u)/[^/]+?(\.ics)?(?:/.*)?$")


def without_tokens(path: str) -> str:
    """A path fit for a log: what stands for a token is left out."""
    return SECRET.sub(r"/\1/…\2", path)


class Doorway:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, broken: Callable[[Request], Response], *, https: bool) -> None:
        self._app = app
        self._broken = broken
        headers = HEADERS | ({"strict-transport-security": HSTS} if https else {})
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status, bare = perf_counter(), 0, scope["method"] == "HEAD"

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                said = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(own for own in self._headers if own[0] not in said)]
            elif bare:
                message = {**message, "body": b""}
            await send(message)

        inner = {**scope, "method": "GET"} if bare else scope
        path = without_tokens(scope["path"])
        try:
            await self._app(inner, receive, sending)
        except Exception as fault:  # the door: whoever asks gets an answer, whoever runs this gets the trace
            log.error("%s %s failed", scope["method"], path, exc_info=fault)
            if status:
                raise
            await self._broken(Request(inner))(inner, receive, sending)
        finally:
            access.info("%s %s %s %.0f ms", scope["method"], path, status, 1000 * (perf_counter() - begun))
