"""The pages of the office's mail templates: tried, kept, taken back; for those who may."""

import pytest
from sites import Site

PAGE = "/templates/words.vi"
HEAD, TAIL = "<textarea", "</textarea>"


def words(site: Site) -> str:
    """The text of the template in use."""
    return site.installation.renderer.source("words.vi")


def test_a_coordinator_tries_and_keeps_a_template(site: Site) -> None:
    """The mail is shown before anything is kept; a kept one is in use at once, and can be taken back."""
    site.sign_in("dieu-phoi")
    own = words(site).replace("Kính gửi: ", "Kính gửi quý cơ quan: ")
    looked = site.post(f"{PAGE}/preview", text=own)
    assert looked.status_code == 200
    assert "Kính gửi quý cơ quan: " in looked.text
    assert "'unsafe-hashes' 'sha256-" in looked.headers["content-security-policy"]
    assert "unsafe-inline" not in looked.headers["content-security-policy"]
    assert "quý cơ quan" not in words(site)
    kept = site.post(PAGE, text=own)
    assert kept.status_code == 303, kept.text
    assert "quý cơ quan" in words(site)
    assert "Phiên bản 1" in site.client.get(PAGE).text
    assert site.post(f"{PAGE}/reset").status_code == 303
    assert "quý cơ quan" not in words(site)


def test_faults_are_listed_and_the_text_is_kept_for_mending(site: Site) -> None:
    """With line and remedy; nothing is in use that has one."""
    site.sign_in("giam-sat")
    answer = site.post(PAGE, text=words(site).replace("{{ d.name }}", "{{ d.nam }}</textarea><script>"))
    assert answer.status_code == 422
    assert "không có “d.nam”" in answer.text
    assert "có phải “name”?" in answer.text
    assert "&lt;/textarea&gt;&lt;script&gt;" in answer.text
    assert "<script>" not in answer.text
    assert "d.nam " not in words(site)


@pytest.mark.parametrize("path", ["/templates", PAGE])
def test_only_those_who_may_edit_see_the_pages(site: Site, path: str) -> None:
    """Not an agency, not a visitor."""
    assert site.client.get(path).status_code == 401
    site.sign_in("chuyen-vien-sgddt")
    assert site.client.get(path).status_code == 403
    assert site.post(PAGE, text="x").status_code == 403
    assert site.post(f"{PAGE}/reset").status_code == 403


def test_a_template_there_is_none_of_is_not_found(site: Site) -> None:
    """Whatever its name looks like."""
    site.sign_in("dieu-phoi")
    assert site.client.get("/templates/base.html").status_code == 404
    assert site.post("/templates/base.html", text="x").status_code == 404
