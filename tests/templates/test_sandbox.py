"""What a template of an office cannot do: reach anything beyond what it is given, or take more than its share."""

from datetime import date

import pytest
from jinja2 import Undefined
from world import TEMPLATES

from engine.mail.grammar import Fault, faults_of_text, faults_of_tree
from engine.mail.office import NAMES, check
from engine.mail.render import Renderer
from engine.mail.samples import LINE, digest_with
from engine.mail.sandbox import SHIPPED, OverBudgetError, budget

ESCAPES = (
    "{{ digest.__class__ }}",
    "{{ digest['__class__'] }}",
    "{{ digest['__cl' ~ 'ass__'] }}",
    "{{ digest|attr('__class__') }}",
    "{{ digest.__init__.__globals__ }}",
    "{{ digest.of.__globals__ }}",
    "{{ digest.of.__func__ }}",
    "{{ ''.__class__.__mro__ }}",
    "{{ ''['__class__'] }}",
    "{{ [].__class__.__base__.__subclasses__() }}",
    "{{ '{0.__class__}'.format(digest) }}",
    "{{ '{0.__class__}'|format(digest) }}",
    "{{ '%s'.__mod__(digest) }}",
    "{{ ('%r'|format)(digest) }}",
    "{{ '%r'|format(digest) }}",
    "{{ '%(x)s'|format(digest) }}",
    "{{ 'x'.format_map({}) }}",
    "{{ digest|map(attribute='__class__')|list }}",
    "{{ digest.lines|map(attribute='__class__')|list }}",
    "{{ digest.lines|map(attribute='tells.__globals__')|list }}",
    "{{ digest.lines|map('attr', '__class__')|list }}",
    "{{ digest.lines|sort(attribute='__class__') }}",
    "{{ digest.lines|selectattr('__class__')|list }}",
    "{{ digest.lines|groupby('__class__') }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ joiner.__init__.__globals__ }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ range(3) }}",
    "{{ dict(a=1) }}",
    "{{ self }}",
    "{{ self._TemplateReference__context }}",
    "{{ self.__init__.__globals__ }}",
    "{{ words.__dict__ }}",
    "{{ words.__class__ }}",
    "{{ words._body_stream }}",
    "{{ words.greeting.__globals__ }}",
    "{{ words.greeting.name }}",
    "{{ words.greeting._func }}",
    "{% set w = words %}{{ w.greeting._environment }}",
    "{% import 'words.vi' as w %}",
    "{% from 'words.vi' import greeting %}",
    "{% include 'digest.txt' %}",
    "{% extends 'digest.txt' %}",
    "{% block a %}{% endblock %}",
    "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}x{% endcall %}",
    "{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}",
    "{% autoescape false %}{{ digest.name }}{% endautoescape %}",
    "{{ digest.name|safe }}",
    "{{ Markup(digest.name) }}",
    "{{ digest.lines.append(1) }}",
    "{% set digest.name = 'x' %}",
    "{% for x in digest.lines recursive %}{{ loop(x) }}{% endfor %}",
    "{% for x in digest.lines %}{{ loop._iterator }}{% endfor %}",
    "{% for x in digest.lines %}{{ loop.__class__ }}{% endfor %}",
    "{{ digest.within(10).__class__ }}",
    "{% filter upper %}x{% endfilter %}",
    "{% set x|safe %}{{ digest.name }}{% endset %}",
    "{% set x %}{{ digest.__class__ }}{% endset %}",
    "{{ digest.of(*['x']) }}",
    "{{ digest.of(**{'group': 'x'}) }}",
    "{{ digest }}",
    "{{ digest.of }}",
    "{{ _spend }}",
    "{{ 5|_spend }}",
    "{{ digest.lines|_each(0) }}",
)

BOMBS = (
    "{{ 'a' * 10**9 }}",
    "{{ [0] * 10**9 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ 'a'|center(10**9) }}",
    "{{ 'a'|center(999999999) }}",
    "{{ 'a'|indent(999999999) }}",
    "{{ '%999999999d'|format(1) }}",
    "{{ '%099d'|format(1) }}",
    "{{ digest.lines|batch(999999999, 'x')|list }}",
    "{{ 'x'|wordwrap(1) }}",
    "{{ 'a'|replace('a', 'b') }}",
    "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
    "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}",
    "{% set x = 'ab' %}" + "{% set x = x ~ x %}" * 60 + "{{ x }}",
    "{% set x = 'ab' %}" + "{% set x = x + x %}" * 60 + "{{ x }}",
    "{% set x = [1] %}" + "{% set x = x + x %}" * 60 + "{{ x|length }}",
    "{% set x = 'ab' %}" + "{% set x = [x, x]|join(x) %}" * 40 + "{{ x }}",
    "{% set x = ['ab', 'ab'] %}" + "{% set x = [x, x] %}" * 60 + "{{ x }}",
    "{% macro m0() %}xxxxxxxxxxxxxxxx{% endmacro %}"
    + "".join(f"{{% macro m{n} () %}}{{{{ m{n - 1}() }}}}{{{{ m{n - 1}() }}}}{{% endmacro %}}" for n in range(1, 28))
    + "{{ m27() }}",
    "{% set x = [1,2,3,4,5,6,7,8,9,10] %}{% set x = x + x %}{% set x = x + x %}{% set x = x + x %}{% set x = x + x %}"
    "{% for a in x %}{% for b in x %}{% for c in x %}{% for d in x %}.{% endfor %}{% endfor %}{% endfor %}{% endfor %}",
    "{% for a in [1] %}{% for b in [1] %}{% for c in [1] %}{% for d in [1] %}{% for e in [1] %}.{% endfor %}"
    "{% endfor %}{% endfor %}{% endfor %}{% endfor %}",
    "{% set x %}ab{% endset %}" + "{% set x %}{{ x }}{{ x }}{% endset %}" * 60,
    "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
    "{{ " + "-" * 3000 + "1 }}",
    "{% if 1 %}" * 400 + "{% endif %}" * 400,
    "{{ 1" + "0" * 20000 + " }}",
    "x" * 70_000,
)


def own(text: str) -> Renderer:
    """The layout of the text is this one."""
    return Renderer(TEMPLATES, {"digest.txt": text})


@pytest.mark.parametrize("text", ESCAPES)
def test_a_way_out_is_refused_before_it_is_kept_and_where_it_runs(text: str) -> None:
    """The check names it; and were it in the database, the mail goes with the shipped words instead."""
    assert check("digest.txt", text, folder=TEMPLATES, overrides={})
    digest = digest_with(LINE)
    shown = own(text).digest(digest)
    assert shown.fault
    assert shown.text == Renderer(TEMPLATES).digest(digest).text


@pytest.mark.parametrize("text", BOMBS, ids=range(len(BOMBS)))
def test_what_would_fill_the_machine_is_stopped(text: str) -> None:
    """By what it does, not by the clock: the same everywhere; and the mail goes all the same."""
    assert check("digest.txt", text, folder=TEMPLATES, overrides={})
    if len(text) <= 64 * 1024:
        assert own(text).digest(digest_with(LINE)).fault


def test_without_the_look_at_its_nodes_the_sandbox_still_gives_nothing_away() -> None:
    """The gate on attributes holds by itself: it asks what a thing is, not how its name is written."""
    box = Renderer(TEMPLATES, {"digest.txt": ""}).sandbox(escaped=False)
    digest = digest_with(LINE)
    for thing in (
        digest,
        digest.of,
        LINE,
        "text",
        [],
        {},
        box,
        test_what_would_fill_the_machine_is_stopped,
        date.today,
    ):
        for name in ("__class__", "__globals__", "__init__", "format", "__dict__", "append", "year"):
            assert not box.is_safe_attribute(thing, name, None)
            assert isinstance(box.getattr(thing, name), Undefined)
            assert isinstance(box.getitem(thing, name), Undefined)


@pytest.mark.parametrize("thing", [len, str, print, "".format, [].append, Renderer, lambda: 1])
def test_nothing_is_called_but_macros_and_what_was_given(thing: object) -> None:
    """Neither functions nor classes, however a template came by them."""
    box = Renderer(TEMPLATES, {"digest.txt": ""}).sandbox(escaped=False)
    assert not box.is_safe_callable(thing)


def test_outside_a_message_there_is_no_budget() -> None:
    """A template never runs unmeasured."""
    box = Renderer(TEMPLATES, {"digest.txt": "{{ 'a' ~ digest.name }}"}).sandbox(escaped=False)
    template = box.get_template("digest.txt")
    with pytest.raises(OverBudgetError):
        template.render(digest=digest_with(LINE), words=None)
    with budget(1):
        assert template.render(digest=digest_with(LINE), words=None) == "aSở Lao động"


def test_the_list_of_filters_holds_none_that_calls_or_widens() -> None:
    """Adding one to the list is a decision; these are decided."""
    assert not {"attr", "safe", "center", "indent", "batch", "replace", "wordwrap", "xmlattr", "tojson"} & set(SHIPPED)


def test_html_of_the_data_is_always_escaped() -> None:
    """Also where the layout is the office's own."""
    renderer = Renderer(TEMPLATES, {"digest.html": "<p>{{ digest.name }}{{ words.greeting(digest) }}</p>"})
    shown = renderer.digest(digest_with(LINE, name="<script>"))
    assert not shown.fault
    assert "<script>" not in shown.html
    assert shown.html.count("&lt;script&gt;") == 2


def test_shipped_templates_speak_the_same_words_in_the_sandbox() -> None:
    """To the byte, on each."""
    shipped = Renderer(TEMPLATES)
    narrowed = Renderer(TEMPLATES, {name: shipped.shipped(name) for name in NAMES})
    for language in ("vi", "en"):
        digest = digest_with(LINE, LINE, language=language)
        shown = narrowed.digest(digest)
        assert not shown.fault
        assert (shown.text, shown.html, shown.subject) == (
            shipped.digest(digest).text,
            shipped.digest(digest).html,
            shipped.digest(digest).subject,
        )


def test_a_fault_tells_its_line() -> None:
    """And what to write instead."""
    renderer = own("")
    tree = renderer.parsed("một\nhai\n{{ digest.offce }}\n")
    assert faults_of_tree(tree, renderer.sandbox(escaped=False).vocabulary("digest.txt")) == [
        Fault(3, "không có “digest.offce”", "có phải “office”?")
    ]


@pytest.mark.parametrize("mark", ["\x00", "\x1b", "\u2028", "\u202e", "\ufeff"])
def test_marks_that_cannot_be_seen_are_refused(mark: str) -> None:
    """A reversed reading order, or a line end that is none."""
    assert faults_of_text(f"một\nhai{mark}\n")[0].line == 2
