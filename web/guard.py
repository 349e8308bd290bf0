"""Who may come in: deny by default, and forms only from our own pages."""

from http import HTTPStatus
from urllib.parse import urlsplit

from fastapi import HTTPException, Request

from web.here import InHere

OPEN = ("/healthz", "/readyz", "/metrics", "/sign-in", "/static/", "/u/")
"""What answers without sign-in on every installation; a feed is opened by its token."""

MAIL_LINKS = "/u/"
"""Opened by the token of a link in a mail; what is posted there is proved by a token too, and needs no session."""

LOOPBACK = {"127.0.0.1", "localhost", "::1"}

FOREIGN = (
    "Biểu mẫu không đến từ trang này, hoặc trang đã mở quá lâu: tải lại trang rồi làm lại. "
    "Nếu vẫn bị, địa chỉ trong DONDOC_BASE_URL khác địa chỉ đang mở."
)


def admit(request: Request, here: InHere) -> None:
    """Let in who signed in; a demo is readable by anyone.

    Raises:
        HTTPException: nobody is signed in.
    """
    if here.demo or here.person is not None or is_open(request.url.path):
        return
    raise HTTPException(HTTPStatus.UNAUTHORIZED)


def is_open(path: str) -> bool:
    """Whether a path answers without sign-in."""
    return path.startswith(OPEN) or (path.startswith("/feeds/") and path.endswith(".ics"))


async def own_forms(request: Request, here: InHere) -> None:
    """Take a form only from a page of this site and of this session; a link's token stands for both.

    Raises:
        HTTPException: it came from elsewhere.
    """
    if request.method in {"GET", "HEAD", "OPTIONS"} or request.url.path.startswith(MAIL_LINKS):
        return
    form = await request.form()
    token = form.get("form_token")
    if not _from_here(request, here.installation.settings.base_url) or not isinstance(token, str):
        raise HTTPException(HTTPStatus.FORBIDDEN, FOREIGN)
    if here.fresh or not here.signing.form_token_fits(here.session, token):
        raise HTTPException(HTTPStatus.FORBIDDEN, FOREIGN)


def _from_here(request: Request, base_url: str) -> bool:
    """Whether the browser says that the form stood on this site, reached under one of its own names."""
    host = urlsplit(f"//{request.headers.get('host', '')}")
    own = urlsplit(base_url)
    if host.hostname not in LOOPBACK and host.netloc != own.netloc:
        return False
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    if origin is not None:
        return urlsplit(origin).netloc == host.netloc
    return site == "same-origin"
