"""`dondoc offers` and `dondoc answer` as people type them: list, accept, decline, undo."""

from shell import SAMPLE, Refused, Shell

PLAN = "07-kh-mau-2020-yen-bai"


def test_offers_are_listed_accepted_and_withdrawn(demo: Shell, refused: Refused) -> None:
    """The bare name lists; what is missing is named with the option that gives it; nothing starts by itself."""
    demo.ok("load", str(SAMPLE), "--activate")
    rows = demo.json("offers", PLAN, "--kind", "target")
    first, second = rows[0]["name"], rows[1]["key"]
    assert {row["state"] for row in rows} == {"offered"}
    assert first.partition(":")[2] in demo.ok("offers", PLAN)
    by = ("--by", coordinator(demo))
    assert "--as-proposed" in refused(demo, "offers", "accept", first, *by)
    before = len(demo.json("tasks"))
    (done,) = demo.json("offers", "accept", first, *by, "--as-proposed")
    assert done["last_day"] == "2020-12-31"
    assert len(demo.json("tasks")) == before + 1
    assert "không đổi" in demo.ok("offers", "accept", first, *by, "--as-proposed")
    assert "không nhận" in demo.ok("offers", "decline", f"{PLAN}:{second}", *by, "--reason", "trùng")
    assert "--document" in refused(demo, "offers", "undo", first, *by, "--reason", "nhầm")
    assert "đã rút" in demo.ok("offers", "undo", first, *by, "--reason", "nhầm", "--document", "2/CV")
    assert [row["state"] for row in demo.json("offers", PLAN, "--kind", "target")[:2]] == ["withdrawn", "declined"]
    assert {line["state"] for line in demo.json("tasks", "--search", done["ref"])} == {"cancelled"}


def test_what_comes_again_is_accepted_with_its_days(demo: Shell) -> None:
    """The next periods are shown in words before the first mail goes out."""
    demo.ok("load", str(SAMPLE), "--activate")
    name = demo.json("offers", PLAN, "--kind", "target")[0]["name"]
    often = ("--frequency", "hàng quý", "--day", "ngày 20 tháng cuối quý", "--until", "2020-12-31")
    said = demo.ok("offers", "accept", name, "--by", coordinator(demo), *often)
    for words in ("hàng quý, chậm nhất ngày 20 tháng cuối kỳ", "quý I/2020: hạn cuối 20/03/2020", "mở ngay 1 kỳ"):
        assert words in said


def test_a_sweep_by_hand_opens_the_periods_of_what_comes_again(demo: Shell) -> None:
    """Whoever runs only sweep and deliver every morning misses no report."""
    demo.ok("load", str(SAMPLE))
    name = demo.json("offers", PLAN, "--kind", "target")[0]["name"]
    often = ("--frequency", "hàng tháng", "--day", "ngày 20", "--until", "2020-12-31")
    demo.ok("offers", "accept", name, "--by", coordinator(demo), *often)
    demo.ok("plan", "activate", PLAN, "--yes")
    assert not [duty for duty in demo.json("tasks") if "/2020-" in duty["ref"]]
    demo.ok("sweep")
    periods = [(duty["ref"].partition("/")[2], duty["last_day"]) for duty in demo.json("tasks") if "/" in duty["ref"]]
    assert periods == [("2020-03", "2020-03-20")]


def test_an_answer_is_given_and_taken_back_before_activation(demo: Shell, refused: Refused) -> None:
    """A value that is none is refused with how to write one, and one of both is asked for."""
    demo.ok("load", str(SAMPLE))
    by = ("--by", coordinator(demo))
    assert "2020-12-20" in refused(demo, "answer", "I.3-deadline", "khi rảnh", *by)
    assert "19/12/2020" in demo.ok("answer", "I.3-deadline", "2020-12-20", *by)
    assert "either" in refused(demo, "answer", "I.3-deadline", *by)
    assert "mở lại" in demo.ok("answer", "I.3-deadline", "--undo", *by, "--reason", "gõ nhầm")
    assert "I.3-deadline" in {question["key"] for question in demo.json("questions")}


def test_wrong_usage_of_offers_is_refused(demo: Shell, refused: Refused) -> None:
    """Exit 2, with what is allowed."""
    demo.ok("load", str(SAMPLE))
    assert "offered" in refused(demo, "offers", "--state", "maybe")
    assert "YYYY-MM-DD" in refused(demo, "offers", "accept", f"{PLAN}:x", "--by", "lan", "--deadline", "mai")
    assert "before" in refused(demo, "offers", "accept", f"{PLAN}:x", "--by", "lan", "--bound", "about")


def coordinator(shell: Shell) -> str:
    """The key of the person who coordinates."""
    return next(str(each["key"]) for each in shell.json("user", "list") if each["role"] == "coordinator")
