"""The API against its own description, by whatever can be asked according to that."""

from __future__ import annotations

import re
import warnings
from typing import Any

import jsonschema
import schemathesis
from django.contrib.auth.models import User
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, Response
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.api.cases import ApiCase
from tests.support.cases import NEXT_EPOCH
from ticks.access import tokens

EXAMPLES = 15
"""Of each operation."""


class SchemaTest(ApiCase):
    def setUp(self) -> None:
        super().setUp()
        self.keep(1, 2, 3)
        self.keep(1, 17, epoch=NEXT_EPOCH)
        self.publish(18, 20, prev_t=17, n=3, epoch=NEXT_EPOCH)
        self.schema = schemathesis.openapi.from_wsgi("/api/schema/?format=json", get_wsgi_application())

    def test_whatever_is_asked_by_the_schema_is_answered_as_the_schema_says(self) -> None:
        staff = User.objects.create_user("staff", is_staff=True)
        for headers in ({}, {"Authorization": f"Token {tokens.make(staff, 'schema')}"}):
            for result in self.schema.get_all_operations():
                operation = result.ok()
                with self.subTest(operation.label, is_staff=bool(headers)):
                    self.ask(operation, headers)

    def ask(self, operation: Any, headers: dict[str, str]) -> None:
        @given(case=operation.as_strategy())
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def answered(case: Case) -> None:
            answer = case.call(headers={**headers, "Accept-Encoding": "identity"})  # it would not unpack it
            excluded = [positive_data_acceptance] if is_beyond_schemas(answer) else []
            case.validate_response(answer, excluded_checks=excluded, headers=headers)

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Django, whose answers are asynchronous elsewhere
            answered()

    def test_the_schema_is_valid(self) -> None:
        self.schema.validate()

    def test_each_example_of_an_answer_is_as_its_schema_says(self) -> None:
        for path, operations in self.schema.raw_schema["paths"].items():
            for method, operation in operations.items():
                for status, answer in operation["responses"].items():
                    for media, told in answer.get("content", {}).items():
                        self.assertIn("examples", told, (path, method, status, media))
                        for example in told["examples"].values():
                            jsonschema.validate(example["value"], plain(told["schema"]))


BEYOND = re.compile(
    r"from_ts=\S+ is (later than|not before) to_ts=\S+|points=\d+ of \d+ fields are more than \d+ values: ask for fewer"
    r"|fields can't be chosen of jsonl.zst, which gives ticks as they are stored|fields has .* 32 parts"
)
"""What is wrong with parameters of which each is right, and no schema of one can say."""


def is_beyond_schemas(answer: Response) -> bool:
    return answer.status_code == 400 and BEYOND.fullmatch(answer.json()["detail"]) is not None


def plain(schema: Any) -> Any:
    """As JSON Schema has it, what OpenAPI 3.0 calls `nullable`."""
    if isinstance(schema, list):
        return [plain(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: plain(one) for name, one in schema.items() if name != "nullable"}
    return {"anyOf": [made, {"type": "null"}]} if schema.get("nullable") is True else made
