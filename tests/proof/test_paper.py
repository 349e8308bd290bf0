"""The proof on paper: it says what the pack says, whatever that is, and looks the same every time."""

import json
import re
import unicodedata
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from packs import KEY, pack, paper
from sink import Sink
from sqlmodel import select
from world import START, A, B, Duty, World, moment

from engine.errors import RefusedError
from engine.models import Plan, Task
from engine.pack import sign
from engine.typeset import pdf

HOSTILE = (
    '#panic("x") $1 \\ *đậm* _nghiêng_ ] [ " \' ` @ghi <nhãn> // chú /* thích */ = Đề mục - mục + số #let a = 1 '
    "https://example.vn/#x ~ -- --- ... \\u{41} #import"
)
VIETNAMESE = (
    "Rà soát, tổng hợp ý kiến của các cơ quan; xây dựng “Đề án” về chuyển đổi số – ưu tiên vùng khó khăn: ệ ỗ ữ ẵ Ỷ"
)


def march(day: int) -> date:
    """That day of March 2020."""
    return date(2020, 3, day)


def pages(made: bytes) -> list[str]:
    """The text of each page, as a reader of PDF extracts it."""
    document = pypdfium2.PdfDocument(made)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def flat(text: str) -> str:
    """Without what lines and pages put in."""
    return re.sub(r"[\s\u200b\ufffe\u00ad]+", "", unicodedata.normalize("NFC", text))


def reworded(world: World, text: str, title: str = "Kế hoạch") -> None:
    """Put other words into the task."""
    with world.database.write() as session:
        task, plan = session.exec(select(Task)).one(), session.exec(select(Plan)).one()
        task.text, plan.title = text, title
        session.add(task)
        session.add(plan)


@pytest.mark.parametrize("words", [VIETNAMESE, HOSTILE, "Một\ndòng\u2028mới", "🙂 việc 中文 có chữ lạ"])
def test_words_stand_on_paper_as_they_are(small_world: World, words: str) -> None:
    """With every diacritic; nothing in them is read as markup; what no font has does not stop it."""
    small_world.plan(Duty("I.1", march(20)))
    reworded(small_world, words, title=words)
    text = flat("".join(pages(paper(pack(small_world, START), START))))
    if words.isascii() or "🙂" not in words:
        assert text.count(flat(words)) == 2
    else:
        assert "cóchữlạ" in text


def test_the_same_pack_gives_the_same_bytes_and_is_attached(small_world: World) -> None:
    """And the attachment is the file that can be checked, letter by letter."""
    small_world.plan(Duty("I.1", march(20)))
    small_world.sweep(START)
    signed = pack(small_world, START)
    made = paper(signed, START)
    assert made == paper(signed, START)
    document = pypdfium2.PdfDocument(made)
    assert document.count_attachments() == 1
    assert bytes(document.get_attachment(0).get_data()).decode() == signed
    assert document.get_metadata_value("CreationDate").startswith("D:20200303")
    document.close()
    assert b"pdfaid" in made  # it says of itself that it is a PDF/A


def test_everything_that_was_said_stands_on_paper(small_world: World, sink: Sink) -> None:
    """Every rung, verdict, note and hash of the pack; hash and head of it on every page, with its number."""
    small_world.plan(Duty("I.1", march(12), owners=(A, B), helpers=("so-ngoai",)))
    for day in range(3, 31):
        small_world.sweep(march(day))
        small_world.deliver(march(day), sink.transport)
    signed = pack(small_world, march(31))
    content = json.loads(signed)
    found = pages(paper(signed, march(31)))
    text = flat(re.sub(r"\s", "", "".join(found)))
    for one in content["proof"]["entries"]:
        assert one["sealed"]["hash"] in text
        for told in one["recipients"]:
            assert told["left"]["message_id"] in text
    bare = flat("".join(re.sub(r"(?s)^.*?mục I\.1|Mã băm hồ sơ.*$", "", page) for page in found))
    said = [flat(told["verdict"]) for one in content["proof"]["entries"] for told in one["recipients"]]
    assert sum(words in bare for words in said) >= len(said) - len(found)  # one may run over the end of a page
    assert all(flat(text["text"]) for text in content["proof"]["texts"])
    for number, page in enumerate(found, 1):
        assert content["sha256"] in page
        assert content["proof"]["chain"]["hash"] in page
        assert f"Trang {number} / {len(found)}" in page
    headed = [page for page in found if "có đến không" in page]
    assert len(headed) > 3  # the head of the table stands on each page that it runs over


def test_a_task_of_which_nothing_was_sent_says_so(small_world: World) -> None:
    """A day after activation, before any sweep."""
    small_world.plan(Duty("I.1", march(30)))
    found = pages(paper(pack(small_world, START), START))
    assert len(found) <= 2
    assert "chưa có bậc nào đến ngày, và chưa gửi thư nào" in " ".join("".join(found).split())


@pytest.mark.parametrize("text", ["Nội dung rất dài, " * 600, "A" * 10_000])
def test_ten_thousand_letters_run_over_pages_and_none_is_lost(small_world: World, text: str) -> None:
    """With and without a place to break; no page holds less for it, nothing runs over the edge."""
    small_world.plan(Duty("I.1", march(30)))
    reworded(small_world, text)
    made = paper(pack(small_world, START), START)
    whole = flat(
        "".join(
            re.sub(
                r"Văn phòng\s+Kế hoạch .*?I\.1|Mã băm hồ sơ.*?Trang \d+ / \d+|Đầu chuỗi nhật ký \w+",
                "",
                page,
                flags=re.S,
            )
            for page in pages(made)
        )
    )
    assert flat(text) in whole
    document = pypdfium2.PdfDocument(made)
    for page in document:
        width = page.get_width()
        textpage = page.get_textpage()
        boxes = [textpage.get_charbox(place) for place in range(textpage.count_chars())]
        assert max(right for _, _, right, _ in boxes) < width - 40
    document.close()


def test_nine_agencies_have_a_chapter_each(small_world: World) -> None:
    """In the order of the document, each with its own table."""
    keys = (A, B, "hoi-c", "so-ngoai", "van-phong")
    small_world.plan(Duty("I.1", march(12), owners=keys))
    small_world.sweep_through(START, march(12))
    text = " ".join("".join(pages(paper(pack(small_world, march(12)), march(12)))).split())
    places = [text.index(f"{name} Tình trạng") for name in ("Sở A", "Sở B", "Hội C", "Sở Ngoài", "Văn phòng")]
    assert places == sorted(places)


def test_what_the_template_cannot_read_is_refused(tmp_path: Path) -> None:
    """With the name of the template, and no stack of calls."""
    broken = tmp_path / "broken.typ"
    broken.write_text("#sys.inputs.nothing", encoding="utf-8")
    with pytest.raises(RefusedError, match=r"broken\.typ cannot be set"):
        pdf(broken, sign({}, KEY), moment(START).now)
