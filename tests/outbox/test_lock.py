import fcntl
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from sharebot.errors import StoreError
from sharebot.outbox.lock import Lock, beaten, holder, noted, wake

HOLD = """
import pathlib, sys, time
from sharebot.outbox.lock import Lock
lock = Lock(pathlib.Path(sys.argv[1]))
print("held", flush=True)
time.sleep(60)
"""


def test_a_second_daemon_is_refused_and_told_which_process_works(tmp_path):
    with Lock(tmp_path / "q.db"):
        assert holder(tmp_path / "q.db") == os.getpid()
        with pytest.raises(StoreError, match=rf"process {os.getpid()}"):
            Lock(tmp_path / "q.db")
    Lock(tmp_path / "q.db").close()


def test_a_killed_process_leaves_no_lock(tmp_path):
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path / "q.db")], stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        assert holder(tmp_path / "q.db") == process.pid
        process.kill()
    assert holder(tmp_path / "q.db") is None
    assert beaten(tmp_path / "q.db") is None


def test_a_beat_is_the_time_of_the_last_sign_of_life(tmp_path):
    with Lock(tmp_path / "q.db") as lock:
        os.utime(tmp_path / "q.db.lock", (1, 1))
        assert beaten(tmp_path / "q.db") == 1
        lock.beat()
        assert abs((beaten(tmp_path / "q.db") or 0) - time.time()) < 60


def test_waking_rings_the_holder_and_nobody_else(tmp_path):
    rung = []
    before = signal.signal(signal.SIGUSR1, lambda *_: rung.append(1))
    try:
        wake(tmp_path / "q.db")
        wake(None)
        assert not rung
        with Lock(tmp_path / "q.db"):
            wake(tmp_path / "q.db")
        assert rung == [1]
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_ringing_for_a_process_that_is_not_here_is_no_fault(tmp_path):
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    with Lock(tmp_path / "q.db"):
        file = tmp_path / "q.db.lock"
        file.write_text(file.read_text().replace(str(os.getpid()), str(gone.pid), 1))
        wake(tmp_path / "q.db")


def test_a_process_of_another_container_is_named_and_its_namesake_here_is_not_rung(tmp_path):
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as namesake:
        with Lock(tmp_path / "q.db"):
            (tmp_path / "q.db.lock").write_text(f"{namesake.pid} pid:[1]")
            assert holder(tmp_path / "q.db") == namesake.pid
            wake(tmp_path / "q.db")
        namesake.communicate(b"\n")
    assert namesake.returncode == 0


def test_a_daemon_starts_while_somebody_looks_whether_one_works(tmp_path):
    Lock(tmp_path / "q.db").close()
    with (tmp_path / "q.db.lock").open() as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        threading.Timer(0.1, looking.close).start()
        Lock(tmp_path / "q.db").close()


def test_who_looks_whether_a_daemon_works_is_not_taken_for_one(tmp_path):
    Lock(tmp_path / "q.db").close()
    with (tmp_path / "q.db.lock").open() as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        assert holder(tmp_path / "q.db") is None


def test_an_unwritable_folder_is_named(tmp_path):
    with pytest.raises(StoreError, match="cannot be written"):
        Lock(tmp_path / "missing" / "q.db")


def test_who_asks_finds_the_last_words_of_who_holds_the_lock_and_its_number(tmp_path):
    with Lock(tmp_path / "q.db") as lock:
        for words in ("", "a longer word", "short"):
            lock.note(words)
            assert (noted(tmp_path / "q.db"), holder(tmp_path / "q.db")) == (words, os.getpid())
    assert noted(tmp_path / "q.db") == ""
