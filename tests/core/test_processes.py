"""Processes that end when they are told to."""

import signal
import subprocess
import sys

import pytest

WAITING = """
from comptoir.core.processes import until_told_to_stop
stop = until_told_to_stop()
print("ready", flush=True)
stop.wait()
print("tidied up", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_process_that_is_told_to_stop_ends_its_work_itself(number):
    with subprocess.Popen([sys.executable, "-c", WAITING], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(number)
        assert process.communicate(timeout=60)[0] == b"tidied up\n"
    assert process.returncode == 0
