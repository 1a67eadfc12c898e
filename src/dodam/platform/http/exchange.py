"""What goes to and fro in one request, counted on its way."""

from typing import Any

from litestar.types import Message, Receive, Send

from dodam.platform.http.problems import ClientGone

REQUEST_ID = b"x-request-id"


class Exchange:
    """Stands between the server and the application; every answer is given the request's id."""

    __slots__ = (
        "_receive",
        "_request_id",
        "_send",
        "client_gone",
        "complete",
        "request_bytes",
        "response_bytes",
        "status",
    )

    def __init__(self, receive: Receive, send: Send, request_id: bytes) -> None:
        self._receive = receive
        self._send = send
        self._request_id = request_id
        self.status = 0
        self.request_bytes = 0
        self.response_bytes = 0
        self.complete = False
        self.client_gone = False

    async def receive(self) -> Any:
        """Raises ClientGone where the client goes away before it is answered anything."""
        message = await self._receive()
        if message["type"] == "http.request":
            self.request_bytes += len(message["body"])
        elif not self.complete:
            self.client_gone = True
            if not self.status:
                raise ClientGone
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message["headers"], (REQUEST_ID, self._request_id)]
        elif message["type"] == "http.response.body":
            self.response_bytes += len(message["body"])
            self.complete = not message["more_body"]
        await self._send(message)
