"""Targets that contradict each other, units that are missing or unnamed, totals that cannot be."""

from collections.abc import Callable

from engine.intake.draft import Draft
from engine.intake.targets.indicators import same_indicator

Plan = Callable[..., Draft]
ANNEX = (
    "Nơi nhận:\n\n- Sở Nội vụ;\n\nPHỤ LỤC 01\n\nCHỈ TIÊU TRƯỜNG THPT NĂM 2024\n\nTT\n\nĐơn vị\n\n"
    "Tỷ lệ trường THPT có sân tập thể thao đạt chuẩn (%)\n\n1\n\nHuyện Bến Đá\n\n{a}\n\n2\n\nTX Cầu Gỗ\n\n{b}\n\n"
    "3\n\nHuyện Đồi Sim\n\n70\n\n\xa0\n\nTOÀN TỈNH:\n\n{total}"
)


def annex(a: str = "50", b: str = "60", total: str = "61,5") -> str:
    """An annex of three districts and their total."""
    return ANNEX.format(a=a, b=b, total=total)


def row(text: str) -> tuple[str, ...]:
    """A task row that says this."""
    return ("1", text, "Sở Giáo dục và Đào tạo", "Sở Nội vụ", "Trước ngày 20/6/2024", "Báo cáo")


def listed(
    total: str = "61,5", units: str = "huyện Bến Đá 50%; thị xã Cầu Gỗ 60%; huyện Đồi Sim 70%"
) -> tuple[str, ...]:
    """A row that repeats the annex."""
    return row(f"Tỷ lệ trường THPT có sân tập thể thao đạt chuẩn là {total}%, trong đó: {units}")


def faults(draft: Draft, *kinds: str) -> list[tuple[str, str, str | None]]:
    """Where, kind and detail of the faults of these kinds."""
    return [(each.where, each.kind, each.detail) for each in draft.anomalies if each.kind in kinds]


TARGETS = ("target_conflict", "unit_name_missing", "unit_omitted", "duplicate_unit", "total_out_of_range",
           "total_mismatch", "title_mismatch")  # fmt: skip


def of_targets(draft: Draft) -> list[tuple[str, str, str | None]]:
    """The faults of targets, the members of groups aside."""
    return [fault for fault in faults(draft, *TARGETS) if fault[0] != "văn bản"]


def test_a_row_that_agrees_with_its_annex_is_in_order(plan: Plan) -> None:
    """No fault, and the row's figures stand beside the annex's."""
    draft = plan(listed(), annex=annex())
    assert of_targets(draft) == []
    assert (len(draft.targets), len(draft.body_targets)) == (4, 4)


def test_a_total_that_differs_is_shown_with_both_figures_and_asked_about(plan: Plan) -> None:
    """The conflict stands at the row; which one holds is a question with both as choices."""
    draft = plan(listed(total="57,7"), annex=annex())
    ((where, kind, detail),) = of_targets(draft)
    assert (where, kind) == ("Phụ lục 02 1", "target_conflict")
    assert detail is not None
    assert "Phụ lục 02 1 ghi 57,7%; Phụ lục 01 ghi 61,5%" in detail
    (question,) = [each for each in draft.questions if each.id.startswith("target")]
    assert (question.choices, question.blocks) == (["57,7%", "61,5%"], "nothing")


def test_a_sentence_that_differs_is_told_and_the_row_left_alone(plan: Plan) -> None:
    """Row and annex agree; only the goal in the text says otherwise."""
    goal = "II. MỤC TIÊU\n\n- Tỷ lệ trường THPT có sân tập thể thao đạt chuẩn là 65%.\n\n"
    told = of_targets(plan(listed(), annex=goal + annex()))
    assert [(where, kind) for where, kind, _detail in told] == [("mục II-1", "target_conflict")]


def test_without_an_annex_a_row_is_held_against_the_text(plan: Plan) -> None:
    """The row's total is not the goal's."""
    goal = "II. MỤC TIÊU\n\n- Tỷ lệ trường THPT có sân tập thể thao đạt chuẩn là 65%."
    told = of_targets(plan(listed(), annex=goal))
    assert [(where, kind) for where, kind, _detail in told] == [("Phụ lục 02 1", "target_conflict")]


def test_a_unit_that_differs_is_named(plan: Plan) -> None:
    """One district's figure in the row is not the annex's."""
    units = "huyện Bến Đá 55%; thị xã Cầu Gỗ 60%; huyện Đồi Sim 70%"
    ((_where, kind, detail),) = of_targets(plan(listed(units=units), annex=annex()))
    assert kind == "target_conflict"
    assert detail is not None
    assert "huyện Bến Đá" in detail


def test_another_indicator_or_level_is_no_conflict(plan: Plan) -> None:
    """What is merely alike is left alone: THCS for THPT, swimming pools for playing fields."""
    units = "trong đó huyện Bến Đá 10%; thị xã Cầu Gỗ 20%; huyện Đồi Sim 30%"
    rows = (
        row(f"Tỷ lệ trường THCS có sân tập thể thao đạt chuẩn là 20%, {units}"),
        row(f"Tỷ lệ trường THPT có bể bơi cho học sinh là 20%, {units}"),
    )
    assert of_targets(plan(*rows, annex=annex())) == []


def test_a_unit_without_its_name_is_told_with_the_only_one_left(plan: Plan) -> None:
    """The likely name is said, never filled in."""
    draft = plan(listed(units="huyện 50%; thị xã Cầu Gỗ 60%; huyện Đồi Sim 70%"), annex=annex())
    assert of_targets(draft) == [
        ("Phụ lục 02 1", "unit_name_missing", "theo phép loại trừ có thể là: Huyện Bến Đá"),
    ]
    assert [target.unit for target in draft.body_targets] == [None, "huyện", "thị xã Cầu Gỗ", "huyện Đồi Sim"]
    assert [(q.printed, q.choices) for q in draft.questions if q.id.startswith("target")] == [
        ("huyện 50%", ["Huyện Bến Đá"]),
    ]


def test_a_unit_left_out_is_named_with_its_figure(plan: Plan) -> None:
    """The annex has three districts, the row lists two."""
    ((_where, kind, detail),) = of_targets(plan(listed(units="huyện Bến Đá 50%; huyện Đồi Sim 70%"), annex=annex()))
    assert kind == "unit_omitted"
    assert detail == "THPT thiếu TX Cầu Gỗ (60%) so với Phụ lục 01"


def test_a_unit_listed_twice_is_told(plan: Plan) -> None:
    """Two figures for one district in one list."""
    units = "huyện Bến Đá 50%; thị xã Cầu Gỗ 60%; huyện Đồi Sim 70%; huyện Đồi Sim 70%"
    assert [kind for _where, kind, _detail in of_targets(plan(listed(units=units), annex=annex()))] == [
        "duplicate_unit"
    ]


def test_a_share_of_the_whole_lies_between_those_of_its_parts(plan: Plan) -> None:
    """A total beyond the highest part cannot be."""
    ((where, kind, detail),) = of_targets(plan(row("Sơ kết"), annex=annex(total="75")))
    assert (where, kind) == ("Phụ lục 01", "total_out_of_range")
    assert detail == "TOÀN TỈNH 75% nằm ngoài khoảng 50–70 của các đơn vị thành phần"


def test_a_title_and_a_column_that_name_different_levels_are_told(plan: Plan) -> None:
    """The title was copied from the annex before."""
    text = annex().replace("CHỈ TIÊU TRƯỜNG THPT", "CHỈ TIÊU TRƯỜNG THCS")
    assert [(where, kind) for where, kind, _detail in of_targets(plan(row("Sơ kết"), annex=text))] == [
        ("Phụ lục 01", "title_mismatch"),
    ]


def test_only_what_is_clearly_the_same_indicator_is_matched() -> None:
    """Two candidates that are as near leave it open."""
    others = ["Tỷ lệ trường có chương trình tư vấn nghề", "Tỷ lệ trường có giáo viên tư vấn nghề"]
    assert same_indicator("trường có chương trình tư vấn nghề gắn với sản xuất", others) == 0
    assert same_indicator("trường tư vấn nghề", others) is None
    assert same_indicator("số xã đạt chuẩn", others) is None
