"""The page of a mail's link in a real browser: on a small telephone, without script, by its labels."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from wishers import AN_MAIL, OFFICE_A, Office, served

from web.session import signin_link

CHROMIUM = Path("/usr/bin/chromium")
OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    if not CHROMIUM.exists():
        missing = f"{CHROMIUM} is missing: install the package 'chromium' to run the browser tests"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=OPTIONS)
        yield chromium
        chromium.close()


def test_the_form_works_without_script_at_320_pixels(office: Office, browser: Browser) -> None:
    """Everything has a label by which it is found and named, nothing is cut off, and what is saved is shown again."""
    with served(office) as address:
        page = browser.new_page(viewport={"width": 320, "height": 640}, java_script_enabled=False)
        page.goto(address + office.link(OFFICE_A))
        page.get_by_label("Nhận bản để biết về việc mình phối hợp").uncheck()
        page.get_by_label("Mỗi tuần một thư; việc gấp vẫn gửi ngay").check()
        page.get_by_label("Ngày gửi thư tuần").select_option("thứ Sáu")
        page.get_by_label("Từ giờ").fill("17:30")
        page.get_by_label("Đến giờ").fill("07:00")
        page.get_by_role("button", name="Lưu").click()
        expect(page.get_by_role("alert")).to_contain_text("Giờ đầu phải trước giờ cuối")
        expect(page.get_by_label("Từ giờ")).to_have_attribute("aria-invalid", "true")
        page.get_by_label("Từ giờ").fill("11:30")
        page.get_by_label("Đến giờ").fill("13:30")
        page.get_by_role("button", name="Lưu").click()
        expect(page.get_by_role("status")).to_contain_text("Đã lưu")
        expect(page.get_by_label("Nhận bản để biết")).not_to_be_checked()
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        unnamed = page.locator("input:not([type=hidden]), select").filter(visible=True)
        assert all(unnamed.nth(n).evaluate("field => field.labels.length") == 1 for n in range(unnamed.count()))
        page.close()
    assert (office.mailbox(OFFICE_A).gathering, office.mailbox(OFFICE_A).gathering_weekday) == ("weekly", 4)


def test_who_signed_in_sets_an_absence_on_the_page(office: Office, browser: Browser) -> None:
    """The same page then offers days and deputy, and keeps them."""
    with served(office) as address:
        page = browser.new_page(viewport={"width": 390, "height": 800})
        page.goto(address + re.sub(r"^https?://[^/]+", "", signin_link(office.installation, "an")))
        page.get_by_role("button", name="Đăng nhập").click()
        page.goto(address + office.link(OFFICE_A))
        page.get_by_label("Từ ngày").fill("2099-03-09")
        page.get_by_label("Đến hết ngày").fill("2099-03-13")
        page.get_by_label("Địa chỉ thư của người nhận thay").fill(AN_MAIL)
        page.get_by_role("button", name="Lưu").click()
        expect(page.get_by_role("status")).to_contain_text("Đã lưu")
        expect(page.get_by_label("Địa chỉ thư của người nhận thay")).to_have_value(AN_MAIL)
        page.close()
    assert office.mailbox(OFFICE_A).deputy_id == office.mailbox(AN_MAIL).id
