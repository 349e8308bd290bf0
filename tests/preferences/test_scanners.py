"""Mail scanners open every link of every mail, many times and in odd ways: it changes nothing."""

import asyncio
import re
from datetime import date, time
from email.message import EmailMessage
from html.parser import HTMLParser

import httpx
import pytest
from sink import Sink
from wishers import AN_MAIL, HEAD_B, LAN_MAIL, OFFICE_A, OFFICE_B, Office, served, wish
from world import START, A, B, Duty

from engine.clock import Moment, at
from web.session import Signing, new_session

HOST = "dondoc.example.vn"
TIMES = 20
ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:)]")
SCANNERS = [
    {"user-agent": "Mozilla/5.0 (compatible; Microsoft Defender for Office 365 SafeLinks)", "accept": "*/*"},
    {"user-agent": "Proofpoint URL Defense", "accept": "text/html;q=0.1, image/webp"},
    {"user-agent": "Mimecast-URL-Protect", "accept": "application/json"},
    {"user-agent": "BarracudaCentral/1.0", "accept": "application/x-www-form-urlencoded"},
    {"user-agent": "GoogleImageProxy", "accept": "image/*", "sec-purpose": "prefetch;prerender"},
    {"user-agent": "", "accept": "", "x-http-method-override": "POST", "list-unsubscribe": "One-Click"},
]


class _Links(HTMLParser):
    """Every address that a page or a mail could lead to or load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in {"href", "src", "action", "background"} and value]


def links_of(mail: EmailMessage) -> set[str]:
    """Every link of a mail: of its HTML, its text and its headers."""
    found = {link for value in mail.values() for link in ADDRESS.findall(str(value))}
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            text = part.get_payload(decode=True).decode()
            unfolded = re.sub(r"\r\n ", "", text) if part.get_content_subtype() == "calendar" else text
            found |= set(ADDRESS.findall(unfolded))
        if part.get_content_type() == "text/html":
            reader = _Links()
            reader.feed(part.get_content())
            found |= set(reader.found)
    return found


@pytest.fixture
def base_url() -> str:
    """A name and https, as RFC 8058 wants it of a link for one click."""
    return f"https://{HOST}"


def a_spring(office: Office, sink: Sink) -> None:
    """Mail of every kind: assigned, reminded, copied, read by a deputy, refused, overdue, to be confirmed, void."""
    world = office.world
    wish(world, OFFICE_B, language="en")
    wish(world, OFFICE_A, absent=(date(2020, 3, 17), date(2020, 3, 17)), deputy=AN_MAIL, calendar_files="always")
    world.plan(
        Duty("I.1", date(2020, 3, 31), owners=(A,)),
        Duty("I.2", date(2020, 4, 30), owners=(A, B)),
        Duty("I.3", date(2020, 6, 30), owners=(A,)),
        Duty("II.1", date(2020, 3, 27), owners=(B,), helpers=(A,)),
    )
    refused = date(2020, 3, 27)
    for ordinal in range(START.toordinal(), date(2020, 4, 6).toordinal()):
        day = date.fromordinal(ordinal)
        if day == date(2020, 3, 18):
            world.act("submit", "I.1", by="an", day=day, document="1/BC", document_date=day)
            world.act("cancel", "I.3", day=day, reason="thôi", document="12/QĐ")
        sink.refuse = lambda to, day=day: "550 5.1.1 unknown" if (to, day) == (OFFICE_B, refused) else None
        world.sweep(day)
        now = at(day, time(8, 0))
        office.installation.deliver(Moment(now, now))


async def fetch_all(address: str, links: list[str], cookie: str) -> set[int]:
    """GET and HEAD each link many times, redirects followed; the statuses that came."""
    statuses: set[int] = set()
    limits = httpx.Limits(max_connections=4)
    async with httpx.AsyncClient(base_url=address, follow_redirects=True, limits=limits, timeout=60) as client:
        sent = {"host": HOST, "x-forwarded-proto": "https"} | ({"cookie": cookie} if cookie else {})

        async def fetch(link: str, method: str, number: int) -> None:
            headers = sent | SCANNERS[number % len(SCANNERS)]
            answer = await client.request(method, link.removeprefix(f"https://{HOST}"), headers=headers)
            statuses.add(answer.status_code)

        every = (fetch(link, how, number) for link in links for how in ("GET", "HEAD") for number in range(TIMES))
        await asyncio.gather(*every)
    return statuses


def test_opening_every_link_of_every_mail_changes_nothing(bare_office: Office, sink: Sink) -> None:
    """GET and HEAD, twenty times each, by scanners and by a coordinator who is signed in; no row of any table moves."""
    office = bare_office
    a_spring(office, sink)
    mails = [mail for _, mail in sink.mails]
    said = " ".join(str(mail["Subject"]) for mail in mails)
    for kind in ("được giao", "[Nhắc hạn]", "thư không đến", "[Chờ xác nhận]", "[Thay đổi]", "[Quá hạn]", "[Overdue]"):
        assert kind in said, said
    assert {AN_MAIL, LAN_MAIL, HEAD_B, OFFICE_A, OFFICE_B} <= set(sink.recipients)
    assert any(mail["List-Unsubscribe-Post"] for mail in mails)
    assert any(mail["Content-Language"] == "en" for mail in mails)
    links = sorted({link for mail in mails for link in links_of(mail)})
    assert [link for link in links if not link.startswith((f"https://{HOST}/", "mailto:"))] == []
    links = [link for link in links if link.startswith("https:")]
    assert {link.split("/")[3] for link in links} == {"u", "tasks"}
    signing = Signing(office.installation)
    cookie = f"{signing.cookie}={signing.write_session(new_session('lan'))}"
    before = office.dump()
    with served(office) as address:
        assert asyncio.run(fetch_all(address, links, "")) <= {200, 401}
        assert asyncio.run(fetch_all(address, links, cookie)) == {200}
        assert office.dump() == before
        declining = next(mail for to, mail in sink.mails if to == OFFICE_A and mail["List-Unsubscribe-Post"])
        name, _, value = str(declining["List-Unsubscribe-Post"]).partition("=")
        link = str(declining["List-Unsubscribe"]).strip("<>").removeprefix(f"https://{HOST}")
        answer = httpx.post(
            f"{address}{link}", data={name: value}, headers={"host": HOST, "x-forwarded-proto": "https"}
        )
    assert answer.status_code == 200
    changed = {table for table, rows in office.dump().items() if rows != before[table]}
    assert changed == {"opt_out", "entry"}  # the one wish, and its line in the log of the plan
