"""What the pages show."""

import pytest
from sites import SLUG, Site
from sqlmodel import select

from engine.models import Agency, Task
from web.doorway import without_tokens


def test_an_empty_database_tells_how_to_load_a_plan(empty_site: Site) -> None:
    """The first page of an empty installation is a way forward, not a blank."""
    assert "dondoc load" in empty_site.client.get("/").text


def test_the_first_page_shows_the_official_four_and_what_stands_apart(site: Site) -> None:
    """Of 111 duties on the first day 102 are in term and the 9 of I.3 are unclear."""
    text = site.client.get("/").text
    for words in ("Hoàn thành đúng hạn", "Hoàn thành quá hạn", "Chưa xong, trong hạn", "Chưa xong, quá hạn"):
        assert words in text
    assert "Chưa xong, trong hạn: 102" in text
    assert "<b>9</b> chưa rõ" in text


def test_every_page_of_a_demo_tells_its_clock(site: Site) -> None:
    """Nobody can take a demo for real work."""
    for path in ("/", f"/plans/{SLUG}", f"/tasks/{SLUG}/II.1.4", "/log", "/mail", "/feeds", "/sign-in", "/nowhere"):
        assert "Đồng hồ thử: thứ Ba 03/03/2020 08:00" in site.client.get(path).text, path


def test_a_task_of_nine_districts_is_one_row(site: Site) -> None:
    """The plan's list has one row for each of its 30 tasks, with a count where there are several agencies."""
    text = site.client.get(f"/plans/{SLUG}").text
    assert text.count('<td class="ref"') == 30
    assert "9 cơ quan" in text


def test_a_list_can_be_narrowed_to_an_agency(site: Site) -> None:
    """Only that agency's part of a shared task is counted."""
    with site.installation.database.read() as session:
        key = session.exec(select(Agency.key).where(Agency.name == "UBND huyện Trấn Yên")).one()
    text = site.client.get(f"/plans/{SLUG}", params={"agency": key}).text
    assert "UBND huyện Trấn Yên" in text
    assert "9 cơ quan" not in text


@pytest.mark.parametrize(("timeliness", "rows"), [("unclear", 1), ("open_in_term", 29), ("open_overdue", 0)])
def test_a_list_can_be_narrowed_by_timeliness(site: Site, timeliness: str, rows: int) -> None:
    """A timeliness and an official class both narrow the list."""
    text = site.client.get(f"/plans/{SLUG}", params={"timeliness": timeliness}).text
    assert text.count('<td class="ref"') == rows


def test_open_questions_tell_what_they_block(site: Site) -> None:
    """I.3 has no date: it is said that nobody is reminded of it."""
    text = site.client.get(f"/plans/{SLUG}").text
    assert "Xong trước ngày 0/12/2020" in text
    assert "Chưa tính được hạn nên chưa nhắc" in text


def test_a_task_explains_its_date_down_to_every_rung(site: Site) -> None:
    """Printed words, reading, rule, calendar, last day, and the date of each rung."""
    text = site.client.get(f"/tasks/{SLUG}/II.1.4").text
    assert "“Xong trước ngày 05/3/2020”" in text
    assert "ngày liền trước X" in text
    assert site.installation.calendar.version in text
    assert "thứ Tư 04/03/2020" in text
    for rung in ("N", "R0", "E1", "E2", "E3", "E3.12"):
        assert f"<code>{rung}</code>" in text


def test_a_task_tells_its_history_in_vietnamese(site: Site) -> None:
    """The first morning told nine districts, as one line."""
    text = site.client.get(f"/tasks/{SLUG}/II.1.4").text
    assert "<strong>Giao việc</strong>" in text
    assert "đã gửi" in text


def test_the_log_can_be_narrowed_and_tells_how_to_verify_it(site: Site) -> None:
    """By kind; with the number and the beginning of the hash of each entry."""
    text = site.client.get("/log", params={"kind": "plan"}).text
    assert text.count('<td class="ref"') == 1
    assert "Kích hoạt kế hoạch" in text
    assert "dondoc log verify" in text


def test_the_log_is_read_page_by_page(site: Site) -> None:
    """102 notices and the activation are three pages, each entry on one of them."""
    seen, path = [], "/log"
    while path:
        text = site.client.get(path).text
        seen += [line.split("</td>")[0] for line in text.split('<td class="ref" data-label="Số">')[1:]]
        path = text.split("Cũ hơn")[0].rpartition('href="')[2].split('"')[0] if "Cũ hơn" in text else ""
        path = path.replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 103


def test_a_message_is_shown_as_it_went_out(site: Site) -> None:
    """Its HTML in a sandboxed frame, its text, its file."""
    page = site.client.get("/mail/1").text
    assert 'sandbox=""' in page
    framed = site.client.get("/mail/1/html")
    assert "BẢN THỬ" in framed.text
    assert "unsafe-inline" not in framed.headers["content-security-policy"]
    assert "sandbox" in framed.headers["content-security-policy"]
    assert "From:" in site.client.get("/mail/1.eml").text


def test_a_message_without_a_file_is_made_again(site: Site) -> None:
    """Where mail goes to a server nothing is kept of it but its hash, and the page says the same."""
    kept = site.client.get("/mail/1/html").text
    for file in site.installation.mail_folder.glob("*.eml"):
        file.unlink()
    assert site.client.get("/mail/1/html").text.split() == kept.split()
    assert site.client.get("/mail/1.eml").status_code == 404


def test_hostile_text_is_shown_and_not_run(site: Site) -> None:
    """Whatever a document says stands on the page as text."""
    hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}"
    with site.installation.database.write() as session:
        for task in session.exec(select(Task)).all():
            task.text, task.section, task.deliverable = hostile, hostile, hostile
            session.add(task)
        for agency in session.exec(select(Agency)).all():
            agency.name = hostile
            session.add(agency)
    for path in ("/", f"/plans/{SLUG}", f"/tasks/{SLUG}/II.1.4", "/log", "/mail/1", "/feeds"):
        text = site.client.get(path).text
        assert "<script" not in text, path
        assert "<img src=x" not in text, path
    assert "&lt;script&gt;" in site.client.get(f"/plans/{SLUG}").text
    assert "{{ 7*7 }}" in site.client.get(f"/tasks/{SLUG}/II.1.4").text


@pytest.mark.parametrize("path", ["/nowhere", "/plans/none", f"/tasks/{SLUG}/XX.1", "/mail/99999", "/mail/x"])
def test_what_is_not_there_says_where_to_go(site: Site, path: str) -> None:
    """A 404 is a page with a way back."""
    answer = site.client.get(path)
    assert answer.status_code == 404
    assert "Về trang Kế hoạch" in answer.text


def test_a_fault_inside_shows_a_page_and_no_trace(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The trace goes to the log; the page keeps its headers."""
    monkeypatch.setattr("web.pages.plans.plan_heads", lambda *_: 1 / 0)
    answer = site.client.get("/")
    assert answer.status_code == 500
    assert "ZeroDivisionError" not in answer.text
    assert "báo người quản trị" in answer.text
    assert answer.headers["content-security-policy"]


def test_an_error_of_the_api_is_json(site: Site) -> None:
    """Programs get programs' words."""
    answer = site.client.get("/api/v1/plans/none/tasks")
    assert answer.status_code == 404
    assert answer.json()["error"]["status"] == 404


def test_the_api_lists_plans_and_tasks(site: Site) -> None:
    """The same figures as the pages."""
    (plan,) = site.client.get("/api/v1/plans").json()
    assert plan["assignments"] == 111
    assert plan["official"] == {"done_on_time": 0, "done_late": 0, "open_in_term": 102, "open_overdue": 0}
    tasks = site.client.get(f"/api/v1/plans/{SLUG}/tasks").json()
    assert len(tasks) == 111
    assert {task["last_day"] for task in tasks if task["ref"] == "II.1.4"} == {"2020-03-04"}
    assert "/api/v1/plans/{slug}/tasks" in site.client.get("/api/openapi.json").json()["paths"]


@pytest.mark.parametrize(
    "path",
    ["/mail/99999999999999999999", "/mail/99999999999999999999.eml", "/log?before=99999999999999999999", "/mail/0"],
)
def test_a_number_that_no_row_can_have_is_refused(site: Site, path: str) -> None:
    """The database is not asked for what it cannot hold."""
    assert site.client.get(path).status_code == 400


@pytest.mark.parametrize("path", ["/feeds/GEHEIM.ics", "/feeds/GEHEIM.ics/", "/sign-in/GEHEIM", "/feeds/GEHEIM/x/y"])
def test_no_token_reaches_the_log(path: str) -> None:
    """Whatever a client hangs on to its address."""
    assert "GEHEIM" not in without_tokens(path)
