"""The service `keruen up` runs: Prefect server, intake consumer and served flows under one supervisor.

`python -m flows.service` runs it in the foreground.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from connectors.errors import Permanent, Transient
from connectors.settings import Settings, load
from flows import screens
from flows.child import GRACE_SECONDS, SERVER, is_healthy
from flows.supervisor import Child, Supervisor

log = logging.getLogger("keruen.service")

# Without batches the server records 30 task runs a second, with them 80 to 140. A review waits for a
# person without a limit of time, so the loop that reads every paused run each 5 s has nothing to find.
_SERVER_DEFAULTS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",
    # Whole seconds: Prefect cuts the fraction off, and with 0 the recorder keeps half a core busy for nothing.
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TRIGGERS_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events",
    "PREFECT_RUNNER_POLL_FREQUENCY": "1",
    "PREFECT_LOGGING_EXTRA_LOGGERS": "keruen",
    "PREFECT_LOGGING_COLORS": "false",
}
_START_SECONDS = 180.0


class AlreadyRunning(Permanent):
    """The service of this home is already running; the message says where."""


@dataclass(frozen=True)
class Running:
    """What a running service wrote down about itself."""

    pid: int
    ui_url: str
    api_url: str
    children: dict[str, int]


class Service:
    """The service of one home, whether it runs in this process, in another, or not at all."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._folder = settings.home / "run"
        self._record = self._folder / "service.json"

    @property
    def logs(self) -> Path:
        """Folder with one log per process."""
        return self.settings.home / "logs"

    @property
    def ui_url(self) -> str:
        """Address of the Prefect UI: of the running service, else where it would be."""
        running = self.running()
        return running.ui_url if running else self.settings.prefect_ui_url

    @property
    def api_url(self) -> str:
        """Address of the Prefect API, for `PREFECT_API_URL`."""
        running = self.running()
        return running.api_url if running else _api_url(self.settings)

    def running(self) -> Running | None:
        """What the supervisor wrote down, or None when none holds the lock."""
        if _lock_is_free(self._lock_path):
            return None
        try:
            return Running(**json.loads(self._record.read_text("utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None  # it has the lock but has not started its children yet

    def is_up(self) -> bool:
        """Whether a supervisor runs and the Prefect server answers."""
        running = self.running()
        return running is not None and is_healthy(running.api_url)

    def start(self, timeout: float = _START_SECONDS) -> Running:
        """Start the service in the background unless it runs, and wait until it is up.

        It outlives this process. Raises `Transient` when it is not up after `timeout` seconds and
        `Permanent` when it ended at once; both name its log.
        """
        supervisor = None if self.running() else self._launch()
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            running = self.running()
            if running and is_healthy(running.api_url):
                return running
            if supervisor and supervisor.poll() is not None:
                raise Permanent(f"The service ended while starting. {self._last_words()}")
            time.sleep(0.1)
        raise Transient(f"The service was not up after {timeout:.0f} s. {self._last_words()}")

    def stop(self, timeout: float = 60.0) -> bool:
        """End the running service and wait until all its processes are gone. Whether there was one.

        Raises `Transient` when it has not ended after `timeout` seconds.
        """
        running = self.running()
        if running is None:
            return False
        os.kill(running.pid, signal.SIGTERM)
        deadline = time.monotonic() + timeout
        while not _lock_is_free(self._lock_path):
            if time.monotonic() > deadline:
                raise Transient(f"The service (process {running.pid}) did not end within {timeout:.0f} s.")
            time.sleep(0.05)
        return True

    def run_forever(self) -> None:
        """Run the service in this process until SIGTERM or SIGINT; all children end with it.

        Raises `AlreadyRunning` when another process runs it for the same home.
        """
        with self._lock():
            self._await_predecessors()
            self.logs.mkdir(parents=True, exist_ok=True)
            settings = self._with_port()
            children = self._children(settings)
            supervisor = Supervisor(children)
            log.info("Prefect UI: %s", settings.prefect_ui_url)
            try:
                supervisor.run(lambda: self._write_down(settings, children))
            finally:
                self._record.unlink(missing_ok=True)

    @property
    def _lock_path(self) -> Path:
        return self._folder / "service.lock"

    def _lock(self) -> IO[str]:
        """The lock of this home; the system drops it with the process, however that ends."""
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = self._lock_path.open("a")
        for _ in range(10):  # whoever asks whether the service runs holds the lock for a moment
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return lock
            except BlockingIOError:
                time.sleep(0.05)
        lock.close()
        raise AlreadyRunning(self._where())

    def _where(self) -> str:
        running = self.running()
        place = f" as process {running.pid}; Prefect UI {running.ui_url}" if running else ""
        return f"The service of {self.settings.home} is already running{place}."

    def _await_predecessors(self, timeout: float = 5.0) -> None:
        """Let the children of a supervisor that was killed end themselves; they hold its port."""
        try:
            left = list(Running(**json.loads(self._record.read_text("utf-8"))).children.values())
        except (FileNotFoundError, ValueError, TypeError):
            left = []
        deadline = time.monotonic() + timeout
        while any(Path(f"/proc/{pid}").exists() for pid in left) and time.monotonic() < deadline:
            time.sleep(0.05)
        self._record.unlink(missing_ok=True)

    def _with_port(self) -> Settings:
        """The settings with a port that is free; a port that was asked for is never exchanged."""
        settings = self.settings
        if settings.prefect_api_url or _is_free(settings.prefect_host, settings.prefect_port):
            return settings
        if "prefect_port" in settings.model_fields_set:
            raise Permanent(
                f"Port {settings.prefect_port} of {settings.prefect_host} is taken by another program. "
                "End it, or set KERUEN_PREFECT_PORT to a free port."
            )
        port = _free_port(settings.prefect_host)
        log.warning("port %s is taken by another program; using %s", settings.prefect_port, port)
        return settings.model_copy(update={"prefect_port": port})

    def _children(self, settings: Settings) -> list[Child]:
        environment = child_environment(settings)

        def child(name: str, role: str, grace: float) -> Child:
            command = [sys.executable, "-m", "flows.child", role]
            return Child(name, command, self.logs / f"{name}.log", environment, grace)

        flows = [child("consumer", "flows.consumer", 20.0), child("serve", "flows.serve", 10.0)]
        if settings.prefect_api_url:
            return flows
        return [child("server", SERVER, GRACE_SECONDS + 5.0), *flows]

    def _write_down(self, settings: Settings, children: list[Child]) -> None:
        pids = {child.name: child.pid for child in children if child.pid}
        record = Running(os.getpid(), settings.prefect_ui_url, _api_url(settings), pids)
        draft = self._record.with_suffix(".new")
        draft.write_text(json.dumps(asdict(record), indent=1), "utf-8")
        draft.replace(self._record)

    def _launch(self) -> subprocess.Popen[bytes]:
        self.logs.mkdir(parents=True, exist_ok=True)
        with (self.logs / "service.log").open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "flows.service"],
                env=_own_environment(self.settings),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _last_words(self) -> str:
        lines: list[str] = []
        for name in ("service.log", "server.log"):
            path = self.logs / name
            if path.exists():
                lines += [f"  {line}" for line in path.read_text("utf-8", "replace").splitlines()[-5:]]
        return "\n".join([f"Its logs are in {self.logs}; the last lines:", *lines])


def child_environment(settings: Settings) -> dict[str, str]:
    """The environment of the service's processes: Prefect set up as Keruen needs it, nothing calls home."""
    home = settings.home / "prefect"
    home.mkdir(parents=True, exist_ok=True)
    return {
        **_SERVER_DEFAULTS,
        **_own_environment(settings),
        "KERUEN_PREFECT_PORT": str(settings.prefect_port),
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": _api_url(settings),
        screens.FOLDER: str(home / "ui"),
        "PREFECT_UI_URL": settings.prefect_ui_url,
        "PREFECT_SERVER_API_HOST": settings.prefect_host,
        "PREFECT_SERVER_API_PORT": str(settings.prefect_port),
        "PREFECT_API_DATABASE_CONNECTION_URL": settings.prefect_database_url.get_secret_value(),
        "PYTHONUNBUFFERED": "1",
    }


def _own_environment(settings: Settings) -> dict[str, str]:
    """This process's environment, with the home and the packages of this installation."""
    root = str(Path(__file__).resolve().parents[1])
    path = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**os.environ, "KERUEN_HOME": str(settings.home), "PYTHONPATH": path}


def _api_url(settings: Settings) -> str:
    return f"{settings.prefect_ui_url}/api"


def _lock_is_free(path: Path) -> bool:
    try:
        with path.open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except BlockingIOError:
        return False
    return True


def _is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """Run the service of the settings in force until a signal ends it."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        Service(load()).run_forever()
    except Permanent as e:
        sys.exit(str(e))


if __name__ == "__main__":
    main()
