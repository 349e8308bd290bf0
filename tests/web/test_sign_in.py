"""Who may come in, and whose forms are taken."""

import re
from datetime import timedelta

import pytest
from sites import BASE, SLUG, Site
from sqlmodel import select

from engine.clock import Clock
from engine.models import Agency, Feed
from web.session import signin_link

OPEN = ["/healthz", "/readyz", "/metrics", "/sign-in", "/static/style.css"]
CLOSED = ["/", f"/plans/{SLUG}", f"/tasks/{SLUG}/I.1", "/log", "/mail", "/feeds", "/api/v1/plans", "/api/openapi.json"]


@pytest.mark.parametrize("path", CLOSED)
def test_a_real_installation_refuses_anonymous_visitors(office: Site, path: str) -> None:
    """Nothing of a plan is shown; the answer says how to sign in."""
    answer = office.client.get(path)
    assert answer.status_code == 401
    assert "07/KH-MAU" not in answer.text
    assert "đăng nhập" in answer.text


@pytest.mark.parametrize("path", OPEN)
def test_health_and_sign_in_answer_anyone(office: Site, path: str) -> None:
    """Monitors and people at the door."""
    assert office.client.get(path).status_code == 200


@pytest.mark.parametrize("path", CLOSED)
def test_who_signed_in_sees_the_pages(office: Site, path: str) -> None:
    """By a link and its button."""
    office.sign_in("giam-sat")
    assert office.client.get(path).status_code == 200


def test_opening_a_link_signs_nobody_in(office: Site) -> None:
    """Mail scanners open links; only the button counts."""
    link = signin_link(office.installation, "dieu-phoi")
    page = office.client.get(link)
    assert page.status_code == 200
    assert "Điều phối viên kế hoạch" in page.text
    assert office.client.get("/").status_code == 401


def test_a_forged_or_late_link_opens_nothing(office: Site) -> None:
    """A link lasts an hour in a real installation."""
    link = signin_link(office.installation, "dieu-phoi")
    assert office.client.get(link[:-2]).status_code == 403
    clock = office.installation.clock
    later = clock.real() + timedelta(hours=1, seconds=2)
    office.installation.__dict__["clock"] = Clock(clock.now, lambda: later)
    assert office.client.get(link).status_code == 403


def test_a_session_ends_by_itself(office: Site) -> None:
    """After half a day one signs in again."""
    office.sign_in("dieu-phoi")
    clock = office.installation.clock
    later = clock.real() + timedelta(hours=12, seconds=2)
    office.installation.__dict__["clock"] = Clock(clock.now, lambda: later)
    assert office.client.get("/").status_code == 401


def test_signing_out_ends_it(office: Site) -> None:
    """The next page asks again."""
    office.sign_in("dieu-phoi")
    assert office.post("/sign-out").status_code == 303
    assert office.client.get("/").status_code == 401


def test_the_cookie_is_kept_from_scripts_and_other_sites(office: Site) -> None:
    """HttpOnly, SameSite, and a new id at sign-in."""
    link = signin_link(office.installation, "dieu-phoi")
    before = office.client.get(link).headers["set-cookie"]
    answer = office.post("/sign-in", page=link, token=link.rpartition("/")[2])
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert before.split(";")[0] not in cookie


def test_in_a_demo_anyone_reads_but_not_everyone_acts(site: Site) -> None:
    """Issuing a subscription needs a person."""
    assert site.client.get("/").status_code == 200
    assert site.post("/feeds", page="/feeds", agency="yb-so-gddt").status_code == 401


def test_a_demo_lets_one_choose_whose_eyes_to_see_with(site: Site) -> None:
    """The people of the settings stand on the sign-in page."""
    assert site.post("/sign-in", page="/sign-in", person="giam-sat").status_code == 303
    assert "Người giám sát kế hoạch" in site.client.get("/").text


def test_a_real_installation_lets_nobody_choose(office: Site) -> None:
    """Only a link signs in."""
    link = signin_link(office.installation, "dieu-phoi")
    assert office.post("/sign-in", page=link, person="giam-sat").status_code == 403


@pytest.mark.parametrize("person", ["giam-sat", "kiem-tra"])
def test_supervisor_and_inspector_issue_no_subscriptions(site: Site, person: str) -> None:
    """A 403, and nothing was written."""
    site.sign_in(person)
    assert site.post("/feeds", page="/", agency="yb-so-gddt").status_code == 403
    with site.installation.database.read() as session:
        assert session.exec(select(Feed)).first() is None


def test_an_agency_acts_for_itself_only(site: Site) -> None:
    """Its own subscription yes, another's no."""
    site.sign_in("chuyen-vien-sgddt")
    with site.installation.database.read() as session:
        other = session.exec(select(Agency.key).where(Agency.name == "UBND huyện Trấn Yên")).one()
    assert site.post("/feeds", page="/feeds", agency=other).status_code == 403
    assert site.post("/feeds", page="/feeds", agency="yb-so-gddt").status_code == 200


def test_an_agency_sees_its_own_mail_and_log(site: Site) -> None:
    """Letters to others and entries about others are not there."""
    everything = site.client.get("/mail").text
    assert "vanthu.ubndtranyen@" in everything
    site.sign_in("chuyen-vien-sgddt")
    own = site.client.get("/mail").text
    assert "sogddt@" in own
    assert "vanthu.ubndtranyen@" not in own
    log = site.client.get("/log", params={"agency": "another"}).text
    assert '<span class="soft">UBND huyện Trấn Yên</span>' not in log
    assert '<span class="soft">Sở Giáo dục và Đào tạo</span>' in log
    foreign = [number for number in range(1, 20) if site.client.get(f"/mail/{number}").status_code == 404]
    assert len(foreign) > 10


def test_an_agency_sees_its_own_part_of_a_tasks_history(site: Site) -> None:
    """Who was told about the others' parts is not on the page, as it is not in log and mail."""
    told = re.compile(r'<span class="told-name">([^<]+)')
    foreign, own = f"/tasks/{SLUG}/II.1.4", f"/tasks/{SLUG}/I.1"
    assert len(told.findall(site.client.get(foreign).text)) > 5
    site.sign_in("chuyen-vien-sgddt")
    assert told.findall(site.client.get(foreign).text) == []
    assert "Sở Giáo dục và Đào tạo" in told.findall(site.client.get(own).text)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site", "origin": BASE},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://rebound.example:8080", "host": "rebound.example:8080"},
    ],
)
def test_a_form_from_elsewhere_is_refused(site: Site, headers: dict[str, str]) -> None:
    """Whatever the browser says of its origin, only our own page counts."""
    token = site.form_token()
    answer = site.client.post("/demo/advance", data={"form_token": token, "days": "1"}, headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize("token", ["", "0" * 64, None])
def test_a_form_without_our_token_is_refused(site: Site, token: str | None) -> None:
    """The right origin alone is not enough."""
    site.client.get("/")
    data = {"days": "1"} | ({"form_token": token} if token is not None else {})
    answer = site.client.post("/demo/advance", data=data, headers={"origin": BASE})
    assert answer.status_code == 403


def test_another_sessions_token_is_refused(site: Site) -> None:
    """A token belongs to the session whose page carried it."""
    token = site.form_token()
    site.client.cookies.clear()
    site.client.get("/")
    answer = site.client.post("/demo/advance", data={"form_token": token, "days": "1"}, headers={"origin": BASE})
    assert answer.status_code == 403
