"""What Prefect must find in the environment before it is imported, here and in its server."""

import os
from pathlib import Path

PREFECT_SETTINGS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_LOGGING_SERVER_LEVEL": "WARNING",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_LOGGING_SETTINGS_PATH": str(Path(__file__).with_name("prefect-logging.yml")),
    # With no address a flow must fail at once, not start a server of its own for 10 s and 250 MB.
    "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
    # A server that hangs may hold a duty back for seconds, not for minutes.
    "PREFECT_API_REQUEST_TIMEOUT": "5",
    "PREFECT_CLIENT_MAX_RETRIES": "1",
    "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "false",
    "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
}


def prepare(home: Path | None = None) -> None:
    """Set what is not set yet; an operator's own value wins.

    Prefect makes a home when it is imported, by default in the user's: it belongs with the rest of the installation.
    """
    for name, value in PREFECT_SETTINGS.items():
        os.environ.setdefault(name, value)
    if "PREFECT_HOME" not in os.environ:
        directory = (home or Path(os.environ.get("DONDOC_HOME", "var"))).absolute() / "prefect"
        directory.mkdir(parents=True, exist_ok=True)
        os.environ["PREFECT_HOME"] = str(directory)
