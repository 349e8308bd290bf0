"""What makes an anomaly: its kinds are those of the draft schema truth/1 and a few more of what the reader itself left
open; a person must see those of `MUST_FLAG`.
"""

from engine.intake.draft import Anomaly

MUST_FLAG = frozenset(
    (
        *("invalid_date", "missing_deadline", "no_deadline", "ambiguous_deadline", "relative_deadline_unresolved"),
        *("deadline_depends_on_other_document", "two_milestones_in_deadline", "approximate_range", "end_before_start"),
        *("deadline_before_issue_date", "deadline_after_plan_year", "missing_owner", "no_owner", "missing_cell"),
        *("missing_cells", "missing_deliverable", "row_short_of_cells", "duplicate_ref", "group_members_not_listed"),
        *("target_conflict", "unit_name_missing", "number_missing", "issue_date_incomplete", "frequency_missing"),
        *("date_conflict", "not_a_plan", "unknown_agency", "text_unread", "section_without_rows"),
        "recurring_day_missing",
        "left_out",
    )
)


def anomaly(where: str, kind: str, **said: str | None) -> Anomaly:
    """One anomaly, flagged as its kind demands."""
    return Anomaly(where=where, kind=kind, must_flag=kind in MUST_FLAG, **said)
