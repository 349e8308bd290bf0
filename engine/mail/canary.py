"""The mail that proves the way back: a delivery report (RFC 3464) about nothing, sent to our own bounce address."""

from datetime import date

LETTER = """\
From: Mail Delivery System <{sender}>
To: <{address}>
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-generated
X-Auto-Response-Suppress: All
Message-ID: <canary-{day:%Y%m%d}.{tag}>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="canary"

--canary
Content-Type: text/plain; charset=us-ascii

This mail proves that bounces come back to Don Doc. No message is missing.

--canary
Content-Type: message/delivery-status

Reporting-MTA: dns; {domain}

Final-Recipient: rfc822; nobody@{domain}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 canary

--canary--
"""


def canary_mail(address: str, day: date) -> bytes:
    """The canary of a day.

    Args:
        address: the canary's own bounce address of that day.
        day: the business day.
    """
    tagged, _, domain = address.partition("@")
    own, _, tag = tagged.partition("+")
    letter = LETTER.format(address=address, sender=f"{own}@{domain}", domain=domain, day=day, tag=f"{tag}@{domain}")
    return letter.replace("\n", "\r\n").encode()
