"""`dondoc log proof` and `log verify-proof`: what a dispute needs about one task, and its check by anyone."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from pypdfium2 import PdfDocument, PdfiumError
from sqlmodel import Session, select

from cli.context import AsOf, installation
from cli.keys import public_key
from cli.output import JsonOption, err, out, print_json
from cli.tasks import TaskName, find_task
from config.assembly import Installation
from config.files import TEMPLATES
from engine.errors import BadInputError, CheckFailedError, RefusedError
from engine.ledger import seal, verify
from engine.models import Agency, Plan
from engine.pack import sign, verify_pack
from engine.proof import Asked, facts
from engine.typeset import pdf
from web.proof import in_words

FORMS = (".pdf", ".json")
PROOF = TEMPLATES / "document" / "proof.typ"


def proof(
    name: TaskName,
    file: Annotated[Path, typer.Option("--out", metavar="FILE", help="FILE.pdf to read, FILE.json to check.")],
    agency: Annotated[str | None, typer.Option(metavar="KEY", help="Only this agency's part in the task.")] = None,
    as_of: AsOf = None,
) -> None:
    """Who was told what of a task, when, by which rule, did it arrive, who acknowledged: sealed and signed."""
    if file.suffix.lower() not in FORMS:
        raise BadInputError(f"--out {file}: write FILE.pdf (to read) or FILE.json (to check by machine).")
    place = installation(as_of)
    with place.database.write() as session:
        seal(session)
    with place.database.read() as session:
        pack = pack_of(place, session, name, agency)
    made = pack.encode()
    if file.suffix.lower() == ".pdf":
        made = pdf(PROOF, pack, place.clock.now())
    part = file.with_name(file.name + ".part")
    try:
        part.write_bytes(made)
        part.replace(file)
    except OSError as error:
        raise BadInputError(f"{file}: cannot be written ({error.strerror}).") from error
    out.print(f"{file}; khóa công khai: {place.public_key_file}", markup=False)


def pack_of(place: Installation, session: Session, name: str, agency: str | None) -> str:
    """The signed pack of a task.

    Raises:
        RefusedError: there is no such task, or the agency has no part in it.
    """
    task = find_task(session, name)
    if agency is not None and session.exec(select(Agency.id).where(Agency.key == agency)).first() is None:
        raise RefusedError(f"No agency has the key {agency!r}: see 'dondoc agency list'.")
    policy = place.policies.get(session.get_one(Plan, task.plan_id).policy, place.policies["default"])
    asked = Asked(
        task=task,
        agency=agency,
        when=place.clock.moment(),
        looks_back=place.looks_back,
        policy=policy,
        calendar=place.calendar,
        desk=place.desk,
    )
    found = facts(session, asked)
    if agency is not None and not found["parts"]:
        raise RefusedError(f"{agency} has no part in {name}: see 'dondoc show {name}'.")
    return sign(in_words(found, policy), place.signing_key)


def verify_proof(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="FILE.json, or FILE.pdf with its attachment.")],
    key: Annotated[Path | None, typer.Option(metavar="PUB", help="The public key to trust (PEM).")] = None,
    log: Annotated[Path | None, typer.Option(metavar="LOG", help="The exported log to hold it against.")] = None,
    head: Annotated[list[str] | None, typer.Option(metavar="HEX", help="A head published before.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Check a proof without any database; exit 1 when it was edited, forged, or leaves out what the log says."""
    data = _bytes(file)
    pack = _attached(file, data) if data.startswith(b"%PDF") else data
    trusted = public_key(key) if key else None
    lines = _bytes(log).decode("utf-8", "replace").splitlines(keepends=True) if log else None
    text = pack.decode("utf-8", "replace")
    verdict = verify_pack(text, trusted=trusted, log=lines, published=head or [])
    if lines is not None and (broken := verify(lines, trusted=trusted).faults):
        verdict.faults.append(f"the log itself is not what was exported: {broken[0]}")
    if pack is not data and not verdict.faults and _set_anew(text) != data:
        verdict.faults.append("the pages are not what this version sets from the pack attached: rely on the pack alone")
    if as_json:
        print_json(verdict.to_json())
    elif not verdict.faults:
        compared = "đã so với nhật ký" if verdict.log_compared else "chưa so với nhật ký (nêu --log)"
        out.print(
            f"Nguyên vẹn: {verdict.plan}:{verdict.ref}, {verdict.entries} mục, mã băm {verdict.sha256}, "
            f"khóa {verdict.key}; {compared}.",
            markup=False,
        )
    if not verdict.key_trusted:
        err.print("Chữ ký chỉ được so với khóa ghi trong tệp; nêu --key để so với khóa đã biết.")
    if verdict.faults:
        shown = "\n".join(f"  - {fault}" for fault in verdict.faults[:20])
        raise CheckFailedError(f"{file} is not what was signed:\n{shown}")


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadInputError(f"{file}: cannot be read ({error.strerror}).") from error


def _attached(file: Path, data: bytes) -> bytes:
    """The pack in a PDF."""
    try:
        document = PdfDocument(data)
        try:
            if document.count_attachments():
                return bytes(document.get_attachment(0).get_data())
        finally:
            document.close()
    except PdfiumError as error:
        raise CheckFailedError(f"{file}: not a PDF that can be opened ({error}).") from error
    raise CheckFailedError(f"{file}: no pack is attached to it.")


def _set_anew(pack: str) -> bytes:
    return pdf(PROOF, pack, datetime.fromisoformat(json.loads(pack)["proof"]["as_of"]))
