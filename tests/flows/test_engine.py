"""Prefect's engine in a process of its own: offline, silent, alone, and gone with the process."""

import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

# Refuses every connection but loopback, so that a word to the outside is a failure and not a delay.
GUARD = """
import socket, sys
from pathlib import Path
real = socket.socket.connect
asked = socket.getaddrinfo
def connect(self, address):
    if self.family != socket.AF_UNIX and address[0] != "127.0.0.1":
        print("outside:", address, file=sys.stderr, flush=True)
        raise OSError(address)
    return real(self, address)
def getaddrinfo(host, *rest, **named):
    if host not in ("127.0.0.1", "localhost"):
        print("outside:", host, file=sys.stderr, flush=True)
        raise OSError(host)
    return asked(host, *rest, **named)
socket.socket.connect = connect
socket.getaddrinfo = getaddrinfo
"""

FLOW = (
    GUARD
    + """
from flows.engine import start_early
engine = start_early(Path(sys.argv[1]))
assert start_early(Path(sys.argv[1])) is engine
engine.wait()
from prefect import flow, task
from prefect.task_runners import ThreadPoolTaskRunner
failures = [1]
@task(retries=1)
def double(number):
    if number == 2 and failures:
        raise ValueError(failures.pop())
    return number * 2
@flow(task_runner=ThreadPoolTaskRunner(max_workers=2), retries=1)
def doubles():
    return [future.result() for future in [double.submit(number) for number in range(4)]]
@flow
def wait():
    print("running", flush=True)
    sys.stdin.read()
"""
)


def environment(**values: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT", "DO_NOT", "PYTHON"))}
    # The proxy answers nothing: our own port must be reached without it.
    return {**kept, "PYTHONPATH": str(ROOT), "http_proxy": "http://127.0.0.1:9", "no_proxy": "", **values}


def start(script: str, home: Path, **values: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", FLOW + script, str(home)],
        env=environment(**values),
        cwd=home,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def members(group: int) -> list[str]:
    """Living processes of a process group, zombies left out."""
    listing = subprocess.run(["ps", "-eo", "pgid=,stat=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(maxsplit=2) for line in listing.splitlines()]
    return [row[2] for row in rows if int(row[0]) == group and not row[1].startswith("Z")]


def runs(home: Path) -> list[Path]:
    return list((home / "prefect" / "runs").iterdir())


def test_a_flow_runs_offline_and_leaves_only_the_blank_database(tmp_path: Path) -> None:
    for _ in ("fresh folder", "used folder"):
        process = start("print(doubles())", tmp_path)
        out, err = process.communicate(timeout=120)
        # The retry is said aloud; nothing else is.
        assert out == "[0, 2, 4, 6]\n"
        assert all("Retry 1/1" in line or "ValueError: 1" in line for line in err.splitlines() if "|" in line), err
        assert "outside:" not in err
        assert "locked" not in err
        assert process.returncode == 0
        assert members(process.pid) == []
        assert runs(tmp_path) == []


def test_two_processes_share_a_state_folder_and_kill_leaves_nothing(tmp_path: Path) -> None:
    killed, other = (start("wait()", tmp_path) for _ in range(2))
    assert killed.stdout is not None
    assert other.stdout is not None
    assert [killed.stdout.readline(), other.stdout.readline()] == ["running\n", "running\n"]
    assert len(members(killed.pid)) == 1
    assert len(runs(tmp_path)) == 2

    killed.send_signal(signal.SIGKILL)
    killed.communicate(timeout=30)
    assert members(killed.pid) == []

    later = start("print(doubles())", tmp_path)
    assert later.communicate(timeout=120)[0] == "[0, 2, 4, 6]\n"
    # The killed one's database is gone, that of the living one is not.
    assert len(runs(tmp_path)) == 1
    out, err = other.communicate(timeout=60)
    assert (out, err, other.returncode) == ("", "", 0)
    assert runs(tmp_path) == []


def test_a_lasting_server_is_respected(tmp_path: Path) -> None:
    script = "import threading, os; print(os.environ['PREFECT_API_URL'], threading.active_count())"
    process = start(script, tmp_path, PREFECT_API_URL="http://127.0.0.1:4200/api")
    out, err = process.communicate(timeout=60)
    assert (out, err) == ("http://127.0.0.1:4200/api 1\n", "")
    assert not (tmp_path / "prefect" / "runs").exists()


def test_a_failing_start_is_told_to_the_waiting_thread(tmp_path: Path) -> None:
    process = start("", tmp_path, PREFECT_SERVER_DOCKET_URL="no-such-scheme://nowhere")
    _, err = process.communicate(timeout=120)
    assert "flows.engine.EngineError" in err
    assert "流程引擎的服务端未能启动" in err
    assert process.returncode == 1
