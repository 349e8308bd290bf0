"""Why a mail did not leave: for now, for good, or because nothing can leave at all."""


class MailError(Exception):
    """A mail did not leave. The message is what the server said."""


class TemporaryMailError(MailError):
    """This mail may go later (a 4xx reply)."""


class PermanentMailError(MailError):
    """This mail will never go to this address (a 5xx reply, or no mail can be made for it)."""


class ServerAwayError(MailError):
    """No mail can leave now: the server does not answer, or ended the conversation."""
