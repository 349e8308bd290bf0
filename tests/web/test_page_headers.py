"""What every answer carries, and that nothing happens on GET."""

from collections.abc import Iterator

import pytest
from sites import SLUG, Site
from sqlmodel import Session, SQLModel

PATHS = [
    "/",
    f"/plans/{SLUG}",
    f"/plans/{SLUG}?timeliness=overdue&agency=none",
    f"/tasks/{SLUG}/II.1.4",
    f"/tasks/{SLUG}/I.3",
    "/log",
    "/log?kind=delivery",
    "/mail",
    "/mail/1",
    "/mail/1/html",
    "/mail/1.eml",
    "/feeds",
    "/feeds/unknown.ics",
    "/sign-in",
    "/sign-in/forged",
    "/healthz",
    "/readyz",
    "/metrics",
    "/api/openapi.json",
    "/api/v1/plans",
    f"/api/v1/plans/{SLUG}/tasks",
    "/static/style.css",
    "/nowhere",
    "/demo/advance",
]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_headers(site: Site, path: str) -> None:
    """A strict policy without inline code, no sniffing, no framing elsewhere, no referrer abroad."""
    headers = site.client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "frame-ancestors" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] in {"same-origin", "no-referrer"}


@pytest.mark.parametrize("path", PATHS)
def test_head_answers_like_get_without_a_body(site: Site, path: str) -> None:
    """Monitors and link checkers ask with HEAD."""
    got, asked = site.client.get(path), site.client.head(path)
    assert asked.status_code == got.status_code
    assert asked.content == b""


def test_nothing_changes_on_get(site: Site) -> None:
    """Every page is read, signed in or not, and the database holds what it held."""
    before = _contents(site)
    for path in PATHS:
        site.client.get(path)
    site.sign_in("dieu-phoi")
    for path in PATHS:
        site.client.get(path)
    assert _contents(site) == before


def test_no_page_carries_inline_code_or_foreign_addresses(site: Site) -> None:
    """What the policy forbids is not in the pages either; all that they load is their own."""
    for path in PATHS:
        text = site.client.get(path).text
        if text.startswith("<!doctype") and not path.endswith("/html"):
            assert " style=" not in text, path
            assert "<script" not in text, path
            assert 'src="http' not in text, path


def _contents(site: Site) -> dict[str, list[tuple[object, ...]]]:
    with site.installation.database.read() as session:
        return dict(_tables(session))


def _tables(session: Session) -> Iterator[tuple[str, list[tuple[object, ...]]]]:
    for table in SQLModel.metadata.sorted_tables:
        yield table.name, [tuple(map(str, row)) for row in session.execute(table.select())]
