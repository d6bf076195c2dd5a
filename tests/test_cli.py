"""The command line, as people and scripts use it: through processes of its own."""

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mastro.cli import main
from support import VAT_NUMBER

EMAIL = "anna@example.com"


@dataclass(frozen=True)
class Shell:
    """Runs `python -m mastro` on a data folder of its own."""

    folder: Path

    def environment(self, **variables: str) -> dict[str, str]:
        """The environment, without settings of whoever runs the tests."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("MASTRO_")}
        return {**clean, "MASTRO_DATA_DIR": str(self.folder), **variables}

    def run(self, *words: str, send: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "mastro", *words],
            input=send,
            capture_output=True,
            text=True,
            env=self.environment(**variables),
            timeout=60,
            check=False,
        )

    def out(self, *words: str, send: str = "", **variables: str) -> str:
        """Standard output of a command that must succeed."""
        done = self.run(*words, send=send, **variables)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """The command line on an empty folder."""
    return Shell(tmp_path / "data")


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """The command line on an installation with a user (id 1) and a company (id 1)."""
    shell = Shell(tmp_path_factory.mktemp("furnished"))
    shell.out("migrate")
    shell.out("user", "create", "--email", EMAIL, "--name", "Anna Rossi", "--password-stdin", send="correct horse\n")
    shell.out("company", "create", "--owner", EMAIL, "--name", "Rossi S.r.l.", "--vat-number", VAT_NUMBER)
    return shell


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


@contextmanager
def serving(shell: Shell, *words: str, **variables: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Address and process of a server that is ready."""
    port = free_port()
    command = [sys.executable, "-m", "mastro", "serve", "--port", str(port), *words]
    environment = shell.environment(**variables)
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        deadline = time.monotonic() + 40
        while not _answers(port):
            assert process.poll() is None, process.stderr and process.stderr.read()
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}", process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # with the processes that it started
        process.communicate()


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/info/countries", timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def get(address: str, token: str) -> Any:
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


# from nothing to a token


def test_each_create_command_prints_the_new_id_alone(shell: Shell) -> None:
    shell.out("migrate")
    user = shell.out("user", "create", "--email", EMAIL, "--name", "Anna", "--password-stdin", send="correct horse\n")
    company = shell.out("company", "create", "--owner", EMAIL, "--name", "Rossi", "--vat-number", f"IT{VAT_NUMBER}")
    token = shell.out("token", "create", "--email", EMAIL, "--company", company.strip())
    assert (user, company) == ("1\n", "1\n")
    assert re.fullmatch(r"a/[\w-]{40,}\n", token)


def test_a_password_that_is_made_goes_to_standard_error(furnished: Shell) -> None:
    done = furnished.run("user", "create", "--email", "bruno@example.com", "--name", "Bruno Neri")
    assert re.fullmatch(r"\d+\n", done.stdout)
    assert re.search(r"password: \S{16}\n", done.stderr)


def test_a_token_has_the_scopes_that_were_asked_for_in_its_company(furnished: Shell) -> None:
    scopes = ("--scope", "entity.clients:r", "--scope", "products:a")
    token = furnished.out("token", "create", "--email", EMAIL, "--company", "1", *scopes).strip()
    with serving(furnished) as (address, _):
        assert get(f"{address}/user/companies", token)["data"]["companies"][0]["name"] == "Rossi S.r.l."
        assert get(f"{address}/c/1/products", token)["data"] == []
        with pytest.raises(urllib.error.HTTPError, match="403"):
            get(f"{address}/c/1/entities/suppliers", token)


def test_migrate_says_which_schema_there_was(shell: Shell) -> None:
    assert "schema: none →" in shell.run("migrate").stderr
    assert "schema: none →" not in shell.run("migrate").stderr


def test_the_demo_is_made_once_and_told_again(shell: Shell) -> None:
    first = shell.out("demo")
    again = shell.out("demo", "--if-empty", MASTRO_PORT="8123")
    assert again == first.replace(":8000", ":8123")
    assert shell.run("demo").returncode == 2


def test_no_demo_is_made_where_there_are_data(furnished: Shell) -> None:
    done = furnished.run("demo", "--if-empty")
    assert (done.returncode, done.stdout) == (0, "")
    assert "no demo company was made" in done.stderr


def test_the_curl_line_of_the_demo_works_as_pasted(shell: Shell) -> None:
    with serving(shell) as (address, _):
        welcome = shell.out("demo", "--if-empty", MASTRO_BASE_URL=address)
        line = next(line for line in welcome.splitlines() if line.strip().startswith("curl"))
        assert len(line) < 160
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=20, check=False)
        if done.returncode == 127:
            pytest.skip("curl is not installed")
        assert json.loads(done.stdout)["data"]["name"] == "Meccanica Valsamoggia S.r.l."


# what is refused


@pytest.mark.filterwarnings("ignore:Cyclopts application invoked without tokens")
@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("user create --email anna --name A", "'anna' is not an e-mail address"),
        (f"user create --email {EMAIL} --name A", "exists already"),
        ("user create --email c@example.com --name=", "needs a name"),
        ("user create --email c@example.com --name C --password-stdin", "a password has 8 to 1024 characters"),
        ("user create --email c@example.com", "--name"),
        ("company create --owner nobody@example.com --name A", "there is no user nobody@example.com"),
        (f"company create --owner {EMAIL} --name A --vat-number 12345670018", "check character is wrong"),
        (f"company create --owner {EMAIL} --name A --tax-code RSSMRA", "16 characters"),
        (f"company create --owner {EMAIL} --name A --iban IT00X", "IBAN"),
        (f"company create --owner {EMAIL} --name A --regime RF99", "no tax regime RF99"),
        (f"company create --owner {EMAIL} --name A --province XX", "no province XX"),
        (f"company create --owner {EMAIL} --name A --email a.b", "not an e-mail address"),
        (f"company create --owner {EMAIL} --name A --last-name Rossi", "--first-name"),
        (f"company create --owner {EMAIL} --name=", "needs a name"),
        (f"token create --email {EMAIL} --company 1 --scope clients:r", "there is no scope 'clients:r'"),
        (f"token create --email {EMAIL} --company 7", "there is no company 7"),
        (f"token create --email {EMAIL} --company 99999999999999999999", "there is no company"),
        ("token create --email x@example.com --company 1", "there is no user"),
        ("serve --port 99999", "port must be a number from 1 to 65535"),
        ("serve --port http", "--port"),
        ("serve --workers 0", "1 to 64 workers"),
        ("serve --host 203.0.113.7", "cannot listen on 203.0.113.7"),
        ("migrate --database mysql://root@127.0.0.1/mastro", "database"),
        ("migrate --database nonsense", "database"),
        ("migrate --database postgresql://u:secret@127.0.0.1:1/x", "cannot use the database"),
        ("migrate --database sqlite:////dev/null/mastro.db", "/dev/null"),
        ("dance", "dance"),
        ("serve --loudly", "loudly"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    furnished: Shell, words: str, why: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In this process, because there are many: what a process of its own does is held below."""
    monkeypatch.setattr(sys, "argv", ["mastro", *words.split(" ")])
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    for name in [name for name in os.environ if name.startswith("MASTRO_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MASTRO_DATA_DIR", str(furnished.folder))
    with pytest.raises(SystemExit) as ended:
        main()
    said, told = capsys.readouterr()
    assert ended.value.code == 2
    assert said == ""
    assert told.startswith("mastro: ")
    assert told.count("\n") == 1
    assert why in told
    assert "secret" not in told


def test_a_refusal_is_the_whole_of_what_a_process_says(furnished: Shell) -> None:
    done = furnished.run("user", "create", "--email", EMAIL, "--name", "Anna")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"mastro: a user with the address {EMAIL} exists already\n"


@pytest.mark.parametrize(
    ("variables", "why"),
    [
        ({"MASTRO_PORT": "eight"}, "MASTRO_PORT must be a whole number, not 'eight'"),
        ({"MASTRO_PORT": "-1"}, "MASTRO_PORT"),
        ({"MASTRO_WORKERS": "2.5"}, "MASTRO_WORKERS"),
        ({"MASTRO_SECRET_KEY_FILE": "/nowhere"}, "MASTRO_SECRET_KEY_FILE"),
    ],
)
def test_a_wrong_variable_is_named(furnished: Shell, variables: dict[str, str], why: str) -> None:
    done = furnished.run("serve", **variables)
    assert done.returncode == 2
    assert why in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_is_not_there_is_not_made_by_looking(shell: Shell) -> None:
    done = shell.run("user", "create", "--email", EMAIL, "--name", "Anna")
    assert done.returncode == 2
    assert "run `mastro migrate` first" in done.stderr
    assert not shell.folder.exists()


def test_a_database_of_a_later_version_is_left_alone(shell: Shell) -> None:
    import sqlite3

    shell.out("migrate")
    with sqlite3.connect(shell.folder / "mastro.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    done = shell.run("migrate")
    assert done.returncode == 2
    assert "another version of Mastro" in done.stderr


# the server


def test_a_port_that_is_taken_is_said_at_once(furnished: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = furnished.run("serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert "Address already in use" in done.stderr


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("word", ["SIGINT", "SIGTERM"])
def test_the_server_stops_cleanly_and_soon(furnished: Shell, workers: str, word: str) -> None:
    with serving(furnished, "--workers", workers) as (address, process):
        with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))):  # idle clients do not hold it
            asked = time.monotonic()
            process.send_signal(getattr(signal, word))
            _, said = process.communicate(timeout=20)
        assert time.monotonic() - asked < 8
        assert process.returncode in {0, -signal.SIGTERM, 128 + signal.SIGTERM}
        assert "Traceback" not in said


def test_several_processes_answer_from_one_database(database_url: str, shell: Shell) -> None:
    """On either database: what one process wrote, all of them read."""
    email = f"workers.{time.time_ns()}@example.com"
    shell.out("user", "create", "--email", email, "--name", "Anna", MASTRO_DATABASE_URL=database_url)
    company = shell.out(
        "company", "create", "--owner", email, "--name", "Due", MASTRO_DATABASE_URL=database_url
    ).strip()
    token = shell.out("token", "create", "--email", email, "--company", company, MASTRO_DATABASE_URL=database_url)
    secret = shell.folder / "url"
    secret.parent.mkdir(exist_ok=True)
    secret.write_text("sqlite:////nowhere/at/all.db", encoding="utf-8")
    # what the command line gives wins over a file too, in every process
    given = ("--workers", "2", "--database", database_url)
    with serving(shell, *given, MASTRO_DATABASE_URL_FILE=str(secret)) as (address, _):
        for _ in range(8):  # each on a connection of its own
            answer = get(f"{address}/user/companies", token.strip())
            assert [found["name"] for found in answer["data"]["companies"]] == ["Due"]


# reading


def test_help_names_every_command() -> None:
    text = Shell(Path()).out("--help")
    for word in ("serve", "migrate", "demo", "routes", "doctor", "reindex", "user", "company", "token"):
        assert re.search(rf"\b{word}\b", text), word


def test_routes_prints_each_address_with_its_file_and_line() -> None:
    text = Shell(Path()).out("routes")
    assert re.search(r"GET\W+/c/\{company_id\}/entities/clients\b.+listClients.+api/resource\.py:\d+", text)


def test_the_doctor_finds_a_new_installation_well(furnished: Shell) -> None:
    done = furnished.run("doctor")
    assert done.returncode == 0, done.stderr
    assert "database" in done.stderr


def test_the_doctor_ends_with_1_where_something_is_broken(shell: Shell) -> None:
    done = shell.run("doctor", MASTRO_DATABASE_URL="postgresql://u:secret@127.0.0.1:1/x")
    assert done.returncode == 1
    assert "broken" in done.stderr
    assert "u:secret" not in done.stderr


def test_reindex_counts_the_rows(furnished: Shell) -> None:
    assert re.search(r"\d+ rows reindexed", furnished.run("reindex").stderr)
