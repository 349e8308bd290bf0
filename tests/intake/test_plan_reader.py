"""A whole document to a draft."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from days import five_day_week

from config.registry import default_registry
from engine.intake.draft import Draft
from engine.intake.reader import read_plan

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "config" / "plans" / "huong-nghiep-mau.txt"
SHARED = ROOT.parent / "shared"
NV, GD = "Sở Nội vụ", "Sở GD&ĐT"


@pytest.fixture(scope="module")
def sample() -> Draft:
    """The sample plan of the distribution."""
    return read_plan(SAMPLE, default_registry(), is_working=five_day_week)


def test_the_sample_plan_is_thirty_tasks_and_111_assignments(sample: Draft) -> None:
    """Nine groups of districts and their chairmen, four open groups, two co-owners, fifteen single."""
    assert len(sample.tasks) == 30
    assert sum(1 for _ in sample.assignments()) == 111
    assert (sample.plan.number, sample.plan.issue_date) == ("07/KH-MAU", "2020-03-03")
    assert sample.plan.is_plan


def test_the_sample_plan_asks_what_it_must_and_no_more(sample: Draft) -> None:
    """One deadline is blocked; the rest can start."""
    assert [(question.id, question.blocks) for question in sample.questions] == [
        ("I.3-deadline", "deadline"),
        *((f"II.2.{number}-members", "nothing") for number in (14, 15, 16, 17)),
        ("II.4.1-lead", "nothing"),
        ("II.4.1-deliverable", "nothing"),
        ("II.4.2-deliverable", "nothing"),
    ]
    assert sample.questions[0].choices == ["2020-12-10", "2020-12-20", "2020-12-30"]
    assert sample.questions[0].where == "Phụ lục 04 I.3"


def test_the_sample_plan_shows_its_faults_with_their_rows(sample: Draft) -> None:
    """Equal faults are told once."""
    told = {(fault.kind, fault.where) for fault in sample.anomalies}
    assert ("invalid_date", "Phụ lục 04 I.3") in told
    assert ("missing_cell", "Phụ lục 04 II.4.1, II.4.2") in told
    assert ("owner_also_collaborator", "Phụ lục 04 II.4.2") in told
    assert ("short_lead", "Phụ lục 04 II.1.1, II.1.2, II.1.4, II.2.15") in told
    assert ("nonworking_deadline", "Phụ lục 04 II.1.3") in told


def test_group_members_come_from_the_documents_annex(sample: Draft) -> None:
    """Nine districts in the order of its list; an open group has none."""
    members = sample.groups["UBND các huyện, thị xã, thành phố"]
    assert members is not None
    assert (len(members), members[0], members[-1]) == (9, "UBND thành phố Yên Bái", "UBND huyện Mù Cang Chải")
    assert sample.groups["Các cơ sở giáo dục nghề nghiệp"] is None


def test_a_draft_survives_its_json(sample: Draft) -> None:
    """What is printed can be read back."""
    document = json.loads(json.dumps(sample.to_json(), ensure_ascii=False))
    assert Draft.model_validate(document) == sample
    assert document["schema"] == "truth/1"


def test_a_document_without_a_table_says_so(plan: Callable[..., Draft]) -> None:
    """It is an answer, not an error."""
    draft = plan()
    assert draft.plan.is_plan
    assert draft.tasks == []
    assert [question.id for question in draft.questions] == ["plan-table"]
    assert [fault.kind for fault in draft.anomalies] == ["no_task_table"]


def test_members_the_document_does_not_list_come_from_the_registry_with_a_question(plan: Callable[..., Draft]) -> None:
    """The group as it stood; a person confirms."""
    row = ("1", "Mở lớp", "UBND các huyện, thị xã", GD, "Quý II", "Báo cáo")
    alone, listed = plan(row), plan(row, annex="Huyện Bến Đá\n\nTX Cầu Gỗ")
    assert [name for _, _, name in alone.assignments()] == ["UBND huyện Bến Đá", "UBND thị xã Cầu Gỗ"]
    assert [question.id for question in alone.questions] == ["group-1-members"]
    assert listed.questions == []


def test_an_unknown_owner_blocks_its_row_and_an_unknown_collaborator_does_not(plan: Callable[..., Draft]) -> None:
    """Both are asked with the nearest known names."""
    draft = plan(("1", "Mở lớp", "Sở Ngoại vụ", "Sở Ngoại vụ", "Quý II", "Báo cáo"))
    asked = {question.id: question for question in draft.questions}
    assert asked["1-owner-1"].blocks == "owner"
    assert asked["1-owner-1"].choices == [NV]
    assert asked["1-collaborators-1"].blocks == "nothing"
    assert "unknown_agency" in {fault.kind for fault in draft.anomalies}


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Xong trước ngày 01/01/2024", "deadline_before_issue_date"),
        ("Xong trước ngày 05/01/2024", "short_lead"),
        ("Xong trước ngày 20/5/2025", "deadline_after_plan_year"),
        ("chậm nhất ngày 19/5/2024", "nonworking_deadline"),
        ("giữa tháng 5", "approximate_range"),
        ("trước kỳ họp giữa năm", "relative_deadline_unresolved"),
        ("theo tiến độ dự án", "deadline_depends_on_other_document"),
        ("trước 30/4 và 30/9", "two_milestones_in_deadline"),
        ("từ 20/5 đến 10/5", "end_before_start"),
        ("trước ngày 20", "ambiguous_deadline"),
        ("định kỳ", "frequency_missing"),
        ("31/6", "invalid_date"),
    ],
)
def test_deadlines_that_need_a_look_are_told(words: str, kind: str, plan: Callable[..., Draft]) -> None:
    """Each kind of doubt has its name."""
    draft = plan(("1", "Mở lớp", NV, GD, words, "Báo cáo"))
    assert {fault.kind for fault in draft.anomalies} == {kind}


def test_a_thousand_rows_keep_their_order(plan: Callable[..., Draft]) -> None:
    """And every one of them."""
    draft = plan(*((str(number % 999 + 1), f"Việc {number}", NV, GD, "Quý II", "Báo cáo") for number in range(1000)))
    assert [task.text for task in draft.tasks] == [f"Việc {number}" for number in range(1000)]


@pytest.mark.skipif(not SHARED.exists(), reason="the real documents lie beside the checkout, not in it")
@pytest.mark.parametrize("number", range(5))
def test_real_documents_score_as_read_by_hand(number: int, tmp_path: Path) -> None:
    """Plan and rows of the five documents against their hand-made truth."""
    source = next((SHARED / "seeds").glob(f"00{number}*"))
    draft = read_plan(source, default_registry(), is_working=five_day_week)
    answer = tmp_path / "draft.json"
    answer.write_text(json.dumps(draft.to_json(), ensure_ascii=False), encoding="utf-8")
    truth = SHARED / "truth" / f"seed00{number}.json"
    arguments = [SHARED / "truth" / "score.py", truth, answer, "--only", "plan,rows", "--min", "0.98", "--verbose"]
    result = subprocess.run([sys.executable, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
