"""Fetching what a stranger's address names, without being sent to the inside of the network.

The address is resolved once, what it resolves to is judged, and the connection goes to that very address; the standard
library's client is enough for that, follows no redirect and asks no proxy, so nothing more is needed to run.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from calendars.linter.check import LIMIT, too_large
from engine.errors import BadInputError, RefusedError, UnavailableError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Permit = Callable[[Address], bool]
SECONDS = 20.0
"""So long one answer may take, from connecting to its last byte."""

AGENT = "dondoc-feed-check"
GLOBAL_V6 = ipaddress.ip_network("2000::/3")
CARRYING_V4 = [
    ipaddress.ip_network(text)
    for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "64:ff9b::/96", "64:ff9b:1::/48")
]
"""Inside the global range and yet no host of the internet: tunnels that carry an IPv4 address, documentation."""

REFUSED_V4 = [ipaddress.ip_network(text) for text in ("100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "224.0.0.0/3")]
"""Carrier-grade NAT, protocol assignments, 6to4 relays, multicast and reserved."""


def public(address: Address) -> bool:
    """Whether an address is a host of the internet (IANA special-purpose registries; RFC 6890)."""
    if isinstance(address, ipaddress.IPv6Address):
        return address in GLOBAL_V6 and address.is_global and not any(address in net for net in CARRYING_V4)
    return address.is_global and not address.is_multicast and not any(address in net for net in REFUSED_V4)


@dataclass(frozen=True)
class Answer:
    """What a server answered; header names in small letters, the body as it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        """A header, empty without it."""
        return self.headers.get(name, "").strip()

    def content(self) -> bytes:
        """The body without its gzip.

        Raises:
            BadInputError: unpacked it is too large, or it is no gzip.
        """
        if self.header("content-encoding").lower() != "gzip":
            return self.body
        unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        try:
            data = unpacking.decompress(self.body, LIMIT + 1)
        except zlib.error as error:
            raise BadInputError("The server says gzip and sends something else.") from error
        if len(data) > LIMIT:
            raise too_large()
        return data


@dataclass(frozen=True)
class Target:
    """A subscription's address, resolved and judged. Its path is a key and stands in no message.

    Attributes:
        secure: whether it is https.
        host: the name in it.
        port: the port in it.
        path: path and query.
        addresses: what the name resolves to; only these are connected to.
    """

    secure: bool
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]

    def ask(self, method: str = "GET", **headers: str) -> Answer:
        """Send one request and take the whole answer.

        Args:
            method: of the request.
            headers: with underscores for hyphens.

        Raises:
            UnavailableError: the server does not answer in time, or not in HTTP.
            BadInputError: the answer is too large.
        """
        connection = _Pinned(self)
        # A server that sends a byte now and then would outlast any limit on a single read.
        limit = threading.Timer(SECONDS, connection.cut)
        limit.daemon = True
        limit.start()
        try:
            given = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, self.path, headers={"User-Agent": AGENT, "Accept-Encoding": "identity"} | given)
            answer = connection.getresponse()
            body = answer.read(LIMIT + 1)
            if len(body) > LIMIT:
                raise too_large()
            if connection.was_cut:
                raise TimeoutError
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, body)
        except (OSError, http.client.HTTPException) as error:
            why = "it took too long" if connection.was_cut else type(error).__name__
            raise UnavailableError(f"{self.host} does not answer as a web server does ({why}): try again.") from error
        finally:
            limit.cancel()
            connection.close()


class _Pinned(http.client.HTTPConnection):
    """A connection to the addresses that were judged, whatever the name resolves to by now (no DNS rebinding)."""

    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port, timeout=SECONDS)
        self._target = target
        self.was_cut = False

    def connect(self) -> None:
        """Connect to the first of the addresses that answers."""
        failed: OSError = OSError("no address")
        for address in self._target.addresses:
            try:
                self.sock = socket.create_connection((address, self._target.port), SECONDS)
                break
            except OSError as error:
                failed = error
        else:
            raise failed
        if self._target.secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self._target.host)

    def cut(self) -> None:
        """End it from outside."""
        self.was_cut = True
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


def target_of(url: str, permit: Permit = public) -> Target:
    """Resolve an address and judge what it resolves to.

    Args:
        url: the address of a subscription.
        permit: which addresses may be connected to.

    Raises:
        RefusedError: it is no http address, or leads to a place that is not public.
        UnavailableError: its name resolves to nothing.
    """
    if any(ord(letter) <= 0x20 or ord(letter) == 0x7F for letter in url):
        raise RefusedError("The address holds spaces or control characters: copy it again.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        name = host if ":" in host else host.encode("idna").decode()
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        path.encode("ascii")
    except (ValueError, UnicodeError) as error:
        raise RefusedError("The address is not a valid one: copy it again.") from error
    if parts.scheme not in {"http", "https"} or not name:
        raise RefusedError("Only http:// and https:// addresses are checked; write https:// instead of webcal://.")
    if parts.username is not None:
        raise RefusedError("The address holds a user name: calendar clients send none.")
    secure = parts.scheme == "https"
    addresses = _resolved(name, port or (443 if secure else 80))
    for address in addresses:
        if not permit(ipaddress.ip_address(address.partition("%")[0])):
            raise RefusedError(f"{name} leads to {address}, which is not public: save the feed and check the file.")
    return Target(secure, name, port or (443 if secure else 80), path, addresses)


def _resolved(host: str, port: int) -> tuple[str, ...]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnavailableError(f"{host} is not known: look at the address and the network.") from error
    return tuple(dict.fromkeys(str(place[0]) for *_, place in found))
