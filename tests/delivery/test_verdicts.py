"""What a refusal means, by the command it answered, its code and its enhanced code."""

import pytest

from engine.mail.errors import (
    PermanentMailError,
    ServerAwayError,
    ServerTroubleError,
    TemporaryMailError,
)
from engine.mail.verdicts import Stage, verdict

AWAY, TROUBLE, LATER, NEVER = ServerAwayError, ServerTroubleError, TemporaryMailError, PermanentMailError


@pytest.mark.parametrize(
    ("stage", "reply", "expected"),
    [
        (Stage.CONNECT, "554 no service", AWAY),
        (Stage.MAIL, "530 5.7.0 Must issue a STARTTLS command first", AWAY),
        (Stage.MAIL, "550 5.7.1 sender not allowed", AWAY),
        (Stage.MAIL, "501 5.1.7 bad sender", AWAY),
        (Stage.MAIL, "452 4.3.1 no space", AWAY),
        (Stage.MAIL, "552 5.3.4 message too big", NEVER),
        (Stage.RCPT, "421 4.3.2 closing", AWAY),
        (Stage.RCPT, "450 4.2.0 greylisted", LATER),
        (Stage.RCPT, "451 4.7.1 greylisted", LATER),
        (Stage.RCPT, "452 4.2.2 mailbox full", LATER),
        (Stage.RCPT, "552 mailbox full", LATER),
        (Stage.RCPT, "552 5.2.2 over quota", LATER),
        (Stage.RCPT, "550 5.2.2 over quota", LATER),
        (Stage.RCPT, "452 4.3.1 insufficient storage", TROUBLE),
        (Stage.RCPT, "550 5.1.1 no such user", NEVER),
        (Stage.RCPT, "550 no such user", NEVER),
        (Stage.RCPT, "550 5.7.1 not authorised for this list", NEVER),
        (Stage.RCPT, "554 5.7.1 <x@y.example.vn>: Relay access denied", TROUBLE),
        (Stage.RCPT, "550 5.7.54 Unable to relay recipient in non-accepted domain", TROUBLE),
        (Stage.RCPT, "550 relay not permitted", TROUBLE),
        (Stage.RCPT, "535 5.7.8 authentication failed", AWAY),
        (Stage.DATA, "451 4.3.0 milter error", LATER),
        (Stage.DATA, "554 5.5.1 no valid recipients", NEVER),
        (Stage.DOT, "550 5.7.26 unauthenticated mail", TROUBLE),
        (Stage.DOT, "450 4.7.32 From not aligned", TROUBLE),
        (Stage.DOT, "550 5.7.25 no reverse DNS", TROUBLE),
        (Stage.DOT, "552 5.3.4 too big", NEVER),
        (Stage.DOT, "552 5.2.3 longer than the mailbox takes", NEVER),
        (Stage.DOT, "554 5.6.0 bad content", NEVER),
        (Stage.DOT, "250 odd", AWAY),
        (Stage.DOT, "700 nonsense", AWAY),
    ],
)
def test_each_reply_means_one_thing(stage: Stage, reply: str, expected: type[Exception]) -> None:
    """Whose trouble it is, and whether it passes; the server's words are kept."""
    code, _, words = reply.partition(" ")
    error = verdict(stage, int(code), words)
    assert type(error) is expected
    assert str(error) == reply
