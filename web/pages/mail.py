"""The mail that went out: a list, and each message as its recipient sees it."""

import base64
import hashlib
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from html.parser import HTMLParser
from http import HTTPStatus
from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse, HTMLResponse, Response

from engine.letters import letters_of
from engine.mail.message import Content
from engine.queries.mail import Letter, letters, subjects_of
from web.here import Before, Here, InHere, RowNumber

router = APIRouter(include_in_schema=False)

PAGE = 50


@dataclass(frozen=True)
class Shown:
    """A message with its words; `kept` is its file, where mail goes to files."""

    content: Content
    kept: Path | None
    same: bool


@router.get("/mail")
def mail(here: InHere, before: Before = None) -> HTMLResponse:
    """The newest messages; older ones by paging."""
    with here.installation.database.read() as session:
        found = letters(session, before=before, agency=here.agency_id, limit=PAGE + 1)
    older = found[PAGE - 1].id if len(found) > PAGE else None
    to_files = here.installation.settings.smtp is None
    return here.page("mail.html", letters=found[:PAGE], older=older, newest=before is None, to_files=to_files)


@router.get("/mail/{number:int}")
def message(number: RowNumber, here: InHere) -> HTMLResponse:
    """One message: who got it, what it tells of, its HTML in a frame of its own and its text."""
    letter = _letter(here, number)
    with here.installation.database.read() as session:
        about = subjects_of(session, number)
    return here.page("message.html", letter=letter, shown=_shown(here, letter), about=about)


@router.get("/mail/{number:int}/html")
def frame(number: RowNumber, here: InHere) -> Response:
    """The HTML of a message, for the frame: nothing runs in it, and only its own styles count."""
    html = _shown(here, _letter(here, number)).content.html
    styles = " ".join(f"'sha256-{digest}'" for digest in style_hashes(html))
    allowed = f"style-src 'unsafe-hashes' {styles}" if styles else "style-src 'none'"
    headers = {
        "content-security-policy": f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'; sandbox",
        "x-frame-options": "SAMEORIGIN",
        "referrer-policy": "no-referrer",
    }
    return HTMLResponse(html, headers=headers)


@router.get("/mail/{number:int}.eml")
def file(number: RowNumber, here: InHere) -> Response:
    """The message as it was written, for a mail program."""
    kept = _shown(here, _letter(here, number)).kept
    if kept is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, "Thư này không nằm trong tệp: nó đã đi qua máy chủ thư.")
    return FileResponse(kept, media_type="message/rfc822", filename=f"thu-{number}.eml")


def _letter(here: Here, number: int) -> Letter:
    with here.installation.database.read() as session:
        found = letters(session, number=number, agency=here.agency_id)
    if not found:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return found[0]


def _shown(here: Here, letter: Letter) -> Shown:
    """What was written to the file; without one, the message made again from the same entries."""
    desk = here.installation.desk
    name = desk.sender.message_id(f"m{letter.id}").strip("<>").partition("@")[0]
    kept = here.installation.mail_folder / f"{name}.eml"
    if kept.is_file():
        return Shown(_content(kept.read_bytes()), kept, same=True)
    with here.installation.database.read() as session:
        (stored,) = letters_of(session, [letter.id], again=True)
    made = desk.words(stored, letter.day)
    same = hashlib.sha256(made.text.encode()).hexdigest() == letter.text_sha256
    return Shown(made, None, same=same or not letter.text_sha256)


def _content(data: bytes) -> Content:
    parsed = message_from_bytes(data, policy=policy.default)
    text, html = (parsed.get_body((kind,)) for kind in ("plain", "html"))
    return Content(
        str(parsed["Subject"]),
        text.get_content() if text else "",
        html.get_content() if html else "",
        str(parsed["Content-Language"]),
    )


class _Styles(HTMLParser):
    """Collects the styles of a mail: sheets, and those on elements."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, None] = {}
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the style on an element."""
        self._inside = tag == "style"
        self.found |= {value: None for name, value in attrs if name == "style" and value}

    def handle_data(self, data: str) -> None:
        """Take a sheet."""
        if self._inside:
            self.found[data] = None

    def handle_endtag(self, tag: str) -> None:
        """Leave a sheet."""
        self._inside = self._inside and tag != "style"


def style_hashes(html: str) -> list[str]:
    """What a policy needs to allow exactly the styles of this text, so that it can go without 'unsafe-inline'."""
    styles = _Styles()
    # A browser hashes what it parsed: line ends are LF there.
    styles.feed(re.sub(r"\r\n?", "\n", html))
    digests = (hashlib.sha256(style.encode()).digest() for style in styles.found)
    return [base64.b64encode(digest).decode() for digest in digests]
