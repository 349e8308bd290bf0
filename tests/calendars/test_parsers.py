"""Every calendar goes through two parsers that know nothing of each other, and through the feed doctor."""

import json
import shutil
import subprocess
import textwrap
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import icalendar
import pytest
from needs import lacks
from shell import SAMPLE, Shell
from sqlmodel import select
from world import AN, LAN, A, Duty, World, moment

from calendars.events import clean
from calendars.feeds import feed_of
from calendars.linter.check import check_feed
from engine.models import Agency, Task
from engine.queries.feeds import View

HERE = Path(__file__).parents[2]
READER = Path(__file__).parent / "clients" / "read.mjs"
ICAL_JS = HERE / ".venv" / "npm" / "node_modules" / "ical.js" / "dist" / "ical.js"
BASE = "https://dondoc.example.vn"

HOSTILE = (
    "Tie\u0302\u0301ng Vie\u0323\u0302t to\u0302\u0309 ho\u031b\u0323p",
    "hai\rdòng",
    "hai\r\ndòng\nba dòng",
    "giữa\x85hai\u2028và\u2029ba",
    "tốt nghiệp 🎓👩🏽‍🎓🇻🇳",
    "mười nghìn " + "chữ ệ " * 1700,
    "x\nBEGIN:VALARM\nACTION:EMAIL\nTRIGGER:-PT1M\nEND:VALARM",
    "x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\nBEGIN:VCALENDAR",
    "\\ \\\\ \\n \\, \\; C:\\new\\; hết\\",
    "a;b,c:d\"e\" 'f' ^n %0A & <b>g</b>",
    "x" * 61 + " y" * 80,
    "cuối dòng có dấu cách   \t  ",
    "\x00\x07\x1b[31mđỏ\x7f",
    "\u202egnourt iogn",
)
"""Texts that break calendars of other makers."""

Shown = dict[str, Any]
SecondParser = Callable[[Sequence[Path]], list[Shown]]


@pytest.fixture(scope="session")
def second_parser() -> SecondParser:
    """ical.js, in one process for all files asked about."""
    if shutil.which("node") is None:
        lacks("node is missing: apt-get install nodejs npm")
    if not ICAL_JS.exists():
        lacks("ical.js is missing: make .venv/npm.stamp, with npm")

    def read(paths: Sequence[Path]) -> list[Shown]:
        asked = "".join(f"{path}\n" for path in paths)
        done = subprocess.run(
            ["node", str(READER), str(ICAL_JS)], input=asked, capture_output=True, text=True, check=True, timeout=60
        )
        return [json.loads(line) for line in done.stdout.splitlines()]

    return read


def first_parser(data: bytes) -> Shown:
    """icalendar, strict: what the second one is asked for too."""
    calendar = icalendar.Calendar.from_ical(data)
    assert [component.errors for component in calendar.walk() if component.errors] == []
    return {
        "name": str(calendar["name"]),
        "items": [_item(c) for c in calendar.walk() if c.name in {"VEVENT", "VTODO"}],
    }


def _item(item: icalendar.Component) -> Shown:
    day = (item.get("dtstart") or item["due"]).dt
    return {
        "component": item.name.lower(),
        "uid": str(item["uid"]),
        "summary": str(item["summary"]),
        "description": str(item["description"]) if "description" in item else None,
        "day": day.isoformat(),
        "parts": [part.name.lower() for part in item.subcomponents],
    }


def read_by_both(paths: Sequence[Path], second_parser: SecondParser) -> list[Shown]:
    """What both parsers say alike; neither warns, and the doctor finds nothing."""
    found = []
    for path, second in zip(paths, second_parser(paths), strict=True):
        data = path.read_bytes()
        assert check_feed(data).findings == [], path.name
        assert second.pop("warnings") == [], path.name
        for item in second["items"]:
            item.pop("alarms")
        first = first_parser(data)
        assert first == second, path.name
        found.append(first)
    return found


def test_every_calendar_of_a_simulated_year_passes(tmp_path: Path, second_parser: SecondParser) -> None:
    """The sample plan with nobody acting, from its first day to the January after."""
    demo, out = Shell(tmp_path / "home", {"DONDOC_DEMO": "1"}), tmp_path / "out"
    demo.ok("load", str(SAMPLE))
    demo.ok("simulate", "--plan", "07/KH-MAU", "--from", "2020-03-03", "--to", "2021-01-31", "--out", str(out))
    paths = sorted((out / "feeds").glob("*.ics"))
    shown = read_by_both(paths, second_parser)
    assert len(paths) == 14
    assert sum(len(calendar["items"]) for calendar in shown) == 102


FORMS = [
    {"component": component, "alarms": alarms, "content": content, "part": part, "finished": "marked"}
    for component in ("event", "todo")
    for alarms in ("", "7,1,0")
    for content in ("full", "title", "reference")
    for part in ("lead", "any")
]
LAST_DAY = date(2020, 6, 15)


@pytest.fixture
def lively(small_world: World) -> World:
    """A plan whose duties have hostile texts and stand in every state, by the middle of the year."""
    world = small_world
    states = [f"S.{n}" for n in range(8)]
    refs = [f"H.{n}" for n in range(len(HOSTILE))]
    world.plan(
        *(Duty(ref, LAST_DAY, helpers=("so-b",)) for ref in [*refs, *states]), Duty("B.1", LAST_DAY, ("so-b",), (A,))
    )
    with world.database.write() as session:
        for ref, text in zip(refs, HOSTILE, strict=True):
            task = session.exec(select(Task).where(Task.ref == ref)).one()
            task.text = task.deadline_text = text
            session.add(task)
    day, why = date(2020, 5, 5), {"reason": "a;b,\\c\nEND:VEVENT", "document": "9/QĐ,\n;BEGIN:VALARM"}
    for ref in states[:6]:
        world.act("accept", ref, by=AN, day=day)
    for ref in states[:3]:
        world.act("submit", ref, by=AN, day=day, document="1/BC", document_date=day)
    world.act("confirm", "S.1", by=LAN, day=day)
    world.act("return", "S.2", by=LAN, day=day, new_day=date(2020, 7, 1), **why)
    world.act("suspend", "S.3", by=LAN, day=day, **why)
    world.act("cancel", "S.4", by=LAN, day=day, **why)
    world.act("move", "S.5", by=LAN, day=day, new_day=date(2020, 8, 3), **why)
    world.act("cancel", "S.6", by=LAN, day=day, **why)
    world.act("reopen", "S.6", by=LAN, day=day, new_day=date(2020, 9, 1), **why)
    return world


def agency(world: World) -> int:
    """The number of the agency whose calendar is looked at."""
    with world.database.read() as session:
        return session.exec(select(Agency.id).where(Agency.key == A)).one() or 0


def test_every_form_with_duties_in_every_state_passes(
    lively: World, tmp_path: Path, second_parser: SecondParser
) -> None:
    """Events and to-dos, with and without alarms, each content class, with and without what the agency helps with."""
    owner, paths = agency(lively), []
    for number, form in enumerate(FORMS):
        for cancelled in ("hidden", "marked"):
            for language in ("vi", "en"):
                view = View("agency", owner, stamp="s", cancelled=cancelled, language=language, **form)
                path = tmp_path / f"{number}-{cancelled}-{language}.ics"
                path.write_bytes(feed_of(lively.database, view, moment(date(2020, 5, 6)), base_url=BASE).data)
                paths.append(path)
    shown = read_by_both(paths, second_parser)
    whole = len(HOSTILE) + 8
    for path, calendar in zip(paths, shown, strict=True):
        number, cancelled, _ = path.stem.split("-")
        form = FORMS[int(number)]
        assert len(calendar["items"]) == whole - (cancelled == "hidden") + (form["part"] == "any"), path.name
        assert len({item["uid"] for item in calendar["items"]}) == len(calendar["items"])
        assert {part for item in calendar["items"] for part in item["parts"]} == (
            {"valarm"} if form["alarms"] else set()
        )


def test_hostile_text_comes_back_as_the_cleaned_source(
    lively: World, tmp_path: Path, second_parser: SecondParser
) -> None:
    """Through both parsers: the whole text in the description, its beginning in the title, and no part more."""
    path = tmp_path / "feed.ics"
    view = View("agency", agency(lively), stamp="s")
    path.write_bytes(feed_of(lively.database, view, moment(date(2020, 5, 6)), base_url=BASE).data)
    (calendar,) = read_by_both([path], second_parser)
    for number, text in enumerate(HOSTILE):
        title = f"H.{number} {textwrap.shorten(clean(text), 120, placeholder=' …')}"
        (item,) = [item for item in calendar["items"] if item["summary"].endswith(f"] {title}")]
        assert item["description"].startswith(f"{clean(text)}\n"), text[:40]
        assert f"“{clean(text)}”" in item["description"]
        assert item["parts"] == []
