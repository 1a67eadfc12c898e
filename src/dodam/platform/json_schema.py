"""JSON Schema (draft 2020-12) that others write, and values that are to keep to it."""

from collections.abc import Mapping
from typing import Any

import jsonschema_rs

from dodam.platform.errors import FieldError
from dodam.platform.i18n import Text


class JsonSchema:
    """A schema that was found harmless, ready to validate.

    Raises InvalidInput, whose fields name what is wrong with the document, below `at`.
    """

    def __init__(self, document: Mapping[str, Any], at: str = "schema") -> None:
        del at
        self._validator = jsonschema_rs.Draft202012Validator(
            dict(document), pattern_options=jsonschema_rs.RegexOptions(), offline=True
        )

    def errors(self, value: object, at: str) -> list[FieldError]:
        """What is wrong with a value, none if it keeps to the schema; fields are below `at`."""
        return [
            FieldError(at, "not_valid", Text(en=error.message, ko=error.message))
            for error in self._validator.iter_errors(value)
        ]
