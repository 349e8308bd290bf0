"""Docs that say what the code does: settings, commands, events and states all stand in them."""

import re
from pathlib import Path

from cli.main import GROUPS
from config.settings import KNOWN
from engine.rules.states import OPEN, TRANSITIONS, Need, State, Transition

ROOT = Path(__file__).parents[2]
WORDS = {
    Need.TEXT: "a line of text",
    Need.REASON: "reason",
    Need.RESULT: "document number and date, or a file",
    Need.NEW_DATE: "new date",
    Need.AUTHORITY: "authority",
    Need.AGENCY: "another agency",
}


def state_table() -> str:
    """The table of the README, made from the transition table."""
    head = "| event | from | to | who | needs |\n|---|---|---|---|---|\n"
    return head + "".join(f"| {' | '.join(_cells(line))} |\n" for line in TRANSITIONS.values())


def _cells(line: Transition) -> list[str]:
    target = {"resume": "the state before"}.get(line.event, line.target or "the same")
    who = "coordinator; where the coordinator owns the duty, the supervisor" if line.event == "confirm" else line.role
    suffix = ", next round" if line.next_round else ""
    return [line.event, _sources(line), f"{target}{suffix}", who, ", ".join(WORDS[need] for need in line.needs)]


def _sources(line: Transition) -> str:
    rest = set(State) - line.sources
    if len(rest) < len(line.sources) and rest:
        return f"all but {', '.join(s for s in State if s in rest)}"
    if line.sources >= OPEN and len(OPEN) < len(line.sources):
        return ", ".join(["any open", *(s for s in State if s in line.sources - OPEN)])
    return "any open" if line.sources == OPEN else ", ".join(s for s in State if s in line.sources)


def test_the_readme_shows_the_transition_table_of_the_code() -> None:
    """Between its marks the README holds exactly the table made from the code."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = readme.split("<!-- states -->\n")[1].split("<!-- /states -->")[0]
    assert shown == state_table()


def test_every_setting_is_explained() -> None:
    """Each variable of our own stands in the operating page."""
    page = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
    assert [name for name in KNOWN if f"`{name}`" not in page] == []


def test_every_command_is_named() -> None:
    """Each command stands in the operating page."""
    page = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
    commands = [command for group in GROUPS.values() for command in group]
    assert [command for command in commands if f"`{command}`" not in page] == []


def test_every_link_of_the_docs_leads_somewhere() -> None:
    """Relative links and pictures in the pages point to files that exist."""
    broken = []
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                broken.append(f"{page.name}: {target}")
    assert broken == []


def test_every_file_named_in_follow_one_duty_exists() -> None:
    """The page that leads through the files names real ones."""
    page = (ROOT / "docs/follow-one-duty.md").read_text(encoding="utf-8")
    named = [name for name in re.findall(r"`((?:engine|calendars|config|flows|web|cli|templates)/[\w/.]*)`", page)]
    assert [name for name in named if not (ROOT / name).exists()] == []


if __name__ == "__main__":
    print(state_table())
