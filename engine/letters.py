"""A message and its mail: what it tells, read for a whole batch at once, and the desk that writes it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from sqlmodel import Session

from engine.calendar_files import File, files_of
from engine.clock import Moment
from engine.digest import Letterhead, digest_of, no_longer_due, thread_of
from engine.mail.dkim import Signer
from engine.mail.errors import PermanentMailError
from engine.mail.headers import is_address
from engine.mail.message import Attachment, Content, Heading, Mail, Sender, compose
from engine.mail.render import Renderer
from engine.mail.tags import Tags
from engine.queries.outbox import Address, Item, addresses_of, items_of, mailboxes_of, sent_in
from engine.rules.mail_classes import OPTIONAL, MailClass, mail_class
from engine.rules.workdays import Workdays


@dataclass(frozen=True)
class Letter:
    """A message: to whom, and what it tells.

    Attributes:
        items: what is still due of it.
        stale: what no longer is, with the reason.
        earlier: the mails sent before it in its thread to the same mailbox, by their numbers: the first and the newest.
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

    @cached_property
    def mail_class(self) -> MailClass:
        """An optional class only where all it tells is of that class."""
        classes = {mail_class(kind, role) for kind, role in {(item.kind, item.role) for item in self.items}}
        return classes.pop() if len(classes) == 1 else MailClass.DUTY


def letters_of(session: Session, messages: Sequence[int], *, again: bool = False) -> list[Letter]:
    """These messages with all that writing them takes, in the order they were made; in a fixed number of statements.

    Args:
        session: of any transaction.
        messages: their numbers.
        again: to show what has gone: nothing in it counts as stale.
    """
    items: dict[int, list[Item]] = {}
    stale: dict[int, list[tuple[Item, str]]] = {}
    for item in _with_lost(session, items_of(session, messages)):
        if not again and (reason := no_longer_due(item)):
            stale.setdefault(item.message_id, []).append((item, reason))
        else:
            items.setdefault(item.message_id, []).append(item)
    addresses = addresses_of(session, messages)
    threads = {one.message_id: thread_of(items[one.message_id]) for one in addresses if one.message_id in items}
    sent = sent_in(session, [(one.mailbox_id, threads[one.message_id]) for one in addresses if one.message_id in items])
    files = {} if again else files_of(session, messages)
    letters = []
    for address in addresses:
        number = address.message_id
        told = items.get(number, [])
        told_of = {item.assignment_id for item in told}
        before = sent.get((address.mailbox_id, threads.get(number, "")), ())
        letters.append(
            Letter(
                address,
                told,
                stale.get(number, []),
                tuple(one for one in before if one < number),
                tuple(file for file in files.get(number, ()) if file.due.assignment_id in told_of),
            )
        )
    return letters


def _with_lost(session: Session, items: list[Item]) -> list[Item]:
    """The items, those on mail that came back with the mailbox that was not reached: the ledger has but its number."""
    lost = {item.entry_data.get(name, 0) for item in items if item.kind == "bounce" for name in ("mailbox", "for")}
    if not lost:
        return items
    named = mailboxes_of(session, lost)

    def shown(item: Item) -> Item:
        (name, address), (away, own) = (named.get(item.entry_data.get(at, 0), ("", "")) for at in ("mailbox", "for"))
        told = {"lost": f"{name} ({address})" if name else address, "lost_for": away or own}
        return item._replace(entry_data=item.entry_data | told)

    return [shown(item) if item.kind == "bounce" else item for item in items]


@dataclass(frozen=True)
class Written:
    """A letter in words, and as the bytes that leave; `mail.sender` is who the envelope says it is from."""

    content: Content
    mail: Mail


@dataclass(frozen=True)
class Desk:
    """What writing a mail takes, put together once by `config`.

    Attributes:
        tags: makes the marks of bounce addresses and of the links in mails.
        reply_to: where answers go; empty: to the coordinator of all that a mail tells of, where there is one.
        return_tags: whether each mail has its own bounce address.
        signer: signs mails, where the mail server does not.
        attach: makes the calendar files of a letter, in a language.
    """

    renderer: Renderer
    sender: Sender
    calendar: Workdays
    head: Letterhead
    tags: Tags
    reply_to: str = ""
    return_tags: bool = True
    signer: Signer | None = None
    attach: Callable[[Sequence[File], str], list[Attachment]] = lambda _files, _language: []

    def write(self, letter: Letter, when: Moment) -> Written:
        """The mail of a letter; the same letter at the same time has the same bytes.

        Raises:
            PermanentMailError: none can be made of it: tried again it could not either, and others must go.
        """
        try:
            content = self.words(letter, when.today)
            heading = self._heading(letter, when)
            files = self.attach(letter.files, letter.address.language) if letter.files else ()
            mail = compose(content, self.sender, heading, signer=self.signer, attachments=files)
        except PermanentMailError:
            raise
        except Exception as error:
            raise PermanentMailError(f"no mail could be made of it: {type(error).__name__}: {error}") from error
        return Written(content, mail)

    def words(self, letter: Letter, day: date) -> Content:
        """What a letter says on a day, without the envelope."""
        told = digest_of(letter.address, letter.items, day, calendar=self.calendar, head=self.head)
        return self.renderer.digest(
            replace(
                told,
                preferences=self._page(letter),
                declinable=letter.mail_class in OPTIONAL,
                answerable=bool(self._reply_to(letter)),
            )
        )

    def _heading(self, letter: Letter, when: Moment) -> Heading:
        to, page = letter.address, self._page(letter)
        one_click = letter.mail_class in OPTIONAL and page.startswith("https://")  # RFC 8058 3.1
        return Heading(
            local=f"m{to.message_id}",
            to=(to.name, to.address),
            sent=when.now,
            earlier=tuple(self.sender.message_id(f"m{number}") for number in letter.earlier),
            list_name=letter.mail_class,
            reply_to=self._reply_to(letter),
            help_url=page,
            unsubscribe_url=page if one_click else "",
            envelope=self.sender.returning(self.tags.bounce(to.message_id)) if self.return_tags else "",
        )

    def _page(self, letter: Letter) -> str:
        return f"{self.head.base_url}/u/{self.tags.unsubscribe(letter.address.mailbox_id, letter.mail_class)}"

    def _reply_to(self, letter: Letter) -> str:
        """Where answers go; an address that cannot be written is none, for the mail must go."""
        coordinators = {item.coordinator for item in letter.items}
        found = self.reply_to or (coordinators.pop() if len(coordinators) == 1 else "")
        return found if is_address(found) else ""
