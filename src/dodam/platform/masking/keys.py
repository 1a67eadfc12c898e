"""What a field's name says about its value.

The words are those of the API, the stores, the messengers and the databases we talk to. A name
that is not here is no promise: what its value looks like (`patterns`) and what its type says
(`Sensitive`) count as well.
"""

from functools import lru_cache

# At the end of a name: `refresh_token`, `X-Api-Key`, `signedTransactionInfo`, `guardianPhone`.
_ENDINGS = (
    # secrets
    *("password", "passwd", "pwd", "passphrase", "secret", "credential", "credentials"),
    *("token", "tokens", "jwt", "jws", "authorization", "cookie", "signature", "nonce"),
    *("apikey", "accesskey", "secretkey", "privatekey", "otp", "totp", "otpauthuri", "rrn"),
    *("verificationcode", "authorizationcode", "smscode", "promotioncode", "passcode"),
    # payments
    *("receipt", "signedpayload", "signedtransaction", "signedtransactioninfo"),
    *("signedrenewalinfo", "cardnumber", "cvc", "cvv"),
    # people
    *("email", "mail", "phone", "phonenumber", "mobile", "msisdn", "address", "addresses"),
    *("nickname", "firstname", "lastname", "fullname", "givenname", "familyname", "realname"),
    *("displayname", "username", "childname", "guardianname", "patientname", "parentname"),
    *("personname", "membername", "institution"),
    *("birthdate", "birthday", "dateofbirth", "dob", "residentnumber"),
)
# Only as the whole name: `motion_name`, `error_code`, `hostname` and `platform` are harmless.
_WHOLE = frozenset(
    (
        *("name", "names", "code", "codes", "otpcode", "pin", "card", "pan", "auth", "to"),
        *("birth", "number", "recipient", "recipients", "diagnosis", "diagnoses"),
        *("note", "notes", "memo", "comment", "answers", "dn", "ip", "useragent", "xforwardedfor"),
        # What holds whatever somebody sent, and the values of a statement.
        *("body", "payload", "content", "args", "kwargs", "params", "parameters"),
    )
)


@lru_cache(maxsize=4096)
def is_sensitive_key(key: str) -> bool:
    """Whether what stands under this name is masked, in whatever case it is written."""
    plain = key.lower().translate(_DROPPED)
    return plain in _WHOLE or plain.endswith(_ENDINGS)


_DROPPED = str.maketrans("", "", "_-. ")
