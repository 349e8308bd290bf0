"""`dondoc user link`: how the first person signs in to a real installation."""

from shell import Refused, Shell  # type: ignore[import-not-found]

from config.assembly import assemble
from web.session import Signing


def test_a_link_signs_that_person_in(office: Shell) -> None:
    """It stands under the address that people type, and the web door reads the person out of it."""
    office.ok("user", "add", "an", "--name", "Nguyễn Văn An", "--role", "coordinator")
    address = office.json("user", "link", "an", DONDOC_BASE_URL="https://dondoc.example.vn")["url"]
    base, _, token = address.rpartition("/")
    assert base == "https://dondoc.example.vn/sign-in"
    installation = assemble({"DONDOC_HOME": str(office.home)})
    assert Signing(installation).read_link(token) == "an"
    installation.database.close()
    assert "/sign-in/" in office.ok("user", "link", "an").splitlines()[-1]


def test_a_link_for_nobody_is_refused_with_those_who_are_known(office: Shell, refused: Refused) -> None:
    """On an empty installation it says how to add somebody."""
    assert "dondoc user add" in refused(office, "user", "link", "an")
    office.ok("user", "add", "an", "--name", "Nguyễn Văn An", "--role", "coordinator")
    assert "có: an" in refused(office, "user", "link", "binh")
