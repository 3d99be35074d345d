"""The scripts and manage.py as they set the project up; with wheels of the test's own, so that no network is used."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BASE_PYTHON = Path(sys.base_prefix, "bin", f"python{sys.version_info.major}.{sys.version_info.minor}")
PATIENCE_S = 120
MANAGE = "import sys, first; print(first.VERSION, sys.argv[1:])\n"


class Project:
    """The scripts in a folder with a space, where manage.py prints a package's version and its own options."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "a project"
        self.programs = folder / "programs"
        self.python = self.root / ".venv" / "bin" / "python"
        self.pip_log = folder / "pip.log"
        self.env = {
            "HOME": str(folder),
            "PATH": f"{self.programs}:/usr/bin:/bin",
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": self.root.as_uri(),
            "PIP_LOG": str(self.pip_log),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        }

    def write(self) -> None:
        self.programs.mkdir()
        self.program("python3.14", f'exec "{BASE_PYTHON}" "$@"')
        shutil.copytree(ROOT / "script", self.root / "script")
        (self.root / "manage.py").write_text(MANAGE)
        self.require("first", 1)

    def require(self, name: str, version: int, file: str = "requirements.txt") -> None:
        """Makes a package and requires it in that version."""
        info = f"{name}-{version}.dist-info"
        with zipfile.ZipFile(self.root / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{name}.py", f"VERSION = {version}\n")
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{info}/RECORD", "")
        (self.root / file).write_text(f"{name}=={version}\n")

    def program(self, name: str, script: str) -> None:
        (self.programs / name).write_text(f"#!/bin/sh\n{script}\n")
        (self.programs / name).chmod(0o755)

    def run(self, *command: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Runs one of the scripts from another folder."""
        self.pip_log.unlink(missing_ok=True)
        script = [str(self.root / "script" / command[0]), *command[1:]]
        return subprocess.run(
            script, cwd="/", env={**self.env, **env}, capture_output=True, text=True, timeout=PATIENCE_S
        )

    def bootstrap(self, *files: str, **env: str) -> str:
        """What a bootstrap that succeeds says."""
        done = self.run("bootstrap", *(files or ("requirements.txt",)), **env)
        assert done.returncode == 0, done
        return done.stderr

    def refused(self, **env: str) -> str:
        """What a bootstrap that fails says: one line."""
        done = self.run("bootstrap", "requirements.txt", **env)
        assert done.returncode == 1, done
        assert done.stderr.count("\n") == 1, done
        return done.stderr

    def version(self, package: str) -> str:
        code = f"import {package}; print({package}.VERSION)"
        return subprocess.run([self.python, "-c", code], capture_output=True, text=True).stdout.strip()


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """The folder of a project that was set up once for all tests: an environment takes seconds to make."""
    folder = Path(tempfile.mkdtemp(prefix="tick mon "))
    project = Project(folder)
    project.write()
    assert "Making .venv" in project.bootstrap()
    shutil.copytree(project.root, folder / "as it was", symlinks=True)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def project(made: Path) -> Project:
    """That project in its place, as it was just after it was set up."""
    project = Project(made)
    shutil.rmtree(project.root)
    shutil.copytree(made / "as it was", project.root, symlinks=True)
    return project


@pytest.fixture
def bare(tmp_path: Path) -> Project:
    """A project that nobody has set up yet."""
    project = Project(tmp_path)
    project.write()
    return project


class TestInstalling:
    def test_unchanged_requirements_call_no_pip_and_need_no_network(self, project: Project) -> None:
        assert project.bootstrap() == ""
        assert not project.pip_log.exists()
        assert project.version("first") == "1"

    def test_changed_requirements_are_installed(self, project: Project) -> None:
        project.require("first", 2)
        assert project.bootstrap() == "Installing requirements.txt\n"
        assert project.version("first") == "2"
        assert project.pip_log.exists(), "pip's own settings are respected"

    def test_a_change_in_an_included_file_counts(self, project: Project) -> None:
        project.require("second", 1, "requirements-dev.txt")
        with (project.root / "requirements-dev.txt").open("a") as file:
            file.write("-r requirements.txt\n")
        project.bootstrap("requirements-dev.txt")
        assert project.bootstrap("requirements-dev.txt") == ""
        project.require("first", 2)
        assert project.bootstrap("requirements-dev.txt") == "Installing requirements-dev.txt\n"
        assert (project.version("first"), project.version("second")) == ("2", "1")

    def test_what_cannot_be_installed_is_said_and_tried_again(self, project: Project) -> None:
        (project.root / "requirements.txt").write_text("nowhere==1\n")
        for _ in range(2):
            failed = project.run("bootstrap", "requirements.txt")
            assert failed.returncode == 1
            assert failed.stderr.endswith("requirements.txt could not be installed: see what pip says above.\n")
        project.require("first", 2)
        assert project.bootstrap() == "Installing requirements.txt\n"

    def test_an_installation_that_was_killed_is_made_good(self, project: Project) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            index = f"http://127.0.0.1:{silent.getsockname()[1]}/"
            (project.root / "requirements.txt").write_text("first==2\n")
            installing = subprocess.Popen(
                [project.root / "script" / "bootstrap", "requirements.txt"],
                env={**project.env, "PIP_NO_INDEX": "0", "PIP_INDEX_URL": index},
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            silent.settimeout(PATIENCE_S)
            silent.accept()[0].close()  # pip is at work
            os.killpg(installing.pid, signal.SIGKILL)
            installing.wait()
        project.require("first", 2)
        assert "made anew" in project.bootstrap()
        assert project.version("first") == "2"
        assert project.bootstrap() == ""

    def test_two_at_once_do_not_disturb_each_other(self, project: Project) -> None:
        project.require("first", 2)
        command = [project.root / "script" / "bootstrap", "requirements.txt"]
        both = [subprocess.Popen(command, env=project.env, stderr=subprocess.PIPE, text=True) for _ in range(2)]
        said = [process.communicate(timeout=PATIENCE_S)[1] for process in both]
        assert sorted(said) == ["", "Installing requirements.txt\n"]
        assert [process.returncode for process in both] == [0, 0]

    def test_the_optional_one_may_fail(self, project: Project) -> None:
        (project.root / "requirements-embedded.txt").write_text("nowhere==1\n")
        files = ("requirements.txt", "requirements-embedded.txt")
        for _ in range(2):
            said = project.bootstrap(*files).splitlines()
            assert said[0] == "Installing requirements-embedded.txt"
            assert said[1].startswith("No embedded Valkey for this machine; ")
            assert len(said) == 2
        assert project.bootstrap(*files, REDIS_URL="redis://elsewhere") == "", "it is not needed"
        project.require("second", 1, "requirements-embedded.txt")
        assert project.bootstrap(*files) == "Installing requirements-embedded.txt\n"

    def test_a_file_that_is_not_there_is_named(self, bare: Project) -> None:
        (bare.root / "requirements.txt").unlink()
        assert "requirements.txt" in bare.refused()


class TestEnvironment:
    def test_one_that_was_copied_is_made_anew(self, project: Project, tmp_path: Path) -> None:
        shutil.copytree(project.root, tmp_path / "a project", symlinks=True)
        copied = Project(tmp_path)
        copied.programs.symlink_to(project.programs)
        assert "made anew" in copied.bootstrap()
        assert copied.version("first") == "1"

    def test_one_whose_python_is_gone_is_made_anew(self, project: Project) -> None:
        for link in (project.root / ".venv" / "bin").glob("python*"):
            link.unlink()
            link.symlink_to("/nowhere/python")
        assert "made anew" in project.bootstrap()
        assert project.version("first") == "1"

    def test_one_that_was_made_by_hand_is_taken(self, project: Project) -> None:
        shutil.rmtree(project.root / ".venv" / "installed")
        (project.root / ".venv" / "made").unlink()
        assert project.bootstrap() == "Installing requirements.txt\n"

    def test_a_python_that_is_too_old_is_passed_over(self, bare: Project) -> None:
        hidden = _hide_system_pythons(bare)
        bare.program("python3", "case $2 in *version_info*) exit 1 ;; *python_version*) echo 3.9.2 ;; esac")
        said = bare.refused(PATH=hidden)
        assert said.startswith("Python 3.9.2 is too old: install Python 3.11 or newer")

    def test_a_python_without_venv_is_named_with_the_remedy(self, bare: Project, tmp_path: Path) -> None:
        hidden = _hide_system_pythons(bare)
        bare.program("python3", f'PYTHONPATH="{tmp_path}/broken" exec "{BASE_PYTHON}" "$@"')
        (tmp_path / "broken").mkdir()
        (tmp_path / "broken" / "ensurepip.py").write_text("raise ModuleNotFoundError('as Debian ships it')\n")
        assert f"apt-get install {BASE_PYTHON.name}-venv" in bare.refused(PATH=hidden)

    def test_no_python_at_all_is_said(self, bare: Project) -> None:
        assert bare.refused(PATH=_hide_system_pythons(bare)).startswith("There is no Python here: install ")


class TestServer:
    def test_it_sets_up_and_passes_its_options_on(self, project: Project) -> None:
        project.require("second", 1, "requirements-embedded.txt")
        done = project.run("server", "--port", "80 80")
        assert done.stdout == "1 ['runmonitor', '--port', '80 80']\n"
        assert done.stderr == "Installing requirements-embedded.txt\n"


class TestManage:
    def test_outside_the_environment_it_goes_on_inside(self, project: Project) -> None:
        shutil.copy2(ROOT / "manage.py", project.root)
        _fake_django(project)
        done = _manage(project, BASE_PYTHON)
        assert done.stdout == f"{project.root}/.venv ['x y']\n", done

    def test_without_an_environment_it_names_the_script(self, bare: Project) -> None:
        shutil.copy2(ROOT / "manage.py", bare.root)
        done = _manage(bare, BASE_PYTHON, "-S")
        assert done.returncode == 2
        script = bare.root / "script" / "server"
        assert done.stderr == f"The package django is not installed: run {script}, which sets everything up.\n"


def _manage(project: Project, *python: str | Path) -> subprocess.CompletedProcess[str]:
    command = [*python, project.root / "manage.py", "x y"]
    return subprocess.run(command, cwd="/", env=project.env, capture_output=True, text=True, timeout=PATIENCE_S)


def _fake_django(project: Project) -> None:
    core = project.root / "django" / "core"
    core.mkdir(parents=True)
    (core / "exceptions.py").write_text("class ImproperlyConfigured(Exception): pass\n")
    (core / "management.py").write_text(
        "import sys\ndef execute_from_command_line(argv): print(sys.prefix, argv[1:])\n"
    )


def _hide_system_pythons(project: Project) -> str:
    """A PATH with what the scripts call, and no Python."""
    for name in ("cat", "cmp", "dirname", "mkdir", "mv", "rm", "sed"):
        found = shutil.which(name)
        assert found
        (project.programs / name).symlink_to(found)
    (project.programs / "python3.14").unlink()
    return str(project.programs)
