"""What a later document says of itself, and how its rows are held against the plan's."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.intake.amendment.difference import NEW, Held, Part, Party, Said, compare, mapping_faults
from engine.intake.amendment.document import amended_numbers, leaves, strikes, struck_in_text, taken_for
from engine.intake.amendment.steps import Step, steps_of, to_json
from engine.intake.draft import Draft, LegalBasis, Obligation
from engine.intake.draft import Plan as Printed
from engine.rules.states import State

JUNE, JULY = date(2024, 6, 30), date(2024, 7, 31)
A, B, C = Party("a", "Sở A"), Party("b", "Sở B"), Party("c", "Sở C")


def document(title: str, number: str = "15/KH-UBND", *, bases: Sequence[str] = (), texts: Sequence[str] = ()) -> Draft:
    """A document with this title, these numbers among its bases, these sentences in its text."""
    return Draft(
        schema="truth/1",
        source="x.txt",
        source_sha256="x",
        plan=Printed(is_plan=True, number=number, title=title),
        legal_bases=[LegalBasis(type="Kế hoạch", number=basis) for basis in bases],
        obligations=[Obligation(ref=str(at), text=text) for at, text in enumerate(texts)],
    )


@pytest.mark.parametrize(
    ("title", "bases", "extent"),
    [
        ("Sửa đổi, bổ sung một số nội dung của Kế hoạch số 12/KH-UBND", (), "partial"),
        ("Điều chỉnh thời hạn một số nhiệm vụ", ("12/KH-UBND",), "partial"),
        ("Sửa đổi Kế hoạch số 12 / KH - UBND", (), "partial"),
        ("Thay thế Kế hoạch số 12/KH-UBND", (), "whole"),
        ("Sửa đổi, bổ sung, thay thế Kế hoạch số 12/KH-UBND", (), None),
        ("Sửa đổi Kế hoạch số 13/KH-UBND", (), None),
        ("Triển khai Kế hoạch số 12/KH-UBND", (), None),
        ("Hướng nghiệp năm 2024", ("12/KH-UBND",), None),
    ],
)
def test_a_document_says_how_far_it_reaches_or_is_asked(title: str, bases: Sequence[str], extent: str | None) -> None:
    """By the plan's number in its title or bases, and by the verb."""
    assert taken_for(document(title, bases=bases), "12/KH-UBND").extent == extent


def test_a_document_of_the_plans_own_number_is_the_plan_anew() -> None:
    """However the number is typed; a plan without a number can be told only by a person."""
    assert taken_for(document("Hướng nghiệp", "12/KH–UBND"), "12/KH-UBND").extent == "whole"
    assert taken_for(document("Hướng nghiệp", ""), "").extent is None


def test_the_numbers_that_a_title_amends_stand_behind_the_verb() -> None:
    """A plan that carries out another one amends nothing."""
    assert amended_numbers(document("Sửa đổi, bổ sung Kế hoạch số 12/KH-UBND")) == ["12/kh-ubnd"]
    assert amended_numbers(document("Thực hiện Kế hoạch số 12/KH-UBND")) == []


@pytest.mark.parametrize(
    ("sentence", "struck", "unclear"),
    [
        ("Bãi bỏ nhiệm vụ II.3, II.4 và I.1 tại Phụ lục kèm theo.", {"II.3", "II.4", "I.1"}, False),
        ("- Bãi bỏ các nhiệm vụ số thứ tự 5, 6.", {"5", "6"}, False),
        ("Bãi bỏ nhiệm vụ 5 mục II.", set(), True),
        ("Bãi bỏ nhiệm vụ 7.", set(), True),
        ("Bãi bỏ các thủ tục không cần thiết.", set(), True),
        ("Rà soát, bãi bỏ nhiệm vụ II.3.", set(), False),
    ],
)
def test_a_sentence_strikes_the_rows_that_it_names_right_there(sentence: str, struck: set[str], unclear: bool) -> None:
    """What else it may mean is left to a person."""
    found, doubts = struck_in_text(document("Sửa đổi", texts=(sentence,)), ["I.1", "II.3", "II.4", "5", "6"])
    assert (found, bool(doubts)) == (struck, unclear)


def test_a_cell_strikes_or_leaves_only_where_it_says_nothing_else() -> None:
    """A task may begin with the same words."""
    struck = ("Bãi bỏ", "Bãi bỏ nhiệm vụ này.", "Mở lớp (bãi bỏ)")
    assert [text for text in (*struck, "Bãi bỏ thủ tục thừa", None) if strikes([text])] == list(struck)
    left = ("Giữ nguyên", "(không thay đổi)")
    assert [text for text in (*left, "Giữ nguyên hiện trạng di tích", None) if leaves(text)] == list(left)


def held(ref: str = "I.1", *, state: str = State.ASSIGNED, owners: tuple[Party, ...] = (A,), **more: object) -> Held:
    """A row of the plan, due in June, with a part for each owner."""
    parts = tuple(Part(at, owner, owner.key, state, JUNE) for at, owner in enumerate(owners, start=1))
    words = {
        "text": f"Rà soát mạng lưới {ref}",
        "owner_text": "; ".join(o.name for o in owners),
        "deadline_text": "30/6",
    }
    return Held(ref=ref, owners=owners, parts=parts, last_day=JUNE, **(words | more))  # type: ignore[arg-type]


def said(row: Held, **more: object) -> Said:
    """The same row in a later document, but for what is given."""
    same = ("ref", "text", "section", "deliverable", "owner_text", "collaborators_text", "deadline_text", "owners")
    words = {name: getattr(row, name) for name in (*same, "collaborators", "last_day")}
    return Said(**(words | more))  # type: ignore[arg-type]


def only(row: Held, **more: object) -> list[Step]:
    """What follows from one changed row."""
    difference = compare([row], [said(row, **more)], whole=True)
    return [step for change in difference.rows for step in steps_of(change)]


def test_a_deadline_in_other_words_for_the_same_day_moves_nothing() -> None:
    """The words are news, the day is not."""
    (step,) = only(held(), deadline_text="Quý II")
    assert (step.moves_to, [change.what for change in step.told]) == (None, ["deadline"])


def test_a_day_that_an_act_had_moved_before_is_not_moved_again() -> None:
    """What is in force counts, not what was printed."""
    row = replace(held(), parts=(Part(1, A, "a", State.ASSIGNED, JULY),))
    (step,) = only(row, deadline_text="31/7", last_day=JULY)
    assert step.moves_to is None


def test_an_owner_taken_over_by_hand_is_left_where_the_document_says_nothing_new() -> None:
    """The plan names A, an act gave it to C; a document that still names A changes nothing."""
    row = replace(held(), parts=(Part(1, C, "a", State.ASSIGNED, JUNE),))
    assert only(row, owners=(A,)) == []
    assert [step.gives_to for step in only(row, owners=(B,), owner_text="Sở B") if step.part] == [B]
    assert [step.gives_to for step in only(row, owners=(C,), owner_text="Sở C")] == [None]


def test_several_owners_that_come_and_go_begin_and_end_duties() -> None:
    """Nobody says who takes over from whom."""
    steps = only(held(owners=(A, B)), owners=(C,), owner_text="Sở C")
    assert [(step.agency, step.cancels, step.opens) for step in steps] == [
        (A, True, False),
        (B, True, False),
        (C, False, True),
    ]


@pytest.mark.parametrize("state", [State.SUBMITTED, State.COMPLETED, State.CANCELLED])
def test_what_is_no_longer_open_is_asked_about(state: State) -> None:
    """Neither moved nor told."""
    (step,) = only(held(state=state), deadline_text="31/7", last_day=JULY)
    assert (bool(step.asks), step.moves_to, step.told) == (True, None, ())


def test_a_suspended_duty_is_not_handed_over() -> None:
    """The table of states does not allow it: a person is asked."""
    (step,) = only(held(state=State.SUSPENDED), owners=(B,), owner_text="Sở B")
    assert (bool(step.asks), step.gives_to) == (True, None)


def test_empty_cells_of_a_partial_amendment_leave_what_stood_there() -> None:
    """And what asks about them asks nothing."""
    row = held(deliverable="Báo cáo")
    stays = frozenset({"owner", "deliverable"})
    change = said(row, deadline_text="31/7", last_day=JULY, deliverable="", owner_text="", owners=(), stays=stays)
    (found,) = compare([row], [replace(change, asked=frozenset({"owner"}))], whole=False).rows
    assert [change.what for change in found.changes] == ["deadline"]
    assert [step.waits for step in steps_of(found)] == [False]


def test_one_row_cannot_stand_for_two_nor_for_one_that_is_not_there() -> None:
    """All faults of a mapping at once."""
    rows, document_ = [held("I.1"), held("I.2")], [said(held("1")), said(held("2"))]
    assert len(mapping_faults(rows, document_, {"1": "I.1", "2": "I.1", "3": "I.2"})) == 2
    assert len(mapping_faults(rows, document_, {"1": "I.9"})) == 1
    assert mapping_faults(rows, document_, {"1": "I.1", "2": NEW}) == []


def test_a_row_that_a_mapping_gives_away_fits_no_other() -> None:
    """Or two rows of the document would change one duty."""
    rows, document_ = [held("I.1"), held("I.2")], [said(held("1")), said(held("I.2"))]
    assert [unfit.ref for unfit in compare(rows, document_, whole=False, mapping={"1": "I.2"}).unfit] == ["I.2"]


words = st.sampled_from(["rà soát", "mạng lưới", "mở lớp", "tổng kết", "khảo sát", "biên soạn", "tài liệu"])
texts = st.lists(words, min_size=2, max_size=4, unique=True).map(" ".join)
tables = st.dictionaries(st.sampled_from(["1", "2", "3", "4", "5"]), texts, max_size=5)


@settings(max_examples=150)
@given(tables, tables, st.booleans())
def test_no_row_is_lost_and_none_counts_twice(before: dict[str, str], after: dict[str, str], whole: bool) -> None:
    """Each row of the document changes a row, changes nothing, is new, or is named as fitting none."""
    rows = [held(ref, text=text) for ref, text in before.items()]
    later = [said(held(ref, text=text)) for ref, text in after.items()]
    difference = compare(rows, later, whole=whole)
    removed = {row.held.ref for row in difference.rows if row.held and row.has("removed")}
    touched = [row.held.ref for row in difference.rows if row.held]
    unfit = {row.ref for row in difference.unfit}
    assert len(touched) == len(set(touched))
    assert not removed if not whole else removed <= set(before) - {ref for ref in after if ref not in unfit}
    for ref, text in after.items():
        changed = any(row.said and row.said.ref == ref for row in difference.rows)
        assert (ref in unfit) + changed + (before.get(ref) == text) == 1
    to_json(difference)


@given(tables)
def test_a_plan_differs_in_nothing_from_itself(table: dict[str, str]) -> None:
    """Whatever its rows have in common."""
    rows = [held(ref, text=text) for ref, text in table.items()]
    assert compare(rows, [said(row) for row in rows], whole=True) == compare([], [], whole=True)
