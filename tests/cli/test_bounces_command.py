"""`dondoc bounces`: taken by hand, and listed."""

from shell import Shell


def test_mails_are_taken_from_a_folder_once_and_listed(office: Shell) -> None:
    """What has no mark of ours has no effect; the second time it is known; what cannot be read is told."""
    office.ok("plans")
    folder = office.home / "in"
    folder.mkdir()
    (folder / "1").write_bytes(b"From: mailer-daemon@example.vn\nSubject: Undelivered\n\n550 5.1.1 user unknown\n")
    (first,) = office.json("bounces", "take", str(folder))
    assert (first["kind"], first["effect"], first["message"]) == ("other", "none", None)
    assert office.json("bounces", "take", str(folder / "1"))[0]["effect"] == "known"
    (listed,) = office.json("bounces", "list")
    assert (listed["kind"], listed["effect"], listed["address"]) == ("other", "none", None)
    assert "không có tác dụng" in office.ok("bounces", "list")
    assert office.run("bounces", "take", str(folder / "2")).returncode == 2


def test_a_demo_takes_mails_at_the_hour_it_is_told(demo: Shell) -> None:
    """A hold is counted from the day a report came; for real work the clock cannot be set."""
    demo.ok("plans")
    file = demo.home / "1"
    file.write_bytes(b"From: mailer-daemon@example.vn\nSubject: Undelivered\n\n550 5.1.1 user unknown\n")
    (taken,) = demo.json("bounces", "take", str(file), "--as-of", "2020-03-05T15:00")
    assert taken["effect"] == "none"


def test_the_clock_of_real_work_cannot_be_set_for_it(office: Shell) -> None:
    """Refused before anything is read."""
    office.ok("plans")
    assert office.run("bounces", "take", str(office.home), "--as-of", "2020-03-05").returncode == 2
