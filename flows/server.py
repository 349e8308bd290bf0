"""One local Prefect server, kept as a child process beside the pages."""

import asyncio
import contextlib
import logging
import os
import secrets
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

from config.schedule import PrefectTimes
from flows.environment import PREFECT_SETTINGS

log = logging.getLogger(__name__)

CHILD = Path(__file__).with_name("server_child.py")

IDLE_SERVICES = (
    "CANCELLATION_CLEANUP", "CLEANUP_RECONCILER", "EVENT_PERSISTER", "FOREMAN", "LATE_RUNS", "PAUSE_EXPIRATIONS",
    "REPOSSESSOR", "SCHEDULER", "TASK_RUN_RECORDER", "TRIGGERS",
)  # fmt: skip
"""They serve deployments and tasks, of which an embedded installation has none, and keep SQLite busy."""


@dataclass(frozen=True)
class Address:
    """Where a Prefect server answers; without a secret, what the environment says holds."""

    url: str
    secret: str | None = field(default=None, repr=False)


class Prefect(Protocol):
    """A Prefect server, near or far."""

    @property
    def address(self) -> Address | None:
        """Where it answers now; None while it does not."""


@dataclass(frozen=True)
class RemoteServer:
    """A Prefect server kept by others; whether it answers shows when it is asked."""

    url: str

    @property
    def address(self) -> Address:
        """Where it answers; the environment holds the secret."""
        return Address(self.url)


class LocalServer:
    """A Prefect server on a random loopback port with a database and a secret of its own; started anew when it dies."""

    def __init__(self, home: Path, *, times: PrefectTimes) -> None:
        self.up = asyncio.Event()
        self.home = home.absolute()
        self._times = times
        self._address = Address("")
        self._child: subprocess.Popen[bytes] | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def address(self) -> Address | None:
        """Where it answers now; None while it does not."""
        return self._address if self.up.is_set() else None

    @property
    def pid(self) -> int | None:
        """The child's process id."""
        return self._child.pid if self._child else None

    def start(self) -> None:
        """Begin to keep a server, and return at once; `up` tells when it answers."""
        self._keeper = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """End the child and forget it."""
        if self._keeper:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        self.up.clear()
        await asyncio.to_thread(self._end)

    async def _keep(self) -> None:
        pause = self._times.restart_first_seconds
        while True:
            if await self._once():
                pause = self._times.restart_first_seconds
            log.warning("Prefect's server is away; started anew in %g s (its log: %s)", pause, self._log_file)
            await asyncio.sleep(pause)
            pause = min(pause * 2, self._times.restart_most_seconds)

    async def _once(self) -> bool:
        """One life of a child; whether it ever answered."""
        try:
            self._child = self._spawn()
        except OSError as fault:  # no memory, no descriptors, no disk: may pass
            log.warning("Prefect's server cannot be started: %s", fault)
            return False
        was_up = await self._watch(self._child)
        self.up.clear()
        await asyncio.to_thread(self._end)
        return was_up

    async def _watch(self, child: subprocess.Popen[bytes]) -> bool:
        """Look at the child until it ends or has not answered for too long; whether it ever answered."""
        loop, was_up = asyncio.get_running_loop(), False
        deadline = loop.time() + self._times.patience_seconds
        while child.poll() is None and loop.time() < deadline:
            if await self._answers():
                was_up, deadline = True, loop.time() + self._times.patience_seconds
                self.up.set()
            else:
                self.up.clear()
            await asyncio.sleep(self._times.look_seconds)
        return was_up

    async def _answers(self) -> bool:
        host, port = self._address.url.removeprefix("http://").removesuffix("/api").split(":")
        try:
            async with asyncio.timeout(self._times.answer_seconds):
                reader, writer = await asyncio.open_connection(host, int(port))
                try:
                    writer.write(b"GET /api/health HTTP/1.0\r\n\r\n")
                    return b" 200 " in await reader.readline()
                finally:
                    writer.close()
        except OSError:  # refused, reset, or no answer in time
            return False

    def _spawn(self) -> subprocess.Popen[bytes]:
        """Start the child on a socket bound here: no other process can take the port in between."""
        secret = "dondoc:" + secrets.token_urlsafe(32)
        with socket.socket() as bound, self._open_log() as output:
            bound.bind(("127.0.0.1", 0))
            self._address = Address(f"http://127.0.0.1:{bound.getsockname()[1]}/api", secret)
            return subprocess.Popen(  # noqa: S603 - our own file, a number
                [sys.executable, "-P", str(CHILD), str(bound.fileno())],
                env=self._environment(secret),
                pass_fds=[bound.fileno()],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the parent, which then ends the child
            )

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.terminate()
        try:
            child.wait(self._times.stop_wait_seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        if child.stdin:
            child.stdin.close()

    def _environment(self, secret: str) -> dict[str, str]:
        foreign = ("PREFECT_", "DONDOC_")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        services = {f"PREFECT_SERVER_SERVICES_{name}_ENABLED": "false" for name in IDLE_SERVICES}
        return inherited | PREFECT_SETTINGS | services | {
            "PREFECT_HOME": str(self.home / "prefect"),
            "PREFECT_SERVER_API_AUTH_STRING": secret,
            "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
            "PREFECT_SERVER_UI_ENABLED": "false",
            "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",
            "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
            "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(self._times.keep_runs_days * 86400),
        }  # fmt: skip

    @property
    def _log_file(self) -> Path:
        return self.home / "logs" / "prefect.log"

    def _open_log(self) -> BinaryIO:
        self._log_file.parent.mkdir(parents=True, exist_ok=True)
        if self._log_file.exists() and self._log_file.stat().st_size > self._times.log_limit_mib * 2**20:
            self._log_file.replace(self._log_file.with_suffix(".log.1"))
        return self._log_file.open("ab")
