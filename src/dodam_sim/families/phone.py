"""A guardian's phone: asks for a code, reads it where the simulated carrier delivered it."""

import re

import httpx
import msgspec
from msgspec import Struct

from dodam_sim.families.client import Guardian, Patience, UnexpectedAnswerError

_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
_READS = 50
_PAUSE_SECONDS = 0.1


class _Started(Struct):
    id: str


class _Phone(Struct):
    number: str


class _Text(Struct):
    text: str
    who: str


async def verify_phone(guardian: Guardian, number: str, world: str, patience: Patience) -> None:
    """Unless a number is verified already. `number` is Korean, as dialled there.

    Raises UnexpectedAnswerError.
    """
    try:
        await guardian.get("/v1/phone", _Phone)
    except UnexpectedAnswerError as error:
        if error.code != "phone_not_found":
            raise
    else:
        return
    form = msgspec.json.encode({"number": number, "country": "KR"})
    started = await guardian.post("/v1/phone/verifications", lambda _: form, _Started)
    code = msgspec.json.encode({"code": await _read_code(number, world, patience)})
    path = f"/v1/phone/verifications/{started.id}/check"
    await guardian.post(path, lambda _: code, _Phone)


async def _read_code(number: str, world: str, patience: Patience) -> str:
    """The newest text to the number. Raises TimeoutError if none comes."""
    async with httpx.AsyncClient(base_url=world) as http:
        for _ in range(_READS):
            answer = await http.get("/services/sens/received")
            texts = msgspec.json.decode(answer.content, type=list[_Text])
            mine = [each.text for each in texts if each.who == number.replace("-", "")]
            codes = [found.group() for text in mine if (found := _CODE.search(text))]
            if codes:
                return codes[0]
            await patience.sleep(_PAUSE_SECONDS)
    message = f"No text came to {number}."
    raise TimeoutError(message)
