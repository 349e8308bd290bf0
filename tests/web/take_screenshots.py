"""Takes the pictures of docs/screenshots from a demo: `python tests/web/take_screenshots.py`."""

import tempfile
import threading
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, sync_playwright
from sites import BASE, SLUG
from sqlmodel import select

from config.assembly import Installation, assemble
from engine.acts import Act, perform
from engine.demo import Moving, advance
from engine.models import Assignment, Task
from web.app import create_app
from web.demo import prepare

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
STEPS = ((0, "II.1.2"), (31, ""), (29, "II.2.2"), (5, ""))
"""Days that pass, and the task that is then handed in and confirmed: one in time, one late, others overdue or soon."""

DESK, PHONE = {"width": 1120, "height": 700}, {"width": 390, "height": 844}
PICTURES = {
    "plans": ("/", DESK, "light"),
    "plan": (f"/plans/{SLUG}", DESK, "light"),
    "task": (f"/tasks/{SLUG}/II.1.4#why", DESK, "light"),
    "log": ("/log", DESK, "light"),
    "mail": ("/mail/40", DESK, "light"),
    "feeds": ("/feeds", DESK, "light"),
    "plans-dark": ("/", DESK, "dark"),
    "plans-phone": ("/", PHONE, "light"),
    "plan-phone": (f"/plans/{SLUG}#tasks", PHONE, "light"),
    "task-phone": (f"/tasks/{SLUG}/II.1.4", PHONE, "light"),
}


def take(browser: Browser, address: str) -> None:
    """Take each picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, (path, size, scheme) in PICTURES.items():
        page = browser.new_page(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(address + path)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=FOLDER / f"{name}.png")
        page.close()


def demo(home: str) -> Installation:
    """A demo some weeks on."""
    installation = assemble({"DONDOC_HOME": home, "DONDOC_DEMO": "1"})
    prepare(installation)
    moving = Moving(installation.database, installation.do, installation.set_demo_clock)
    for days, ref in STEPS:
        if days:
            advance(moving, installation.clock.now(), days)
        if ref:
            done(installation, ref)
    return installation


def done(installation: Installation, ref: str) -> None:
    """Hand a task of the education department in, and confirm it."""
    when = installation.writing_moment()
    with installation.database.write() as session:
        part = session.exec(select(Assignment.id).join(Task).where(Task.ref == ref)).one() or 0
        result = {"document": "12/BC-SGDĐT", "document_date": when.today}
        perform(session, part, Act("submit", "chuyen-vien-sgddt", **result), when)  # type: ignore[arg-type]
        perform(session, part, Act("confirm", "dieu-phoi"), when)


def main() -> None:
    """Serve a demo for as long as the pictures take."""
    with tempfile.TemporaryDirectory() as home:
        app = create_app(demo(home), duties=False)
        server = uvicorn.Server(uvicorn.Config(app, port=8080, log_level="warning"))
        serving = threading.Thread(target=server.run, daemon=True)
        serving.start()
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            take(chromium, BASE)
            chromium.close()
        server.should_exit = True
        serving.join()


if __name__ == "__main__":
    main()
