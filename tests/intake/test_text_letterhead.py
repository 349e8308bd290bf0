"""Heads, closings and verdicts of documents of many kinds and layouts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.intake.agencies.registry import Registry
from engine.intake.draft import Plan
from engine.intake.readers import Block, Place, read_bytes
from engine.intake.text.metadata import legal_bases, read_plan

BARE = Registry("", ())


def head(text: str, *, has_table: bool = False) -> Plan:
    """The metadata of a text, with no agency known beforehand."""
    return read_plan(read_bytes(text.encode(), "a.txt").blocks, BARE, has_table=has_table)


def letter(
    top: str, number: str = "Số: 12/KH-X", day: str = "Bến Đá, ngày 2 tháng 1 năm 2024", kind: str = "KẾ HOẠCH"
) -> str:
    """A letterhead with a title under it, and a closing."""
    end = "Nơi nhận:\n- Như trên;\n- Lưu: VT.\nGIÁM ĐỐC\nTrần Văn Thử\n"
    body = "Trồng cây năm 2024\nI. MỤC ĐÍCH\n- Xanh."
    return f"{top}\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n{number}\n{day}\n{kind}\n{body}\n{end}"


@pytest.mark.parametrize(
    ("top", "issuer"),
    [
        ("UBND TỈNH SÔNG XANH", "Ủy ban nhân dân tỉnh Sông Xanh"),
        ("ỦY BAN NHÂN DÂN\nHUYỆN BẾN ĐÁ", "Ủy ban nhân dân huyện Bến Đá"),
        ("UBND HUYỆN BẾN ĐÁ\nỦY BAN NHÂN DÂN\nXÃ CẦU GỖ", "Ủy ban nhân dân xã Cầu Gỗ"),
        ("UBND TP. SÔNG XANH", "Ủy ban nhân dân thành phố Sông Xanh"),
        ("HỘI ĐỒNG NHÂN DÂN\nTỈNH SÔNG XANH", "Hội đồng nhân dân tỉnh Sông Xanh"),
        ("UBND TỈNH SÔNG XANH\nSỞ NỘI VỤ", "Sở Nội vụ tỉnh Sông Xanh"),
        ("BỘ Y TẾ", "Bộ Y tế"),
        ("TỈNH ỦY SÔNG XANH\nVĂN PHÒNG", "Văn phòng Tỉnh ủy Sông Xanh"),
        ("ĐẢNG ỦY XÃ BẾN ĐÁ\nBAN XÂY DỰNG ĐẢNG", "Ban xây dựng đảng Đảng ủy xã Bến Đá"),
        ("UBND TỈNH SÔNG XANH\nBAN CHỈ ĐẠO 35", "Ban chỉ đạo 35 tỉnh Sông Xanh"),
        ("UBND HUYỆN BẾN ĐÁ\nVĂN PHÒNG HĐND VÀ UBND", "Văn phòng HĐND và UBND huyện Bến Đá"),
        ("UBND TỈNH SÔNG XANH\nVĂN PHÒNG", "Văn phòng Ủy ban nhân dân tỉnh Sông Xanh"),
        ("UBND TỈNH SÔNG XANH\nTRƯỜNG CAO ĐẲNG NGHỀ", "Trường cao đẳng nghề"),
        ("BỘ QUỐC PHÒNG\nQUÂN KHU 12", "Quân khu 12"),
        ("LIÊN ĐOÀN LAO ĐỘNG TỈNH SÔNG XANH\nCÔNG ĐOÀN NGÀNH GỖ", "Công đoàn ngành gỗ"),
        ("CÔNG AN HUYỆN BẾN ĐÁ", "Công an huyện Bến Đá"),
        ("SỞ Y TẾ - SỞ NỘI VỤ\nTỈNH SÔNG XANH", "Sở Y tế - Sở Nội vụ tỉnh Sông Xanh"),
        ("SỞ Y TẾ TỈNH SÔNG XANH\nSỞ NỘI VỤ TỈNH SÔNG XANH", "Sở Y tế tỉnh Sông Xanh - Sở Nội vụ tỉnh Sông Xanh"),
    ],
)
def test_the_lowest_body_of_the_letterhead_issues(top: str, issuer: str) -> None:
    """With the province it belongs to; capitals become the name's own letters."""
    assert head(letter(top)).issuer == issuer


def test_a_name_in_capitals_takes_its_letters_from_the_text() -> None:
    """A company's name is written in the body as it wants to be."""
    text = letter("CÔNG TY CỔ PHẦN NƯỚC SÔNG XANH").replace("- Xanh.", "- Công ty Cổ phần Nước Sông Xanh trồng cây.")
    assert head(text).issuer == "Công ty Cổ phần Nước Sông Xanh"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("Số: 12/KH-UBND", "12/KH-UBND"),
        ("Số:12 / KH - UBND", "12/KH-UBND"),
        ("Số 45-CTr/TU", "45-CTr/TU"),
        ("Số: 07/KHPH-SNV-HLHPN", "07/KHPH-SNV-HLHPN"),
        ("Số: /KH-UBND", None),
        ("Số:      /KH-UBND", None),
        ("Số: ……/KH-UBND", None),
    ],
)
def test_numbers_are_read_in_every_form_and_blanks_stay_blank(number: str, expected: str | None) -> None:
    """A blank says that it was left for the clerk."""
    plan = head(letter("BỘ Y TẾ", number=number))
    assert plan.number == expected
    assert ("để trống" in (plan.number_reason or "")) == (expected is None)


@pytest.mark.parametrize(
    ("day", "place", "issued", "partial"),
    [
        ("TP. Hồ Chí Minh, ngày 5 tháng 1 năm 2024", "TP. Hồ Chí Minh", "2024-01-05", None),
        ("Bến Đá, ngày 05/01/2024", "Bến Đá", "2024-01-05", None),
        ("Bến Đá ngày 5 tháng 1 năm 2024", "Bến Đá", "2024-01-05", None),
        ("Bến Đá, ngày     tháng 3 năm 2024", "Bến Đá", None, "2024-03"),
        ("Bến Đá, ngày … tháng … năm 2024", "Bến Đá", None, "2024"),
        ("Bến Đá, ngày 31 tháng 02 năm 2024", "Bến Đá", None, "2024-02"),
        ("Bến Đá, ngày\n5 tháng 1 năm 2024", "Bến Đá", "2024-01-05", None),
    ],
)
def test_days_are_read_whole_or_in_part(day: str, place: str, issued: str | None, partial: str | None) -> None:
    """A day that is blank or that no calendar has is not made up."""
    plan = head(letter("BỘ Y TẾ", day=day))
    assert (plan.place, plan.issue_date, plan.issue_date_partial) == (place, issued, partial)


def test_two_columns_on_one_line_are_parted() -> None:
    """Issuer, motto, number, place and day; recipients and signature."""
    plan = head(
        "ỦY BAN NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nHUYỆN BẾN ĐÁ Độc lập - Tự do - Hạnh phúc\n"
        "Số: 09 /KH-UBND Bến Đá, ngày 02 tháng 5 năm 2023\nKẾ HOẠCH\nTrồng cây\ntrên địa bàn huyện\nCăn cứ nhu cầu;\n"
        "Nơi nhận: TM. ỦY BAN NHÂN DÂN\n- UBND tỉnh; KT. CHỦ TỊCH\n- Các phòng, ban; PHÓ CHỦ TỊCH\n"
        "- Lưu: VT.\nVũ Thị Sông\n"
    )
    assert plan.issuer == "Ủy ban nhân dân huyện Bến Đá"
    assert (plan.number, plan.issue_date, plan.title) == ("09/KH-UBND", "2023-05-02", "Trồng cây trên địa bàn huyện")
    assert plan.recipients == ["UBND tỉnh", "Các phòng, ban", "Lưu: VT"]
    assert (plan.signer, plan.signer_title) == ("Vũ Thị Sông", "Phó Chủ tịch")


def test_a_letterhead_laid_out_as_a_table_reads_like_any_other() -> None:
    """Cells come one after the other, column by column or row by row."""
    cells = ["UBND TỈNH SÔNG XANH", "SỞ NỘI VỤ", "Số: 3/KH-SNV", "Sông Xanh, ngày 4 tháng 5 năm 2024"]
    blocks = [Block(text, Place(table=1, row=1, column=at % 2 + 1)) for at, text in enumerate(cells)]
    blocks += [Block("KẾ HOẠCH", Place()), Block("Trồng cây", Place())]
    plan = read_plan(blocks, BARE, has_table=False)
    assert (plan.issuer, plan.number, plan.issue_date) == ("Sở Nội vụ tỉnh Sông Xanh", "3/KH-SNV", "2024-05-04")


@pytest.mark.parametrize(
    ("kind", "doc_type", "title"),
    [
        ("KẾ HOẠCH Triển khai việc", "Kế hoạch", "Triển khai việc Trồng cây năm 2024"),
        ("KẾ HOẠCH HÀNH ĐỘNG", "Kế hoạch hành động", "Trồng cây năm 2024"),
        ("CHƯƠNG TRÌNH CÔNG TÁC", "Chương trình công tác", "Trồng cây năm 2024"),
        ("PHƯƠNG ÁN", "Phương án", "Trồng cây năm 2024"),
        ("Kế hoạch", "Kế hoạch", "Trồng cây năm 2024"),
        ("KẾ HOẠCH\nTHỰC HIỆN NGHỊ QUYẾT VỀ CÂY", "Kế hoạch", "THỰC HIỆN NGHỊ QUYẾT VỀ CÂY"),
    ],
)
def test_types_and_titles_of_plans(kind: str, doc_type: str, title: str) -> None:
    """The title may follow on the line of its type, and open like a preamble."""
    text = letter("BỘ Y TẾ", kind=kind)
    plan = head(text.replace("Trồng cây năm 2024\n", "") if "CÂY" in kind else text)
    assert plan.is_plan
    assert (plan.doc_type, plan.title) == (doc_type, title)


def test_a_menu_above_the_letterhead_is_not_the_document() -> None:
    """The type counts that has a letterhead above it."""
    assert head("Trang chủ\nKẾ HOẠCH\nĐăng nhập\n" + letter("BỘ Y TẾ")).number == "12/KH-X"


@pytest.mark.parametrize(
    ("end", "signer", "post", "form"),
    [
        (
            "TM. BAN THƯỜNG VỤ\nPHÓ BÍ THƯ\n(Đã ký)\nLê Thị Bến",
            "Lê Thị Bến",
            "Phó Bí thư",
            "TM. BAN THƯỜNG VỤ / PHÓ BÍ THƯ",
        ),
        ("TL. BỘ TRƯỞNG\nCHÁNH VĂN PHÒNG\nLê Bến", "Lê Bến", "Chánh Văn phòng", "TL. BỘ TRƯỞNG / CHÁNH VĂN PHÒNG"),
        ("Q. GIÁM ĐỐC\nPGS. TS. Lê Thị Bến", "Lê Thị Bến", "Giám đốc", "Q. GIÁM ĐỐC"),
        ("TM. ỦY BAN NHÂN\nDÂN\nCHỦ TỊCH\n[đã ký]\nLê Bến", "Lê Bến", "Chủ tịch", "TM. ỦY BAN NHÂN DÂN / CHỦ TỊCH"),
        (
            "CHỦ TỊCH\nNgười ký: Lê Thị Bến\nEmail: a@example.vn\nThời gian ký: 02/01/2024",
            "Lê Thị Bến",
            "Chủ tịch",
            "CHỦ TỊCH",
        ),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_signatures_are_read_before_and_behind_the_recipients(
    end: str, signer: str, post: str, form: str, first: bool
) -> None:
    """Form, post and name."""
    base, sent = letter("BỘ Y TẾ").split("Nơi nhận")[0], "Nơi nhận:\n- Như trên;\n- Lưu: VT.\n"
    plan = head(f"{base}{end}\n{sent}" if not first else f"{base}{sent}{end}\n")
    assert (plan.signer, plan.signer_title, plan.signing_form) == (signer, post, form)
    assert plan.recipients == ["Như trên", "Lưu: VT"]


@pytest.mark.parametrize(
    ("closing", "signer"),
    [
        ("KT. TƯ LỆNH\nPHÓ TƯ LỆNH\nThiếu tướng Trần Văn Thử", "Trần Văn Thử"),
        ("CHỦ TỊCH\nY Thử", "Y Thử"),
        ("TL. CHỦ TỊCH\nCHÁNH VĂN PHÒNG\nTRẦN VĂN THỬ", "Trần Văn Thử"),
        ("GIÁM ĐỐC\nBSCKII. Trần Thử", "Trần Thử"),
        ("CHỦ TỊCH\nKsor H'Thử", "Ksor H'Thử"),
        ("HIỆU TRƯỞNG\nNGƯT.TS. Trần Văn Thử", "Trần Văn Thử"),
        (
            "KT. GIÁM ĐỐC SỞ Y TẾ\nPHÓ GIÁM ĐỐC\nTrần Thử\nGIÁM ĐỐC SỞ NỘI VỤ\n(đã ký)\nLê Thị Mẫu",
            "Trần Thử; Lê Thị Mẫu",
        ),
    ],
)
def test_names_lose_ranks_and_keep_all_who_sign(closing: str, signer: str) -> None:
    """Names of the highlands are names too; a joint plan has two signers."""
    text = letter("UBND TỈNH SÔNG XANH").replace("GIÁM ĐỐC\nTrần Văn Thử", closing)
    assert head(text).signer == signer


def test_a_name_copied_beside_the_last_recipient_is_the_signers() -> None:
    """Two columns of a signature read as one line."""
    text = letter("UBND TỈNH SÔNG XANH").split("Nơi nhận:")[0]
    plan = head(f"{text}Nơi nhận: TM. ỦY BAN NHÂN DÂN\n- Sở Y tế; CHỦ TỊCH\n- Lưu: VT, NN. Trần Văn Thử\n")
    assert (plan.signer, plan.recipients[-1]) == ("Trần Văn Thử", "Lưu: VT, NN")


def test_a_name_that_is_not_printed_stays_empty() -> None:
    """The post is known all the same."""
    plan = head(letter("BỘ Y TẾ").replace("Trần Văn Thử\n", ""))
    assert (plan.signer, plan.signer_title) == (None, "Giám đốc")


DECISION = letter("UBND TỈNH SÔNG XANH", kind="QUYẾT ĐỊNH").replace(
    "I. MỤC ĐÍCH\n- Xanh.",
    "Điều 1. Ban hành kèm theo Quyết định này Kế hoạch trồng cây.\nĐiều 2. Có hiệu lực từ ngày ký.",
)


def test_a_decision_is_a_plan_when_it_issues_one() -> None:
    """Said in its text and printed behind its signature; either alone is not enough."""
    with_plan = DECISION + "KẾ HOẠCH\nTrồng cây\nI. VIỆC\n1. Trồng.\n"
    plan = head(with_plan)
    assert plan.is_plan
    assert "văn bản kèm theo: Kế hoạch" in plan.evidence
    assert not head(DECISION).is_plan


@pytest.mark.parametrize("kind", ["BÁO CÁO", "BIÊN BẢN", "THÔNG BÁO", "CHỈ THỊ", "NGHỊ QUYẾT", "TỜ TRÌNH"])
def test_other_types_are_no_plans_and_say_so(kind: str) -> None:
    """The reason names the type."""
    plan = head(letter("BỘ Y TẾ", kind=kind))
    assert not plan.is_plan
    assert kind.lower() in (plan.not_plan_reason or "")


def test_a_letter_without_a_type_is_an_official_letter() -> None:
    """Its subject is its title."""
    plan = head("SỞ NỘI VỤ\nSố: 10/SNV-VP\nV/v trồng cây\nBến Đá, ngày 1 tháng 9 năm 2024\nKính gửi: Các trường.\n")
    assert (plan.is_plan, plan.doc_type, plan.title) == (False, "Công văn", "trồng cây")


def test_a_story_about_a_plan_is_none() -> None:
    """A line that only says the word is not enough."""
    plan = head("Chương một\nKẾ HOẠCH\nHai người bạn định trồng cây bên sông. Họ không bảo ai.\n")
    assert not plan.is_plan


def test_an_annex_saved_on_its_own_belongs_to_the_plan_it_names() -> None:
    """Number, day and issuer are those it prints."""
    text = (
        "PHỤ LỤC II\nPHÂN CÔNG NHIỆM VỤ\n"
        "(Kèm theo Kế hoạch số 49/KH-UBND ngày 03/03/2024 của UBND tỉnh Sông Xanh)\nI. Sở Nội vụ\n"
    )
    plan = head(text)
    assert (plan.is_plan, plan.number, plan.issue_date) == (True, "49/KH-UBND", "2024-03-03")
    assert (plan.issuer, plan.title) == ("UBND tỉnh Sông Xanh", "PHÂN CÔNG NHIỆM VỤ")


def test_laws_and_joined_bases_are_told_apart() -> None:
    """By number, day and issuer; one cited twice stands once."""
    text = letter("BỘ Y TẾ").replace(
        "I. MỤC ĐÍCH",
        "Căn cứ Luật Lâm nghiệp số 16/2017/QH14 ngày 15 tháng 11 năm 2017;\n"
        "Căn cứ Nghị định số 9/2020/NĐ-CP ngày 2.3.2020 của Chính phủ và Thông tư số 7/2021/TT-BNV của Bộ Nội vụ;\n"
        "Thực hiện Kế hoạch số 5-KH/TU ngày 4/5/2023 của Tỉnh ủy (gọi là Kế hoạch số 5-KH/TU) về cây;\nI. MỤC ĐÍCH",
    )
    bases = legal_bases(read_bytes(text.encode(), "a.txt").blocks)
    assert [(basis.number, basis.date, basis.issuer) for basis in bases] == [
        ("16/2017/QH14", "2017-11-15", None),
        ("9/2020/NĐ-CP", "2020-03-02", "Chính phủ"),
        ("7/2021/TT-BNV", None, "Bộ Nội vụ"),
        ("5-KH/TU", "2023-05-04", "Tỉnh ủy"),
    ]


@settings(max_examples=50, deadline=None)
@given(
    lines=st.lists(
        st.sampled_from([*letter("BỘ Y TẾ").split("\n"), "Số:", "TM.", "ngày", "Nơi nhận", "V/v", "| |"]), max_size=30
    )
)
def test_no_order_of_lines_breaks_the_reading(lines: list[str]) -> None:
    """Whatever is torn off or shuffled, there is an answer, and its reason where it is no plan."""
    plan = read_plan([Block(line, Place(line=at)) for at, line in enumerate(lines, 1)], BARE, has_table=False)
    assert plan.is_plan == (plan.not_plan_reason is None)


@pytest.mark.parametrize(
    "form",
    [
        "KẾ HOẠCH\nTrồng cây năm ……\n(Ban hành kèm theo Thông tư số 1/2023/TT-X ngày 2/3/2023 của Bộ Cây xanh)",
        "Mẫu số 02\nUBND TỈNH ……\nSông Xanh, ngày 2 tháng 3 năm 2024\nKẾ HOẠCH\nTrồng cây năm ……",
    ],
)
def test_a_form_to_be_filled_in_is_no_plan(form: str) -> None:
    """Though it has the shape of one."""
    plan = head(f"{form}\nI. MỤC ĐÍCH\n- ……\n")
    assert (plan.is_plan, "mẫu" in (plan.not_plan_reason or "")) == (False, True)


def test_a_letterhead_without_diacritics_is_read() -> None:
    """Its fixed words are known; names stay as printed."""
    plan = head(
        "UY BAN NHAN DAN\nHUYEN BEN DA\nSo: 31/KH-UBND\nCONG HOA XA HOI CHU NGHIA VIET NAM\n"
        "Doc lap - Tu do - Hanh phuc\n"
        "Ben Da, ngay 12 thang 3 nam 2021\nKE HOACH\nTrồng cây năm 2021\nI. MUC DICH\n- Xanh.\nNoi nhan:\n- Luu: VT.\n"
        "TM. UY BAN NHAN DAN\nPHO CHU TICH\nTran Thu\n"
    )
    assert (plan.number, plan.issue_date, plan.title) == ("31/KH-UBND", "2021-03-12", "Trồng cây năm 2021")
    assert (plan.issuer, plan.signer) == ("Ủy ban nhân dân huyện Ben Da", "Tran Thu")


def test_a_subject_under_the_type_is_its_title() -> None:
    """Its abbreviation is no Roman numeral."""
    text = letter("UBND TỈNH SÔNG XANH").replace("Trồng cây", "V/v trồng cây")
    assert head(text).title == "V/v trồng cây năm 2024"


def test_a_title_ends_where_a_table_begins() -> None:
    """Without a word between them."""
    text = letter("UBND TỈNH SÔNG XANH").replace("I. MỤC ĐÍCH\n- Xanh.", "| TT | Nội dung |\n|---|---|\n| 1 | Trồng |")
    assert head(text, has_table=True).title == "Trồng cây năm 2024"
