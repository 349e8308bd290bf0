"""Starting: the demo made ready, the port taken."""

import socket
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from sites import Site

from config.assembly import Installation, assemble
from engine.errors import RefusedError
from web.app import create_app
from web.demo import prepare, signin_links
from web.serve import listening, serve


def test_a_demo_is_prepared_once(site: Site) -> None:
    """With a plan in it, nothing is loaded again."""
    assert prepare(site.installation) is False


def test_a_prepared_demo_has_run_its_first_morning(site: Site) -> None:
    """102 notices are written, the letters are in the folder."""
    assert len(list(site.installation.mail_folder.glob("*.eml"))) == 19


def test_there_is_one_link_for_each_role(site: Site) -> None:
    """Coordinator, supervisor, agency, inspector."""
    roles = [role for role, _, _ in signin_links(site.installation)]
    assert sorted(roles) == ["agency", "coordinator", "inspector", "supervisor"]


def test_a_taken_port_is_told_with_the_remedy_and_nothing_is_begun(tmp_path) -> None:  # noqa: ANN001
    """Before a database is made."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = tmp_path / "own.toml"
        settings.write_text(f"[web]\nport = {port}\n")
        home = tmp_path / "home"
        installation = assemble({"DONDOC_HOME": str(home), "DONDOC_DEMO": "1", "DONDOC_CONFIG": str(settings)})
        with pytest.raises(RefusedError, match=rf"Port {port} .* taken .*--port {port + 1}"):
            serve(installation, demo=True)
    assert not home.exists()


def test_a_port_that_may_not_be_opened_is_told() -> None:
    """An address of another machine."""
    with pytest.raises(RefusedError, match="cannot be opened"):
        listening("192.0.2.1", 8080)


@pytest.mark.parametrize(
    ("environment", "asked", "done", "said"),
    [
        ({}, True, True, "done by this process"),
        ({}, False, False, "--no-duties"),
        ({"PREFECT_API_URL": "http://127.0.0.1:4200/api"}, True, False, "PREFECT_API_URL is set"),
        ({"PREFECT_API_URL": "http://127.0.0.1:4200/api"}, False, False, "--no-duties"),
    ],
)
def test_duties_are_done_by_one_process_and_never_beside_workers(  # noqa: PLR0917
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    environment: dict[str, str],
    asked: bool,
    done: bool,
    said: str,
) -> None:
    """With a Prefect server of one's own, or when told so, the pages alone are served; the greeting says which."""
    given: list[bool] = []

    def noting(installation: Installation, *, duties: bool, door: socket.socket | None) -> FastAPI:
        assert door is None
        given.append(duties)
        return create_app(installation, duties=False)

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = tmp_path / "own.toml"
    settings.write_text(f"[web]\nport = {port}\n")
    own = {"DONDOC_HOME": str(tmp_path / "home"), "DONDOC_CONFIG": str(settings)}
    monkeypatch.setattr("web.serve.create_app", noting)
    monkeypatch.setattr(uvicorn.Server, "run", lambda self, sockets: None)
    serve(assemble(environment | own), demo=False, duties=asked)
    assert given == [done]
    assert said in capsys.readouterr().out
