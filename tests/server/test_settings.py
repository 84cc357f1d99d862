"""Settings: read once, all problems together, secrets from files and never shown."""

from pathlib import Path

import pytest

from server.law.courts import BUNDLED
from server.settings import TABLE, Settings, SettingsError, from_env, markdown

EVERYWHERE = "0.0.0.0"  # noqa: S104 (read, not bound)

YEAR = """{"year": 2027, "source": "an example", "holidays": [
{"name": "元旦", "from": "2027-01-01", "to": "2027-01-03"},
{"name": "劳动节", "from": "2027-05-01", "to": "2027-05-05"},
{"name": "国庆节", "from": "2027-10-01", "to": "2027-10-07"}], "workdays": ["2027-10-09"]}"""


def test_an_empty_environment_is_a_complete_development_set_up() -> None:
    settings = from_env({"PATH": "/bin"})
    assert settings == Settings()
    assert (settings.http.origin, settings.http.secure, settings.demo) == ("http://127.0.0.1:8080", False, False)
    assert settings.database == Path("var/hejie.sqlite3")


def test_all_problems_are_told_at_once_each_with_its_name_and_what_is_expected() -> None:
    with pytest.raises(SettingsError) as caught:
        from_env(
            {
                "HEJIE_PORT": "99999",
                "HEJIE_DEMO": "yes",
                "HEJIE_ORIGIN": "example.org/path",
                "HEJIE_TLS_CERT": "/nowhere.pem",
                "HEJIE_SECRET": "short",
                "HEJIE_MEDIA_HOST": "media.example.org",
                "HEJIE_MEDIA_ADVERTISED": EVERYWHERE,
                "HEJIE_TURN_URLS": "https://turn.example.org",
                "HEJIE_PORTS": "1",
                "HEJIE_PORT_FILE": "x",
            }
        )
    assert set(caught.value.problems) == {
        "HEJIE_PORTS: no such setting",
        "HEJIE_PORT_FILE: no such setting",
        "HEJIE_PORT: expected a port, 0 to 65535",
        "HEJIE_TLS_CERT: expected a PEM file",
        "HEJIE_TLS_CERT, HEJIE_TLS_KEY: expected both or neither",
        "HEJIE_DEMO: expected 0 or 1",
        "HEJIE_ORIGIN: expected scheme://host[:port] without a path",
        "HEJIE_MEDIA_HOST: expected addresses of this machine, separated by spaces",
        "HEJIE_MEDIA_ADVERTISED: expected addresses browsers can send to, not 0.0.0.0 or ::",
        "HEJIE_TURN_URLS: expected turn: or turns: addresses (RFC 7065), separated by spaces",
        "HEJIE_TURN_URLS, HEJIE_TURN_SECRET: expected both or neither",
        "HEJIE_SECRET: expected at least 32 characters",
    }


def test_a_secret_comes_from_a_file_and_is_never_shown(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("s" * 40 + "\n")
    settings = from_env({"HEJIE_SECRET_FILE": str(file), "HEJIE_CA_PASSPHRASE": "open sesame"})
    assert settings.secret == b"s" * 40
    assert "sss" not in repr(settings) and "sesame" not in repr(settings)


def test_a_secret_given_twice_or_in_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        from_env({"HEJIE_SECRET": "s" * 40, "HEJIE_SECRET_FILE": "x", "HEJIE_REHEARSAL_TOKEN_FILE": "/nowhere"})
    assert caught.value.problems == [
        "HEJIE_REHEARSAL_TOKEN_FILE: expected a readable text file",
        "HEJIE_SECRET_FILE: HEJIE_SECRET is given too; give one of them",
    ]


@pytest.mark.parametrize("host, shown", [("::", "127.0.0.1"), ("192.0.2.7", "192.0.2.7")])
def test_the_origin_follows_host_and_port(host: str, shown: str) -> None:
    assert from_env({"HEJIE_HOST": host, "HEJIE_PORT": "9000"}).http.origin == f"http://{shown}:9000"


def test_every_setting_of_the_table_is_read_and_only_those(tmp_path: Path) -> None:
    """Each name of the table changes the settings when given: the table can be trusted as documentation."""
    pem = tmp_path / "x.pem"
    pem.write_text("x")
    years = tmp_path / "years"
    years.mkdir()
    (years / "2027.json").write_text(YEAR)
    given = {
        "HEJIE_DATABASE": "postgresql://hejie@127.0.0.1/hejie",
        "HEJIE_HOLIDAYS": str(years), "HEJIE_COURTS": str(BUNDLED),
        "HEJIE_TLS_CERT": str(pem), "HEJIE_TLS_KEY": str(pem), "HEJIE_PORT": "1", "HEJIE_PROXIES": "1",
        "HEJIE_MEDIA_PORT": "1", "HEJIE_DEMO": "1", "HEJIE_MEDIA_HOST": "::1 127.0.0.1",
        "HEJIE_MEDIA_ADVERTISED": "203.0.113.7", "HEJIE_TURN_URLS": "turn:x.example",
        "HEJIE_ORIGIN": "https://example.org", "HEJIE_NUMBER_FIRST": "7", "HEJIE_KEYS": "csc",
        "HEJIE_PKCS11_MODULE": str(pem), "HEJIE_CSC_URL": "https://ca.example",
        "HEJIE_CSC_CREDENTIALS": '{"seal": "1"}',
        "HEJIE_EVENT_ISSUER_OPTIONS": '{"url": "x"}',
        "HEJIE_TSA_URLS": "https://stamps.example/tsa", "HEJIE_TSA_CERTS": str(pem), "HEJIE_TSA_EMBEDDED": "0",
        "HEJIE_RENEW_YEARS": "3", "HEJIE_RECORDING_DAYS": "30",
        "HEJIE_REVIEWED": "labour medical",
    }  # fmt: skip
    for setting in TABLE:
        environ = {setting.name: given.get(setting.name, "another value that is quite long enough")}
        if setting.name.startswith("HEJIE_TLS"):
            environ |= {"HEJIE_TLS_CERT": str(pem), "HEJIE_TLS_KEY": str(pem)}
        if setting.name == "HEJIE_KEYS":
            environ |= {"HEJIE_CSC_URL": "https://ca.example"}
        if setting.name.startswith("HEJIE_TURN"):
            environ |= {"HEJIE_TURN_SECRET": "a secret of the relay", "HEJIE_TURN_URLS": given["HEJIE_TURN_URLS"]}
        if setting.name.startswith("HEJIE_TSA"):
            environ |= {"HEJIE_TSA_CERTS": str(pem), "HEJIE_TSA_URLS": "https://stamps.example/tsa"}
        assert from_env(environ) != Settings(), setting.name


def test_media_may_have_several_addresses_of_both_families() -> None:
    media = from_env({"HEJIE_MEDIA_HOST": "10.0.0.5  2001:DB8:0::5", "HEJIE_MEDIA_ADVERTISED": "203.0.113.7"}).media
    assert (media.hosts, media.advertised) == (("10.0.0.5", "2001:db8::5"), ("203.0.113.7",))
    assert from_env({"HEJIE_MEDIA_HOST": EVERYWHERE, "HEJIE_MEDIA_ADVERTISED": "203.0.113.7"}).media.hosts == (
        EVERYWHERE,
    )
    for wrong in ("10.0.0.5 10.0.0.5", "10.0.0.5,10.0.0.6", "10.0.0"):
        with pytest.raises(SettingsError, match="HEJIE_MEDIA_HOST: expected addresses"):
            from_env({"HEJIE_MEDIA_HOST": wrong})
    with pytest.raises(SettingsError, match="HEJIE_MEDIA_ADVERTISED: expected addresses browsers can send to"):
        from_env({"HEJIE_MEDIA_HOST": "::"})


@pytest.mark.parametrize(
    "url",
    [
        "turn:turn.example.org", "turn:192.0.2.1:3478", "turn:[2001:db8::1]:443?transport=tcp",
        "turns:turn.example.org:443?transport=tcp",
    ],
)  # fmt: skip
def test_turn_addresses_are_those_browsers_take(url: str) -> None:
    media = from_env({"HEJIE_TURN_URLS": url, "HEJIE_TURN_SECRET": "s" * 20}).media
    assert media.turn_urls == (url,) and "sss" not in repr(media)
    for wrong in (url + "/", url.replace("turn", "stun"), url + "&x=1", url.replace(":", "://", 1)):
        with pytest.raises(SettingsError, match="HEJIE_TURN_URLS: expected turn"):
            from_env({"HEJIE_TURN_URLS": wrong, "HEJIE_TURN_SECRET": "s" * 20})


def test_a_place_for_keys_needs_what_leads_there() -> None:
    for place, name in (("pkcs11", "HEJIE_PKCS11_MODULE"), ("csc", "HEJIE_CSC_URL")):
        with pytest.raises(SettingsError) as caught:
            from_env({"HEJIE_KEYS": place})
        assert caught.value.problems == [f"{name}: expected, since HEJIE_KEYS is {place}"]
    with pytest.raises(SettingsError, match="HEJIE_KEYS: expected file, pkcs11 or csc"):
        from_env({"HEJIE_KEYS": "paper"})


def test_time_stamp_servers_need_the_roots_they_lead_to() -> None:
    with pytest.raises(SettingsError) as caught:
        from_env({"HEJIE_TSA_URLS": "http://one.example/tsa http://two.example"})
    assert caught.value.problems == ["HEJIE_TSA_CERTS: expected a PEM file, since HEJIE_TSA_URLS is set"]
    with pytest.raises(SettingsError) as caught:
        from_env({"HEJIE_TSA_EMBEDDED": "0"})
    assert caught.value.problems == ["HEJIE_TSA_EMBEDDED: expected 1, since there is no HEJIE_TSA_URLS"]
    with pytest.raises(SettingsError, match="HEJIE_TSA_URLS: expected http"):
        from_env({"HEJIE_TSA_URLS": "stamps.example"})


def test_the_table_tells_the_true_defaults() -> None:
    assert from_env({one.name: one.default for one in TABLE if one.default}) == Settings()


def test_the_manual_has_the_table_of_settings_as_it_is() -> None:
    manual = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    shown = manual.split("<!-- settings:begin -->\n")[1].split("<!-- settings:end -->")[0]
    assert shown == markdown()


def test_a_year_of_holidays_that_cannot_be_right_is_told_with_its_file(tmp_path: Path) -> None:
    for name, text, said in (
        ("2027.json", YEAR.replace("2027-05-01", "2027-05-02"), "2027.json: 2027-05-01 is missing among the holidays"),
        ("2027.json", "{", "2027.json: Input data was truncated"),
        ("2028.json", YEAR, "2028.json: the file must be named after its year"),
    ):
        for old in tmp_path.iterdir():
            old.unlink()
        (tmp_path / name).write_text(text)
        with pytest.raises(SettingsError, match=f"HEJIE_HOLIDAYS: {said}"):
            from_env({"HEJIE_HOLIDAYS": str(tmp_path)})
    with pytest.raises(SettingsError, match=r"HEJIE_HOLIDAYS: .*: No such file"):
        from_env({"HEJIE_HOLIDAYS": str(tmp_path / "nowhere")})


def test_a_list_of_courts_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "courts.toml").write_text("court = 3")
    with pytest.raises(SettingsError, match=r"HEJIE_COURTS: courts\.toml: Expected `array`"):
        from_env({"HEJIE_COURTS": str(tmp_path)})


def test_a_certificate_needs_an_https_origin(tmp_path: Path) -> None:
    pem = tmp_path / "x.pem"
    pem.write_text("x")
    environ = {"HEJIE_TLS_CERT": str(pem), "HEJIE_TLS_KEY": str(pem)}
    assert from_env(environ).http.origin == "https://127.0.0.1:8080"
    with pytest.raises(SettingsError, match="expected https://"):
        from_env(environ | {"HEJIE_ORIGIN": "http://example.org"})
