"""The draft of a plan: schema truth/1, what a document says before anything of it is in the database."""

import unicodedata
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    model_serializer,
)

from engine.intake.agencies.registry import AgencyKind
from engine.rules.terms import Deadline, from_json, to_json

SCHEMA = "truth/1"
Blocks = Literal["deadline", "owner", "nothing"]
Frequency = Literal["daily", "weekly", "monthly", "quarterly", "half-yearly", "yearly", "unspecified"]


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _deadline(value: object) -> object:
    return from_json(value) if isinstance(value, dict) else value


Text = Annotated[str, AfterValidator(_nfc)]
TypedDeadline = Annotated[
    Deadline, BeforeValidator(_deadline), PlainSerializer(to_json, return_type=dict[str, Any], when_used="always")
]


class Part(BaseModel):
    """A part of a draft. Fields named in `optional` are left out of JSON where they say nothing."""

    model_config = ConfigDict(extra="forbid")
    optional: ClassVar[frozenset[str]] = frozenset()

    @model_serializer(mode="wrap")
    def _compact(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        document: dict[str, Any] = handler(self)
        return {key: value for key, value in document.items() if key not in self.optional or value not in (None, [])}


class Agency(Part):
    """One agency named in a cell. `id` is the registry's; without it the name is not known there."""

    optional = frozenset({"id", "members", "role", "printed"})
    name: Text
    kind: AgencyKind = "agency"
    id: str | None = None
    members: list[Text] | None = None
    role: Text | None = None
    printed: Text | None = None


class Period(Part):
    """The stretch a plan is for; `horizon` is a later year it only looks towards."""

    optional = frozenset({"horizon"})
    start: str | None = None
    end: str | None = None
    printed: Text | None = None
    horizon: str | None = None


class Plan(Part):
    """The document itself; `evidence` is what speaks for its being a plan, whatever the verdict."""

    optional = frozenset({"number_reason", "issue_date_partial", "not_plan_reason", "evidence"})
    is_plan: bool
    doc_type: Text | None = None
    number: Text | None = None
    number_reason: Text | None = None
    issuer: Text | None = None
    place: Text | None = None
    issue_date: str | None = None
    issue_date_partial: str | None = None
    title: Text | None = None
    period: Period | None = None
    signer: Text | None = None
    signer_title: Text | None = None
    signing_form: Text | None = None
    recipients: list[Text] = Field(default_factory=list)
    not_plan_reason: Text | None = None
    evidence: list[Text] = Field(default_factory=list)


class LegalBasis(Part):
    """A document that this one rests on."""

    type: Text
    number: Text | None = None
    date: str | None = None
    issuer: Text | None = None


class Task(Part):
    """One row of the task table; `source_lines` are its first and last line, `cell` its place in a grid.

    `notes` holds what the other columns say, each under its printed name.
    """

    optional = frozenset(
        {
            *("cell", "start_text", "notes", "owners_inherited_from", "collaborators_inherited_from"),
            *("deadline_inherited_from", "deliverable_inherited_from"),
        }
    )
    ref: str
    tt_printed: Text
    section: Text | None = None
    section_path: list[Text] = Field(default_factory=list)
    text: Text
    owner_text: Text | None = None
    owners: list[Agency] = Field(default_factory=list)
    collaborators_text: Text | None = None
    collaborators: list[Agency] = Field(default_factory=list)
    deadline_text: Text | None = None
    start_text: Text | None = None
    deadline: TypedDeadline
    deliverable: Text | None = None
    notes: Text | None = None
    flags: list[str] = Field(default_factory=list)
    source_lines: tuple[int, int] | None = None
    cell: dict[str, int] | None = None
    owners_inherited_from: str | None = None
    collaborators_inherited_from: str | None = None
    deadline_inherited_from: str | None = None
    deliverable_inherited_from: str | None = None

    def accountable(self) -> Iterator[tuple[Agency, str]]:
        """Who answers for this task: each owner and its name, a group with known members once a member."""
        for owner in self.owners:
            for name in owner.members or [owner.name]:
                yield owner, name


class Target(Part):
    """A figure that the plan sets: in an annex (`appendix`, `unit`) or in its text (`ref`).

    `op` is how it bounds: =, >=, >, <=, <, ~ (about), or range from `value` to `value_max`.
    """

    optional = frozenset(
        {"appendix", "ref", "level", "unit", "unit_kind", "value_max", "parent", "op", "note", "lines", "cell"}
    )
    appendix: str | None = None
    ref: str | None = None
    indicator: Text
    level: Text | None = None
    unit: Text | None = None
    unit_kind: str | None = None
    value: float
    value_max: float | None = None
    measure: Text | None = None
    year: int | None = None
    op: Text | None = None
    parent: Text | None = None
    note: Text | None = None
    lines: tuple[int, int] | None = None
    cell: dict[str, int] | None = None


class Obligation(Part):
    """A duty of the running text: one list item or unmarked paragraph of the part that gives work to units.

    `agency` is a name, or several where a heading names several; `owners` are the same as agencies.
    """

    optional = frozenset({"owners", "cell"})
    ref: str
    agency: Text | list[Text] | None = None
    text: Text
    lines: tuple[int, int] | None = None
    cell: dict[str, int] | None = None
    role: Literal["lead", "coordinate"] | None = None
    period: dict[str, Any] | None = None
    deadline: TypedDeadline | None = None
    recurring: dict[str, Any] | None = None
    owners: list[Agency] = Field(default_factory=list)


class Measure(Part):
    """A measure of the running text that no agency is named for."""

    optional = frozenset({"lines", "cell"})
    ref: str
    text: Text
    lines: tuple[int, int] | None = None
    cell: dict[str, int] | None = None


class Report(Part):
    """A report due again and again: who sends it, to whom, through whom, how often, by which day of the period.

    `deadline` is `due_rule` typed, where the document prints a day.
    """

    optional = frozenset({"due_date", "lines", "cell", "deadline"})
    ref: str
    who: Agency | list[Agency] | None = None
    to: Agency | list[Agency] | None = None
    via: Agency | None = None
    frequency: Frequency | list[Frequency] = "unspecified"
    due_rule: Text | None = None
    due_date: str | None = None
    printed: Text
    deadline: TypedDeadline | None = None
    lines: tuple[int, int] | None = None
    cell: dict[str, int] | None = None


class BudgetLine(Part):
    """A line of the costs that a plan lists, in đồng."""

    optional = frozenset({"quantity", "unit", "unit_price_vnd", "lines"})
    item: Text
    quantity: float | None = None
    unit: Text | None = None
    unit_price_vnd: int | None = None
    total_vnd: int
    lines: tuple[int, int] | None = None


class Anomaly(Part):
    """A fault of the document, with its place."""

    optional = frozenset({"detail", "printed", "column"})
    where: Text
    kind: str
    must_flag: bool = False
    detail: Text | None = None
    printed: Text | None = None
    column: str | None = None


class Question(Part):
    """What the reader would not guess; `blocks` says what waits for the answer. The id is stable for one document."""

    id: str
    where: Text
    printed: Text
    reason: Text
    choices: list[Text] = Field(default_factory=list)
    blocks: Blocks = "nothing"


class Draft(Part):
    """A whole document as read."""

    schema_: str = Field(default=SCHEMA, alias="schema")
    source: str
    source_sha256: str
    plan: Plan
    legal_bases: list[LegalBasis] = Field(default_factory=list)
    groups: dict[str, list[Text] | None] = Field(default_factory=dict)
    targets: list[Target] = Field(default_factory=list)
    body_targets: list[Target] = Field(default_factory=list)
    tasks: list[Task] = Field(default_factory=list)
    obligations: list[Obligation] = Field(default_factory=list)
    unassigned_measures: list[Measure] = Field(default_factory=list)
    recurring_reports: list[Report] = Field(default_factory=list)
    budget: list[BudgetLine] = Field(default_factory=list)
    anomalies: list[Anomaly] = Field(default_factory=list)
    questions: list[Question] = Field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The draft as one JSON document in schema truth/1."""
        return self.model_dump(mode="json", by_alias=True)

    def assignments(self) -> Iterator[tuple[Task, Agency, str]]:
        """Task × accountable agency, in the document's order: what loading makes duties of."""
        for task in self.tasks:
            for owner, name in task.accountable():
                yield task, owner, name
