"""Digests to try a template on: made from the fields of what a mail is told, so that a new field brings new ones."""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date, timedelta
from functools import cache
from typing import Any, get_type_hints

from engine.mail.render import GROUPS, LANGUAGES, Digest, Line, News, Reason, Section

DAY = date(2020, 3, 3)
LATER = date(2020, 12, 17)
HOSTILE = (
    "\"'><script>alert(1)</script> onmouseover=alert(2) javascript:alert(3) url(https://xau.example.vn/x) {{ 7*7 }}"
)
"""What a document may hold, and no template may let loose."""

KNOWN: dict[str, tuple[Any, ...]] = {
    "group": GROUPS,
    "role": ("owner", "head", "collaborators", "coordinator", "supervisor", "stand_in", "former"),
    "bound": ("", "before"),
    "lost_role": ("", "owner", "head", "collaborators"),
    "preferences": ("", "https://dondoc.example.vn/u/mau"),
    "left": (-12, -1, 0, 1, 15),
    "what": (
        "added", "removed", "deadline", "owner", "left", "collaborators", "joined", "released", "waits", "text",
        "deliverable", "restricted", "calendar", "reference", "section",
    ),
    "rule": ("", "before", "before_period", "inclusive", "month", "quarter", "year", "part", "counted"),
    "unit": ("day", "working_day", "week", "month"),
    "cause": ("", "activation", "amendment", "answer", "move", "return", "reopen", "resume"),
}  # fmt: skip
"""The values of fields that choose between branches."""

NEWS = News("deadline", "tháng 6", "tháng 12", DAY, LATER)
RESTRICTED = (News("restricted"),)
LINE = Line(
    group="reminder",
    rung="R7",
    ref="VII.8.Q",
    task="Rà soát, bổ sung quy hoạch mạng lưới cơ sở giáo dục nghề nghiệp " * 3,
    agencies=("Sở Lao động – Thương binh và Xã hội",),
    last_day=LATER,
    left=5,
    role="owner",
    printed="Trước ngày 18/12/2020",
    bound="before",
    url="https://dondoc.example.vn/tasks/ke-hoach-mau/VII.8.Q",
    authority="Quyết định số 12/QĐ-UBND ngày 02/06/2020",
    rule="before",
    counted=10,
    unit="working_day",
    counted_from=DAY,
    since=DAY,
)


def digest_with(*lines: Line, language: str = "vi", **more: Any) -> Digest:  # noqa: ANN401  fields of Digest
    """A digest about one plan that has these lines."""
    section = Section("49/KH-MẪU", "Kế hoạch mẫu", "https://dondoc.example.vn/plans/ke-hoach-mau", lines)
    told: dict[str, Any] = {
        "name": "Sở Lao động",
        "language": language,
        "day": DAY,
        "sections": (section,),
        "office": "Văn phòng",
    }
    return Digest(**told | more)


@cache
def samples(language: str) -> tuple[tuple[str, Digest], ...]:
    """Name → digest: every branch by itself, and several of them together."""
    lines = list(_lines())
    found = [(name, digest_with(line, language=language)) for name, line in lines]
    for name, value in _others(Digest, {"language", "sections", "day"}):
        found.append((name, digest_with(LINE, language=language, **value)))
    told = [line for _, line in lines]
    sections = tuple(replace(digest_with(*told[at::2]).sections[0], number=f"{at}/KH") for at in (0, 1))
    found.append(("nhiều kế hoạch, đủ mọi nhóm", digest_with(language=language, sections=sections)))
    bare = digest_with(*[replace(_numbered(at), task="", printed="") for at in range(6)]).sections[0]
    found.append(("kế hoạch hạn chế", digest_with(language=language, sections=(replace(bare, title=""),))))
    found.append(("20 việc", digest_with(*[_numbered(at) for at in range(20)], language=language)))
    return tuple(found)


def long_sample(language: str) -> Digest:
    """A digest of 300 lines, on which a template must not cost more than in proportion."""
    return digest_with(*[_numbered(at) for at in range(300)], language=language)


def _numbered(at: int) -> Line:
    news = (NEWS, NEWS) if at % 4 == 0 else ()
    return replace(
        LINE,
        ref=f"{at}.Q",
        url=f"{LINE.url}-{at}",
        group=GROUPS[at % len(GROUPS)],
        last_day=LATER + timedelta(at),
        left=-at if GROUPS[at % len(GROUPS)] == "escalation" else at,
        news=news,
    )


def _lines() -> Iterator[tuple[str, Line]]:
    """Each group in each role, and each field in each of its values."""
    for group in GROUPS:
        for role in KNOWN["role"]:
            left = -3 if group == "escalation" else 5
            yield f"nhóm {group}, vai {role}", replace(LINE, group=group, role=role, left=left)
        yield f"nhóm {group}, không có hạn", replace(LINE, group=group, last_day=None, printed="", left=0)
        yield f"nhóm {group}, kế hoạch hạn chế", replace(LINE, group=group, task="", printed="", news=RESTRICTED)
    for name, value in _others(Line, {"group", "role"}):
        group = "amendment" if "news" in value else "escalation" if value.get("left", 0) < 0 else LINE.group
        for role in ("owner", "collaborators", "coordinator"):
            yield f"{name}, vai {role}", replace(LINE, **{"group": group, "role": role, **value})
    hostile: dict[str, Any] = {
        one.name: HOSTILE
        for one in fields(Line)
        if get_type_hints(Line)[one.name] is str and one.name not in {*KNOWN, "url", "rung", "ref"}
    }
    yield "chữ có mã độc", replace(LINE, **hostile, agencies=(HOSTILE,), ref="VII.9.Q")


def _others(of: type, without: set[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    hints = get_type_hints(of)
    for one in fields(of):
        if one.name not in without:
            for value in _values(one.name, hints[one.name]):
                yield f"{of.__name__}.{one.name} = {str(value)[:40]!r}", {one.name: value}


def _values(name: str, kind: Any) -> tuple[Any, ...]:  # noqa: ANN401, PLR0911  a type as annotated; a list of cases
    """What a field may hold, as far as it matters to a template."""
    if name in KNOWN:
        return KNOWN[name]
    if kind is bool:
        return (False, True)
    if kind is int:
        return (0, 1, 12)
    if kind is str:
        return () if name in {"url", "ref", "task"} else ("", "Chữ mẫu")
    if kind == tuple[str, ...]:
        return (("Sở A",), ("Sở A", "Sở B", "Ủy ban nhân dân huyện C"))
    if kind == tuple[News, ...]:
        return _news()
    if kind == tuple[Reason, ...]:
        told = tuple(Reason(role, "49/KH-MẪU", ("Sở A", "Sở B")) for role in KNOWN["role"])
        return ((), *((one,) for one in told), told, (replace(told[0], for_name="Bà B", until=LATER),))
    if kind == date | None:
        return (None, LATER) if name != "last_day" else (LATER,)
    return ()


def _news() -> tuple[tuple[News, ...], ...]:
    each = tuple((replace(NEWS, what=what),) for what in KNOWN["what"])
    bare = tuple((News(what),) for what in KNOWN["what"])
    same = (replace(NEWS, new_day=DAY),)
    return (*each, *bare, same, tuple(one for (one,) in each))


LANGUAGE_OF = {f"words.{language}": (language,) for language in LANGUAGES}
"""Which languages a template of words speaks; a layout speaks all of them."""
