"""`dondoc mailbox`: list, show and set, as a process and in this one."""

import json

import pytest
import typer
from typer.testing import CliRunner
from wishers import AN_MAIL, HEAD_A, OFFICE_A, Office, named

from cli import mailboxes
from engine.errors import BadInputError, RefusedError
from engine.preferences import WishesError


@pytest.fixture
def dondoc(office: Office, monkeypatch: pytest.MonkeyPatch) -> "Dondoc":
    """The command in this process, on the office."""
    monkeypatch.setenv("DONDOC_HOME", str(office.installation.settings.home))
    return Dondoc()


class Dondoc:
    """Runs `dondoc mailbox …`."""

    def __init__(self) -> None:
        self._app = typer.Typer()
        mailboxes.register(self._app)
        self._app.callback()(lambda: None)

    def __call__(self, *words: str) -> str:
        """What it printed; its error is raised."""
        done = CliRunner().invoke(self._app, ["mailbox", *words], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return str(done.stdout)


def test_a_mailbox_is_set_and_shown_by_command(office: Office, dondoc: Dondoc) -> None:
    """What `show` prints is what `set` takes."""
    given = ["--language", "en", "--gathering", "weekly:fri", "--quiet", "11:30-13:30", "--calendar-files", "auto"]
    away = ["--absent", "2099-03-09..2099-03-13", "--deputy", AN_MAIL, "--declines", "copies", "--by", "lan"]
    assert "weekly:fri" in dondoc("set", OFFICE_A, *given, *away)
    assert json.loads(dondoc("show", OFFICE_A.upper(), "--json"))["wishes"] == {
        "language": "en",
        "gathering": "weekly:fri",
        "quiet": "11:30-13:30",
        "absent": "2099-03-09..2099-03-13",
        "deputy": AN_MAIL,
        "calendar_files": "auto",
        "declined": "copies",
    }
    dondoc("set", OFFICE_A, "--present", "--quiet", "none", "--gathering", "daily", "--wants", "copies")
    wishes = json.loads(dondoc("show", OFFICE_A, "--json"))["wishes"]
    assert [wishes[name] for name in ("quiet", "absent", "deputy", "gathering", "declined")] == [
        "",
        "",
        "",
        "daily",
        "",
    ]
    assert "Không có gì thay đổi" in dondoc("set", OFFICE_A)


def test_all_faults_of_a_command_are_told_at_once(office: Office, dondoc: Dondoc) -> None:
    """What cannot be read and what cannot be, together; nothing is changed."""
    before = office.dump()
    words = [
        "--language",
        "fr",
        "--gathering",
        "weekly:xxx",
        "--quiet",
        "noon",
        "--absent",
        "soon",
        "--declines",
        "duty",
    ]
    with pytest.raises(WishesError) as error:
        dondoc("set", OFFICE_A, *words)
    assert error.value.names == ["quiet_form", "absent_form", "language", "weekday", "declined"]
    assert office.dump() == before


def test_only_a_coordinator_decides_by_command(office: Office, dondoc: Dondoc) -> None:
    """And only of a mailbox that there is."""
    for words in ((OFFICE_A, "--by", "an"), (OFFICE_A, "--by", "nobody"), ("nobody@example.vn",)):
        with pytest.raises(RefusedError, match=r"see 'dondoc (user|mailbox) list'"):
            dondoc("set", *words, "--language", "en")
    with pytest.raises(BadInputError, match="--present"):
        dondoc("set", OFFICE_A, "--present", "--deputy", HEAD_A)


def test_mailboxes_are_listed_by_state(office: Office, dondoc: Dondoc) -> None:
    """Those whose mail comes back, with why."""
    with office.installation.database.write() as session:
        box = named(session, OFFICE_A)
        box.state, box.state_words = "failed", "550 no such user"
    listed = json.loads(dondoc("list", "--state", "failed", "--state", "failing", "--json"))
    assert [(each["address"], each["state"], each["state_words"]) for each in listed] == [
        (OFFICE_A, "failed", "550 no such user")
    ]
    assert listed[0]["parts"] == [{"role": "office", "agency": "Sở A", "person": ""}]
    assert "không nhận được" in dondoc("list")


def test_a_mailbox_seen_to_is_called_good_again(office: Office, dondoc: Dondoc) -> None:
    """By a coordinator who says what was done; the log of its plans says so, with the mailbox by number."""
    with office.installation.database.write() as session:
        box = named(session, OFFICE_A)
        box.state, box.state_words, box.soft_bounces = "failed", "550 no such user", 2
    with pytest.raises(RefusedError):
        dondoc("clear", OFFICE_A, "--by", "an", "--comment", "đã gọi")
    with pytest.raises(BadInputError, match="--comment"):
        dondoc("clear", OFFICE_A, "--by", "lan", "--comment", " ")
    dondoc("clear", OFFICE_A, "--by", "lan", "--comment", "đã gọi, hộp thư đã mở lại")
    box = office.mailbox(OFFICE_A)
    assert (box.state, box.state_words, box.soft_bounces) == ("ok", "", 0)
    (line,) = [line for line in office.world.lines(kinds=("plan",)) if line.data["event"] == "clear_mailbox"]
    assert line.data == {
        "event": "clear_mailbox",
        "mailbox": box.id,
        "by": "lan",
        "reason": "đã gọi, hộp thư đã mở lại",
    }
