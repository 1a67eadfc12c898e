"""An OpenTelemetry collector on this machine, which keeps what it is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from dodam_sim.serving import Message, Receive, Send


@dataclass(frozen=True)
class Told:
    """A span as it arrived."""

    name: str
    kind: int
    trace: bytes
    id: bytes
    parent: bytes
    attributes: Mapping[str, Any]
    links: Sequence[bytes]
    is_error: bool


@dataclass
class Collector:
    """`status` is what it answers."""

    status: int = 200
    spans: list[Told] = field(default_factory=list[Told])
    resource: dict[str, Any] = field(default_factory=dict[str, Any])
    raw: list[bytes] = field(default_factory=list[bytes])

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        assert scope["path"] == "/v1/traces"
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        if self.status < 300:
            self._keep(body)
        length = [(b"content-length", b"0")]
        await send({"type": "http.response.start", "status": self.status, "headers": length})
        await send({"type": "http.response.body", "body": b""})

    def named(self, name: str) -> Told:
        [found] = [each for each in self.spans if each.name == name]
        return found

    def above(self, span: Told) -> list[str]:
        """The names of a span and of those it comes of, up to the request or whatever began it."""
        by_id = {each.id: each for each in self.spans}
        names = [span.name]
        while span.parent in by_id:
            span = by_id[span.parent]
            names.append(span.name)
        return names

    def _keep(self, body: bytes) -> None:
        self.raw.append(body)
        for sent in ExportTraceServiceRequest.FromString(body).resource_spans:
            self.resource |= _values(sent.resource.attributes)
            for scope in sent.scope_spans:
                self.spans += [
                    Told(
                        each.name,
                        each.kind,
                        each.trace_id,
                        each.span_id,
                        each.parent_span_id,
                        _values(each.attributes),
                        [link.span_id for link in each.links],
                        each.status.code == each.status.STATUS_CODE_ERROR,
                    )
                    for each in scope.spans
                ]


def _values(attributes: Any) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in attributes}
