"""An office's own templates: each fault named before one is kept, versions for ever, and no mail lost for one."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time

import pytest
from jinja2 import nodes
from sink import Sink, running
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select
from world import LAN, MINH, START, TEMPLATES, Duty, World, moment

from engine import templates
from engine.database import Database
from engine.delivery import Sending, deliver
from engine.errors import BadInputError, DondocError, ManyFaultsError, RefusedError
from engine.health import Expected, findings
from engine.mail.glossary import MACROS, entries_of, meaning_of
from engine.mail.grammar import macros_of
from engine.mail.office import NAMES, check
from engine.mail.render import GIVEN, Renderer
from engine.mail.samples import HOSTILE, LINE, digest_with, samples
from engine.mail.sandbox import attributes_of, methods_of
from engine.mail.shape import Shape
from engine.models import Message
from engine.queries.templates import fallbacks, overrides_of, versions_of

SHIPPED = Renderer(TEMPLATES)
EIGHT = time(8)


def whole(name: str, old: str, new: str) -> str:
    """The shipped template with one thing changed."""
    before = SHIPPED.shipped(name)
    assert old in before, f"{name} no longer has {old}"
    return before.replace(old, new)


def faults(name: str, changed: str) -> str:
    """What the check says of a text."""
    return "\n".join(str(fault) for fault in check(name, changed, folder=TEMPLATES, overrides={}))


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_templates_pass_the_check_themselves(name: str) -> None:
    """On every sample, in every language."""
    assert faults(name, SHIPPED.shipped(name)) == ""


def test_both_languages_say_the_same() -> None:
    """The same macros, and each tells the same facts and asks after the same words of ours."""
    trees = [SHIPPED.parsed(SHIPPED.shipped(f"words.{language}")) for language in ("vi", "en")]
    assert macros_of(trees[0]) == macros_of(trees[1])
    assert facts_told(trees[0]) == facts_told(trees[1])


def facts_told(words: nodes.Template) -> dict[str, set[str]]:
    """Macro → the attributes it reads, and the words it compares them with."""
    return {
        macro.name: {
            *(one.attr for one in macro.find_all(nodes.Getattr)),
            *(
                one.value
                for asked in macro.find_all(nodes.Operand)
                for one in asked.find_all(nodes.Const)
                if isinstance(one.value, str)
            ),  # numbers choose between one and many, which only English does
            *(one.key.value for one in macro.find_all(nodes.Pair) if isinstance(one.key, nodes.Const)),
        }
        for macro in words.find_all(nodes.Macro)
    }


WORDS = (
    ("{{ d.name }}", "{{ d.nam }}", "không có “d.nam”"),
    ("{{ d.name }}", "{{ ten }}", "không có biến “ten”"),
    ("{{ d.name }}", "{{ d.name|title }}", "không có bộ lọc “title”"),
    ("{{ d.name }}", "{{ d.name ", "viết sai cú pháp"),
    ("{{ d.name }}", "{{ d.name }}{% if d.name is callable %}{% endif %}", "không có phép thử “callable”"),
    ("macro greeting(d)", "macro chao(d)", "thiếu macro “greeting”"),
    ("macro greeting(d)", "macro greeting(d, e)", "macro “greeting” có 2 tham số"),
    ("Kính gửi", "<b>Kính gửi</b>", "lời thư có dấu “<”"),
    ("{{ d.name }}", "{{ d.day }}", "ngày phải in bằng bộ lọc day"),
    ("{{ d.name }}", "{{ d.sections }}", "không phải chữ hay số"),
    ("{{ d.name }}", "{{ d.lines[7].ref }}", "không dựng được thư"),
    ("truncate(60)", "upper", "tiêu đề thư dài"),
)


@pytest.mark.parametrize(("old", "new", "said"), WORDS, ids=range(len(WORDS)))
def test_a_fault_in_the_words_is_named(old: str, new: str, said: str) -> None:
    """With its line where it has one."""
    assert said in faults("words.vi", whole("words.vi", old, new))


def test_an_empty_subject_is_named() -> None:
    """A mail without one is taken for spam."""
    changed = re.sub(r"(macro subject\(d\) %\}).*?(\{% endmacro)", r"\1\2", SHIPPED.shipped("words.vi"), flags=re.S)
    assert "tiêu đề thư trống" in faults("words.vi", changed)


HTML = (
    ('<img src="https://xau.example.vn/x.png">', "thẻ <img>"),
    ("<script>1</script>", "thẻ <script>"),
    ("<iframe></iframe>", "thẻ <iframe>"),
    ('<form action="https://xau.example.vn"></form>', "thẻ <form>"),
    ("<p onclick=1>x</p>", "thuộc tính “onclick”"),
    ('<p style="background:url(https://xau.example.vn/x)">x</p>', "nạp nội dung từ ngoài"),
    ("<style>@import 'x';</style>", "bảng kiểu nạp nội dung từ ngoài"),
    ('<a href="javascript:alert(1)">x</a>', "liên kết tới"),
    ('<meta http-equiv="refresh" content="0">', "thuộc tính “http-equiv”"),
    ("<!-- x -->", "chú thích"),
    ("<div>", "thẻ <div> không đóng"),
    ("</h6>", "không có thẻ mở"),
    ("<p class={{ digest.lines[0].task }}>x</p>", "thuộc tính"),
)


@pytest.mark.parametrize(("added", "said"), HTML, ids=range(len(HTML)))
def test_html_that_loads_runs_or_is_broken_is_named(added: str, said: str) -> None:
    """As it stands in a mail."""
    changed = Renderer(TEMPLATES, {"digest.html": whole("digest.html", "</body>", f"{added}</body>")})
    assert said in str(list(Shape(changed.strictly(digest_with(LINE)).html).faults))


def test_all_that_is_wrong_with_the_html_is_told_by_the_check() -> None:
    """At once, whatever the sample holds."""
    added = HTML[:5]
    told = faults("digest.html", whole("digest.html", "</body>", "".join(one for one, _ in added) + "</body>"))
    for _, said in added:
        assert said in told


def test_a_mail_that_loses_a_fact_is_named() -> None:
    """Reference, last day, agency and link stay in text and HTML."""
    words = whole("words.vi", "{{ l.last_day|day }}", "sắp tới")
    assert "thiếu ngày cuối dạng dd/mm/yyyy" in faults("words.vi", words)
    assert "bản chữ thiếu liên kết" in faults("digest.txt", whole("digest.txt", "{{ line.url }}", ""))
    assert "bản HTML thiếu liên kết" in faults("digest.html", whole("digest.html", "{{ line.url }}", "https://x.vn"))


def test_many_faults_are_told_at_once() -> None:
    """Not one a try."""
    changed = whole("words.vi", "{{ d.name }}", "{{ d.nam }}{{ ten }}{{ d.name|title }}")
    assert len(check("words.vi", changed, folder=TEMPLATES, overrides={})) == 3


def test_samples_reach_every_field_of_what_is_told() -> None:
    """A new field brings new samples, a hostile text among them."""
    named = " ".join(name for name, _ in samples("vi"))
    for field in ("unreached", "off_ahead", "printed", "news", "demo", "for_name"):
        assert field in named
    assert any(HOSTILE in line.task for _, digest in samples("vi") for line in digest.lines)


def test_the_table_names_everything_that_may_be_used() -> None:
    """Each field, method, macro and filter, with its meaning in Vietnamese; a new one needs its words there."""
    entries = entries_of("digest.txt", SHIPPED)
    written = {entry.written for listed in entries.values() for entry in listed}
    assert {"digest.name", "block.cards", "line.tells(…)", "words.greeting(…)", "…|day"} <= written
    assert set(MACROS) == set(SHIPPED.macros)
    for kind in GIVEN:
        for name in attributes_of(kind) | methods_of(kind):
            assert meaning_of(kind, name)


# -- kept, used, taken back --------------------------------------------------------------------------------------------

OWN = whole("words.vi", "Kính gửi: ", "Kính gửi quý cơ quan: ")


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A running SMTP server."""
    with running(Sink()) as started:
        yield started


def trial(world: World, sending: Sending) -> templates.Trial:
    """What templates are tried with here."""
    return templates.Trial(TEMPLATES, sending.desk.head, world.calendar, START)


def keep(world: World, words: str, *, by: str = LAN, name: str = "words.vi") -> int:
    """Save a template."""
    tried = trial(world, world.sending(world.to_files(TEMPLATES)))
    with world.database.write() as session:
        return templates.save(session, name, words, by=by, when=moment(START), trial=tried)


def using(world: World, sink: Sink) -> Sending:
    """Sending with what the database says now, as the assembly makes it when a delivery begins."""
    with world.database.read() as session:
        renderer = Renderer(TEMPLATES, overrides_of(session))
    sending = world.sending(sink.transport)
    return replace(sending, desk=replace(sending.desk, renderer=renderer))


def test_a_kept_template_speaks_from_the_next_delivery_on(world: World, sink: Sink) -> None:
    """Over a real socket, until the shipped one is taken again."""
    world.plan(Duty("I.1", date(2020, 6, 1)))
    world.sweep(START)
    assert keep(world, OWN) == 1
    deliver(using(world, sink), moment(START, EIGHT))
    assert sink.mails
    assert all("Kính gửi quý cơ quan:" in mail.get_body(("plain",)).get_content() for _, mail in sink.mails)
    with world.database.write() as session:
        templates.reset(session, "words.vi", by=LAN, when=moment(START))
        assert overrides_of(session) == {}


def test_a_template_that_fails_at_sending_loses_no_mail(small_world: World, sink: Sink) -> None:
    """The shipped words go, the message says why, and the doctor names it."""
    small_world.plan(Duty("I.1", date(2020, 6, 1)))
    small_world.sweep(START)
    sending = small_world.sending(sink.transport)
    broken = Renderer(TEMPLATES, {"words.vi": whole("words.vi", "{{ d.name }}", "{{ d.lines[99].ref }}")})
    done = deliver(replace(sending, desk=replace(sending.desk, renderer=broken)), moment(START, EIGHT))
    assert done.failed == 0
    assert done.counts()["shipped_template"] == done.sent == len(sink.mails) > 0
    assert all("Kính gửi:" in mail.get_body(("plain",)).get_content() for _, mail in sink.mails)
    with small_world.database.read() as session:
        errors = list(session.exec(select(Message.error)))
    assert errors
    assert all(error.startswith("mẫu thư: words.vi, dòng ") for error in errors)
    when = moment(START, EIGHT)
    with small_world.database.read() as session:
        assert len(fallbacks(session, START, 5)) == len(errors)
        found = findings(session, Expected({}, small_world.calendar, sending.window), when)
    told = next(one for one in found if one.what == "mẫu thư của cơ quan")
    assert not told.ok
    assert "words.vi, dòng " in told.detail


def test_versions_are_added_and_never_changed(world: World) -> None:
    """On both databases the rows refuse it."""
    assert keep(world, OWN) == 1
    assert keep(world, OWN) == 1, "the same text is no new version"
    assert keep(world, SHIPPED.shipped("words.vi"), by=MINH) == 2
    with world.database.read() as session:
        listed = versions_of(session, "words.vi")
        changes = list(templates.changes("words.vi", listed, TEMPLATES))
    assert [(one.version, one.saved_by) for one in listed] == [(2, "Minh"), (1, "Lan")]
    assert "+{% macro greeting(d) %}Kính gửi quý cơ quan: " in changes[1][1]
    for statement in ("UPDATE mail_template SET text = 'x'", "DELETE FROM mail_template"):
        with pytest.raises((DBAPIError, DondocError)), world.database.write() as session:
            session.execute(text(statement))
    assert _count(world.database) == 2


def test_a_template_with_a_fault_is_not_kept(small_world: World) -> None:
    """Nothing is written; every fault is told."""
    with pytest.raises(ManyFaultsError, match=r"d\.nam"):
        keep(small_world, whole("words.vi", "{{ d.name }}", "{{ d.nam }}"))
    assert _count(small_world.database) == 0


def test_who_may_not_edit_is_refused(small_world: World) -> None:
    """An agency's officer, and nobody at all."""
    with pytest.raises(RefusedError, match="coordinator or a supervisor"):
        keep(small_world, OWN, by="an")
    with pytest.raises(BadInputError, match="no user"):
        keep(small_world, OWN, by="ai-do")
    with pytest.raises(BadInputError, match="no mail template"):
        keep(small_world, OWN, name="../words.vi")


def test_a_real_task_is_part_of_the_check(small_world: World) -> None:
    """What only the database holds is seen too."""
    small_world.plan(Duty("XIX.77", date(2020, 6, 1)))
    changed = whole(
        "words.vi", "{{ d.name }}", '{{ d.name }}{{ "" if d.lines[0].ref != "XIX.77" else d.lines[9].ref }}'
    )
    assert faults("words.vi", changed) == ""
    with pytest.raises(ManyFaultsError, match=r"XIX\.77"):
        keep(small_world, changed)


def _count(database: Database) -> int:
    with database.read() as session:
        return int(session.execute(text("SELECT count(*) FROM mail_template")).scalar_one())
