"""Codes of an authenticator app, against the vectors of RFC 6238 (appendix B, SHA-1, eight digits)."""

import base64

import pytest

from mastro.oauth import totp

SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    assert totp.code(SECRET, seconds // 30, digits=8) == code
    assert totp.code(SECRET, seconds // 30) == code[-6:]


def test_the_codes_before_and_after_are_taken_and_no_others() -> None:
    now = 1_800_000_000
    step = now // 30
    taken = [totp.step_of(SECRET, totp.code(SECRET, step + drift), now) for drift in range(-3, 4)]
    assert taken == [None, None, step - 1, step, step + 1, None, None]


def test_a_code_of_a_step_that_was_used_is_wrong() -> None:
    now = 1_800_000_000
    assert totp.step_of(SECRET, totp.code(SECRET, now // 30), now, after=now // 30) is None
    assert totp.step_of(SECRET, totp.code(SECRET, now // 30 + 1), now, after=now // 30) == now // 30 + 1


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "-00001"])  # noqa: RUF001
def test_what_is_no_code_is_wrong(typed: str) -> None:
    assert totp.step_of(SECRET, typed, 1_800_000_000) is None


def test_every_secret_is_another_and_as_long_as_the_hash() -> None:
    one, other = totp.new_secret(), totp.new_secret()
    assert one != other
    assert len(base64.b32decode(one)) == 20


def test_the_picture_names_the_account_and_the_secret() -> None:
    made = totp.uri("ABC", "anna@example.com", "Mastro")
    assert made == "otpauth://totp/Mastro:anna%40example.com?secret=ABC&issuer=Mastro"
