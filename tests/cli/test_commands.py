"""The command line from outside: what it prints, what it refuses, what it leaves behind."""

import json
import re
from pathlib import Path

import pytest
from shell import SAMPLE, Refused, Shell  # type: ignore[import-not-found]


def test_loading_the_same_file_again_changes_nothing(office: Shell) -> None:
    """The second load says so, and no count moves."""
    first = office.json("load", str(SAMPLE))
    again = office.json("load", str(SAMPLE))
    assert (first["created"], first["tasks"], first["assignments"], first["unclear"]) == (True, 30, 111, 9)
    assert again["unchanged"]
    assert again["assignments"] == 111


def test_an_edited_file_lists_what_was_added_changed_and_removed(office: Shell, tmp_path: Path) -> None:
    """A plan not yet active takes the edited document over and names the rows."""
    office.ok("load", str(SAMPLE))
    edited = tmp_path / "edited.txt"
    edited.write_text(SAMPLE.read_text(encoding="utf-8").replace("30/9/2020", "29/9/2020", 1), encoding="utf-8")
    said = office.json("load", str(edited))
    assert (len(said["changed"]), said["added"], said["removed"], said["applied"]) == (1, [], [], True)


def test_an_active_plan_is_not_changed_by_an_edited_file(running: Shell, tmp_path: Path) -> None:
    """The difference is shown; duties that run stay as they are."""
    edited = tmp_path / "edited.txt"
    edited.write_text(SAMPLE.read_text(encoding="utf-8").replace("30/9/2020", "29/9/2020", 1), encoding="utf-8")
    said = running.json("load", str(edited))
    assert said["changed"]
    assert not said["applied"]


def test_a_day_from_sweep_to_verified_log(running: Shell, tmp_path: Path) -> None:
    """Notices go out once, the log exports and verifies, and a changed letter shows."""
    assert running.json("sweep")["entries"] == 102
    assert running.json("sweep")["entries"] == 0
    sent = running.json("deliver")
    assert sent["sent"] > 0
    assert (sent["failed"], sent["pending"]) == (0, 0)
    assert len(list((running.home / "mail").glob("*.eml"))) == sent["sent"]
    file = tmp_path / "log.jsonl"
    running.ok("log", "export", str(file))
    key = str(running.home / "ledger.pub")
    verdict = running.json("log", "verify", str(file), "--key", key)
    assert verdict["ok"]
    assert verdict["key_trusted"]
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    for spoiled in (
        [lines[0], lines[1].replace('"N"', '"R0"'), *lines[2:]],
        lines[1:],
        [lines[1], lines[0], *lines[2:]],
        [lines[0], *lines],
        lines[:-1],
        [*lines[:-2], lines[-1]],
    ):
        file.write_text("".join(spoiled), encoding="utf-8")
        assert running.run("log", "verify", str(file)).returncode == 1


def test_the_log_names_agencies_and_no_person(running: Shell, tmp_path: Path) -> None:
    """Mail addresses stand in the log by number only."""
    running.ok("sweep")
    file = tmp_path / "log.jsonl"
    running.ok("log", "export", str(file))
    text = file.read_text(encoding="utf-8")
    assert "UBND huyện Văn Chấn" in text
    assert "example.vn" not in text


def test_a_simulated_year_of_the_sample_plan(office: Shell, tmp_path: Path) -> None:
    """1,504 reminders and escalations, mail and feeds as files, and the plan itself untouched."""
    office.ok("load", str(SAMPLE))
    out = tmp_path / "out"
    words = ("simulate", "--plan", "07/KH-MAU", "--from", "2020-03-03", "--to", "2021-01-31", "--out", str(out))
    year = office.json(*words)
    kinds = [line["kind"] for line in year["ledger"]]
    assert (kinds.count("reminder"), kinds.count("escalation"), kinds.count("notice")) == (550, 954, 102)
    assert not any(line["superseded"] or line["ref"] == "I.3" for line in year["ledger"])
    assert year["messages"] == sorted(year["messages"], key=lambda message: message["date"])
    assert len(list((out / "mail").glob("*.eml"))) == len(year["messages"])
    assert len(list((out / "feeds").glob("*.ics"))) == 14
    assert office.json("plans")[0]["state"] == "draft"
    assert office.json("log") == []


def test_an_answer_starts_the_duties_it_blocked(running: Shell) -> None:
    """Until it is answered a duty is unclear; then it has the day as if it had been so printed."""
    assert {duty["timeliness"] for duty in running.json("tasks", "--search", "I.3")} >= {"unclear"}
    slug = running.json("plans")[0]["slug"]
    running.ok("answer", "I.3-deadline", "2020-12-20", "--by", "dieu-phoi", "--reason", "công văn 12")
    parts = [duty for duty in running.json("tasks") if duty["ref"] == "I.3"]
    assert {(part["last_day"], part["timeliness"]) for part in parts} == {("2020-12-19", "not_due")}
    assert running.json("why", f"{slug}:I.3")["reading"]["bound"] == "before"


def test_a_person_s_answer_is_never_shown_as_what_the_document_says(running: Shell) -> None:
    """`why`, `show` and the log name the question, the answer, who gave it, when and on what it rests."""
    running.ok("answer", "I.3-deadline", "2020-12-20", "--by", "dieu-phoi", "--reason", "công văn 12")
    (given,) = running.json("why", "I.3")["answers"]
    assert (given["value"], given["on"], given["basis"]) == ("2020-12-20", "2020-03-03", "công văn 12")
    why = running.ok("why", "I.3")
    assert "Theo câu trả lời" in why
    assert "Đọc là" not in why
    assert "Đọc là" in running.ok("why", "II.1.1")
    for said in (why, running.ok("show", "I.3")):
        assert "tháng 12 không có ngày 0 → “2020-12-20”" in said
        assert "03/03/2020, công văn 12" in said
    assert "dieu-phoi: trả lời câu hỏi; I.3-deadline: “2020-12-20”" in " ".join(running.ok("log").split())


def test_why_explains_a_date_down_to_every_rung(running: Shell) -> None:
    """Printed words, reading, rule, calendar and rungs, each rung on its day."""
    why = running.json("why", "II.1.1")
    assert why["last_day"] == "2020-03-04"
    assert why["before"] == "strict"
    rungs = {rung["rung"]: rung["date"] for rung in why["versions"][0]["rungs"]}
    assert rungs["R0"] == "2020-03-04"
    assert rungs["E1"] == "2020-03-05"


def test_acts_go_through_one_door_and_stand_in_the_history(running: Shell) -> None:
    """A submission needs its document; a confirmation needs the coordinator."""
    duty = ("II.1.2", "--agency", "yb-so-gddt")
    assert running.run("act", duty[0], "submit", *duty[1:], "--by", "dieu-phoi").returncode == 2
    running.ok("user", "add", "an", "--name", "Người thử", "--role", "agency", "--agency", "yb-so-gddt")
    result = ("--document", "15/KH-SGDĐT", "--document-date", "2020-03-03")
    running.ok("act", duty[0], "submit", *duty[1:], "--by", "an", *result)
    assert running.run("act", duty[0], "confirm", *duty[1:], "--by", "an").returncode == 2
    running.ok("act", duty[0], "confirm", *duty[1:], "--by", "dieu-phoi")
    shown = running.json("show", "II.1.2")
    assert shown["parts"][0]["timeliness"] == "done_on_time"
    assert [line["data"]["event"] for line in shown["history"] if line["kind"] == "act"] == ["submit", "confirm"]


def test_a_plan_is_marked_as_restricted(running: Shell, tmp_path: Path) -> None:
    """Its tasks then stand in calendars by their reference alone, until it is marked otherwise."""
    plan = running.json("plans")[0]["slug"]
    calendars = tmp_path / "calendars"

    def told(*mark: str) -> str:
        running.ok("plan", "set", plan, *mark, "--by", "dieu-phoi")
        running.ok("feed", "write", str(calendars))
        return "".join(path.read_text(encoding="utf-8") for path in calendars.glob("*.ics"))

    restricted = told("--restricted")
    assert "SUMMARY:[Hạn] Nhiệm vụ II.1.2\n" in restricted
    assert "hướng nghiệp" not in restricted
    assert "hướng nghiệp" in told("--unrestricted")


@pytest.mark.parametrize("number", ["0", "99999999999999999999999", "x"])
def test_a_calendar_that_cannot_be_is_refused(office: Shell, refused: Refused, number: str) -> None:
    """No number is too large to be said no to."""
    for command in ("rotate", "revoke"):
        assert "NUMBER" in refused(office, "feed", command, number)


def test_all_wrong_settings_are_named_at_once(office: Shell, refused: Refused, tmp_path: Path) -> None:
    """A typo in the environment and one in the file stop the start together."""
    config = tmp_path / "office.toml"
    config.write_text('[mail]\nsender_adress = "x@example.vn"\n', encoding="utf-8")
    said = refused(office, "plans", DONDOC_HOEM="x", DONDOC_SMTP_URL="http://x", DONDOC_CONFIG=str(config))
    for place in ("DONDOC_HOEM", "DONDOC_SMTP_URL", "mail.sender_adress"):
        assert place in said
    assert not office.home.exists()


def test_an_unreachable_database_is_said_without_its_password(office: Shell, refused: Refused) -> None:
    """The message names the place and the remedy."""
    said = refused(office, "plans", DONDOC_DATABASE_URL="postgresql+psycopg://u:geheim@127.0.0.1:1/x")
    assert "127.0.0.1:1" in said
    assert "DONDOC_DATABASE_URL" in said
    assert "geheim" not in said


def test_an_unreachable_mail_server_loses_nothing(running: Shell) -> None:
    """Said with the reason and by the exit code; the same messages leave with the next run."""
    running.ok("sweep")
    done = running.run("deliver", "--json", DONDOC_SMTP_URL="smtp://127.0.0.1:1")
    assert (done.returncode, json.loads(done.stdout)["sent"]) == (1, 0), done.stderr
    assert "127.0.0.1" in done.stderr
    assert running.json("deliver")["sent"] > 0


def test_the_clock_of_a_real_database_cannot_be_set(office: Shell, refused: Refused) -> None:
    """--as-of on a command that writes is for demos only."""
    office.ok("load", str(SAMPLE))
    assert "demo" in refused(office, "sweep", "--as-of", "2020-03-05")
    assert office.json("tasks", "--as-of", "2020-03-05")


def test_a_demo_never_mails_the_outside(running: Shell, refused: Refused) -> None:
    """A server that is not on this machine is refused before anything is sent."""
    running.ok("sweep")
    assert "demo" in refused(running, "deliver", DONDOC_SMTP_URL="smtp://mail.example.vn")


def test_an_unknown_plan_is_refused_with_the_known_ones(running: Shell, refused: Refused) -> None:
    """The message lists what there is."""
    assert "07-kh-mau" in refused(running, "plan", "activate", "99/KH-XX", "--yes")


def test_activation_shows_what_it_starts_before_it_does(demo: Shell) -> None:
    """Duties, people and messages; the number of messages is the number that then leaves."""
    demo.ok("load", str(SAMPLE))
    starts = demo.json("plan", "activate", "07/KH-MAU", "--yes")
    assert (starts["duties"], starts["unclear"], starts["started"]) == (111, 9, 102)
    demo.ok("sweep")
    assert demo.json("deliver")["sent"] == starts["messages"]


def test_a_test_mail_goes_to_each_address_once(demo: Shell) -> None:
    """Before anything counts on them, on request."""
    demo.ok("load", str(SAMPLE))
    said = demo.ok("plan", "activate", "07/KH-MAU", "--yes", "--test-mail")
    tried = int(re.search(r"Thư thử: (\d+)", said)[1])  # type: ignore[index]
    assert len(list((demo.home / "mail").glob("trial-*.eml"))) == tried > 30


def test_a_feed_is_issued_listed_and_revoked(running: Shell) -> None:
    """Its token is shown once and stands nowhere else."""
    url = running.json("feed", "issue", "yb-so-gddt")["url"]
    token = url.rpartition("/")[2].removesuffix(".ics")
    listed = running.json("feed", "list")
    assert token not in json.dumps(listed)
    assert (listed[0]["state"], listed[0]["warnings"]) == ("running", [])
    assert running.json("feed", "rotate", "1")["url"] != url
    assert running.ok("feed", "revoke", "1")
    assert running.run("feed", "revoke", "1").returncode == 2


def test_the_doctor_names_what_needs_a_person(running: Shell) -> None:
    """An agency without an address and a blocking question are found, with exit 1."""
    done = running.run("doctor", "--json")
    assert done.returncode == 1
    wrong = {finding["what"] for finding in json.loads(done.stdout) if not finding["ok"]}
    assert wrong == {"cơ quan chưa có địa chỉ thư", "câu hỏi đang chặn nhiệm vụ"}
