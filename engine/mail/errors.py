"""Why a mail did not leave: for now, for good, for the server's or our sake, or because nothing can leave at all."""


class MailError(Exception):
    """A mail did not leave. The message is what the server said."""


class TemporaryMailError(MailError):
    """This recipient may take it later: the try counts."""


class PermanentMailError(MailError):
    """This mail will never go to this address (a refusal for good, or no mail can be made for it)."""


class ServerTroubleError(MailError):
    """The server did not take it for a reason that lies with it or with us: no recipient's try counts for that."""


class ServerAwayError(MailError):
    """No mail can leave now: the server does not answer, does not let us in, or ended the conversation."""


class InDoubtError(ServerAwayError):
    """The mail was handed over whole and no answer came: it may have arrived, so the next try is put off and counts."""
