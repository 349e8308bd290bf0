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
