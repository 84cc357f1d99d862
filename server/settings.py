"""All settings: one frozen value made of frozen parts, read once from the environment (`HEJIE_*`), never elsewhere.

A secret may be given as the path of a file by adding `_FILE` to its name. All problems are reported together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import TypeVar

from documents import KeyOptions
from server import allowed
from server.allowed import Template
from server.law import courts, holidays
from server.law import terms as law_terms
from server.law.courts import Court
from server.law.holidays import Calendar
from server.law.terms import Terms

T = TypeVar("T")


@dataclass(frozen=True)
class HttpOptions:
    """The web door."""

    host: str = "127.0.0.1"
    port: int = 8080
    origin: str = "http://127.0.0.1:8080"
    """What stands in the address bar: scheme, host and port, no path."""
    tls_cert: Path | None = None
    tls_key: Path | None = None
    proxies: int = 0
    """Trusted reverse proxies in front; the client's address is that many entries from the right of X-Forwarded-For."""
    static: Path = Path("static/dist")

    @property
    def secure(self) -> bool:
        """Cookies are Secure and HSTS is sent."""
        return self.origin.startswith("https://")


@dataclass(frozen=True)
class RoomOptions:
    """The media door, and the TURN servers beside it for those whom UDP does not reach."""

    hosts: tuple[str, ...] = ("127.0.0.1",)
    """A socket on each."""
    port: int = 0
    """One for all of them; 0 takes any free UDP port."""
    advertised: tuple[str, ...] = ()
    """What browsers are told instead of `hosts`."""
    turn_urls: tuple[str, ...] = ()
    """RFC 7065, in the order browsers are told."""
    turn_secret: str | None = field(default=None, repr=False)
    """Shared with the TURN servers, which take credentials made with it."""


@dataclass(frozen=True)
class LoginOptions:
    """Limits of a login, in seconds."""

    staff_idle: int = 2 * 3600
    staff_absolute: int = 12 * 3600
    seat_idle: int = 12 * 3600
    seat_absolute: int = 24 * 3600
    attempts: int = 5
    """Wrong passwords or codes before the lock."""
    lock: int = 15 * 60
    code_valid: int = 10 * 60
    code_resend: int = 60
    link_valid: int = 7 * 24 * 3600
    ticket_valid: int = 4 * 3600
    invitation_valid: int = 3 * 24 * 3600
    second_factor: bool | None = None
    """Staff set up a second factor before anything else, practice accounts never; None: except in a demo."""
    fresh: int = 5 * 60
    """How long a second factor that was shown counts for acts that ask for one again."""


@dataclass(frozen=True)
class Centre:
    """The mediation centre, as printed in letters and shown on every page."""

    name: str = "嘉南区青禾街道人民调解委员会"
    phone: str = "0571-00000000"
    address: str = "嘉南区青禾路1号"
    series: str = "嘉南人调字"
    """Official numbers of agreements: (year)series第0001号."""
    first_number: int = 1
    """Where the numbers of a year begin; above 1 when the year began on paper."""
    reviewed: tuple[str, ...] = ()
    """Rule types whose drafts a reviewer reads before they are read to the parties."""


@dataclass(frozen=True)
class KeepingOptions:
    """Time-stamps, and what keeps signed files provable and safe over the years."""

    tsa_urls: tuple[str, ...] = field(default=(), repr=False)
    """Time-stamp servers in the order they are asked; an address may hold a password."""
    tsa_embedded: bool = True
    """Whether the machine's own authority is asked after them."""
    tsa_certs: Path | None = None
    """Roots the servers' certificates lead to, and CA certificates on the way."""
    renew_years: int = 2
    """A file whose newest time-stamp certificate ends within that many years gets the next one."""
    backup_passphrase: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class SmtpOptions:
    """The mail server that takes our mail."""

    host: str = ""
    port: int = 587
    security: str = "starttls"
    """starttls, tls (from the first byte), or none (on this machine only)."""
    user: str = ""
    password: str | None = field(default=None, repr=False)
    sender: str = ""
    ca: Path | None = None
    """Roots its certificate leads to; None: those of this machine."""


@dataclass(frozen=True)
class SmsOptions:
    """The gateway that takes our text messages."""

    url: str = field(default="", repr=False)
    auth: str = "hmac"
    secret: str | None = field(default=None, repr=False)
    templates: Mapping[str, Template] = field(default_factory=dict)
    """By what a message is about; empty: texts go as they are."""


@dataclass(frozen=True)
class Settings:
    """Everything a deployment may choose."""

    data: Path = Path("var")
    postgresql: str | None = field(default=None, repr=False)
    """Address of a PostgreSQL database; None for the SQLite file in `data`."""
    fonts: Path = Path("build/fonts")
    clauses: Path | None = None
    """The centre's own clauses, beside the built-in library."""
    forms: Path | None = None
    """The centre's own templates; None: only those shipped."""
    demo: bool = False
    http: HttpOptions = field(default_factory=HttpOptions)
    media: RoomOptions = field(default_factory=RoomOptions)
    login: LoginOptions = field(default_factory=LoginOptions)
    centre: Centre = field(default_factory=Centre)
    keys: KeyOptions = field(default_factory=KeyOptions)
    keeping: KeepingOptions = field(default_factory=KeepingOptions)
    smtp: SmtpOptions = field(default_factory=SmtpOptions)
    sms: SmsOptions = field(default_factory=SmsOptions)
    calendar: Calendar = field(default_factory=holidays.read, repr=False)
    """Which days are worked, as announced year by year."""
    courts: tuple[Court, ...] = ()
    """The courts around, as the centre keeps them."""
    terms: Terms = field(default_factory=law_terms.read, repr=False)
    """How long each stage of a matter may take."""
    recording_days: int = 180
    """How long a recording is kept after it began; then its key is destroyed."""
    secret: bytes | None = field(default=None, repr=False)
    """Signs tickets; None: one is made in the data directory."""
    ca_passphrase: str | None = field(default=None, repr=False)
    rehearsal_token: str | None = field(default=None, repr=False)

    @property
    def second_factor(self) -> bool:
        """Whether staff must have one."""
        return not self.demo if self.login.second_factor is None else self.login.second_factor

    @property
    def known_courts(self) -> tuple[Court, ...]:
        """The centre's list; a demo without one has the invented courts of its invented places."""
        return courts.read(courts.BUNDLED) if self.demo and not self.courts else self.courts

    @property
    def database(self) -> Path:
        """The SQLite file; there is none where PostgreSQL is used."""
        return self.data / "hejie.sqlite3"

    @property
    def place(self) -> Path | str:
        """Where the database is: a file, or the address of PostgreSQL."""
        return self.postgresql or self.database

    @property
    def blobs(self) -> Path:
        """Directory of files by hash."""
        return self.data / "blobs"

    @property
    def recordings(self) -> Path:
        """Directory of sealed recordings."""
        return self.data / "recordings"

    @property
    def films(self) -> Path:
        """Directory where films of recordings lie in clear while they are made; empty otherwise."""
        return self.data / "films"

    @property
    def authority(self) -> Path:
        """Directory of the deployment's CA."""
        return self.data / "pki"

    @property
    def demo_passphrase(self) -> Path:
        """What a demo's key files are encrypted with, made by itself."""
        return self.data / "pki-passphrase"


class SettingsError(Exception):
    """All problems at once, each as `NAME: what is expected`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Setting:
    """One line of the table of settings: name, what is expected, what it changes, the default as one would write it."""

    name: str
    expected: str
    effect: str
    default: str = ""
    secret: bool = False


TABLE = (
    Setting("HEJIE_DATA", "a directory", "where the database, files and keys live", "var"),
    Setting(
        "HEJIE_DATABASE",
        "postgresql://user:password@host/name",
        "keeps the database in PostgreSQL instead of an SQLite file in HEJIE_DATA",
        secret=True,
    ),
    Setting("HEJIE_FONTS", "a directory", "where the fonts of documents are", "build/fonts"),
    Setting("HEJIE_CLAUSES", "a directory", "the centre's own clauses (`*.toml`), beside the built-in library"),
    Setting("HEJIE_FORMS", "a directory", "the centre's own templates of forms (`*.toml`), in place of those shipped"),
    Setting("HEJIE_STATIC", "a directory", "the built browser app", "static/dist"),
    Setting("HEJIE_HOST", "an address of this machine", "where the web door listens", "127.0.0.1"),
    Setting("HEJIE_PORT", "a port, 0 to 65535", "where the web door listens", "8080"),
    Setting(
        "HEJIE_ORIGIN",
        "scheme://host[:port] without a path",
        "links, cookies, certificates carry it",
        "http://127.0.0.1:8080",
    ),
    Setting("HEJIE_TLS_CERT", "a PEM file", "serve https with this chain"),
    Setting("HEJIE_TLS_KEY", "a PEM file", "its key"),
    Setting("HEJIE_PROXIES", "a whole number, 0 to 5", "trusted reverse proxies in front", "0"),
    Setting(
        "HEJIE_MEDIA_HOST",
        "addresses of this machine, separated by spaces",
        "where media (UDP) arrives: a socket on each, IPv4 or IPv6",
        "127.0.0.1",
    ),
    Setting("HEJIE_MEDIA_PORT", "a port, 0 to 65535", "where media (UDP) arrives, on all addresses; 0: any", "0"),
    Setting(
        "HEJIE_MEDIA_ADVERTISED",
        "addresses, separated by spaces",
        "what browsers are told instead, behind NAT: the same port of each must lead here",
    ),
    Setting(
        "HEJIE_TURN_URLS",
        "turn: or turns: addresses (RFC 7065), separated by spaces",
        "TURN servers for networks without UDP, such as `turns:turn.example.org:443?transport=tcp`",
    ),
    Setting(
        "HEJIE_TURN_SECRET",
        "at least 16 characters",
        "shared with the TURN servers (coturn: static-auth-secret); credentials made with it end after 12 hours",
        secret=True,
    ),
    Setting(
        "HEJIE_CENTRE_NAME", "text", "the centre's name on every page and document", "嘉南区青禾街道人民调解委员会"
    ),
    Setting("HEJIE_CENTRE_PHONE", "text", "its land line", "0571-00000000"),
    Setting("HEJIE_CENTRE_ADDRESS", "text", "its address", "嘉南区青禾路1号"),
    Setting("HEJIE_NUMBER_SERIES", "text", "official numbers of agreements: (year)series第0001号", "嘉南人调字"),
    Setting(
        "HEJIE_NUMBER_FIRST", "a whole number, 1 to 9999", "where a year's numbers begin, if it began on paper", "1"
    ),
    Setting(
        "HEJIE_HOLIDAYS",
        "a directory with a file such as 2027.json per year",
        "years of holidays and worked weekend days beside those that come with Hejie",
    ),
    Setting(
        "HEJIE_COURTS",
        "a directory with a file such as courts.toml",
        "the courts around, from which those are chosen that may confirm an agreement",
    ),
    Setting(
        "HEJIE_TERMS",
        "a TOML file",
        "how long each stage of a matter may take, and why its clock may stand, in place of `terms.toml` of Hejie",
    ),
    Setting(
        "HEJIE_REVIEWED",
        "rule types separated by spaces: people, court_invited, labour, medical, commercial",
        "whose drafts a reviewer passes or returns before they are read to the parties",
    ),
    Setting("HEJIE_DEMO", "0 or 1", "seed the demo centre, keep messages in an outbox, open /api/demo", "0"),
    Setting(
        "HEJIE_SECOND_FACTOR",
        "0 or 1",
        "staff must log in with a second factor; not set: 1, but 0 in a demo",
    ),
    Setting(
        "HEJIE_SECRET", "at least 32 characters", "signs room tickets; made in HEJIE_DATA when absent", secret=True
    ),
    Setting("HEJIE_CA_PASSPHRASE", "text", "protects the key files of the deployment's CA", secret=True),
    Setting("HEJIE_KEYS", "file, pkcs11 or csc", "where new keys of the institution are made", "file"),
    Setting("HEJIE_PKCS11_MODULE", "a file", "the hardware module's library; with it keys in a token open"),
    Setting("HEJIE_PKCS11_TOKEN", "text", "label of the token", "hejie"),
    Setting("HEJIE_PKCS11_PIN", "text", "opens the token", secret=True),
    Setting("HEJIE_CSC_URL", "scheme://host[:port] without a path", "remote CA (CSC API 2); http on this machine only"),
    Setting("HEJIE_CSC_CLIENT", "text", "our name at the remote CA (OAuth 2 client credentials)"),
    Setting("HEJIE_CSC_SECRET", "text", "our secret there", secret=True),
    Setting("HEJIE_CSC_PIN", "text", "unlocks credentials that ask for a PIN", secret=True),
    Setting(
        "HEJIE_CSC_CREDENTIALS",
        "a JSON object of text",
        "credential for each kind of key kept there: seal, service, tsa, ocsp, issuing",
    ),
    Setting("HEJIE_EVENT_ISSUER", "text", "plug-in of a licensed CA for the people of a ceremony; empty: our own CA"),
    Setting("HEJIE_EVENT_ISSUER_OPTIONS", "a JSON object of text", "handed to the plug-in", secret=True),
    Setting(
        "HEJIE_TSA_URLS",
        "http(s) addresses, separated by spaces",
        "time-stamp servers (RFC 3161) in the order they are asked",
        secret=True,
    ),
    Setting("HEJIE_TSA_CERTS", "a PEM file", "the roots (and CAs below them) of those servers; needed with them"),
    Setting("HEJIE_TSA_EMBEDDED", "0 or 1", "ask this machine's own time-stamp authority after them", "1"),
    Setting(
        "HEJIE_RENEW_YEARS",
        "a whole number, 1 to 9",
        "a file whose newest time-stamp certificate ends within that many years gets the next one",
        "2",
    ),
    Setting(
        "HEJIE_RECORDING_DAYS",
        "a whole number, 1 to 3650",
        "days a recording of a session is kept; then its key is destroyed",
        "180",
    ),
    Setting("HEJIE_SMTP_HOST", "text", "mail server that takes messages for people who have a mail address"),
    Setting("HEJIE_SMTP_PORT", "a port, 1 to 65535", "its port", "587"),
    Setting(
        "HEJIE_SMTP_SECURITY",
        "starttls, tls or none",
        "how the way there is encrypted; none on this machine only",
        "starttls",
    ),
    Setting("HEJIE_SMTP_USER", "text", "our name there"),
    Setting("HEJIE_SMTP_PASSWORD", "text", "our password there", secret=True),
    Setting("HEJIE_SMTP_FROM", "a mail address", "whose mail it is; needed with HEJIE_SMTP_HOST"),
    Setting("HEJIE_SMTP_CA", "a PEM file", "roots the server's certificate leads to, where it is a private one"),
    Setting(
        "HEJIE_SMS_URL",
        "an http(s) address",
        "gateway that takes text messages; http on this machine only",
        secret=True,
    ),
    Setting("HEJIE_SMS_AUTH", "hmac or bearer", "how we prove ourselves there", "hmac"),
    Setting("HEJIE_SMS_SECRET", "at least 16 characters", "shared with the gateway", secret=True),
    Setting(
        "HEJIE_SMS_TEMPLATES",
        "a TOML file",
        "template id and variables by what a message is about; without it texts go as they are",
    ),
    Setting("HEJIE_BACKUP_PASSPHRASE", "at least 12 characters", "encrypts what `hejie backup` writes", secret=True),
    Setting(
        "HEJIE_REHEARSAL_TOKEN",
        "at least 16 characters",
        "opens /api/demo for rehearsals outside demo mode",
        secret=True,
    ),
)


class _Reader:
    """Collects problems while it reads."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.problems: list[str] = []
        self.values = dict(environ)
        known = {setting.name: setting for setting in TABLE}
        for name in sorted(environ):
            base = name.removesuffix("_FILE")
            if name.startswith("HEJIE_") and name not in known and not (base in known and known[base].secret):
                self.problems.append(f"{name}: no such setting")
            elif name.startswith("HEJIE_") and name not in known:
                self._from_file(name, base)

    def _from_file(self, name: str, base: str) -> None:
        if base in self.values:
            self.problems.append(f"{name}: {base} is given too; give one of them")
            return
        try:
            self.values[base] = Path(self.values[name]).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            self.problems.append(f"{name}: expected a readable text file")

    def get(self, name: str, read: Callable[[str], T], default: T) -> T:
        text = self.values.get(name, "")
        if not text:
            return default
        try:
            return read(text)
        except ValueError:
            expected = next(setting.expected for setting in TABLE if setting.name == name)
            self.problems.append(f"{name}: expected {expected}")
            return default


def from_env(environ: Mapping[str, str]) -> Settings:
    """Settings from an environment; raises SettingsError with every problem found."""
    reader = _Reader(environ)
    get = reader.get
    port = get("HEJIE_PORT", allowed.whole(0, 65535), HttpOptions.port)
    cert, key = get("HEJIE_TLS_CERT", allowed.file, None), get("HEJIE_TLS_KEY", allowed.file, None)
    if bool(reader.values.get("HEJIE_TLS_CERT")) != bool(reader.values.get("HEJIE_TLS_KEY")):
        reader.problems.append("HEJIE_TLS_CERT, HEJIE_TLS_KEY: expected both or neither")
    if cert and reader.values.get("HEJIE_ORIGIN", "https://").startswith("http://"):
        reader.problems.append("HEJIE_ORIGIN: expected https://, since HEJIE_TLS_CERT is set")
    host = get("HEJIE_HOST", str, HttpOptions.host)
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 (compared, not bound)
    settings = Settings(
        data=get("HEJIE_DATA", Path, Path("var")),
        postgresql=get("HEJIE_DATABASE", allowed.postgresql, None),
        fonts=get("HEJIE_FONTS", Path, Path("build/fonts")),
        clauses=get("HEJIE_CLAUSES", Path, None),
        forms=get("HEJIE_FORMS", Path, None),
        demo=get("HEJIE_DEMO", allowed.flag, False),
        http=HttpOptions(
            host=host,
            port=port,
            origin=get("HEJIE_ORIGIN", allowed.origin, f"{'https' if cert else 'http'}://{shown}:{port}"),
            tls_cert=cert,
            tls_key=key,
            proxies=get("HEJIE_PROXIES", allowed.whole(0, 5), 0),
            static=get("HEJIE_STATIC", Path, Path("static/dist")),
        ),
        media=_media(reader),
        login=LoginOptions(second_factor=get("HEJIE_SECOND_FACTOR", allowed.flag, None)),
        centre=Centre(
            get("HEJIE_CENTRE_NAME", str, Centre.name),
            get("HEJIE_CENTRE_PHONE", str, Centre.phone),
            get("HEJIE_CENTRE_ADDRESS", str, Centre.address),
            get("HEJIE_NUMBER_SERIES", str, Centre.series),
            get("HEJIE_NUMBER_FIRST", allowed.whole(1, 9999), 102 if get("HEJIE_DEMO", allowed.flag, False) else 1),
            get("HEJIE_REVIEWED", allowed.profiles, Centre.reviewed),
        ),
        keys=_keys(reader),
        keeping=_keeping(reader),
        smtp=_smtp(reader),
        sms=_sms(reader),
        calendar=_calendar(reader),
        courts=_courts(reader),
        terms=_terms(reader),
        recording_days=get("HEJIE_RECORDING_DAYS", allowed.whole(1, 3650), Settings.recording_days),
        secret=get("HEJIE_SECRET", allowed.secret(32), None),
        ca_passphrase=get("HEJIE_CA_PASSPHRASE", str, None),
        rehearsal_token=get("HEJIE_REHEARSAL_TOKEN", lambda text: allowed.secret(16)(text).decode(), None),
    )
    if reader.problems:
        raise SettingsError(reader.problems)
    return settings


def _calendar(reader: _Reader) -> Calendar:
    text = reader.values.get("HEJIE_HOLIDAYS", "")
    try:
        return holidays.read(Path(text) if text else None)
    except holidays.BadPlan as error:
        reader.problems.append(f"HEJIE_HOLIDAYS: {error}")
        return holidays.read()


def _courts(reader: _Reader) -> tuple[Court, ...]:
    text = reader.values.get("HEJIE_COURTS", "")
    try:
        return courts.read(Path(text)) if text else ()
    except courts.BadCourts as error:
        reader.problems.append(f"HEJIE_COURTS: {error}")
        return ()


def _terms(reader: _Reader) -> Terms:
    text = reader.values.get("HEJIE_TERMS", "")
    try:
        return law_terms.read(Path(text)) if text else law_terms.read()
    except law_terms.BadTerms as error:
        reader.problems.append(f"HEJIE_TERMS: {error}")
        return law_terms.read()


def _media(reader: _Reader) -> RoomOptions:
    get = reader.get
    nothing: tuple[str, ...] = ()
    options = RoomOptions(
        hosts=get("HEJIE_MEDIA_HOST", allowed.hosts, RoomOptions.hosts),
        port=get("HEJIE_MEDIA_PORT", allowed.whole(0, 65535), 0),
        advertised=get("HEJIE_MEDIA_ADVERTISED", allowed.hosts, nothing),
        turn_urls=get("HEJIE_TURN_URLS", allowed.turns, nothing),
        turn_secret=get("HEJIE_TURN_SECRET", lambda text: allowed.secret(16)(text).decode(), None),
    )
    if any(ip_address(host).is_unspecified for host in options.advertised or options.hosts):
        reader.problems.append("HEJIE_MEDIA_ADVERTISED: expected addresses browsers can send to, not 0.0.0.0 or ::")
    if bool(reader.values.get("HEJIE_TURN_URLS")) != bool(reader.values.get("HEJIE_TURN_SECRET")):
        reader.problems.append("HEJIE_TURN_URLS, HEJIE_TURN_SECRET: expected both or neither")
    return options


def _keys(reader: _Reader) -> KeyOptions:
    get = reader.get
    options = KeyOptions(
        place=get("HEJIE_KEYS", allowed.one_of("file", "pkcs11", "csc"), "file"),
        module=get("HEJIE_PKCS11_MODULE", allowed.file, None),
        token=get("HEJIE_PKCS11_TOKEN", str, KeyOptions.token),
        pin=get("HEJIE_PKCS11_PIN", str, ""),
        csc_url=get("HEJIE_CSC_URL", allowed.origin, ""),
        csc_client=get("HEJIE_CSC_CLIENT", str, ""),
        csc_secret=get("HEJIE_CSC_SECRET", str, ""),
        csc_pin=get("HEJIE_CSC_PIN", str, ""),
        csc_credentials=get("HEJIE_CSC_CREDENTIALS", allowed.texts, {}),
        issuer=get("HEJIE_EVENT_ISSUER", str, ""),
        issuer_options=get("HEJIE_EVENT_ISSUER_OPTIONS", allowed.texts, {}),
    )
    needs = {"pkcs11": ("HEJIE_PKCS11_MODULE", options.module), "csc": ("HEJIE_CSC_URL", options.csc_url)}
    name, value = needs.get(options.place, ("", True))
    if not value and not reader.values.get(name):
        reader.problems.append(f"{name}: expected, since HEJIE_KEYS is {options.place}")
    return options


def _keeping(reader: _Reader) -> KeepingOptions:
    nothing: tuple[str, ...] = ()
    urls, embedded = (
        reader.get("HEJIE_TSA_URLS", allowed.addresses, nothing),
        reader.get("HEJIE_TSA_EMBEDDED", allowed.flag, True),
    )
    certs = reader.get("HEJIE_TSA_CERTS", allowed.file, None)
    if urls and not reader.values.get("HEJIE_TSA_CERTS"):
        reader.problems.append("HEJIE_TSA_CERTS: expected a PEM file, since HEJIE_TSA_URLS is set")
    if not urls and not embedded:
        reader.problems.append("HEJIE_TSA_EMBEDDED: expected 1, since there is no HEJIE_TSA_URLS")
    return KeepingOptions(
        urls,
        embedded,
        certs,
        reader.get("HEJIE_RENEW_YEARS", allowed.whole(1, 9), KeepingOptions.renew_years),
        reader.get("HEJIE_BACKUP_PASSPHRASE", lambda text: allowed.secret(12)(text).decode(), None),
    )


def _smtp(reader: _Reader) -> SmtpOptions:
    get = reader.get
    options = SmtpOptions(
        host=get("HEJIE_SMTP_HOST", str, ""),
        port=get("HEJIE_SMTP_PORT", allowed.whole(1, 65535), SmtpOptions.port),
        security=get("HEJIE_SMTP_SECURITY", allowed.one_of("starttls", "tls", "none"), SmtpOptions.security),
        user=get("HEJIE_SMTP_USER", str, ""),
        password=get("HEJIE_SMTP_PASSWORD", str, None),
        sender=get("HEJIE_SMTP_FROM", allowed.mail, ""),
        ca=get("HEJIE_SMTP_CA", allowed.file, None),
    )
    if options.host and not reader.values.get("HEJIE_SMTP_FROM"):
        reader.problems.append("HEJIE_SMTP_FROM: expected a mail address, since HEJIE_SMTP_HOST is set")
    if options.security == "none" and options.host not in ("", *allowed.HERE):
        reader.problems.append("HEJIE_SMTP_SECURITY: expected starttls or tls, since the server is another machine")
    return options


def _sms(reader: _Reader) -> SmsOptions:
    get = reader.get
    nothing: dict[str, Template] = {}
    options = SmsOptions(
        url=get("HEJIE_SMS_URL", allowed.gateway, ""),
        auth=get("HEJIE_SMS_AUTH", allowed.one_of("hmac", "bearer"), SmsOptions.auth),
        secret=get("HEJIE_SMS_SECRET", lambda text: allowed.secret(16)(text).decode(), None),
        templates=get("HEJIE_SMS_TEMPLATES", allowed.templates, nothing),
    )
    if bool(reader.values.get("HEJIE_SMS_URL")) != bool(reader.values.get("HEJIE_SMS_SECRET")):
        reader.problems.append("HEJIE_SMS_URL, HEJIE_SMS_SECRET: expected both or neither")
    return options


def markdown() -> str:
    """The table of settings for the manual."""
    rows = [
        f"| `{one.name}`{' (secret)' if one.secret else ''} | {f'`{one.default}`' if one.default else '–'} "
        f"| {one.expected} | {one.effect} |"
        for one in TABLE
    ]
    return "\n".join(["| name | default | expected | effect |", "|---|---|---|---|", *rows]) + "\n"
