"""Stage `identity` — everything that this stage says no with.

In:  nothing.
Out: one class per refusal. I1xx: who are you? P301/P302: for what purpose?

The details never hold a token, a claim's value or a name; the caller learns which *kind* of thing is
wrong, which is enough to repair an honest client.
"""

from __future__ import annotations

from kinfold.errors import IdentityError, PolicyError


class TokenMissing(IdentityError):
    """No bearer token came with the request."""

    code = "I101"
    message = "Sign in first: the request carries no bearer token."
    message_zh = "请先登录：请求中没有访问令牌。"
    hint = "Send the header `Authorization: Bearer <token>`; in development `kinfold token --as PERSONA` gets one."


class TokenMalformed(IdentityError):
    """The token is not a signed JWT of reasonable size."""

    code = "I102"
    message = "The bearer token is not a well-formed access token."
    message_zh = "访问令牌格式不正确。"
    hint = "Send the access token exactly as the sign-in service gave it, at most 8 KiB."


class TokenNotTrusted(IdentityError):
    """Algorithm, key or signature is not one that we trust."""

    code = "I103"
    message = "The bearer token was not signed by a key of our sign-in service."
    message_zh = "访问令牌不是由本平台的登录服务签发。"
    hint = "Sign in again. After a change of signing keys a new key is known within 30 seconds."


class TokenExpired(IdentityError):
    """The token's time is over."""

    code = "I104"
    message = "The sign-in has expired."
    message_zh = "登录已过期。"
    hint = "Sign in again."


class TokenNotYetValid(IdentityError):
    """`nbf` or `iat` lies in the future."""

    code = "I105"
    message = "The bearer token is not valid yet."
    message_zh = "访问令牌尚未生效。"
    hint = (
        "Compare the clocks of the sign-in service and of this server; 30 seconds of difference are allowed."
    )


class TokenForOthers(IdentityError):
    """Issued by or for somebody else, or not an access token at all."""

    code = "I106"
    message = "The bearer token was not issued for this platform."
    message_zh = "访问令牌不是发给本平台的。"
    hint = "Ask the sign-in service for an *access* token whose only audience is this platform."


class ClaimsRefused(IdentityError):
    """The token does not say who the caller is in this platform's terms."""

    code = "I107"
    message = "The sign-in does not say clearly which department and place you belong to."
    message_zh = "登录信息没有明确说明所属部门和地区。"
    hint = "The account's department, roles, jurisdiction and regions are set in the sign-in service."


class TokenRevoked(IdentityError):
    """The token was withdrawn before its time was over."""

    code = "I108"
    message = "This sign-in was withdrawn."
    message_zh = "该登录已被撤销。"
    hint = "Sign in again, or ask the system administrator."


class KeysUnavailable(IdentityError):
    """The sign-in service's public keys cannot be had, and the kept ones are too old."""

    code = "I109"
    status = 503
    message = "The sign-in service cannot be reached, so nobody can be recognised at the moment."
    message_zh = "暂时无法连接登录服务，无法核实身份。"
    hint = "Try again in a few seconds; the operator sees the reason on the readiness page."


class KeySetMalformed(IdentityError):
    """The sign-in service answered with something that is not a usable key set or discovery document."""

    code = "I110"
    status = 503
    message = "The sign-in service's public keys cannot be used."
    message_zh = "登录服务的公钥不可用。"
    hint = "Compare the settings oidc_issuer and oidc_jwks_url with the sign-in service."


class SignInUnavailable(IdentityError):
    """No server, or no sign-in service behind it."""

    code = "I111"
    status = 503
    message = "The sign-in service does not answer."
    message_zh = "登录服务没有响应。"
    hint = "Start the server with `make serve`, or give its address with --url."


class PersonaUnknown(IdentityError):
    """A development persona that does not exist."""

    code = "I112"
    status = 400
    message = "There is no such persona."
    message_zh = "没有这个演示身份。"
    hint = "Take one of the personas of the demo county, e.g. school; kinfold token --help shows an example."


class SignInFailed(IdentityError):
    """The sign-in service answered, but gave no token."""

    code = "I113"
    status = 502
    message = "The sign-in did not end with a token."
    message_zh = "登录未能完成。"
    hint = "Is this address the API's own origin, and does the server run in development?"


class DevProviderRefused(IdentityError):
    """The development sign-in service must not, or cannot, run here."""

    code = "I114"
    status = 500
    message = "The development sign-in service does not start here."
    message_zh = "开发用登录服务不能在此启动。"
    hint = "It runs only with KINFOLD_ENVIRONMENT=development and on loopback; set oidc_issuer otherwise."


class PurposeMissing(PolicyError):
    """The caller did not say why the data is needed (PIPL art. 6: a definite purpose)."""

    code = "P301"
    message = "Say what you need the data for."
    message_zh = "请说明使用数据的目的。"
    hint = "Send the header `Purpose:` with one of the purposes granted to your department."


class PurposeNotHeld(PolicyError):
    """Unknown purpose, or one that this department, role or token does not hold. One answer for all three."""

    code = "P302"
    message = "Your department or role does not hold this purpose."
    message_zh = "您的部门或角色没有该使用目的。"
    hint = "Send one of the purposes granted to your department and role."
