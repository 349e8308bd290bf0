"""An SMTP server that takes every mail and forgets it, in a process of its own."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.measure import HERE

REPLIES = {b"EHLO": b"250 sink\r\n", b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}


class Conversation(asyncio.Protocol):
    """One connection: commands line by line, and mails up to the lone dot."""

    def __init__(self) -> None:
        self._waiting = b""
        self._mail = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer what is complete."""
        self._waiting += data
        while True:
            taken, end, rest = self._waiting.partition(b"\r\n.\r\n" if self._mail else b"\r\n")
            if not end:
                return
            self._waiting = rest
            verb = b"" if self._mail else taken[:4].upper()
            self._transport.write(REPLIES.get(verb, b"250 OK\r\n"))
            self._mail = verb == b"DATA"
            if verb == b"QUIT":
                self._transport.close()


@contextmanager
def sink() -> Iterator[int]:
    """A running sink; its port on 127.0.0.1."""
    with subprocess.Popen([sys.executable, "-m", "benchmarks.sink"], cwd=HERE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        try:
            yield int(child.stdout.readline())
        finally:
            child.terminate()


async def serve() -> None:
    """Serve until stopped; the port is the first line of stdout."""
    server = await asyncio.get_running_loop().create_server(Conversation, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
