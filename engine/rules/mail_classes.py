"""Which mail a recipient may decline: what is only for information. What a duty rests on always comes."""

from enum import StrEnum

from engine.rules.ladder import Kind


class MailClass(StrEnum):
    """A class of mail. `COPIES`: reminders to collaborators, whose duty it is not (bản để biết)."""

    DUTY = "duty"
    COPIES = "copies"


COPIED = frozenset({"collaborators"})
"""Roles for which a reminder is only for information."""

OPTIONAL = frozenset({MailClass.COPIES})


def mail_class(kind: str, role: str) -> MailClass:
    """The class of what an entry of that kind tells a mailbox in that role."""
    return MailClass.COPIES if kind == Kind.REMINDER and role in COPIED else MailClass.DUTY
