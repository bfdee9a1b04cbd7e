"""The how-to of uploading by a program, followed to the letter with curl."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from pytest_django.live_server_helper import LiveServer

from dms.documents.models import Version
from tests.people import make_people

pytestmark = [
    pytest.mark.usefixtures("vankho_data"),
    pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine"),
]
PAGE = settings.BASE_DIR / "docs" / "how-to" / "upload-by-program.md"


@pytest.fixture(autouse=True, scope="session")
def static_root() -> None:
    """The server wants the directory of the settings to be there."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


def test_each_way_of_sending_takes_the_file_in(
    transactional_db: None,
    live_server: LiveServer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    people = make_people()
    call_command("create_token", "scanner", "--as", people.owner.username, "--json")
    token = json.loads(capsys.readouterr().out)["token"]
    blocks = [b for b in re.findall(r"```\n(.*?)```", PAGE.read_text(), re.DOTALL) if "curl -" in b]
    sending = [block for block in blocks if "-X POST" in block]
    assert len(sending) == 2
    for name, block in zip(("quyet-dinh.pdf", "book.pdf"), sending, strict=True):
        (tmp_path / name).write_bytes(b"%PDF-1.7 " + name.encode())
        subprocess.run(
            ["bash", "-euc", block], cwd=tmp_path, check=True, timeout=60,
            env=os.environ | {"SITE": live_server.url, "TOKEN": token, "no_proxy": "*"},
        )  # fmt: skip
        assert Version.objects.filter(filename=name).exists()
