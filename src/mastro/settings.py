"""Settings of an installation: the one place where the environment is read.

Each setting is a field of `Settings` and an environment variable `MASTRO_` + its name in capitals. A secret can also
come from a file: `MASTRO_SECRET_KEY_FILE=/run/secrets/key`.
"""

import datetime as dt
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

ROME = ZoneInfo("Europe/Rome")
"""Business dates and the wire's timestamps are Italian."""


def rome_now() -> dt.datetime:
    """The clock of a real installation."""
    return dt.datetime.now(ROME)


class WrongSetting(ValueError):
    """A setting has a value that it cannot have; the message names the variable."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation is run."""

    data_dir: Path = Path("data")
    """Folder of the SQLite file, the attachments and the secret key."""
    database_url: str = ""
    """`sqlite:///path` or `postgresql://user:password@host/name`; empty means a file in `data_dir`."""
    base_url: str = ""
    """Address under which the world reaches this server; empty means http://HOST:PORT."""
    host: str = "127.0.0.1"
    """Address that the server listens on; 0.0.0.0 for every one of the machine."""
    port: int = 8000
    """Port that it listens on."""
    workers: int = 1
    """Processes that answer requests."""
    body_limit: int = 10 * 1024 * 1024
    """Longest body of a request, in bytes; a longer one is refused with 413."""
    link_days: int = 7
    """Days that a signed link to a PDF or an attachment stays open."""
    storage_url: str = ""
    """Where attachments are kept: `s3://bucket/prefix` of any S3-compatible store; empty: a folder in `data_dir`."""
    storage_endpoint: str = ""
    """Address of an S3-compatible store that is not Amazon's, such as `https://minio.example.it`."""
    storage_region: str = ""
    """Region of the store, where it has any."""
    storage_key: str = ""
    """Access key of the store; without it and its secret those of the machine count."""
    storage_secret: str = ""
    """Secret of the access key."""
    attachment_limit: int = 8 * 1024 * 1024
    """Longest attachment, in bytes; the upload as a whole is held to `body_limit` as well."""
    upload_days: int = 2
    """Days that an uploaded file waits for the document that names it; then it is deleted."""
    secret_key: str = ""
    """Signs links and sessions; empty means one made at the first start and kept in `data_dir`."""
    trusted_proxies: str = ""
    """Addresses, separated by commas, whose X-Forwarded-* headers are believed; empty means none."""
    quotas: str = ""
    """`vendor` turns the vendor's request limits on; empty means none."""
    worker: int = 1
    """1 runs the worker inside `mastro serve`; 0 leaves the jobs to `mastro worker`."""
    smtp_host: str = ""
    """Mail server of the installation, for companies without their own; empty: mail stays in `data_dir`/outbox."""
    smtp_port: int = 0
    """0 means the usual one: 465 for tls, 587 for starttls, 25 for none."""
    smtp_security: str = "starttls"
    """tls, starttls, or none for a server on this machine."""
    smtp_user: str = ""
    """Name to sign in with at the mail server; empty: without signing in."""
    smtp_password: str = ""
    """Password of that name."""
    smtp_from: str = ""
    """Address that mail goes out from; empty means no-reply at the host of `base_url`."""
    smtp_timeout: int = 30
    """Seconds that a mail server may keep silent."""
    mail_per_day: int = 500
    """Messages that a company may order in 24 hours, each to 50 addresses at most; 0 means any number."""
    outbox_is_sent: int = 0
    """1 counts mail in the outbox as sent, for development without a mail server; 0 leaves it pending."""
    webhook_key: str = ""
    """Signs webhooks: a private key of the curve P-256 as PEM; empty means one made at its first use and kept in
    `data_dir`. Set it where several machines deliver."""
    private_sinks: int = 0
    """1 lets webhooks go to plain http, and webhooks and companies' own mail servers to addresses of private networks,
    such as localhost: for development."""
    delivery_days: int = 30
    """Days that the log of webhook deliveries goes back."""
    result_days: int = 7
    """Days that the files which long jobs leave are kept, such as an export of everything."""
    backup_keep: int = 0
    """Backups that are made once a day and kept, the oldest deleted; 0: none is made by itself."""
    backup_dir: str = ""
    """Folder of the backups, best on another disk; empty: `backups` in `data_dir`."""
    new_companies: str = "owners"
    """Who makes companies in the pages and by the API: `owners` (who owns one already, and who belongs to none),
    `everyone` with a user, `nobody`; `mastro company create` always does."""
    deleted_days: int = 30
    """Days for which the owner of a deleted company can take it back; then its data and files are deleted for good."""
    clock: Callable[[], dt.datetime] = field(default=rome_now, compare=False)

    @classmethod
    def from_environment(cls, *, environment: Mapping[str, str] | None = None, **given: object) -> "Settings":
        """Settings from `MASTRO_*` variables; what is `given` (and not None) wins over them."""
        environment = os.environ if environment is None else environment
        values: dict[str, object] = {}
        for setting in fields(cls):
            if setting.name == "clock":
                continue
            text = _read(environment, f"MASTRO_{setting.name.upper()}")
            if text is not None:
                values[setting.name] = _coerce(setting.name, setting.default, text)
        values |= {name: value for name, value in given.items() if value is not None}
        return cls(**values)  # type: ignore[arg-type]  # each coerced to the type of its default

    @property
    def database(self) -> str:
        """URL of the database."""
        return self.database_url or f"sqlite:///{self.data_dir / 'mastro.db'}"

    @property
    def address(self) -> str:
        """Address of this server as the world writes it, without a slash at the end."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def key(self) -> bytes:
        """The secret that signs links and sessions, made at its first use where none is set."""
        return (self.secret_key or _kept_key(self.data_dir / "secret.key")).encode()


def _read(environment: Mapping[str, str], name: str) -> str | None:
    file = environment.get(f"{name}_FILE")
    if file:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise WrongSetting(f"{name}_FILE: {error}") from error
    return environment.get(name)


def _coerce(name: str, default: object, text: str) -> object:
    if isinstance(default, int):
        try:
            number = int(text)
        except ValueError:
            raise WrongSetting(f"MASTRO_{name.upper()} must be a whole number, not {text!r}") from None
        if number < 0:
            raise WrongSetting(f"MASTRO_{name.upper()} must not be negative")
        return number
    if name in _CHOICES and text not in _CHOICES[name]:
        raise WrongSetting(f"MASTRO_{name.upper()} is one of {', '.join(_CHOICES[name])}, not {text!r}")
    return Path(text) if isinstance(default, Path) else text


_CHOICES = {"smtp_security": ("tls", "starttls", "none"), "new_companies": ("owners", "everyone", "nobody")}


@cache
def _kept_key(path: Path) -> str:
    """The key of a data folder: read once, because every link is signed with it."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        try:
            os.link(draft, path)  # fails where another process was first, whose key then counts
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii")
