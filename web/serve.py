"""`dondoc serve`: the pages and, beside them, the clock and the mail, in one process until it is stopped."""

import errno
import logging
import socket
import sys
from contextlib import ExitStack
from dataclasses import replace
from urllib.parse import urlsplit

import uvicorn

from config.assembly import Installation
from engine.errors import RefusedError
from web.app import create_app
from web.demo import prepare, signin_links

STOP_SECONDS = 5
"""How long a request under way may take to finish when the server is stopped."""


def serve(installation: Installation, *, demo: bool, duties: bool = True) -> None:
    """Serve until stopped; a demo is made ready first.

    Args:
        installation: what is served, at the host and port of its settings.
        demo: prepare a demo and print its sign-in links.
        duties: whether this process also does the duties at their hours. With PREFECT_API_URL set it never does:
            the workers of that server do them.

    Raises:
        RefusedError: the port is taken, or a demo is asked of a database that holds real work.
    """
    _log_to_stderr(quiet=demo)
    _address_of(installation)
    with ExitStack() as doors:
        door = doors.enter_context(listening(installation.settings.host, installation.settings.port))
        letterbox = _letterbox(installation, doors) if duties else None
        fresh = installation.demo and demo and prepare(installation)
        app = create_app(installation, duties=duties and not installation.settings.prefect_api_url, door=letterbox)
        _greet(installation, fresh=fresh, duties=duties)
        config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=STOP_SECONDS)
        uvicorn.Server(config).run(sockets=[door])


def _letterbox(installation: Installation, doors: ExitStack) -> socket.socket | None:
    """Where the mail server brings what came back, if the settings say here."""
    host, colon, port = installation.settings.bounces.listen.rpartition(":")
    if not colon:
        return None
    return doors.enter_context(listening(host.strip("[]"), int(port), "stop it, or set another in bounces.listen."))


def listening(host: str, port: int, remedy: str = "") -> socket.socket:
    """A socket on that port, taken before anything else is begun.

    Raises:
        RefusedError: it is taken, or not ours to take.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            told = f"Port {port} on {host} is taken by another program"
        else:
            told = f"Port {port} on {host} cannot be opened ({getattr(error, 'strerror', None) or error})"
        other = f"--port {port + 1}"
        usual = f"stop it, or choose another: dondoc serve {other} (with make: make run ARGS='{other}')."
        raise RefusedError(f"{told}; {remedy or usual}") from error


def _address_of(installation: Installation) -> None:
    """Where no address was set, the one people reach is the one this process listens on."""
    settings = installation.settings
    own = urlsplit(settings.base_url)
    if own.scheme == "http" and own.hostname == settings.host and own.port != settings.port:
        installation.settings = replace(settings, base_url=f"http://{settings.host}:{settings.port}")


def _greet(installation: Installation, *, fresh: bool, duties: bool) -> None:
    told = [f"Đôn Đốc: {installation.settings.base_url}", _who_does_duties(installation, duties=duties)]
    if installation.demo:
        told.append(
            f"A demo{' with the sample plan' if fresh else ''}; its clock: {installation.clock.now():%Y-%m-%d %H:%M}."
        )
        told.append("Sign in as (links last 7 days):")
        told += [f"  {role:<12} {name}\n               {link}" for role, name, link in signin_links(installation)]
    if installation.settings.smtp is None:
        told.append(f"Mail goes to {installation.mail_folder} and the page /mail. Stop with Ctrl+C.")
    sys.stdout.write("\n".join(told) + "\n")
    sys.stdout.flush()


def _who_does_duties(installation: Installation, *, duties: bool) -> str:
    if not duties:
        return "Duties: not done here (--no-duties); another process must do them."
    if installation.settings.prefect_api_url:
        return "Duties: not done here; PREFECT_API_URL is set, so workers do them ('dondoc worker')."
    return "Duties: done by this process at their hours."


def _log_to_stderr(*, quiet: bool) -> None:
    """Faults and, unless quiet, requests in one plain form; no feed's address and no sign-in link stands in it."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    logging.getLogger("web.access").setLevel(logging.WARNING if quiet else logging.INFO)
    for noisy in ("uvicorn.error", "apscheduler", "httpx", "httpcore", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
