"""Lists of records that clients send, decoded so that one bad record spoils no other."""

import asyncio
import re
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeAlias, TypeVar
from uuid import UUID

import msgspec
from litestar.exceptions import ClientException
from litestar.openapi.spec import (
    Example,
    OpenAPIMediaType,
    Operation,
    Reference,
    RequestBody,
    Schema,
)
from litestar.openapi.spec.enums import OpenAPIType

from dodam.platform.http.validation import field_error
from dodam.platform.json_values import nested_too_deeply
from dodam.platform.records import MOST_RECORDS, TooManyRecords, WrongRecord

Record = TypeVar("Record", bound=msgspec.Struct)
Examples: TypeAlias = dict[str, Example | Reference]

_PART = msgspec.json.Decoder(msgspec.Raw)
_PARTS = msgspec.json.Decoder(list[msgspec.Raw])
# Strings are taken whole, so that what they hold is not taken for structure.
_STRUCTURE = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[{]+|[\]}]+|,', re.DOTALL)


class _Identified(msgspec.Struct):
    id: UUID


_ID = msgspec.json.Decoder(_Identified)


@dataclass
class TakingRecords(Operation):
    """The description of a route whose body, which it decodes itself, holds records of a kind."""

    record: ClassVar[type[msgspec.Struct]]


def taking_records(kind: type[msgspec.Struct], examples: Examples) -> type[TakingRecords]:
    @dataclass
    class Taking(TakingRecords):
        record = kind

        def __post_init__(self) -> None:
            self.request_body = _body(kind, examples)

    return Taking


def _body(kind: type[msgspec.Struct], examples: Examples) -> RequestBody:
    """One record, or a list of them."""
    record = Reference(f"#/components/schemas/{kind.__name__}")
    records = Schema(type=OpenAPIType.ARRAY, items=record, min_items=1, max_items=MOST_RECORDS)
    return RequestBody(
        required=True,
        content={
            "application/json": OpenAPIMediaType(
                schema=Schema(one_of=[record, records]), examples=examples
            )
        },
    )


class Records(Generic[Record]):
    """Bodies that hold one record of a kind, or a list of them.

    `free` is the field of a record that holds whatever JSON a game likes.
    """

    def __init__(self, kind: type[Record], *, free: str) -> None:
        self._too_deep = nested_too_deeply(free)
        self._one = msgspec.json.Decoder(kind)
        self._list = msgspec.json.Decoder(list[kind])

    async def decode(self, body: bytes) -> list[Record | WrongRecord]:
        """The records; each that is wrong stands in its place with why.

        Raises ClientException where the body as a whole is no JSON, and TooManyRecords before it
        looks at each of far too many.
        """
        is_list = body.lstrip()[:1] == b"["
        try:
            try:
                return [*self._list.decode(body)] if is_list else [self._one.decode(body)]
            except (msgspec.ValidationError, RecursionError):
                # Something in it is wrong; what follows that must be JSON all the same.
                body.decode()
            try:
                parts = _PARTS.decode(body) if is_list else [_PART.decode(body)]
            except RecursionError:
                # Rare, and may take a second, in which others are to be answered.
                parts = await asyncio.to_thread(_split, body) if is_list else [msgspec.Raw(body)]
            if len(parts) > MOST_RECORDS:
                raise TooManyRecords(limit=MOST_RECORDS)
            return [self._decode_one(part) for part in parts]
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ClientException from error

    def _decode_one(self, part: msgspec.Raw) -> Record | WrongRecord:
        try:
            return self._one.decode(part)
        except msgspec.ValidationError as error:
            return WrongRecord(_id_of(part), field_error(str(error)))
        except RecursionError:
            return WrongRecord(_id_of(part), self._too_deep)


def _id_of(part: msgspec.Raw) -> UUID | None:
    try:
        return _ID.decode(part).id
    except (msgspec.ValidationError, RecursionError):
        return None


def _split(body: bytes) -> list[msgspec.Raw]:
    """The elements of a list that is nested more deeply than msgspec follows.

    Raises DecodeError where brackets do not match up, and TooManyRecords.
    """
    parts: list[msgspec.Raw] = []
    begin = body.index(b"[") + 1
    depth = 0
    for found in _STRUCTURE.finditer(body):
        token = found[0]
        if token[:1] in b"[{":
            depth += len(token)
        elif token[:1] in b"]}":
            depth -= len(token)
            if depth <= 0:
                end = found.end() - 1
                if depth or body[end + 1 :].strip():
                    break
                return [*parts, msgspec.Raw(body[begin:end])]
        elif depth == 1 and token == b",":
            parts.append(msgspec.Raw(body[begin : found.start()]))
            begin = found.end()
            if len(parts) > MOST_RECORDS:
                raise TooManyRecords(limit=MOST_RECORDS)
    message = "the list is not closed where the body ends"
    raise msgspec.DecodeError(message)
