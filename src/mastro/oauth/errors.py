"""Errors of OAuth2: a code of RFC 6749 or RFC 8628 and a sentence, in the shape that clients expect."""

import json


class OAuthError(Exception):
    """What the token endpoint refuses, or a redirect carries back to the program."""

    def __init__(self, error: str, description: str, *, status: int = 400) -> None:
        self.error = error
        self.description = description
        self.status = status
        super().__init__(f"{error}: {description}")

    def body(self) -> bytes:
        """The JSON of the answer."""
        return json.dumps({"error": self.error, "error_description": self.description}).encode()


def invalid_request(description: str) -> OAuthError:
    """A parameter is missing or malformed."""
    return OAuthError("invalid_request", description)


def invalid_grant(description: str) -> OAuthError:
    """The code or the token does not hold, or not for this program."""
    return OAuthError("invalid_grant", description)


def invalid_client() -> OAuthError:
    """The program is unknown, or its secret is wrong: the answer does not say which."""
    return OAuthError("invalid_client", "Client authentication failed.", status=401)
