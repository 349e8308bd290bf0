"""What the tests of the pages share: a site, its visitor, and how forms are sent."""

import re
import warnings
from dataclasses import dataclass

import httpx

from config.assembly import Installation
from web.app import create_app
from web.session import signin_link

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it asks for httpx2, which nothing else here needs
    from starlette.testclient import TestClient

BASE = "http://127.0.0.1:8080"
SLUG = "07-kh-mau-2020-yen-bai"


@dataclass
class Site:
    """An installation with its pages, and one visitor."""

    installation: Installation
    client: TestClient

    def sign_in(self, person: str) -> None:
        """Become that person by a link, as people do."""
        link = signin_link(self.installation, person).removeprefix(self.installation.settings.base_url)
        answer = self.post("/sign-in", page=link, token=link.rpartition("/")[2])
        assert answer.status_code == 303, answer.text

    def form_token(self, page: str = "/") -> str:
        """The token that a page's forms carry."""
        found = re.search(r'name="form_token" value="([0-9a-f]+)"', self.client.get(page).text)
        assert found, f"{page} has no form"
        return found[1]

    def post(self, path: str, *, page: str = "/", **fields: str) -> httpx.Response:
        """Send a form as a browser does."""
        data = {"form_token": self.form_token(page), **fields}
        return self.client.post(path, data=data, headers={"origin": BASE}, follow_redirects=False)


def site_of(installation: Installation) -> Site:
    """The pages of an installation, without its duties."""
    app = create_app(installation, duties=False)
    return Site(installation, TestClient(app, base_url=BASE, raise_server_exceptions=False))
