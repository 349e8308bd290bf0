"""What a document offers beside its table: kept at loading, a duty only when a coordinator has accepted it."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

import pytest
from sqlmodel import Session, col, select
from world import AN, LAN, MINH, NOBODY, PEOPLE, REGISTRY, START, A, B, Duty, World, draft, moment

from engine.answers import Reply, answer
from engine.errors import RefusedError
from engine.intake.draft import Agency as Named
from engine.intake.draft import Draft, Obligation, Period, Report, Target
from engine.intake.draft import Question as Asked
from engine.intake.draft import Task as Row
from engine.intake.loading.load import Loaded, load
from engine.intake.loading.offers import offers_of
from engine.models import Agency, Assignment, Deadline, Instance, Offer, Plan, Question, Recurrence, Task
from engine.offers import Accepted, Desk, accept, decline, withdraw
from engine.plans import activate
from engine.queries.offers import OfferRow, offer_rows
from engine.recurring import open_due
from engine.rules.acceptance import Terms
from engine.rules.deadlines import read_deadline
from engine.why import why

YEAR_END = date(2020, 12, 31)
PLAN = "01/KH-THU"
GROUP = Named(name="Các sở", kind="group", members=["Sở A", "Sở B"])


def reading(words: str) -> Any:
    """A deadline as the reader takes it."""
    return read_deadline(words, issued=START, year=2020)


def monthly(printed: str = "Báo cáo tháng (gửi trước ngày 15 hàng tháng)", **more: Any) -> Report:
    """A monthly report of a group to the province, through an agency."""
    said = {
        "ref": "IV",
        "who": GROUP,
        "to": Named(name="UBND tỉnh"),
        "via": Named(name="Sở Ngoài"),
        "frequency": "monthly",
        "printed": printed,
        "deadline": reading("gửi trước ngày 15 hàng tháng"),
        "lines": (40, 40),
    }
    return Report(**said | more)


OBLIGATION = Obligation(
    ref="V.1-1",
    agency="Sở A",
    text="Biên soạn tài liệu dùng chung",
    lines=(50, 51),
    deadline=reading("trước 15/6/2020"),
)
SILENT = Obligation(ref="V.1-2", agency=["Sở A", "Sở B"], text="Phổ biến tài liệu", lines=(52, 52))
UNNAMED = Obligation(ref="V.2-1", agency="Trung tâm X", text="Đo lại mốc", lines=(60, 60))
TARGET = Target(appendix="01", indicator="Tỷ lệ trường có vườn cây", unit="Sở A", value=62.5, measure="%", year=2020)
REPORT = monthly()
VAGUE = monthly("Định kỳ tổng hợp, báo cáo kết quả", ref="V.8", frequency="unspecified", deadline=None, who=GROUP)


def recurring_row(words: str, ref: str = "II.3") -> Row:
    """A row of the table that comes again."""
    return Row(
        ref=ref, tt_printed="3", text="Họp giao ban", owner_text="Sở A", owners=[Named(name="Sở A", id=A)],
        collaborators=[Named(name="Sở B", id=B)], deadline_text=words, deadline=reading(words), source_lines=(9, 9),
    )  # fmt: skip


def document(*offered: Any, rows: Sequence[Row] = (), edition: str = "1", until: date | None = YEAR_END) -> Draft:
    """A plan of one dated row that offers these things besides."""
    made = draft([Duty("I.1", date(2020, 12, 1))])
    made.tasks.extend(rows)
    made.plan.period = Period(start="2020-01-01", end=until.isoformat() if until else None)
    made.source_sha256 = edition
    made.obligations = [each for each in offered if isinstance(each, Obligation)]
    made.recurring_reports = [each for each in offered if isinstance(each, Report)]
    made.targets = [each for each in offered if isinstance(each, Target)]
    return made


def put(world: World, made: Draft, *, active: bool = True) -> Loaded:
    """Load the document, and put the plan in force."""
    with world.database.write() as session:
        loaded = load(session, made, registry=REGISTRY, people=PEOPLE, when=moment(START, time(6, 0)))
        plan = session.exec(select(Plan)).one()
        if active and plan.state == "draft":
            activate(session, plan, calendar=world.calendar, when=moment(START))
        return loaded


def desk(session: Session, world: World, day: date = START) -> Desk:
    """What decisions of that day are made with."""
    return Desk(session, moment(day, time(9, 0)), world.calendar, REGISTRY)


def take(world: World, *keys: str, on: date = START, by: str = LAN, **terms: Any) -> list[Accepted]:
    """Accept offers of the plan."""
    with world.database.write() as session:
        return accept(desk(session, world, on), [f"{PLAN}:{key}" for key in keys], Terms(by, **terms))


def listed(world: World) -> dict[str, OfferRow]:
    """Every offer by its key."""
    with world.database.read() as session:
        return {row.key: row for row in offer_rows(session)}


def refs(world: World) -> list[str]:
    """The tasks there are."""
    with world.database.read() as session:
        return sorted(session.exec(select(Task.ref)).all())


def last_days(world: World, ref: str) -> dict[str, date]:
    """The last day in force of each agency's part in a task."""
    with world.database.read() as session:
        rows = session.exec(
            select(Agency.key, Deadline.last_day)
            .join(Assignment, col(Assignment.agency_id) == Agency.id)
            .join(Task, col(Task.id) == Assignment.task_id)
            .join(Deadline, col(Deadline.assignment_id) == Assignment.id)
            .where(Task.ref == ref, Deadline.version == Assignment.version)
        ).all()
        return {key: day for key, day in rows}


def questions(world: World) -> dict[str, Question]:
    """Every question by its key."""
    with world.database.read() as session:
        found = session.exec(select(Question)).all()
        session.expunge_all()
        return {question.key: question for question in found}


def opening(world: World, day: date) -> int:
    """Open what is due that day."""
    with world.database.write() as session:
        return open_due(session, moment(day), calendar=world.calendar)


def test_a_document_s_offers_are_kept_with_what_is_printed_and_proposed(world: World) -> None:
    """Each with its place, its agencies (a group by its members), when or how often, and what is missing."""
    put(world, document(OBLIGATION, UNNAMED, TARGET, REPORT, VAGUE, rows=[recurring_row("hàng tháng")]))
    rows = listed(world)
    assert list(rows) == [
        "II.3-row-1", "IV-report-1", "V.8-report-1", "V.1-1-obligation-1", "V.2-1-obligation-1", "PL01-target-1",
    ]  # fmt: skip
    report, vague, target = rows["IV-report-1"], rows["V.8-report-1"], rows["PL01-target-1"]
    assert (report.agencies, report.proposal, report.lacks) == (["Sở A", "Sở B"], "hàng tháng, trước ngày 15", [])
    assert (report.place, report.addressee, report.until) == ("dòng 40", "UBND tỉnh (qua Sở Ngoài)", YEAR_END)
    assert vague.lacks == ["frequency"]
    assert rows["V.2-1-obligation-1"].lacks == ["agency"]
    assert rows["V.2-1-obligation-1"].agency_text == "Trung tâm X"
    assert (target.text, target.proposed_day) == ("Tỷ lệ trường có vườn cây: đạt 62,5% năm 2020", YEAR_END)
    assert target.lacks == ["deadline"]
    assert rows["II.3-row-1"].lacks == ["day"]
    assert {row.state for row in rows.values()} == {"offered"}


def test_nothing_offered_becomes_a_duty_by_activation_alone(world: World) -> None:
    """Neither task nor reminder, however long the plan runs."""
    put(world, document(OBLIGATION, TARGET, REPORT, rows=[recurring_row("trước ngày 20 hàng tháng")]))
    world.sweep_through(START, date(2020, 4, 3))
    assert opening(world, date(2020, 4, 3)) == 0
    assert refs(world) == ["I.1", "II.3"]
    assert {line.ref for line in world.lines()} == {"I.1"}


def test_an_accepted_obligation_is_a_task_with_its_printed_deadline(world: World) -> None:
    """Its notice goes out with the next sweep; accepting it again changes nothing."""
    put(world, document(OBLIGATION))
    (done,) = take(world, "V.1-1-obligation-1")
    assert (done.ref, done.agencies, done.last_day, done.again) == ("V.1-1", ["Sở A"], date(2020, 6, 14), False)
    (again,) = take(world, "V.1-1-obligation-1", last_day=date(2020, 9, 1))
    assert (again.ref, again.last_day, again.again) == ("V.1-1", date(2020, 6, 14), True)
    assert last_days(world, "V.1-1") == {A: date(2020, 6, 14)}
    world.sweep(START)
    assert world.rungs("V.1-1") == [f"{START} N"]


def test_only_the_coordinator_decides(world: World) -> None:
    """Neither the supervisor nor an owner agency."""
    put(world, document(OBLIGATION))
    for by in (MINH, AN):
        with pytest.raises(RefusedError, match="điều phối"):
            take(world, "V.1-1-obligation-1", by=by)
        with pytest.raises(RefusedError, match="điều phối"), world.database.write() as session:
            decline(desk(session, world), [f"{PLAN}:V.1-1-obligation-1"], by=by, reason="không")
    assert refs(world) == ["I.1"]


def test_an_obligation_without_a_day_is_a_duty_without_a_deadline(world: World) -> None:
    """Or has the day that the coordinator sets; each unit has its own part."""
    put(world, document(SILENT, OBLIGATION))
    (done,) = take(world, "V.1-2-obligation-1")
    assert (done.agencies, done.last_day) == (["Sở A", "Sở B"], None)
    world.sweep(START)
    assert world.rungs("V.1-2") == []
    (dated,) = take(world, "V.1-1-obligation-1", last_day=date(2020, 5, 29))
    assert dated.last_day == date(2020, 5, 29)


def test_a_target_gets_a_deadline_only_from_a_person(world: World) -> None:
    """The end of its year is shown, and taken when the coordinator says so."""
    put(world, document(TARGET))
    with pytest.raises(RefusedError, match=r"--as-proposed \(31/12/2020\)"):
        take(world, "PL01-target-1")
    (done,) = take(world, "PL01-target-1", proposed=True)
    assert last_days(world, done.ref) == {A: YEAR_END}
    with world.database.read() as session:
        assert session.exec(select(Deadline.cause).where(Deadline.last_day == YEAR_END)).one() == "answer"


def test_what_is_missing_refuses_the_whole_with_every_remedy(world: World) -> None:
    """One good offer among them is not accepted either."""
    put(world, document(OBLIGATION, UNNAMED, TARGET, VAGUE))
    with pytest.raises(RefusedError) as refused:
        take(world, "V.1-1-obligation-1", "V.2-1-obligation-1", "PL01-target-1", "V.8-report-1")
    for words in ("--agency", "Trung tâm X", "--no-deadline", "--frequency"):
        assert words in str(refused.value)
    assert refs(world) == ["I.1"]
    assert {row.state for row in listed(world).values()} == {"offered"}


def test_the_coordinator_names_the_agency_that_the_document_does_not(world: World) -> None:
    """By key or name; an unknown one is refused with those that look like it."""
    put(world, document(UNNAMED))
    with pytest.raises(RefusedError, match="Sở Ngoài"):
        take(world, "V.2-1-obligation-1", agencies=["Sở Ngòai"])
    (done,) = take(world, "V.2-1-obligation-1", agencies=[B, "Hội C"])
    assert done.agencies == ["Sở B", "Hội C"]


def test_an_accepted_report_opens_its_periods_once(world: World) -> None:
    """Today's at once, the next one in time; each member of the group has its part and its own ladder."""
    put(world, document(REPORT))
    (done,) = take(world, "IV-report-1", close_day=14)
    assert (done.ref, done.opened) == ("IV", 1)
    assert [(due.period.key, due.last_day) for due in done.coming] == [
        ("2020-03", date(2020, 3, 14)),
        ("2020-04", date(2020, 4, 14)),
        ("2020-05", date(2020, 5, 14)),
    ]
    assert (take(world, "IV-report-1")[0].opened, opening(world, START), opening(world, date(2020, 4, 1))) == (0, 0, 1)
    assert refs(world) == ["I.1", "IV/2020-03", "IV/2020-04"]
    assert last_days(world, "IV/2020-04") == {A: date(2020, 4, 14), B: date(2020, 4, 14)}
    with world.database.read() as session:
        task = session.exec(select(Task).where(Task.ref == "IV/2020-04")).one()
        instance = session.get_one(Instance, task.id)
        assert task.text.startswith("Kỳ tháng 4/2020: Báo cáo hàng tháng gửi UBND tỉnh (qua Sở Ngoài)")
        assert (instance.data_from, instance.data_to) == (date(2020, 3, 15), date(2020, 4, 14))


def test_reports_of_one_place_and_several_frequencies_are_offers_of_their_own(world: World) -> None:
    """A day of each month says nothing of the month of a quarter: that is asked."""
    yearly = monthly("báo cáo năm", frequency="yearly", deadline=reading("trước 15/12/2020"))
    put(world, document(monthly(frequency=["monthly", "quarterly"]), yearly))
    rows = listed(world)
    assert [(row.proposal, row.lacks) for row in rows.values()] == [
        ("hàng tháng, trước ngày 15", []),
        ("hàng quý, trước ngày 15, chưa rõ tháng nào của kỳ", ["month"]),
        ("hàng năm, trước ngày 15/12", []),
    ]
    take(world, "IV-report-1", "IV-report-3")
    take(world, "IV-report-2", day="trước ngày 15 tháng cuối quý")
    assert refs(world) == ["I.1", "IV/2020", "IV/2020-03", "IV/2020-Q1"]
    assert set(last_days(world, "IV/2020").values()) == {date(2020, 12, 14)}


def test_what_a_report_lacks_is_asked_step_by_step(world: World) -> None:
    """Each answer may say more than was asked; suggestions are only choices; then it can be accepted as if printed."""
    put(world, document(VAGUE))
    asked = questions(world)["V.8-report-1-frequency"]
    assert (asked.blocks, asked.place, asked.printed) == ("deadline", "V.8, dòng 40", VAGUE.printed)
    with world.database.write() as session:
        answer(session, "V.8-report-1-frequency", Reply("hàng quý", LAN), when=moment(START), calendar=world.calendar)
    assert listed(world)["V.8-report-1"].lacks == ["day"]
    day = questions(world)["V.8-report-1-day"]
    assert "09/2019" in day.reason
    with pytest.raises(RefusedError, match="viết"), world.database.write() as session:
        answer(session, day.key, Reply("sớm", LAN), when=moment(START), calendar=world.calendar)
    with world.database.write() as session:
        answer(session, day.key, Reply(day.choices[0], LAN), when=moment(START), calendar=world.calendar)
    assert refs(world) == ["I.1"]
    (done,) = take(world, "V.8-report-1")
    assert [due.last_day for due in done.coming] == [date(2020, 3, 25), date(2020, 6, 25), date(2020, 9, 25)]


def test_accepting_on_given_terms_settles_what_was_asked(world: World) -> None:
    """Nothing of it stands open any more."""
    put(world, document(VAGUE, rows=[recurring_row("hàng tháng")]))
    row = Question(
        plan_id=1, task_id=2, key="II.3-deadline", blocks="deadline", choices=[], reason="không ghi ngày", printed=""
    )
    with world.database.write() as session:
        plan = session.exec(select(Plan)).one().id or 0
        task = session.exec(select(Task).where(Task.ref == "II.3")).one()
        row.plan_id, row.task_id = plan, task.id
        session.add(row)
        for part in session.exec(select(Assignment).where(Assignment.task_id == task.id)).all():
            part.unclear = True
    take(world, "V.8-report-1", frequency="hàng tháng", day="20", until=date(2020, 6, 30))
    take(world, "II.3-row-1", day="trước ngày 10")
    assert [question.answer for question in questions(world).values()] == [
        "hàng tháng, chậm nhất ngày 20",
        "hàng tháng, trước ngày 10",
    ]
    assert not world.state("II.3").unclear
    assert refs(world) == ["I.1", "II.3", "II.3/2020-03", "V.8/2020-03"]


def test_a_recurring_row_opens_periods_for_its_owners_and_helpers(world: World) -> None:
    """The row itself stands as printed, without a deadline of its own."""
    put(world, document(rows=[recurring_row("trước ngày 20 hàng tháng")]))
    take(world, "II.3-row-1")
    assert last_days(world, "II.3/2020-03") == {A: date(2020, 3, 19)}
    assert last_days(world, "II.3") == {}
    world.sweep(START)
    assert {to for line in world.lines("II.3/2020-03") for to in line.to} == {
        "vanthu@so-a.example.vn",
        "vanthu@so-b.example.vn",
    }


def test_accepted_before_activation_starts_with_the_plan(world: World) -> None:
    """The acceptance is on record; the task gets its deadline, and the report its first period, from that day."""
    put(world, document(OBLIGATION, REPORT), active=False)
    done = take(world, "V.1-1-obligation-1", "IV-report-1")
    assert [each.opened for each in done] == [0, 0]
    assert last_days(world, "V.1-1") == {}
    put(world, document(OBLIGATION, REPORT))
    assert last_days(world, "V.1-1") == {A: date(2020, 6, 14)}
    assert (opening(world, START), opening(world, START)) == (1, 0)


def test_a_declined_offer_says_who_and_why_and_may_still_be_accepted(world: World) -> None:
    """A reason is needed, and nothing starts."""
    put(world, document(OBLIGATION))
    with pytest.raises(RefusedError, match="--reason"), world.database.write() as session:
        decline(desk(session, world), [f"{PLAN}:V.1-1-obligation-1"], by=LAN, reason=" ")
    with world.database.write() as session:
        decline(desk(session, world), [f"{PLAN}:V.1-1-obligation-1"], by=LAN, reason="việc thường xuyên")
    row = listed(world)["V.1-1-obligation-1"]
    assert (row.state, row.decided_by, row.reason, row.decided_on) == ("declined", "Lan", "việc thường xuyên", START)
    take(world, "V.1-1-obligation-1")
    assert refs(world) == ["I.1", "V.1-1"]
    said = [line.data["event"] for line in world.lines(kinds=("plan",))]
    assert said == ["activate", "decline_offer", "accept_offer"]


def back(world: World, *keys: str, document: str = "3/CV", day: date = date(2020, 4, 6)) -> None:
    """Withdraw acceptances."""
    with world.database.write() as session:
        names = [f"{PLAN}:{key}" for key in keys]
        withdraw(desk(session, world, day), names, by=LAN, reason="nhận nhầm", document=document)


def test_withdrawing_cancels_what_is_open_and_opens_no_more(world: World) -> None:
    """By acts, with reason and authority; what was done stays done."""
    put(world, document(OBLIGATION, REPORT))
    take(world, "V.1-1-obligation-1", "IV-report-1")
    world.act("submit", "IV/2020-03", by=AN, document="1/BC", document_date=START)
    world.act("confirm", "IV/2020-03", by=LAN)
    with pytest.raises(RefusedError, match="--document"):
        back(world, "IV-report-1", document="")
    opening(world, date(2020, 4, 1))
    back(world, "V.1-1-obligation-1", "IV-report-1")
    assert opening(world, date(2020, 5, 2)) == 0
    states = {(ref, key): world.state(ref, key).state for ref in ("IV/2020-03", "IV/2020-04") for key in (A, B)}
    assert states == {
        ("IV/2020-03", A): "completed",
        ("IV/2020-03", B): "cancelled",
        ("IV/2020-04", A): "cancelled",
        ("IV/2020-04", B): "cancelled",
    }
    assert world.state("V.1-1").state == "cancelled"
    with pytest.raises(RefusedError, match="reopen"):
        take(world, "V.1-1-obligation-1", on=date(2020, 5, 4))
    (again,) = take(world, "IV-report-1", on=date(2020, 5, 4))
    assert [due.period.key for due in again.coming][:1] == ["2020-05"]
    assert refs(world)[-1] == "V.1-1"


def test_withdrawing_before_activation_leaves_the_offer_as_it_was(world: World) -> None:
    """Nobody has been told anything."""
    put(world, document(TARGET, REPORT), active=False)
    before = listed(world)
    take(world, "PL01-target-1", proposed=True)
    take(world, "IV-report-1")
    back(world, "PL01-target-1", "IV-report-1", document="")
    assert listed(world) == before
    assert refs(world) == ["I.1"]
    with world.database.read() as session:
        assert session.exec(select(Recurrence)).all() == []


def test_the_same_document_again_changes_no_offer(world: World) -> None:
    """And keeps what was decided."""
    put(world, document(OBLIGATION, TARGET, REPORT), active=False)
    take(world, "V.1-1-obligation-1", "IV-report-1")
    before = listed(world)
    loaded = put(world, document(OBLIGATION, TARGET, REPORT), active=False)
    assert loaded.unchanged
    assert listed(world) == before


def test_an_edited_draft_keeps_decisions_and_answers_on_what_it_says_as_before(world: World) -> None:
    """Of what it says otherwise the decision is dropped and named; what it offers no more is gone."""
    put(world, document(OBLIGATION, SILENT, REPORT, VAGUE), active=False)
    take(world, "V.1-1-obligation-1", "V.1-2-obligation-1", "IV-report-1")
    with world.database.write() as session:
        answer(session, "V.8-report-1-frequency", Reply("hàng quý", LAN), when=moment(START), calendar=world.calendar)
    changed = SILENT.model_copy(update={"text": "Phổ biến tài liệu đến từng xã"})
    loaded = put(world, document(OBLIGATION, changed, VAGUE, TARGET, edition="2"), active=False)
    assert (loaded.offers.changed, loaded.offers.added) == (["V.1-2-obligation-1"], ["PL01-target-1"])
    assert (loaded.offers.removed, sorted(loaded.offers.dropped)) == (
        ["IV-report-1"],
        ["IV-report-1", "V.1-2-obligation-1"],
    )
    assert loaded.dropped_answers == []
    rows = listed(world)
    assert {key: row.state for key, row in rows.items()} == {
        "V.8-report-1": "offered",
        "V.1-1-obligation-1": "accepted",
        "V.1-2-obligation-1": "offered",
        "PL01-target-1": "offered",
    }
    assert rows["V.8-report-1"].proposal == "hàng quý, chưa rõ ngày"
    assert questions(world)["V.8-report-1-frequency"].answer == "hàng quý"
    assert refs(world) == ["I.1", "V.1-1"]


def test_keys_are_those_of_the_document_and_order(world: World) -> None:
    """A reference with blanks or a colon still makes a key that can be typed."""
    strange = SILENT.model_copy(update={"ref": "phần kết: dòng 9"})
    assert [offered.key for offered in offers_of(document(strange, strange))] == [
        "phần-kết-dòng-9-obligation-1",
        "phần-kết-dòng-9-obligation-2",
    ]


def test_offers_of_several_plans_are_not_decided_at_once(world: World) -> None:
    """And a name that is none is said to be none, with where to look."""
    put(world, document(OBLIGATION))
    world.plan(Duty("I.1", YEAR_END), number="02/KH-THU")
    with pytest.raises(RefusedError, match="dondoc offers"):
        take(world, "V.9-obligation-1")
    names = [f"{PLAN}:V.1-1-obligation-1", "02/KH-THU:V.1-1-obligation-1"]
    with pytest.raises(RefusedError, match="kế hoạch khác"), world.database.write() as session:
        accept(desk(session, world), names, Terms(LAN))


def test_a_plan_without_a_table_is_loaded_for_what_it_offers(world: World) -> None:
    """Nobody is reminded until something is accepted."""
    made = document(OBLIGATION)
    made.tasks = []
    put(world, made)
    assert refs(world) == []
    take(world, "V.1-1-obligation-1")
    assert refs(world) == ["V.1-1"]


def test_the_agencies_of_an_offer_are_those_known(world: World) -> None:
    """One without an address stands for itself; nothing is made of an unknown name."""
    hoi = SILENT.model_copy(update={"agency": "Hội C"})
    put(world, document(hoi, UNNAMED))
    with world.database.read() as session:
        keys = {agency.id: agency.key for agency in session.exec(select(Agency)).all()}
        held = {offer.key: [keys[number] for number in offer.agency_ids] for offer in session.exec(select(Offer)).all()}
    assert held == {"V.1-2-obligation-1": [NOBODY], "V.2-1-obligation-1": []}


def test_a_duty_of_several_frequencies_is_an_offer_of_each() -> None:
    """And one that only says "định kỳ" is asked how often; a report of the same place has the last word."""
    often = SILENT.model_copy(update={"ref": "V.3", "recurring": {"frequency": ["quarterly", "yearly"]}})
    vague = SILENT.model_copy(update={"ref": "V.4", "recurring": {"frequency": "unspecified"}})
    told = SILENT.model_copy(update={"ref": "V.8", "recurring": {"frequency": "unspecified"}})
    found = {offered.key: offered for offered in offers_of(document(often, vague, told, VAGUE))}
    assert [found[f"V.3-obligation-{n}"].reading.frequency for n in (1, 2)] == ["quarterly", "yearly"]
    assert found["V.4-obligation-1"].lacks == "frequency"
    assert not found["V.8-obligation-1"].recurs
    assert found["V.8-report-1"].lacks == "frequency"


def test_why_tells_who_accepted_and_the_period_with_its_data(world: World) -> None:
    """Beside the last day that follows; a row of the table came of no offer."""
    put(world, document(REPORT, OBLIGATION))
    take(world, "IV-report-1", close_day=14, reason="công văn 5")
    take(world, "V.1-1-obligation-1")
    with world.database.read() as session:
        found = {
            task.ref: why(session, task, policy=world.policy, calendar=world.calendar)
            for task in session.exec(select(Task)).all()
        }
    report, once, row = (found[ref] for ref in ("IV/2020-03", "V.1-1", "I.1"))
    assert report.taken_on is not None
    assert (report.last_day, report.taken_on.period, report.taken_on.reason) == (
        date(2020, 3, 14), "tháng 3/2020", "công văn 5",
    )  # fmt: skip
    assert (report.taken_on.data_from, report.taken_on.data_to) == (date(2020, 2, 15), date(2020, 3, 14))
    assert once.taken_on is not None
    assert (once.taken_on.by, once.taken_on.period, once.last_day) == ("Lan", "", date(2020, 6, 14))
    assert row.taken_on is None


def test_a_settled_question_is_open_again_when_the_acceptance_is_withdrawn(world: World) -> None:
    """Of a report and of a recurring row alike; declining an offer asks nothing more about it."""
    asked = Asked(id="II.3-deadline", where="II.3", printed="hàng tháng", reason="không ghi ngày", blocks="deadline")
    made = document(VAGUE, rows=[recurring_row("hàng tháng")])
    made.questions.append(asked)
    put(world, made, active=False)
    before = {key: question.answer for key, question in questions(world).items()}
    assert world.state("II.3").unclear
    take(world, "V.8-report-1", "II.3-row-1", frequency="hàng tháng", day="20")
    assert None not in {question.answer for question in questions(world).values()}
    assert not world.state("II.3").unclear
    back(world, "V.8-report-1", "II.3-row-1", document="")
    assert {key: question.answer for key, question in questions(world).items()} == before
    assert world.state("II.3").unclear
    assert listed(world)["V.8-report-1"].lacks == ["frequency"]
    with world.database.write() as session:
        decline(desk(session, world), [f"{PLAN}:V.8-report-1"], by=LAN, reason="trùng")
    assert list(questions(world)) == ["II.3-deadline"]


def test_a_figure_of_a_task_row_is_not_offered_again() -> None:
    """The row is a duty already; the figure of an annex is offered, with all of its digits."""
    annex = Target(appendix="01", indicator="Số cây trồng mới", unit="Sở A", value=1234567, measure="cây", year=2020)
    row = Target(appendix="04", ref="I.1", indicator="Số cây trồng mới", unit="Sở A", value=1234567, year=2020)
    made = document(annex)
    made.body_targets = [row]
    assert [(offer.kind, "1234567 cây" in offer.text) for offer in offers_of(made)] == [("target", True)]
