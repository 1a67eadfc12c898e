"""What answers say, whichever request they are to."""

import httpx


def words_of(answer: httpx.Response) -> str:
    """Its text without the id of its request, which is another each time."""
    return answer.text.replace(answer.headers["x-request-id"], "")
