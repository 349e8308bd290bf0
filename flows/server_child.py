"""The child process: Prefect's server on a socket handed down, for as long as the parent lives.

Started by its path, so that it needs no import of ours. The parent holds the other end of stdin and never writes: when
the parent ends in whatever way, the kernel closes it, the read below returns and the child goes too.
"""

import os
import socket
import sys
from threading import Thread


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


def main(descriptor: int) -> None:
    """Serve until told to stop."""
    Thread(target=_end_with_parent, daemon=True).start()  # first: importing Prefect takes seconds

    import uvicorn  # noqa: PLC0415
    from prefect.server.api.server import create_app  # noqa: PLC0415

    config = uvicorn.Config(create_app(final=True), log_level="warning", access_log=False)
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    main(int(sys.argv[1]))
