"""The documents say what the code does: every setting, command, option, message and close code, and no other."""

from __future__ import annotations

import argparse
import ast
import re
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.contrib.admindocs.views import extract_views_from_urlpatterns, simplify_regex
from django.core.management import load_command_class
from rest_framework import exceptions
from rest_framework.exceptions import APIException

from benchmarks.__main__ import CASES
from monitor import settings
from ticks.api import urls
from ticks.api.parameters import Parameter, Whole
from ticks.api.schema import shapes
from ticks.asked import MESSAGES
from ticks.cursor import STREAM
from ticks.http_query import INCREMENTAL, POLL, RANGE
from ticks.producer.status import Status
from ticks.protocol import Close
from ticks.query import PARAMETERS
from ticks.transports.http.streaming import PARAMETERS as STREAMED

HTTP = {"/stream": STREAMED, "/poll": POLL, "/incremental": INCREMENTAL, "/range": RANGE}
VIEWS: list[tuple[Any, str, Any, Any]] = extract_views_from_urlpatterns(urls.urlpatterns)  # type: ignore[assignment]
API = {f"/api{simplify_regex(regex)}": view for view, regex, *_ in VIEWS}
"""Each view by its address."""
ROOT = Path(__file__).resolve().parent.parent
COMMANDS = sorted(path.stem for path in (ROOT / "ticks/management/commands").glob("[a-z]*.py"))
DJANGOS_OWN = {
    "help",
    "version",
    "verbosity",
    "settings",
    "pythonpath",
    "traceback",
    "no_color",
    "force_color",
    "skip_checks",
}


def read(name: str) -> str:
    return (ROOT / name).read_text()


def first_cells(text: str) -> list[list[str]]:
    """What stands in backquotes (or alone) in the first cell of each table row."""
    rows = re.findall(r"^\| (.+?) \|", text, re.MULTILINE)
    return [re.findall(r"`([^`]+)`", row) or [row] for row in rows]


def table(text: str, header: str) -> list[list[str]]:
    """The rows of the table that begins with this header."""
    after = text.split(f"| {header} |", 1)[1].split("\n\n", 1)[0]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in after.splitlines()[2:]]


def variables_read() -> set[str]:
    """The names that the settings ask the environment for."""
    calls = [node for node in ast.walk(ast.parse(read("monitor/settings.py"))) if isinstance(node, ast.Call)]
    readers = [c for c in calls if isinstance(c.func, ast.Attribute) and ast.unparse(c.func.value) == "env"]
    return {ast.literal_eval(call.args[0]) for call in readers}


def test_every_setting_is_documented_and_nothing_else() -> None:
    documented = {name for cell in first_cells(read("docs/settings.md")) for name in cell if name.isupper()}
    assert documented == variables_read()


def test_the_documented_defaults_are_the_settings() -> None:
    for name, default, *_ in table(read("docs/settings.md"), "variable | default | unit | what it is"):
        assert str(getattr(settings, name.strip("`| "))).removesuffix(".0") == default.strip("`")


def test_every_command_is_documented_and_nothing_else() -> None:
    rows = table(read("docs/commands.md"), "command | what it does")
    assert sorted(row[0].strip("`| ") for row in rows) == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_of_a_command_is_documented_with_its_default(command: str) -> None:
    parser = load_command_class("ticks", command).create_parser("manage.py", command)
    actions = [a for a in parser._actions if a.option_strings and a.dest not in DJANGOS_OWN]
    section = re.split(rf"^## `{command}.*$", read("docs/commands.md"), maxsplit=1, flags=re.MULTILINE)
    text = section[1].split("\n## ")[0] if len(section) == 2 else ""
    assert {name for cell in first_cells(text) for name in cell if name.startswith("--")} == {
        option for action in actions for option in action.option_strings
    }
    for action in actions:
        if action.default not in (None, False, [], argparse.SUPPRESS):
            assert re.search(rf"^\| `{action.option_strings[0]}` \| `{re.escape(str(action.default))}` \|", text, re.M)


def test_every_key_of_a_producers_json_is_documented() -> None:
    rows = table(read("docs/commands.md"), "key | what it is")
    keys = [key for row in rows for key in re.findall(r"`(\w+)`", row[0])]
    assert keys == [*Status._fields, "end"]


def test_every_key_of_how_a_stream_stands_is_documented() -> None:
    document = read("docs/history.md").split("## How it stands\n", 1)[1]
    parts = [("key", shapes.HEALTH, ["stream"])]
    parts += [(f"key of `{name}`", shapes.HEALTH["properties"][name], []) for name in ("producer", "server", "archive")]
    for header, shape, plain in parts:
        rows = table(document, f"{header} | what it is")
        keys = [key for row in rows for key in re.findall(r"`(\w+)`", row[0])]
        assert sorted(keys + plain) == sorted(shape["properties"]), header


def test_every_parameter_of_the_websocket_is_documented() -> None:
    rows = table(read("docs/protocol.md"), "parameter | what it is")
    assert tuple(row[0].strip("`| ") for row in rows) == PARAMETERS


def test_every_parameter_over_http_is_documented() -> None:
    document = read("docs/http.md")
    shared = {row[0].strip("`| ") for row in table(document, "parameter | what it is")}
    for path, parameters in HTTP.items():
        own = {row[0].strip("`| ") for row in table(document, f"parameter of `{path}` | what it is")}
        assert own | shared == set(parameters), path
        assert not own & shared


def test_every_status_of_a_refusal_over_http_is_documented() -> None:
    code = "".join(path.read_text() for path in (ROOT / "ticks/transports/http").glob("*.py"))
    used = {int(getattr(HTTPStatus, name)) for name in re.findall(r"HTTPStatus\.([A-Z_]+)", code)}
    documented = {int(row[0].strip("`| ")) for row in table(read("docs/http.md"), "status | when")}
    assert documented == {status for status in used if 400 <= status < 500 or status == 503}


def test_every_address_of_the_api_is_documented() -> None:
    documented = [row[0].strip("`| ") for row in table(read("docs/history.md"), "address | answers")]
    assert sorted(documented) == sorted(API)


def test_every_parameter_of_the_api_is_documented() -> None:
    document = read("docs/history.md")
    shared = parameters_told(document, "parameter | what it is")
    headers = re.findall(r"^\| (parameter of `(.+)` \| what it is) \|$", document, re.MULTILINE)
    told = {path: parameters_told(document, header) for header, path in headers}
    for path in ("/api/streams/<name>/ticks/", "/api/streams/<name>/export/"):
        assert not set(told[path]) & set(shared)
        told[path] |= shared
    queries = queries_of_the_api()
    assert {path: set(parameters) for path, parameters in told.items()} == {
        path: set(parameters) for path, parameters in queries.items()
    }
    for path, parameters in queries.items():
        for name, one in parameters.items():
            if isinstance(one, Whole):
                assert f"{one.least} to {one.most}; {one.otherwise} if absent" in told[path][name], (path, name)


def parameters_told(document: str, header: str) -> dict[str, str]:
    return {row[0].strip("`| "): row[1] for row in table(document, header)}


def queries_of_the_api() -> dict[str, dict[str, Parameter]]:
    """The parameters by address, where there are any. Of a view that has a list they are those of the list alone."""
    found = dict[str, dict[str, Parameter]]()
    for path, view in API.items():
        query = getattr(view.cls, "query", None)
        if query is not None and (view.actions.get("get") == "list" or not hasattr(view.cls, "list")):
            found[path] = query().parameters
    return {path: parameters for path, parameters in found.items() if parameters}


def test_every_form_of_an_answer_of_the_api_is_documented() -> None:
    renderers = {renderer for view in API.values() for renderer in getattr(view.cls, "renderer_classes", [])}
    offered = {(one.format, one.media_type) for one in renderers if one.__module__.startswith("ticks.")}
    headers = ("`format` | `Accept` | what it is", "`format` of an export | `Accept` | what it is")
    rows = [row for header in headers for row in table(read("docs/history.md"), header)]
    assert {(row[0].strip("`| "), row[1].strip("`| ")) for row in rows} == offered


def test_every_status_of_the_api_is_documented() -> None:
    code = "".join(path.read_text() for path in (ROOT / "ticks/api").rglob("*.py"))
    raised = {getattr(exceptions, name) for name in re.findall(r"\b[A-Z]\w+\b", code) if hasattr(exceptions, name)}
    used = {one.status_code for one in raised if issubclass(one, APIException) and one is not APIException}
    used |= {int(status) for status in re.findall(r"\bHTTP_([45]\d\d)_", code)}
    used |= {int(getattr(HTTPStatus, name)) for name in re.findall(r"HTTPStatus\.([A-Z_]+)", code)}
    frameworks = {403, 405, 406, 415}  # raised by the framework, for permissions, methods and forms
    documented = {
        int(row[0].strip("`| "))
        for row in table(read("docs/history.md").split("## What is refused")[1], "status | when")
    }
    assert documented == {status for status in used | frameworks if status >= 400}


def test_every_message_of_the_server_is_documented_and_every_reason_of_a_gap() -> None:
    protocol = "".join(read(f"ticks/{name}.py") for name in ("protocol", "packing", "session"))
    live = "".join(read(f"ticks/live/{name}.py") for name in ("store", "start", "reader"))
    types = set(re.findall(r'(?:"type": ?|"type":|self\.say\(|Say\()"(\w+)"', protocol))
    assert {row[0].strip("`| ") for row in table(read("docs/protocol.md"), "type | carries")} == types
    reasons = {
        row[0].strip("`| ")
        for row in table(read("docs/protocol.md"), "reason | the ticks between `after_t` and `next_t`")
    }
    assert reasons == {
        reason for reason in ("expired", "lost", "epoch", "slow", "damaged", "unarchived") if f'"{reason}"' in live
    }


def test_every_message_of_a_client_is_documented_with_its_keys() -> None:
    rows = {row[0].strip("`| "): row[1] for row in table(read("docs/protocol.md"), "type | with | does")}
    assert set(rows) == set(MESSAGES)
    for type, keys in MESSAGES.items():
        assert set(re.findall(r"`(\w+)`", rows[type])) == set(keys), type


def test_every_error_that_comes_before_a_close_is_documented_beside_its_code() -> None:
    rows = table(read("docs/protocol.md"), "close code | means | `error` before it")
    told = {int(row[0].strip("| ")): row[2].strip("`| ") for row in rows}
    silent = {Close.TOO_LARGE, Close.BROKEN, Close.RESTART}
    assert told == {code: "" if code in silent else code.name.lower() for code in Close}


def test_stream_names_are_described_as_they_are() -> None:
    assert STREAM.pattern == "[a-z0-9][a-z0-9_.-]{0,63}"
    assert "`a-z`, `0-9`, `_`, `.`, `-`, at most 64" in read("docs/commands.md")


def test_documents_link_to_files_that_are_there() -> None:
    for document in [*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!http)([^)#]+)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_the_chinese_readme_has_the_commands_programs_and_links_of_the_english_one() -> None:
    english, chinese = (read(f"README{language}.md") for language in ("", ".zh-Hans"))
    for pattern in (r"^ {4,}(?! )(.+?)(?: +#.*)?$", r"\]\(([^)]+)\)", r"^(#+) "):
        told = [re.findall(pattern, text, re.MULTILINE) for text in (english, chinese)]
        commands = [sorted(one for one in found if not _is_its_own(one)) for found in told]
        assert commands[0] == commands[1]


def _is_its_own(line: str) -> bool:
    """Of the diagram, a picture, the other language: not as in the other document."""
    return any(part in line for part in ("-->", "-.", "screenshots/", "README"))


def test_every_part_of_the_benches_is_documented_with_its_figures() -> None:
    for case, parts in CASES.items():
        section = read("docs/benchmarks.md").split(f"`script/bench {case}`", 1)[1].split("\n## ")[0]
        named = re.findall(r"^\| `(\w+)`", section, re.MULTILINE)
        assert named == list(parts)
