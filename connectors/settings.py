"""The settings of the service: one frozen object, built once by `load`, passed down.

Looked up in this order: arguments of `load`, environment (`KERUEN_…`, nested names joined by two
underscores: `KERUEN_S3__ENDPOINT`), file `.env`, file `keruen.toml`, default. Both files are looked for
in the current folder.
"""

from __future__ import annotations

import difflib
import json
import logging
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import core_schema
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings import SettingsError as SourceError

from connectors.errors import Permanent
from connectors.locations import BucketPlace, FolderPlace, Location
from schemas.profiles import profiles

log = logging.getLogger("keruen.settings")

PREFIX = "KERUEN_"
ENV_FILE = ".env"
TOML_FILE = "keruen.toml"
# Read by the test suite only, never by the service.
_NOT_SETTINGS = {"KERUEN_CORPUS", "KERUEN_WRITE"}


class SettingsError(Permanent):
    """A setting is missing or wrong; the message names each, what is wrong, and where it was looked for."""


def _listed(separators: str) -> Any:
    """Parser of a list given as text: a JSON array, or items between the given separators."""

    def parse(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if value.lstrip().startswith("["):
            try:
                return json.loads(value)
            except ValueError as e:
                raise ValueError("begins like a JSON array but is not one") from e
        return [item.strip() for item in re.split(f"[{separators}]", value) if item.strip()]

    return parse


class _Several:
    """Marks a list that may be written as plain text in the environment."""

    def __init__(self, separators: str) -> None:
        self.parse = _listed(separators)

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return core_schema.no_info_before_validator_function(self.parse, handler(source))


def _http_url(text: str) -> str:
    if text and not re.match(r"https?://[^/\s]+", text):
        raise ValueError(f"{text!r} is not an address; write http://host:port or https://host")
    return text


HttpUrl = Annotated[str, AfterValidator(_http_url)]


def _profile(name: str) -> str:
    if name and name not in profiles():
        raise ValueError(f"{name!r} is no profile; there are: {', '.join(sorted(profiles()))}")
    return name


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class S3Settings(_Group):
    """How to reach the object store and its queue. Empty values leave the choice to boto3's own chain
    (`AWS_…` variables, `~/.aws`, the role of the machine)."""

    endpoint: HttpUrl = ""
    """Address of an S3 that is not Amazon's (MinIO, Ceph, ...); empty for Amazon."""
    queue_endpoint: HttpUrl = ""
    """Address of an SQS that is not Amazon's; empty: the same as `endpoint`."""
    region: str = ""
    access_key: str = ""
    secret_key: SecretStr = SecretStr("")
    path_style: bool = False
    """Bucket in the path instead of the host name; always so when `endpoint` is set."""
    connect_timeout_seconds: float = Field(default=5.0, gt=0)
    read_timeout_seconds: float = Field(default=30.0, gt=0)
    attempts: int = Field(default=4, ge=1)


class ReadLimits(_Group):
    """What reading one file may cost before its reader is stopped."""

    pages: int = Field(default=500, ge=1)
    bytes: int = Field(default=100 * 1024 * 1024, ge=1)
    cpu_seconds: int = Field(default=60, ge=1)
    memory_bytes: int = Field(default=1024 * 1024 * 1024, ge=64 * 1024 * 1024)


def _in_home(name: str) -> Any:
    return lambda data: FolderPlace(path=data["home"] / name)


def _sqlite_in_home(driver: str, name: str) -> Any:
    return lambda data: SecretStr(f"{driver}:///{data['home'] / name}")


class _OwnDotEnv(DotEnvSettingsSource):
    """File `.env`, where variables of other programs are none of our business."""

    def __call__(self) -> dict[str, Any]:
        foreign = {name for name in self.env_vars if not name.startswith(PREFIX.lower())}
        return {name: value for name, value in super().__call__().items() if name not in foreign}


class Settings(BaseSettings):
    """Everything Keruen may be told from outside. Secrets are never shown by `str`, `repr` or `describe`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_file=ENV_FILE,
        env_file_encoding="utf-8",
        toml_file=TOML_FILE,
        frozen=True,
        extra="forbid",
        validate_default=True,
        hide_input_in_errors=True,
    )

    home: Annotated[Path, AfterValidator(lambda p: p.expanduser().absolute())] = Path(".keruen")
    """Folder of everything the service keeps when nothing else is said."""
    inbox: Annotated[tuple[Location, ...], NoDecode, _Several(";\n")] = Field(
        default_factory=lambda data: (FolderPlace(path=data["home"] / "inbox"),), min_length=1
    )
    """Folders and `s3://bucket/prefix`; several are given as a JSON array or between semicolons."""
    archive: Location = Field(default_factory=_in_home("archive"))
    outbox: Location = Field(default_factory=_in_home("outbox"))
    """Where released dossiers are put."""
    ledger_url: SecretStr = Field(default_factory=_sqlite_in_home("sqlite", "ledger.sqlite3"))
    """SQLAlchemy address of the ledger."""
    queue_url: HttpUrl = ""
    """SQS queue with the notifications of the S3 inboxes; empty: the sweep alone finds what arrived."""
    s3: S3Settings = S3Settings()

    notify_urls: Annotated[tuple[SecretStr, ...], NoDecode, _Several(";\n")] = ()
    """Apprise addresses told of exceptions and failures."""

    prefect_host: str = Field(default="127.0.0.1", min_length=1)
    prefect_port: int = Field(default=4200, ge=1, le=65535)
    prefect_api_url: HttpUrl = ""
    """API of a Prefect server run by someone else; empty: the service starts its own."""
    prefect_database_url: SecretStr = Field(default_factory=_sqlite_in_home("sqlite+aiosqlite", "prefect.sqlite3"))

    desk_language: Literal["ru", "kk", "en"] = "en"
    profile: Annotated[str, AfterValidator(_profile)] = ""
    """The profile every dossier is checked by; empty: the one its papers tell of."""
    read: ReadLimits = ReadLimits()
    lease_seconds: int = Field(default=300, ge=5)
    """How long a worker holds a drop before another may take it."""
    pdf_passwords: Annotated[tuple[SecretStr, ...], NoDecode, _Several("\n")] = ()
    """Tried on locked PDFs; several are given as a JSON array or one on a line."""
    settle_seconds: float = Field(default=2.0, ge=0.05)
    """How long a file in a folder inbox must stay unchanged before it is taken."""
    kinds_folder: Path | None = None
    """Further document kinds beside those that come with Keruen."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, _OwnDotEnv(settings_cls), TomlConfigSettingsSource(settings_cls)

    @property
    def prefect_ui_url(self) -> str:
        """Address of the Prefect UI for people, without a slash at its end."""
        if self.prefect_api_url:
            return self.prefect_api_url.rstrip("/").removesuffix("/api")
        return f"http://{self.prefect_host}:{self.prefect_port}"

    @property
    def buckets(self) -> tuple[BucketPlace, ...]:
        """The inboxes that lie in an S3 store."""
        return tuple(place for place in self.inbox if isinstance(place, BucketPlace))


class Described(NamedTuple):
    """One setting as `keruen settings` prints it; secrets are already masked."""

    name: str
    value: str
    origin: str


def load(**overrides: Any) -> Settings:
    """The settings in force now; `overrides` (names of `Settings`) go before everything else.

    Raises `SettingsError`, which names every wrong setting and where it was looked for.
    """
    _warn_of_unknown_names()
    try:
        return Settings(**overrides)
    except ValidationError as e:
        # A default made from `home` is not reported beside the wrong `home` itself.
        wrong = [d for d in e.errors(include_input=False) if d["type"] != "default_factory_not_called"]
        raise SettingsError("\n".join(_complaint(d) for d in wrong)) from None
    except (SourceError, ValueError, OSError) as e:  # a file that is no TOML, a group that is no JSON
        raise SettingsError(f"The settings cannot be read: {e}. Looked in: {_looked_in()}.") from e


def describe(settings: Settings, **overrides: Any) -> list[Described]:
    """Each setting with its value (secrets masked) and where it came from.

    Give the same `overrides` as to `load`.
    """
    origins = _origins(overrides)
    return [
        Described(name, _shown(value), origins.get(name) or origins.get(name.split(".")[0], "default"))
        for name, value in _leaves(settings)
    ]


def _origins(overrides: Mapping[str, Any]) -> dict[str, str]:
    """Which source gives each setting, by dotted name."""
    found = dict.fromkeys(_flat(overrides), "argument")
    for name in _flat(EnvSettingsSource(Settings)()):
        found.setdefault(name, f"environment {variable(name)}")
    for name in _flat(_OwnDotEnv(Settings)()):
        found.setdefault(name, f"file {ENV_FILE}, {variable(name)}")
    for name in _flat(TomlConfigSettingsSource(Settings)()):
        found.setdefault(name, f"file {TOML_FILE}")
    return found


def _flat(values: Mapping[str, Any], above: str = "") -> Iterator[str]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}"


def _leaves(group: BaseModel, above: str = "") -> Iterator[tuple[str, Any]]:
    for name in type(group).model_fields:
        value = getattr(group, name)
        if isinstance(value, _Group):
            yield from _leaves(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return "; ".join(_shown(item) for item in value)
    if isinstance(value, SecretStr):
        return mask(value.get_secret_value())
    return "" if value is None else str(value)


def mask(secret: str) -> str:
    """A secret as it may be shown: a database address keeps its driver, host and name; all else is stars.

    >>> mask("postgresql+psycopg://keruen:hush@db.local/ledger")
    'postgresql+psycopg://***@db.local/ledger'
    """
    if secret.startswith("sqlite"):
        return secret
    database = re.fullmatch(r"(postgresql(?:\+\w+)?://)(?:[^@]*@)?([^?@]*)(?:\?.*)?", secret)
    if database:
        return f"{database[1]}***@{database[2]}"
    return "***" if secret else ""


def variable(name: str) -> str:
    """The environment variable of a setting: `s3.endpoint` is `KERUEN_S3__ENDPOINT`."""
    return PREFIX + name.upper().replace(".", "__")


def _looked_in(name: str = "") -> str:
    first = variable(name) if name else f"{PREFIX}…"
    return f"environment {first}; file {Path(ENV_FILE).absolute()}; file {Path(TOML_FILE).absolute()}"


def _complaint(error: Any) -> str:
    """One line on one wrong setting: its name, what is wrong, where it was looked for. Never its value."""
    names = [str(part) for part in error["loc"] if not isinstance(part, int)]
    names = [part for part in names if part not in {"FolderPlace", "BucketPlace"}]
    name = ".".join(names).removeprefix(PREFIX.lower())
    if error["type"] == "extra_forbidden":
        return f"Setting {name} is not known.{_nearest(name)} Looked in: {_looked_in(name)}."
    problem = error["msg"].removeprefix("Value error, ")
    return f"Setting {name} is wrong: {problem}. Looked in: {_looked_in(name)}."


def _known_names() -> set[str]:
    groups: dict[str, type[BaseModel]] = {"s3": S3Settings, "read": ReadLimits}
    nested = {f"{group}.{field}" for group, model in groups.items() for field in model.model_fields}
    return set(Settings.model_fields) | nested


def _nearest(name: str) -> str:
    near = difflib.get_close_matches(name, _known_names(), n=1)
    return f" Did you mean {near[0]} ({variable(near[0])})?" if near else ""


def _warn_of_unknown_names() -> None:
    """A misspelt variable would otherwise be passed over in silence."""
    known = {variable(name) for name in _known_names()} | _NOT_SETTINGS
    for name in os.environ:
        if name.startswith(PREFIX) and name.upper() not in known:
            dotted = name.removeprefix(PREFIX).lower().replace("__", ".")
            log.warning("Environment variable %s is not a setting of Keruen.%s", name, _nearest(dotted))
