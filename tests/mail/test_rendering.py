"""The look and the words of a mail: the same facts in text and HTML and in both languages, room, colours."""

import re
from dataclasses import fields, replace
from datetime import date
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.mail.facts import GROUPS, Digest, Line, News, Reason, Section
from engine.mail.remembered import Remembered
from engine.mail.render import LANGUAGES, LIMIT, Renderer

TEMPLATES = Path(__file__).parents[2] / "templates" / "email"
RENDERER = Renderer(TEMPLATES)


def forgetful() -> Renderer:
    """A renderer that says everything anew."""
    made = Renderer(TEMPLATES)
    rooms = {False: made._plain, True: made._escaped}
    names = [(language, escaped) for language in LANGUAGES for escaped in rooms]
    words = {(name, escaped): rooms[escaped].get_template(f"words.{name}").module for name, escaped in names}
    made._shipped = replace(made._shipped, words=words)
    return made


FORGETFUL = forgetful()
DAY, LAST, OLD = date(2020, 11, 25), date(2020, 11, 30), date(2020, 6, 30)
LINE = Line(
    group="reminder",
    rung="R3w",
    ref="VII.8.Q",
    task="Rà soát, bổ sung quy hoạch mạng lưới cơ sở giáo dục nghề nghiệp gắn với định hướng phân luồng học sinh",
    agencies=("Sở Lao động", "Sở Nội vụ"),
    last_day=LAST,
    left=3,
    role="owner",
    printed="Trước ngày 01/12/2020",
    bound="before",
    url="https://dondoc.example.vn/tasks/mau/VII.8.Q",
    rule="before",
    cause="activation",
)
MOVED = replace(
    LINE, ref="II.4", group="escalation", left=-3, last_day=date(2020, 11, 20), printed="", rule="", cause="move",
    since=OLD, by_document="12/UBND", reason="chờ Bộ", old_day=date(2020, 5, 31), unreached=True, role="head",
    for_name="Trần An",
)  # fmt: skip
COUNTED = replace(
    LINE, ref="III.1", group="notice", printed="Trong 10 ngày", rule="counted", counted=10, unit="working_day",
    counted_from=date(2020, 11, 13), rolled=True, bound="",
)  # fmt: skip
AMENDED = replace(
    LINE, ref="IV.2", group="amendment", authority="15/KH-UBND ngày 20/07/2020", cause="amendment", since=OLD,
    by_document="15/KH-UBND", news=(News("deadline", "Tháng 6", "Tháng 11", OLD, LAST), News("text", "Lời cũ", "")),
)  # fmt: skip
BOUNCED = replace(LINE, ref="V.1", group="undelivered", role="coordinator", detail="550 5.1.1 unknown")
CONFIRM = replace(LINE, ref="VI.1", group="confirm", role="supervisor")
ALL = (LINE, MOVED, COUNTED, AMENDED, BOUNCED, CONFIRM)


def digest(*lines: Line, language: str = "vi", **more: object) -> Digest:
    """A mail about one plan."""
    section = Section("49/KH-UBND", "Kế hoạch mẫu", "https://dondoc.example.vn/plans/mau", lines)
    told = Digest("Sở Lao động", language, DAY, (section,), "Văn phòng UBND tỉnh")
    reasons = (Reason("owner", "49/KH-UBND", ("Sở Lao động",)), Reason("head", "49/KH-UBND", (), "Trần An", LAST))
    return replace(told, reasons=reasons, preferences="https://dondoc.example.vn/u/1.a", **more)  # type: ignore[arg-type]


class Shown(HTMLParser):
    """The words of an HTML text that are seen, and the addresses of its links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._hidden = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the link; a hidden element, the head and the title are not seen."""
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag in ("style", "title") or "display:none" in (given.get("style") or ""):
            self._hidden = tag
        if tag == "a":
            self.links.append(given["href"] or "")

    def handle_endtag(self, tag: str) -> None:
        """Leave what is hidden."""
        if tag == self._hidden:
            self._hidden = ""

    def handle_data(self, data: str) -> None:
        """Words."""
        if not self._hidden:
            self.words.append(data)

    @property
    def text(self) -> str:
        """All that is seen, with single blanks."""
        return " ".join(" ".join(self.words).replace(":", " ").split())


def told(text: str) -> list[str]:
    """The sentences of a plain text: its lines without marks, colons and addresses."""
    bare = re.sub(r"https?://\S+", "", text).replace(":", " ")
    return [" ".join(line.strip("=- ").split()) for line in bare.splitlines() if line.strip("=- ")]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_text_and_html_tell_the_same(language: str) -> None:
    """Each line of the text stands in the HTML, each link too; the HTML has no words beyond but the names of links."""
    made = RENDERER.digest(digest(*ALL, language=language))
    html = Shown(made.html)
    rest = html.text
    for sentence in sorted(told(made.text), key=len, reverse=True):
        for part in sentence.split(" | "):
            assert part in html.text, part
            rest = rest.replace(part, "", 1)
    for address in re.findall(r"https?://\S+", made.text):
        assert address in html.links
    rest = re.sub(
        r"Văn phòng UBND tỉnh|(Xem nhiệm vụ|Open the task) \S+|trang cài đặt nhận thư|mail settings", "", rest
    )
    assert not rest.strip()


@pytest.mark.parametrize("line", ALL, ids=[line.group for line in ALL])
def test_both_languages_tell_the_same_facts(line: Line) -> None:
    """Every value of a line stands in both, in text and HTML."""
    values = [line.ref, line.task, *line.agencies, line.printed, line.by_document, line.reason, line.detail]
    values += [line.authority, line.for_name, *(news.old for news in line.news if news.what == "text")]
    days = [line.last_day, line.since, line.old_day, line.counted_from, *(n.old_day for n in line.news)]
    values += [f"{day:%d/%m/%Y}" for day in days if day]
    for language in ("vi", "en"):
        made = RENDERER.digest(digest(line, language=language))
        shown = Shown(made.html).text
        for value in filter(None, values):
            assert value in made.text, (language, value)
            assert value in shown, (language, value)


@pytest.mark.parametrize("rule", ["", "before", "before_period", "inclusive", "month", "quarter", "year", "part"])
@pytest.mark.parametrize("cause", ["activation", "amendment", "answer", "move", "return", "reopen", "resume"])
def test_every_rule_and_cause_has_words_of_its_own(rule: str, cause: str) -> None:
    """None falls back on another's."""
    line = replace(LINE, rule=rule, cause=cause, since=OLD)
    plain = RENDERER.digest(digest(replace(LINE, rule="?", cause="?", since=OLD))).text
    assert (RENDERER.digest(digest(line)).text != plain) is (bool(rule) or cause != "activation")


@pytest.mark.parametrize("count", [1, 20, 300, 3_000, 10_000])
def test_any_number_of_duties_has_room(count: int) -> None:
    """Cards while they fit, then rows, then references, and at last a number; nothing is left out without a word."""
    lines = tuple(
        replace(MOVED if place % 50 == 0 else LINE, ref=f"I.{place}", url=f"{LINE.url}{place}")
        for place in range(count)
    )
    made = RENDERER.digest(digest(*lines))
    assert len(made.html.encode()) < LIMIT
    shown = Shown(made.html).text
    named = set(re.findall(r"\bI\.\d+\b", made.text))
    assert named == set(re.findall(r"\bI\.\d+\b", shown))
    more = re.findall(r"và (\d+) mục khác", made.text)
    assert re.findall(r"và (\d+) mục khác", shown) == more
    assert len(named) + sum(map(int, more)) == count
    late = [line.ref for line in lines if line.group == "escalation"]
    assert all(f"{ref}. " in made.text for ref in late[:10])  # the most urgent are told in full
    if count <= 20:
        assert "Xem đầy đủ" not in made.text
    if count <= 300:
        assert not more


def test_a_plan_of_long_words_has_room_too() -> None:
    """The estimate is mended by what comes out."""
    line = replace(LINE, task="&<>\"'" * 48, printed="&" * 240, agencies=("<" * 100,) * 3)
    made = RENDERER.digest(digest(*[replace(line, ref=f"I.{n}") for n in range(200)]))
    assert len(made.html.encode()) < LIMIT


def test_nothing_is_fetched_from_elsewhere() -> None:
    """No pictures, scripts, fonts, forms; links only to our pages; tables are for the look and say so."""
    html = RENDERER.digest(digest(*ALL)).html
    shown = Shown(html)
    assert {tag for tag, _ in shown.tags} <= {
        *("html", "head", "meta", "title", "style", "body", "div", "table", "tr", "td"),
        *("h2", "h3", "p", "br", "a", "span"),
    }
    assert all(given.get("role") == "presentation" for tag, given in shown.tags if tag == "table")
    assert all(link.startswith("https://dondoc.example.vn/") for link in shown.links)
    assert not re.search(r"url\(|@import|src=|\bflex\b|\bgrid\b|position:", html)
    assert '<html lang="vi" dir="ltr">' in html


def luminance(colour: str) -> float:
    """How light a colour is (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The ratio of two colours."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_every_colour_of_words_can_be_read_on_light_and_on_dark() -> None:
    """At least 4.5 to 1; each that stands on an element has a dark one by its class."""
    html = RENDERER.digest(digest(*ALL, demo=True)).html
    sheet, _, body = html.partition("</style>")
    dark = dict(re.findall(r"\.?(\w+) \{ color: (#\w{6}) !important", sheet))
    grounds = re.findall(r"\.(ground|sheet) \{ background: (#\w{6})", sheet)
    assert len(grounds) == 2
    assert set(GROUPS) | {"ink", "soft", "a"} <= set(dark)
    for name, colour in dark.items():
        for _, ground in grounds:
            assert contrast(colour, ground) >= 4.5, name
    for style, classes in re.findall(r"<(?=[^>]*style=\"([^\"]*)\")(?:[^>]*class=\"([^\"]*)\")?[^>]*>", body):
        colours = re.findall(r"(?<![-\w])color:(#\w{6})", style)
        own = re.findall(r"background:(#\w{6})", style)
        for colour in colours:
            assert contrast(colour, own[0] if own else "#ffffff") >= 4.5, style
            assert own or set(classes.split()) & set(dark) or colour == "#0b5394", style


LINES = st.builds(
    Line,
    group=st.sampled_from(GROUPS),
    rung=st.just("R7"),
    ref=st.sampled_from(["I.1", "II.2"]),
    task=st.sampled_from(["", "Việc"]),
    agencies=st.sampled_from([("Sở A",), ("Sở A", "Sở <B>")]),
    last_day=st.sampled_from([None, LAST]),
    left=st.integers(-2, 2),
    role=st.sampled_from(["owner", "head", "collaborators", "coordinator", "supervisor", "stand_in", "former"]),
    printed=st.sampled_from(["", "Tháng 6", "<b>"]),
    bound=st.sampled_from(["", "before"]),
    url=st.just("https://dondoc.example.vn/"),
    unreached=st.booleans(),
    off_ahead=st.booleans(),
    rule=st.sampled_from(["", "before", "counted", "month"]),
    counted=st.sampled_from([0, 5]),
    unit=st.sampled_from(["day", "working_day"]),
    counted_from=st.just(OLD),
    rolled=st.booleans(),
    cause=st.sampled_from(["activation", "move", "resume"]),
    since=st.just(OLD),
    reason=st.sampled_from(["", "vì"]),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=6), st.sampled_from(["vi", "en"]))
def test_what_is_remembered_is_what_would_be_said_anew(lines: list[Line], language: str) -> None:
    """A renderer that has said much says the same as one that says all anew."""
    one = digest(*lines, language=language)
    assert RENDERER.digest(one) == FORGETFUL.digest(one)


def test_words_are_remembered() -> None:
    """Those of one line are; what looks at a whole mail is not."""
    words = RENDERER._shipped.words["vi", False]
    assert isinstance(words, Remembered)
    same, other = replace(LINE, ref="IX.9"), replace(LINE, left=2)
    assert words.due(LINE) is words.due(same)
    assert words.due(LINE) != words.due(other)
    assert {field.name for field in fields(Line)} >= {"rule", "cause"}
    assert unescape(words.greeting(digest(LINE))) != words.greeting(replace(digest(LINE), name="Khác"))
