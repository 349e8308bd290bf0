"""A demo's clock: every day passed is lived through."""

from datetime import date, datetime

import pytest
from sites import SLUG, Site
from sqlmodel import col, func, select

from calendars.tokens import issue
from engine.clock import at
from engine.demo import Moving, advance
from engine.errors import BadInputError, RefusedError
from engine.models import Agency, Assignment, Entry, EventBlock, Message


def test_a_day_later_the_reminders_have_gone_out(site: Site) -> None:
    """On 4 March the twelve duties of 5 March get their last reminder, and the page says what happened."""
    answer = site.post("/demo/advance", days="1", back="/log")
    assert (answer.status_code, answer.headers["location"]) == (303, "/log")
    page = site.client.get("/log").text
    assert "Đồng hồ thử: thứ Tư 04/03/2020 08:00" in page
    assert "Đã qua 1 ngày: 12 thư đã gửi, 12 mục nhật ký mới." in page
    assert "Đã qua" not in site.client.get("/log").text


def test_a_week_later_there_are_escalations_mails_and_overdue_duties(site: Site) -> None:
    """Every day between was swept and its mail sent at its hour."""
    site.post("/demo/advance", days="7")
    with site.installation.database.read() as session:
        rungs = dict(session.exec(select(Entry.rung, func.min(Entry.effective)).group_by(col(Entry.rung))).all())
        days = set(session.exec(select(Message.day).where(Message.status == "sent")).all())
    assert {rungs["R0"], rungs["E1"], rungs["E2"]} == {date(2020, 3, 4), date(2020, 3, 5), date(2020, 3, 9)}
    assert days == {date(2020, 3, day) for day in (3, 4, 5, 6, 9, 10)}
    assert "Chưa xong, quá hạn: 12" in site.client.get("/").text
    assert "Quá hạn" in site.client.get(f"/tasks/{SLUG}/II.1.4").text


def test_two_steps_equal_one(site: Site) -> None:
    """Seven single days leave the same log as a week."""
    for _ in range(7):
        site.post("/demo/advance", days="1")
    with site.installation.database.read() as session:
        entries = session.exec(select(func.count(col(Entry.id))).where(Entry.kind != "delivery")).one()
    assert entries == 103 + 12 + 12 + 12 + 1 + 1  # N and the plan's own; R0; E1; E2; R7 of II.1.3; R3w of it


def test_an_address_elsewhere_is_not_gone_to(site: Site) -> None:
    """The way back leads to a page of this site."""
    answer = site.post("/demo/advance", days="1", back="//elsewhere.example/")
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("days", ["0", "-1", "2", "400", "x"])
def test_only_a_day_or_a_week_can_be_asked(site: Site, days: str) -> None:
    """Anything else is refused and the clock stands."""
    assert site.post("/demo/advance", days=days).status_code == 400
    assert "03/03/2020 08:00" in site.client.get("/").text


def test_a_real_installation_has_no_such_button(office: Site) -> None:
    """Neither on the page nor behind it."""
    office.sign_in("dieu-phoi")
    assert "/demo/advance" not in office.client.get("/").text
    assert office.post("/demo/advance", days="1").status_code == 404


def test_calendars_are_made_anew_at_the_end(site: Site) -> None:
    """Each duty that a subscription shows has its block, before anybody asks."""
    with site.installation.database.write() as session:
        agency = session.exec(select(Agency).where(Agency.key == "yb-so-gddt")).one()
        own = session.exec(
            select(func.count(col(Assignment.id))).where(Assignment.agency_id == agency.id, Assignment.version > 0)
        ).one()
        issue(session, agency, site.installation.clock.moment())
    moving = Moving(site.installation.database, site.installation.do, site.installation.set_demo_clock)
    moved = advance(moving, site.installation.clock.now(), 1)
    assert moved.now == at(date(2020, 3, 4))
    with site.installation.database.read() as session:
        assert session.exec(select(func.count(col(EventBlock.assignment_id)))).one() == own > 0


def test_a_move_that_breaks_off_leaves_whole_days_and_can_go_on(site: Site) -> None:
    """The clock stands on the last day that was finished; the day that failed is done again, once."""
    installation = site.installation

    def failing(name: str, now: datetime) -> dict[str, int]:
        done = installation.do(name, now)
        if name == "daily_sweep" and now.date() == date(2020, 3, 5):
            raise RefusedError("the power went")
        return done

    moving = Moving(installation.database, failing, installation.set_demo_clock)
    with pytest.raises(RefusedError, match="the power went"):
        advance(moving, installation.clock.now(), 3)
    assert installation.clock.now() == at(date(2020, 3, 4))
    site.post("/demo/advance", days="1")
    with installation.database.read() as session:
        assert session.exec(select(func.count(col(Entry.id))).where(Entry.rung == "E1")).one() == 12


@pytest.mark.parametrize("days", [0, -3, 32])
def test_a_move_is_at_most_a_month(site: Site, days: int) -> None:
    """A slip of the hand does not live through a century."""
    moving = Moving(site.installation.database, site.installation.do, site.installation.set_demo_clock)
    with pytest.raises(BadInputError):
        advance(moving, site.installation.clock.now(), days)
