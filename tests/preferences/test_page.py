"""The page that a mail's link opens, its form, and declining in one click."""

import logging
import re
from datetime import timedelta

import httpx
import pytest
from sqlmodel import select
from wishers import AN_MAIL, BASE, DEPUTY_A, HEAD_A, LAN_MAIL, OFFICE_A, OFFICE_B, STRANGER, Office, named, wish

from engine.models import Mailbox, OptOut
from web.session import PREFERENCES_LIFETIME, Signing

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
FILLED = {"wants_copies": "1", "language": "vi", "gathering": "daily", "weekday": "0", "calendar_files": "off"}


def opt_outs(office: Office) -> list[tuple[int, str, str]]:
    """Who declined what, and how."""
    with office.installation.database.read() as session:
        return [(row.mailbox_id, row.mail_class, row.cause) for row in session.exec(select(OptOut)).all()]


def fill(office: Office, address: str = OFFICE_A, *, form_token: str = "", **fields: str) -> httpx.Response:
    """Open the page by its link and send its form, as a browser does."""
    link = office.link(address)
    if not form_token:
        found = re.search(r'name="form_token" value="([^"]+)"', office.client.get(link).text)
        assert found
        form_token = found[1]
    data = {name: value for name, value in ({"form_token": form_token} | FILLED | fields).items() if value != "-"}
    return office.client.post(f"{link}/preferences", data=data, headers={"origin": "null"}, follow_redirects=False)


# -- one click ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["urlencoded", "form-data"])
def test_one_click_declines_without_cookie_or_form_token(office: Office, encoding: str) -> None:
    """RFC 8058: in both encodings, from a service that holds nothing but the link; 200, no redirect, twice the same."""
    link = office.link(OFFICE_A, "copies")
    given = {"data": ONE_CLICK} if encoding == "urlencoded" else {"files": {"List-Unsubscribe": (None, "One-Click")}}
    for _ in range(2):
        answer = httpx.Client(transport=office.client._transport, base_url=BASE).post(link, **given)
        assert (answer.status_code, answer.history, "set-cookie" in answer.headers) == (200, [], False)
    assert opt_outs(office) == [(office.mailbox(OFFICE_A).id, "copies", "one_click")]


def test_one_click_does_only_its_act(office: Office) -> None:
    """Whatever else is sent along, one class of one mailbox is declined and nothing more."""
    before = office.mailbox(OFFICE_A)
    office.client.post(office.link(OFFICE_A, "copies"), data=ONE_CLICK | FILLED | {"language": "en", "deputy": AN_MAIL})
    assert office.mailbox(OFFICE_A) == before
    assert len(opt_outs(office)) == 1


def test_a_post_that_is_no_one_click_declines_nothing(office: Office) -> None:
    """The standard's own words must be in the body."""
    link = office.link(OFFICE_A, "copies")
    for data in ({}, {"List-Unsubscribe": "One-Clock"}, {"list-unsubscribe": "One-Click"}):
        assert office.client.post(link, data=data).status_code == 400
    assert opt_outs(office) == []


def test_a_file_in_the_body_is_refused(office: Office) -> None:
    """Nothing that is posted here is kept."""
    answer = office.client.post(office.link(OFFICE_A, "copies"), files={"List-Unsubscribe": ("a.txt", b"One-Click")})
    assert answer.status_code == 400
    assert opt_outs(office) == []


def test_what_a_duty_rests_on_has_no_one_click(office: Office) -> None:
    """The link of a mandatory mail opens the page, and declines nothing."""
    answer = office.client.post(office.link(OFFICE_A, "duty"), data=ONE_CLICK)
    assert answer.status_code == 403
    assert opt_outs(office) == []


def test_forged_and_forgotten_links_get_one_and_the_same_answer(office: Office) -> None:
    """Looking, declining and changing; nobody learns which mailboxes there are."""
    tags = office.installation.tags
    good = tags.unsubscribe(office.mailbox(OFFICE_A).id or 0, "copies")
    flipped = good[:-1] + ("a" if good[-1] != "a" else "b")
    unknown = [flipped, good.replace("copies", "duty"), tags.unsubscribe(9999, "copies"), "x", "é", "1-copies.", "-.-"]
    for suffix, method in (("", "GET"), ("", "POST"), ("/preferences", "POST")):
        answers = [office.client.request(method, f"/u/{token}{suffix}", data=ONE_CLICK) for token in unknown]
        assert {answer.status_code for answer in answers} == {404}
        assert len({re.sub(r'value="[0-9a-f]+"', "", answer.text) for answer in answers}) == 1
    assert opt_outs(office) == []


# -- the page ----------------------------------------------------------------------------------------------------------


def test_the_page_tells_what_the_mailbox_gets_and_never_its_tasks(office: Office) -> None:
    """Its parts and why mandatory mail cannot be declined; nothing that the mail itself did not say."""
    wish(office.world, OFFICE_A, calendar_files="auto")
    text = office.client.get(office.link(OFFICE_A)).text
    assert "văn thư – Sở A" in text
    assert "không từ chối được" in text
    assert 'value="auto" checked' in text
    for secret in ("Việc I.1", "Kế hoạch thử", "01/KH-THU", "I.2", AN_MAIL, DEPUTY_A):
        assert secret not in text


def test_a_mailbox_that_reads_english_gets_an_english_page(office: Office) -> None:
    """Down to the words of its faults."""
    wish(office.world, OFFICE_A, language="en")
    text = office.client.get(office.link(OFFICE_A)).text
    assert '<html lang="en">' in text
    assert "How mail comes" in text
    refused = fill(office, language="en", quiet_from="07:00", quiet_until="18:00")
    assert refused.status_code == 400
    assert "leave no time" in refused.text


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing(office: Office, method: str) -> None:
    """Twenty times, by whatever fetches it."""
    before = office.dump()
    strange = [
        {"sec-purpose": "prefetch;prerender", "purpose": "prefetch"},
        {"accept": "image/*", "user-agent": "BarracudaCentral"},
        {"list-unsubscribe": "One-Click", "content-type": "application/x-www-form-urlencoded"},
        {"x-http-method-override": "POST", "x-method-override": "DELETE"},
    ]
    for number in range(20):
        for mail_class in ("copies", "duty"):
            path = f"{office.link(OFFICE_A, mail_class)}?List-Unsubscribe=One-Click&_method=POST"
            assert office.client.request(method, path, headers=strange[number % 4]).status_code == 200
    assert office.dump() == before


def test_the_page_is_neither_kept_nor_indexed_nor_told_to_others(office: Office) -> None:
    """The address opens it, so it must not travel on."""
    headers = office.client.get(office.link(OFFICE_A)).headers
    assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert headers["x-robots-tag"] == "noindex"


def test_no_log_holds_the_token(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    """Neither of the page nor of what is posted."""
    link = office.link(OFFICE_A, "copies")
    with caplog.at_level(logging.DEBUG, logger="web"):
        office.client.get(link)
        office.client.post(link, data=ONE_CLICK)
        office.client.post(f"{link}/preferences", data=FILLED)
    told = [record.getMessage() for record in caplog.records if record.name == "web.access"]
    assert len(told) == 3
    assert all("/u/…" in line for line in told)
    assert not any(link.rpartition("/")[2] in record.getMessage() for record in caplog.records)


# -- the form ----------------------------------------------------------------------------------------------------------


def test_a_holder_of_the_mail_sets_wishes_without_signing_in(office: Office) -> None:
    """Back on the page it is said that they are kept, in the language that was chosen."""
    answer = fill(
        office,
        wants_copies="-",
        language="en",
        gathering="weekly",
        weekday="4",
        quiet_from="11:30",
        quiet_until="13:30",
    )
    assert (answer.status_code, answer.headers["location"]) == (303, office.link(OFFICE_A))
    box = office.mailbox(OFFICE_A)
    assert (box.language, box.gathering, box.gathering_weekday) == ("en", "weekly", 4)
    assert (f"{box.quiet_from:%H:%M}", f"{box.quiet_until:%H:%M}") == ("11:30", "13:30")
    assert opt_outs(office) == [(box.id, "copies", "page")]
    assert "Saved." in office.client.get(office.link(OFFICE_A)).text
    fill(office, language="en")
    assert opt_outs(office) == []


def test_faults_are_told_with_what_was_filled_in(office: Office) -> None:
    """All of them, each leading to its field; nothing is kept."""
    before = office.dump()
    answer = fill(office, language="xx", quiet_from="13:30", quiet_until="", weekday="12")
    assert answer.status_code == 400
    assert answer.text.count("<li>") == 3
    assert 'value="13:30" aria-invalid="true"' in answer.text
    assert office.dump() == before


@pytest.mark.parametrize("weekday", ["7", "-1", "٣", "12", "9" * 5000])
def test_a_day_that_is_none_is_a_fault(office: Office, weekday: str) -> None:
    """However it is written; the page says so."""
    assert fill(office, weekday=weekday).status_code == 400


def test_a_forwarded_mail_sends_no_mail_elsewhere(office: Office) -> None:
    """Absence and deputy are not offered to who is not signed in, and not taken from them; nor are they shown."""
    away = {"absent_from": "2099-03-09", "absent_until": "2099-03-13", "deputy": HEAD_A}
    assert 'name="deputy"' not in office.client.get(office.link(OFFICE_A)).text
    assert fill(office, **away).status_code == 303
    assert office.mailbox(OFFICE_A).deputy_id is None


@pytest.mark.parametrize(
    ("person", "address", "may"),
    [
        ("an", OFFICE_A, True),
        ("an", AN_MAIL, True),
        ("lan", OFFICE_A, True),
        ("binh", OFFICE_A, False),
        ("minh", OFFICE_A, False),
        ("khach", OFFICE_A, False),
    ],
)
def test_who_is_signed_in_of_the_agency_or_coordinates_names_a_deputy(
    office: Office, person: str, address: str, may: bool
) -> None:
    """Their key stands in the log beside it; another agency's people may not."""
    office.site.sign_in(person)
    fill(office, address, absent_from="2099-03-09", absent_until="2099-03-13", deputy=HEAD_A)
    assert (office.mailbox(address).deputy_id == office.mailbox(HEAD_A).id) is may
    told = [line.data for line in office.world.lines(kinds=("plan",)) if line.data.get("event") == "wishes"]
    assert [line.get("by") for line in told] == ([person] if may else [])


def test_a_form_that_was_shown_to_another_is_refused(office: Office) -> None:
    """So nobody can have a signed-in person send a form prepared for them."""
    prepared = Signing(office.installation).write_preferences(office.mailbox(OFFICE_A).id or 0, "")
    office.site.sign_in("lan")
    assert fill(office, form_token=prepared).status_code == 403
    of_another = Signing(office.installation).write_preferences(office.mailbox(OFFICE_B).id or 0, "lan")
    assert fill(office, form_token=of_another).status_code == 403
    for broken in ("x", "é", "-"):
        assert fill(office, form_token=broken).status_code == 403


def test_a_form_left_open_for_too_long_is_refused(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says to open the link again."""
    token = Signing(office.installation).write_preferences(office.mailbox(OFFICE_A).id or 0, "")
    real, clock = office.installation.clock.real, office.installation.clock
    monkeypatch.setattr(type(clock), "real", lambda _: real() + PREFERENCES_LIFETIME + timedelta(seconds=2))
    answer = fill(office, form_token=token, language="en")
    assert answer.status_code == 403
    assert "mở lại liên kết" in answer.text
    assert office.mailbox(OFFICE_A).language == "vi"


def test_wishes_of_one_mailbox_cannot_be_hammered(office: Office) -> None:
    """After twenty changes in an hour it is said to wait; another mailbox is not hindered."""
    statuses = [fill(office, language=("vi", "en")[number % 2]).status_code for number in range(21)]
    assert statuses == [303] * 20 + [429]
    assert fill(office, OFFICE_B).status_code == 303


def test_a_stranger_to_all_plans_has_a_page_too(office: Office) -> None:
    """A mailbox that was once told keeps its wishes; a person's own name is not on it."""
    assert office.client.get(office.link(STRANGER)).status_code == 200
    page = office.client.get(office.link(LAN_MAIL)).text
    assert "người điều phối – Văn phòng" in page
    with office.installation.database.write() as session:
        box: Mailbox = named(session, STRANGER)
        box.language = "fr"
    assert office.client.get(office.link(STRANGER)).status_code == 200
