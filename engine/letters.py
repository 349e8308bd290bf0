"""A message and its mail: what it tells, read for a whole batch at once, and the desk that writes it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session

from engine.calendar_files import File, files_of
from engine.clock import Moment
from engine.digest import Letterhead, digest_of, no_longer_due, thread_of
from engine.mail.errors import PermanentMailError
from engine.mail.message import Attachment, Content, Heading, Mail, Sender, compose
from engine.mail.render import Renderer
from engine.queries.outbox import Address, Item, addresses_of, items_of
from engine.rules.workdays import Workdays


@dataclass(frozen=True)
class Letter:
    """A message: to whom, and what it tells.

    Attributes:
        items: what is still due of it.
        stale: what no longer is, with the reason.
        earlier: the mails sent before it in its thread to the same mailbox, by their numbers: the first and the last.
        files: the deadlines that go with it as calendar files.
    """

    address: Address
    items: list[Item]
    stale: list[tuple[Item, str]] = field(default_factory=list)
    earlier: tuple[int, ...] = ()
    files: tuple[File, ...] = ()

    @property
    def thread(self) -> str:
        """What it hangs together with: its one task, or the recipient's thread about a plan."""
        return thread_of(self.items)


def letters_of(session: Session, messages: Sequence[int], *, again: bool = False) -> list[Letter]:
    """These messages with all that writing them takes, in the order they were made; a fixed number of statements.

    Args:
        session: of any transaction.
        messages: their numbers.
        again: to show what has gone: nothing in it counts as stale.
    """
    items: dict[int, list[Item]] = {}
    stale: dict[int, list[tuple[Item, str]]] = {}
    for item in items_of(session, messages):
        if not again and (reason := no_longer_due(item)):
            stale.setdefault(item.message_id, []).append((item, reason))
        else:
            items.setdefault(item.message_id, []).append(item)
    files = {} if again else files_of(session, messages)
    letters = []
    for address in addresses_of(session, messages):
        told = items.get(address.message_id, [])
        told_of = {item.assignment_id for item in told}
        own = tuple(file for file in files.get(address.message_id, ()) if file.due.assignment_id in told_of)
        letters.append(Letter(address, told, stale.get(address.message_id, []), files=own))
    return letters


@dataclass(frozen=True)
class Written:
    """A letter in words, and as the bytes that leave; `mail.sender` is who the envelope says it is from."""

    content: Content
    mail: Mail


@dataclass(frozen=True)
class Desk:
    """What writing a mail takes, put together once by `config`.

    Attributes:
        attach: makes the calendar files of a letter, in a language.
    """

    renderer: Renderer
    sender: Sender
    calendar: Workdays
    head: Letterhead
    attach: Callable[[Sequence[File], str], list[Attachment]] = lambda _files, _language: []

    def write(self, letter: Letter, when: Moment) -> Written:
        """The mail of a letter.

        Raises:
            PermanentMailError: none can be made of it: tried again it could not either, and others must go.
        """
        try:
            content = self.words(letter, when.today)
            mail = compose(
                content,
                self.sender,
                Heading(f"m{letter.address.message_id}", (letter.address.name, letter.address.address), when.now),
                attachments=self.attach(letter.files, letter.address.language) if letter.files else (),
            )
        except PermanentMailError:
            raise
        except Exception as error:
            raise PermanentMailError(f"no mail could be made of it: {type(error).__name__}: {error}") from error
        return Written(content, mail)

    def words(self, letter: Letter, day: date) -> Content:
        """What a letter says on a day, without the envelope."""
        return self.renderer.digest(
            digest_of(letter.address, letter.items, day, calendar=self.calendar, head=self.head)
        )
