"""What an operator sets: the environment over `DONDOC_CONFIG` over `config/defaults.toml`. All faults at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from config.files import ROOT, checked, read_toml
from engine.errors import BadInputError, ManyFaultsError
from engine.mail.dkim import read_signer
from engine.mail.smtp import SmtpSettings

KNOWN = {
    "DONDOC_HOME": "folder for the database, mail files, keys and logs (default ./var)",
    "DONDOC_DATABASE_URL": "SQLite in the home unless set; postgresql+psycopg://user@host/name at scale",
    "DONDOC_CONFIG": "a TOML file over config/defaults.toml",
    "DONDOC_SMTP_URL": "smtp://user:password@host:port?tls=starttls; unset: mail goes to files",
    "DONDOC_BASE_URL": "the address under which people reach the pages",
    "DONDOC_SECRET_FILE": "the installation's secret (default in the home)",
    "DONDOC_DEMO": "1: a database created now is a demo for good",
}
"""Every variable of our own, with what it is for. PREFECT_API_URL is Prefect's; set, it names the server to use."""


ADDRESS = r"^[^@\s<>]+@[^@\s<>]+$"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Office(_Strict):
    province: str = Field(pattern=r"^[a-z0-9-]+$")


class DkimSettings(_Strict):
    """With which key mail is signed (RFC 6376), where the server that takes it does not; no selector: not signed."""

    selector: str = ""
    key_file: str = ""


class MailSettings(_Strict):
    """Who writes, to whom, when and how fast.

    Attributes:
        reply_to: where answers go; empty: to the coordinator of the plan.
        return_tags: whether each message has its own bounce address (`name+b…@domain`), by which bounces are known.
        allow: addresses and domains that may get mail; empty: all. For an installation that only tries things out.
        per_minute: domain → messages a minute at most; `*` stands for any other.
        connections: how many mails may be on their way at once.
    """

    sender_name: str = Field(min_length=1)
    sender_address: str = Field(pattern=ADDRESS)
    window: tuple[time, time]
    reply_to: str = Field(pattern=rf"^$|{ADDRESS}")
    return_tags: bool
    allow: tuple[str, ...]
    per_minute: dict[Annotated[str, StringConstraints(to_lower=True)], Annotated[int, Field(ge=1)]]
    connections: int = Field(ge=1, le=16)
    dkim: DkimSettings


class BounceSettings(_Strict):
    """Where bounces come in: a maildir, a listener on this machine, or neither.

    Attributes:
        listen: `127.0.0.1:8025`, or empty.
        protocol: what the listener speaks, `lmtp` or `smtp`.
        canary: whether a mail that must come back proves the way every working day.
    """

    maildir: str
    listen: str = Field(pattern=r"^$|^(127\.\d+\.\d+\.\d+|localhost|\[::1\]):\d{1,5}$")
    protocol: Literal["lmtp", "smtp"]
    canary: bool

    @property
    def taken(self) -> bool:
        """Whether any way in is open."""
        return bool(self.maildir or self.listen)


class FeedSettings(_Strict):
    """Calendar subscriptions: how often one token may ask, how long it lasts, how long two overlap."""

    requests_per_minute: int = Field(ge=1)
    token_days: int = Field(ge=1, le=3660)
    overlap_days: int = Field(ge=0, le=365)


class _Web(_Strict):
    host: str
    port: int = Field(ge=1, le=65535)


class _File(_Strict):
    office: _Office
    mail: MailSettings
    bounces: BounceSettings
    feeds: FeedSettings
    web: _Web


@dataclass(frozen=True)
class Settings:
    """The settings of one installation, checked together."""

    home: Path
    database_url: str
    base_url: str
    secret_file: Path
    smtp: SmtpSettings | None
    demo: bool
    prefect_api_url: str
    province: str
    mail: MailSettings
    bounces: BounceSettings
    feeds: FeedSettings
    host: str
    port: int


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings that an environment gives.

    Raises:
        BadInputError: something is unknown or invalid; all faults are named at once.
    """
    faults = [
        f"{name} is not a setting; known: {', '.join(KNOWN)}"
        for name in sorted(environment)
        if name.startswith("DONDOC_") and name not in KNOWN
    ]
    home = Path(environment.get("DONDOC_HOME") or "var").absolute()
    file = _file(environment, faults)
    smtp = _smtp(environment, faults)
    if file and (fault := _dkim_fault(file.mail)):
        faults.append(fault)
    database = environment.get("DONDOC_DATABASE_URL") or f"sqlite:///{home / 'dondoc.db'}"
    if not database.startswith(("sqlite:", "postgresql+psycopg:")):
        faults.append("DONDOC_DATABASE_URL begins with sqlite: or postgresql+psycopg:")
    demo = environment.get("DONDOC_DEMO", "")
    if demo not in {"", "0", "1"}:
        faults.append("DONDOC_DEMO is 1 or 0")
    base_url = (environment.get("DONDOC_BASE_URL") or "").rstrip("/")
    if base_url and (urlsplit(base_url).scheme not in {"http", "https"} or not urlsplit(base_url).hostname):
        faults.append("DONDOC_BASE_URL is an address such as https://dondoc.example.vn")
    if file and file.mail.window[0] >= file.mail.window[1]:
        faults.append("mail.window: its first hour comes before its second")
    if faults or file is None:
        raise ManyFaultsError("The settings have faults; nothing was started:", faults)
    return Settings(
        home=home,
        database_url=database,
        base_url=base_url or f"http://{file.web.host}:{file.web.port}",
        secret_file=Path(environment.get("DONDOC_SECRET_FILE") or home / "secret").absolute(),
        smtp=smtp,
        demo=demo == "1",
        prefect_api_url=environment.get("PREFECT_API_URL", ""),
        province=file.office.province,
        mail=file.mail,
        bounces=file.bounces,
        feeds=file.feeds,
        host=file.web.host,
        port=file.web.port,
    )


def _file(environment: Mapping[str, str], faults: list[str]) -> _File | None:
    tables = read_toml(ROOT / "defaults.toml")
    place = str(ROOT / "defaults.toml")
    try:
        if own := environment.get("DONDOC_CONFIG"):
            place = own
            tables = _over(tables, read_toml(Path(own)))
        return checked(_File, tables, place=place)
    except ManyFaultsError as error:
        faults.extend(f"{place}: {fault}" for fault in error.faults)
    except BadInputError as error:
        faults.append(str(error))
    return None


def _over(tables: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """The keys of `own` laid over `tables`, table by table."""
    both = dict(tables)
    for name, value in own.items():
        held = both.get(name)
        both[name] = _over(held, value) if isinstance(held, dict) and isinstance(value, dict) else value
    return both


def _dkim_fault(mail: MailSettings) -> str:
    """Why mail cannot be signed with the key that is named; empty where it can, or where none is."""
    selector, file = mail.dkim.selector, mail.dkim.key_file
    if not selector and not file:
        return ""
    if not selector or not file:
        return "mail.dkim: selector and key_file belong together; set both, or neither"
    try:
        read_signer(mail.sender_address.rpartition("@")[2], selector, Path(file))
    except BadInputError as error:
        return str(error)
    return ""


def _smtp(environment: Mapping[str, str], faults: list[str]) -> SmtpSettings | None:
    url = environment.get("DONDOC_SMTP_URL")
    if not url:
        return None
    try:
        return SmtpSettings.parse(url)
    except BadInputError as error:
        faults.append(str(error))
        return None
