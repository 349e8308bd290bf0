"""Deadlines as files that go with a mail (RFC 5546, RFC 6047): PUBLISH, and CANCEL where one is taken back.

Each file holds one event, of the same UID as in subscriptions, and hangs beside the texts of the mail (multipart/mixed)
rather than among them: a digest has several, and a mail program that shows an alternative in place of the text would
hide why the deadline is so. Nothing is asked of the recipient, so there is no ATTENDEE and never a REQUEST.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from icalendar import Calendar, Event, vCalAddress

from calendars.events import Form, event_of
from engine.calendar_files import File
from engine.mail.message import Attachment

PUBLISH, CANCEL = "PUBLISH", "CANCEL"
UNSAFE = re.compile(r"[^A-Za-z0-9.]+")


@dataclass(frozen=True)
class CalendarFiles:
    """Makes the files of a mail; `organizer` is the address that sends it, `base_url` where the pages are."""

    organizer: str
    base_url: str

    def __call__(self, files: Sequence[File], language: str) -> list[Attachment]:
        """The files, each as an attachment whose MIME `method` is the METHOD in it (RFC 6047, 2.4)."""
        return [self._attachment(file, language) for file in files]

    def _attachment(self, file: File, language: str) -> Attachment:
        method = CANCEL if file.void else PUBLISH
        name = f"{UNSAFE.sub('-', f'han-{file.due.slug}-{file.due.ref}').strip('-.')}.ics"
        data = self.calendar_of(file, method, language)
        return Attachment(name, f'text/calendar; method={method}; charset=UTF-8; name="{name}"', data)

    def calendar_of(self, file: File, method: str, language: str) -> bytes:
        """The one event of a file, in a calendar that says what is to be done with it."""
        form = Form(language=language, content="reference" if file.restricted else "full")
        block = event_of(file.due, base_url=self.base_url, form=form)
        event = Event.from_ical(block)
        event["organizer"] = vCalAddress(f"mailto:{self.organizer}")
        event["sequence"] = file.sequence
        if file.void:
            event["status"] = "CANCELLED"
        calendar = Calendar()
        calendar.add("version", "2.0")
        calendar.add("prodid", "-//Đôn Đốc//dondoc//VI")
        calendar.add("calscale", "GREGORIAN")
        calendar.add("method", method)
        calendar.add_component(event)
        return bytes(calendar.to_ical())
