"""Real servers for the tests, on free ports of 127.0.0.1, each ended by its own process id."""

from __future__ import annotations

import socket
import subprocess
import sysconfig
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from connectors.settings import S3Settings

ACCESS_KEY, SECRET_KEY = "keruen-test", "keruen-secret"


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
        return port


def s3_settings(endpoint: str) -> S3Settings:
    return S3Settings(endpoint=endpoint, access_key=ACCESS_KEY, secret_key=SECRET_KEY, region="us-east-1", attempts=2)


@contextmanager
def moto(log: Path) -> Iterator[str]:
    """S3 and SQS by moto; yields the endpoint."""
    port = free_port()
    with _running(["moto_server", "-H", "127.0.0.1", "-p", str(port)], port, log) as endpoint:
        yield endpoint


@contextmanager
def rclone(folder: Path, log: Path) -> Iterator[str]:
    """S3 by `rclone serve s3` over a folder, whose sub-folders are the buckets; yields the endpoint."""
    port = free_port()
    command = ["rclone", "serve", "s3", str(folder), "--addr", f"127.0.0.1:{port}"]
    command += ["--auth-key", f"{ACCESS_KEY},{SECRET_KEY}", "--config", ""]
    with _running(command, port, log) as endpoint:
        yield endpoint


@contextmanager
def _running(command: list[str], port: int, log: Path) -> Iterator[str]:
    program = Path(sysconfig.get_path("scripts")) / command[0]
    with log.open("wb") as out:
        process = subprocess.Popen([str(program), *command[1:]], stdout=out, stderr=out)
    endpoint = f"http://127.0.0.1:{port}"
    try:
        _wait_for(endpoint, process, log)
        yield endpoint
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(endpoint: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}: {log.read_text()}")
        try:
            urllib.request.urlopen(endpoint, timeout=2).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{endpoint} did not answer within a minute: {log.read_text()}")
