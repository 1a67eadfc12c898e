"""Who says, for a certificate authority, whether a certificate was revoked (OCSP, RFC 6960)."""

from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ReasonFlags, ocsp

from dodam_sim.serving import Message, Receive, Send
from dodam_sim.stores.apple.chain import Certified, Chain


class Responder:
    """Answers about a chain; `status` is the HTTP status of every answer."""

    def __init__(self) -> None:
        self.chain: Chain | None = None
        self.revoked: Certified | None = None
        self.status = 200
        self.asked = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        del scope
        body = b""
        more = True
        while more:
            message = await receive()
            body, more = body + message["body"], message["more_body"]
        self.asked += 1
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": self._answer(body)})

    def _answer(self, body: bytes) -> bytes:
        assert self.chain is not None
        number = ocsp.load_der_ocsp_request(body).serial_number
        issued = [
            (self.chain.leaf, self.chain.intermediate),
            (self.chain.intermediate, self.chain.root),
        ]
        [(subject, issuer)] = [
            each for each in issued if each[0].certificate.serial_number == number
        ]
        gone = subject is self.revoked
        now = datetime.now(UTC)
        answer = (
            ocsp.OCSPResponseBuilder()
            .add_response(
                cert=subject.certificate,
                issuer=issuer.certificate,
                algorithm=SHA256(),
                cert_status=ocsp.OCSPCertStatus.REVOKED if gone else ocsp.OCSPCertStatus.GOOD,
                this_update=now,
                next_update=now + timedelta(hours=1),
                revocation_time=now if gone else None,
                revocation_reason=ReasonFlags.key_compromise if gone else None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, issuer.certificate)
        )
        return answer.sign(issuer.key, SHA256()).public_bytes(Encoding.DER)
