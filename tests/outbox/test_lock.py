import os
import signal
import subprocess
import sys
import time

import pytest

from sharebot.errors import StoreError
from sharebot.outbox.lock import Lock, beaten, holder, wake

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


def test_an_unwritable_folder_is_named(tmp_path):
    with pytest.raises(StoreError, match="cannot be written"):
        Lock(tmp_path / "missing" / "q.db")
