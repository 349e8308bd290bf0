"""The pages in a real browser, in front of a really running server."""

import pytest
from playwright.sync_api import Browser, Page
from sites import SLUG

PATHS = ["/", f"/plans/{SLUG}", f"/tasks/{SLUG}/II.1.4", f"/tasks/{SLUG}/I.3", "/log", "/mail", "/mail/1", "/feeds"]
PATHS += ["/sign-in", "/nowhere"]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", PATHS)
def test_no_page_scrolls_sideways(browser: Browser, server: str, path: str, width: int) -> None:
    """On a narrow phone and on a desk."""
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(server + path)
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert wide <= width


def test_everything_works_without_script(browser: Browser, server: str) -> None:
    """From the first page to a task, its date and its history."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server)
    page.get_by_role("link", name="HƯỚNG NGHIỆP").click()
    page.get_by_label("Thời hạn").select_option(label="Chưa rõ")
    page.get_by_role("button", name="Lọc").click()
    page.get_by_role("link", name="I.3", exact=True).last.click()
    assert "Chưa tính được" in page.content()
    context.close()


def test_the_browser_refuses_nothing_of_our_own_pages(browser: Browser, server: str) -> None:
    """The policy fits the pages: no violation, no missing file, and a message keeps its styles."""
    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    for path in PATHS[:-1]:
        page.goto(server + path)
        page.wait_for_load_state("networkidle")
    assert complaints == []
    page.goto(f"{server}/mail/1")
    sheet = page.frame_locator("iframe").locator(".sheet")
    assert sheet.evaluate("node => getComputedStyle(node).borderTopColor") == "rgb(138, 31, 31)"
    page.close()


def test_a_newcomer_signs_in_issues_a_calendar_and_moves_the_clock(browser: Browser, server: str) -> None:
    """The whole first visit, by mouse."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{server}/sign-in")
    page.get_by_role("button", name="Người điều phối").click()
    assert "Đã đăng nhập" in page.content()
    page.get_by_role("link", name="Lịch", exact=True).click()
    page.get_by_role("button", name="Cấp địa chỉ").click()
    assert _address(page).startswith(f"{server}/feeds/")
    page.get_by_role("link", name="Nhật ký", exact=True).click()
    page.get_by_role("button", name="+1 ngày").click()
    assert page.url == f"{server}/log"
    assert "Đã qua 1 ngày" in page.get_by_role("status").inner_text()
    assert "04/03/2020" in page.content()
    context.close()


def _address(page: Page) -> str:
    return page.locator(".secret code").inner_text()
