"""Alive, ready, and in figures."""

from datetime import timedelta

import pytest
from sites import Site

from config.schedule import read_schedule
from engine.clock import Clock, parse_moment
from engine.health import duties_health, findings
from engine.models import Message
from flows.clock import trigger
from web.expected import expected, last_turn


def test_a_server_just_started_is_ready(site: Site) -> None:
    """No duty can be late before its first turn."""
    answer = site.client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["ready"] is True


def test_a_duty_that_failed_makes_it_unready(site: Site) -> None:
    """What went wrong is told to who steers, not to anyone who asks; the next good run mends it."""
    now = site.installation.clock.real()
    run = {"via": "direct", "started": now, "finished": now, "counts": {}}
    site.installation.record_run(duty="deliver_outbox", error="the mail server is away", **run)
    answer = site.client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["clock"]["duties"]["deliver_outbox"].keys() == {"ok", "last", "late"}
    assert "away" not in answer.text
    site.sign_in("kiem-tra")
    assert "away" not in site.client.get("/readyz").text
    site.sign_in("giam-sat")
    told = site.client.get("/readyz").json()["checks"]["clock"]["duties"]["deliver_outbox"]
    assert told["error"] == "the mail server is away"
    site.installation.record_run(duty="deliver_outbox", error=None, **run)
    assert site.client.get("/readyz").status_code == 200


@pytest.mark.parametrize(("passed", "late"), [(timedelta(minutes=1), []), (timedelta(days=4), ["daily_sweep"])])
def test_a_clock_that_stands_still_is_noticed(site: Site, passed: timedelta, late: list[str]) -> None:
    """A duty whose hour passed without a run is late."""
    clock = site.installation.clock
    later = clock.real() + passed
    site.installation.__dict__["clock"] = Clock(clock.now, lambda: later)
    duties = site.client.get("/readyz").json()["checks"]["clock"]["duties"]
    assert all(duties[name]["late"] for name in late)
    assert late or not any(duty["late"] for duty in duties.values())


@pytest.mark.parametrize(
    ("status", "age", "found"),
    [
        ("failed", 0, {"failed": 1, "stuck": 0}),
        ("pending", 60, {"failed": 0, "stuck": 1}),
        ("pending", 1, {"failed": 0, "stuck": 0}),
        ("sending", 60, {"failed": 0, "stuck": 1}),
    ],
)
def test_mail_that_failed_or_is_stuck_is_noticed(site: Site, status: str, age: int, found: dict[str, int]) -> None:
    """A failure of these days; what waits longer than half an hour while mail may leave."""
    installation = site.installation
    due = installation.clock.real() - timedelta(minutes=age)
    with installation.database.write() as session:
        message = session.get_one(Message, 1)
        message.status, message.next_try, message.sent_at = status, due, None
        if status == "sending":
            message.claimed_by, message.claimed_until = "a dead sender", due
        session.add(message)
    answer = site.client.get("/readyz")
    mail = answer.json()["checks"]["mail"]
    assert {name: mail[name] for name in found} == found
    assert answer.status_code == (503 if any(found.values()) else 200)


def test_an_old_failure_is_listed_by_the_doctor_and_no_fault_any_more(site: Site) -> None:
    """After three working days both call the mail in order; its address still stands in the doctor's list."""
    installation = site.installation
    fresh, old = installation.clock.now().date(), installation.calendar.shift(installation.clock.now().date(), -4)
    for day, ok in ((fresh, False), (old, True)):
        with installation.database.write() as session:
            message = session.get_one(Message, 1)
            message.status, message.day, message.sent_at, message.error = "failed", day, None, "no such user"
            session.add(message)
        assert site.client.get("/readyz").json()["checks"]["mail"]["ok"] is ok
        with installation.database.read() as session:
            found = findings(session, expected(installation, read_schedule()), installation.clock.moment())
        refused = next(finding for finding in found if "no such user" in finding.detail)
        assert refused.ok is ok


def test_doctor_and_readyz_agree_on_a_late_duty(site: Site) -> None:
    """A sweep of four days ago is late for both; one that never ran only for a server whose first turn has passed."""
    installation = site.installation
    long_ago = installation.clock.real() - timedelta(days=4)
    installation.record_run(
        duty="daily_sweep", via="direct", started=long_ago, finished=long_ago, counts={}, error=None
    )
    with installation.database.read() as session:
        ran = duties_health(session, expected(installation, read_schedule()))
        served = duties_health(session, expected(installation, read_schedule(), since=long_ago))
    assert [name for name, health in ran.items() if health.late] == ["daily_sweep"]
    assert all(health.late for health in served.values())


@pytest.mark.parametrize(
    ("until", "turn"),
    [("2026-11-23T07:10", "2026-11-22T17:00"), ("2026-11-23T09:02", "2026-11-23T09:00")],
)
def test_the_last_turn_is_the_newest_before_the_moment(until: str, turn: str) -> None:
    """Of several cron lines, over a night too."""
    times = trigger(read_schedule().duties.deliver_outbox)
    assert last_turn(times, parse_moment(until)) == parse_moment(turn)


def test_figures_are_in_the_form_that_prometheus_reads(site: Site) -> None:
    """Each family with its help and type; no name of a person or an agency."""
    answer = site.client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'dondoc_messages{status="sent"} 19' in answer.text
    assert 'dondoc_assignments{state="assigned"} 111' in answer.text
    assert "# TYPE dondoc_messages gauge" in answer.text
    assert "Sở" not in answer.text
