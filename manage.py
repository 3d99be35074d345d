#!/usr/bin/env python3
"""Django's command line, inside the project's own virtual environment where there is one."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
OWN_PACKAGES = {"monitor", "ticks"}


def main() -> int:
    enter_virtual_environment()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "monitor.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ModuleNotFoundError as error:
        return complain(not_installed(error))
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        return complain(str(error))
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] in OWN_PACKAGES:
            raise
        return complain(not_installed(error))
    except KeyboardInterrupt:
        return 130
    return 0


def enter_virtual_environment() -> None:
    """Goes on in .venv, if this is an interpreter outside any virtual environment."""
    python = ROOT / ".venv" / "bin" / "python"
    if sys.prefix == sys.base_prefix and (ROOT / ".venv" / "pyvenv.cfg").exists() and os.access(python, os.X_OK):
        os.execv(python, [str(python), *sys.argv])


def not_installed(error: ModuleNotFoundError) -> str:
    return f"The package {error.name} is not installed: run {ROOT / 'script' / 'server'}, which sets everything up."


def complain(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
