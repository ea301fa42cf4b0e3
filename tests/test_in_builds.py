"""What `docs/in-ci.md` offers to builds, as far as it can be run here: hooks by pre-commit, steps by bash."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from junitparser import JUnitXml

from .tree import ROOT, copy_to

ACTION = Path(".github/actions/rulecard/action.yml")
GITLAB = Path("docs/ci/gitlab.yml")
PAGE = ROOT / "docs" / "in-ci.md"
HOOKS = ROOT / ".pre-commit-hooks.yaml"
COPIED = ("engine", "cli", "schemas", "rulesets", "pyproject.toml", "README.md", "LICENSE", HOOKS.name, str(ACTION))
ACCEPTED = ROOT / "tests" / "accepted"
BIN = Path(sys.executable).parent


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rulecard as others get it: a repository of its own, with one revision."""
    folder = copy_to(tmp_path_factory.mktemp("source") / "rulecard", *COPIED)
    commit(folder)
    return folder


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A user's repository: a ruleset and its cases, and YAML that is none of Rulecard's."""
    folder = tmp_path / "user's repository"
    (folder / "rulesets").mkdir(parents=True)
    for name in ("small.yaml", "cases.yaml"):
        shutil.copyfile(ACCEPTED / name, folder / "rulesets" / name)
    (folder / "compose.yaml").write_text("services: {}\n", encoding="utf-8")
    return folder


def commit(folder: Path) -> str:
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@localhost", "-c", "init.defaultBranch=main")
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "--allow-empty", "-m", "a"], ["rev-parse", "HEAD"]):
        done = subprocess.run([*git, *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def break_ruleset(repository: Path, name: str = "visits") -> None:
    file = repository / "rulesets" / "small.yaml"
    text = file.read_text(encoding="utf-8")
    broken = re.sub(rf"(formula: .*)\b{name}\b", rf"\1{name[:3]}{name[4:]}", text)
    assert broken != text
    file.write_text(broken, encoding="utf-8")


def break_case(repository: Path) -> None:
    file = repository / "rulesets" / "cases.yaml"
    text = file.read_text(encoding="utf-8")
    assert "conversion: 2%" in text
    file.write_text(text.replace("conversion: 2%", "conversion: 3%"), encoding="utf-8")


def run(*command: object, cwd: Path, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    # without variables that could bring the package in by another way, and those that git sets for hooks
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "GIT_"))}
    words = [str(word) for word in command]
    return subprocess.run(
        words,
        cwd=cwd,
        env={**kept, "PIP_NO_COMPILE": "1", **(environment or {})},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("github-actions", ACTION),
        ("github-workflows", Path("docs/ci/github.yml")),
        ("github-workflows", Path(".github/workflows/ci.yml")),
        ("gitlab-ci", GITLAB),
    ],
    ids=["action", "workflow", "our own workflow", "gitlab"],
)
def test_it_has_the_form_that_the_platform_wants(schema: str, file: Path) -> None:
    done = run(BIN / "check-jsonschema", "--builtin-schema", f"vendor.{schema}", ROOT / file, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_workflow_gives_the_action_what_it_takes() -> None:
    workflow = yaml.safe_load((ROOT / "docs" / "ci" / "github.yml").read_text(encoding="utf-8"))
    (step,) = [one for one in workflow["jobs"]["rulecard"]["steps"] if "rulecard" in one["uses"]]
    inputs = yaml.safe_load((ROOT / ACTION).read_text(encoding="utf-8"))["inputs"]
    assert step["uses"].split("@")[0] == f"OWNER/rulecard/{ACTION.parent}"
    assert set(step["with"]) <= set(inputs)
    # the page tells of each
    assert [name for name in inputs if f"`{name}`" not in PAGE.read_text(encoding="utf-8")] == []


# -- pre-commit --------------------------------------------------------------------------------------------------


def test_the_hooks_hold_a_commit_up(project: Path, repository: Path, tmp_path: Path) -> None:
    (shown,) = re.findall(r"^```yml\n# \.pre-commit-config\.yaml\n(.*?)^```", PAGE.read_text("utf-8"), re.M | re.S)
    config = shown.replace("https://HOST/OWNER/rulecard", str(project)).replace("v0.1.0", commit(project))
    offered = {hook["id"] for hook in yaml.safe_load(HOOKS.read_text(encoding="utf-8"))}
    assert {hook["id"] for hook in yaml.safe_load(config)["repos"][0]["hooks"]} == offered - {"rulecard-fix"}
    (repository / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
    commit(repository)
    home = {"PRE_COMMIT_HOME": str(tmp_path / "home"), "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}

    def tried(*, all_files: bool = True) -> subprocess.CompletedProcess[str]:
        run("git", "add", "-A", cwd=repository)
        words = ("pre-commit", "run", "--color=never", *(["--all-files"] if all_files else []))
        return run(*words, cwd=repository, environment=home)

    well = tried()
    assert well.returncode == 0, well.stdout + well.stderr
    assert re.findall(r"^rulecard (\w+)\.+Passed$", well.stdout, re.M) == ["validate", "test"]
    break_case(repository)
    one = tried(all_files=False)
    assert one.returncode == 1
    assert re.findall(r"^rulecard (\w+)\.+(\w+)$", one.stdout, re.M) == [("validate", "Passed"), ("test", "Failed")]
    assert re.search(r"cases\.yaml:\d+:\d+: error\[RC702\] .*expected 3%, got 2%", one.stdout)
    break_ruleset(repository)
    both = tried(all_files=False)
    assert re.findall(r"^rulecard (\w+)\.+(\w+)$", both.stdout, re.M) == [("validate", "Failed"), ("test", "Failed")]
    assert "error[RC301] unknown name `vists`" in both.stdout
    # what is known, and what did not change, holds nothing up
    given = "\n        args: [rulesets, --changed-since, HEAD, --baseline, known.json]"
    config = config.replace("- id: rulecard-validate", f"- id: rulecard-validate{given}")
    (repository / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
    adopt = ("validate", ".", "--baseline", "known.json", "--update-baseline")
    assert run(BIN / "rulecard", *adopt, cwd=repository).returncode == 0
    assert re.search(r"^rulecard validate\.+Passed$", tried(all_files=False).stdout, re.M)
    break_ruleset(repository, "orders")
    assert "2 problems in 2 of 2 files (2 errors, 1 more than in the baseline)" in tried(all_files=False).stdout
    run("git", "reset", "-q", "--hard", cwd=repository)
    # a commit of other files waits for nothing
    run("git", "checkout", "-q", "--", ".", cwd=repository)
    commit(repository)
    (repository / "notes.txt").write_text("notes\n", encoding="utf-8")
    assert "Skipped" in tried(all_files=False).stdout


def test_a_hook_mends_what_is_certain_and_holds_the_commit_up_once(
    project: Path, repository: Path, tmp_path: Path
) -> None:
    hooks = "[{id: rulecard-fix}]"
    config = f"repos: [{{repo: {str(project)!r}, rev: {commit(project)}, hooks: {hooks}}}]\n"
    (repository / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
    right = (repository / "rulesets" / "small.yaml").read_bytes()
    commit(repository)
    break_ruleset(repository)
    home = {"PRE_COMMIT_HOME": str(tmp_path / "home"), "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    outcomes = []
    for _ in range(2):
        run("git", "add", "-A", cwd=repository)
        done = run("pre-commit", "run", "--color=never", "--all-files", cwd=repository, environment=home)
        outcomes.append((done.returncode, "files were modified by this hook" in done.stdout))
    assert outcomes == [(1, True), (0, False)], done.stdout + done.stderr
    assert (repository / "rulesets" / "small.yaml").read_bytes() == right


# -- GitHub ------------------------------------------------------------------------------------------------------


class Runner:
    """As much of GitHub's runner as the action needs: inputs, conditions, files for the path and the summary."""

    def __init__(self, project: Path, workspace: Path, folder: Path) -> None:
        self.action = yaml.safe_load((project / ACTION).read_text(encoding="utf-8"))
        self.folder, self.workspace = folder, workspace
        folder.mkdir()
        self.summary, self.path = folder / "summary", folder / "path"
        self.path.touch()
        self.values = {"github.action_path": str((project / ACTION).parent)}
        # the python3 that a step finds on the machine is not that of the tests
        (folder / "python3").symlink_to(Path(sys.base_prefix, "bin", "python3"))

    def run(self, **given: str) -> tuple[bool, dict[str, str]]:
        """Whether all went well, and what each step that ran has printed."""
        inputs = {name: one.get("default", "") for name, one in self.action["inputs"].items()}
        assert set(given) <= set(inputs)
        values = self.values | {f"inputs.{name}": value for name, value in (inputs | given).items()}
        printed: dict[str, str] = {}
        for step in self.action["runs"]["steps"]:
            if "if" in step and not self._holds(step["if"], values):
                continue
            done = self._step(step, values)
            printed[step["name"]] = done.stdout + done.stderr
            if done.returncode:
                return False, printed
        return True, printed

    def _holds(self, condition: str, values: Mapping[str, str]) -> bool:
        name, wanted = re.fullmatch(r"(\S+) == '(\w*)'", condition).groups()  # type: ignore[union-attr]
        return values[name] == wanted

    def _step(self, step: Mapping[str, Any], values: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        assert step["shell"] == "bash" and "${{" not in step["run"]
        script = self.folder / "step.sh"
        script.write_text(step["run"], encoding="utf-8")
        added = [line for line in self.path.read_text(encoding="utf-8").splitlines() if line]
        environment = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_PATH": str(self.path),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_WORKSPACE": str(self.workspace),
            "RUNNER_TEMP": str(self.folder),
            "PATH": os.pathsep.join([*reversed(added), str(self.folder), "/usr/bin", "/bin"]),
            **{name: re.sub(r"\$\{\{ (\S+) \}\}", lambda found: values[found[1]], text)
               for name, text in step["env"].items()},
        }  # fmt: skip
        bash = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script)
        return run(*bash, cwd=self.workspace, environment=environment)


def test_the_action_runs_as_github_would(project: Path, repository: Path, tmp_path: Path) -> None:
    runner = Runner(project, repository, tmp_path / "runner")
    well, printed = runner.run(junit="cases.xml", sarif="out.sarif")
    assert well, printed
    assert list(printed) == ["Install Rulecard", "rulecard validate", "rulecard test"]
    assert "No problems in 2 files" in printed["rulecard validate"]
    assert JUnitXml.fromfile(str(repository / "cases.xml")).failures == 0
    assert json.loads((repository / "out.sarif").read_text(encoding="utf-8"))["runs"][0]["results"] == []
    assert Path(runner.path.read_text(encoding="utf-8").split("\n")[0], "rulecard").exists()
    runner.action["runs"]["steps"] = runner.action["runs"]["steps"][1:]  # installed once

    assert runner.run(**{"cover-at-least": "100%"})[0] is False
    # a path may have spaces, and is no command
    (repository / "rulesets").rename(repository / "more rules")
    lines = "more rules/small.yaml\n\nmore rules/cases.yaml\n"
    assert runner.run(paths=lines)[0] is True
    assert runner.run(paths="$(touch run); touch run; *")[0] is False
    assert not (repository / "run").exists()

    (repository / "more rules").rename(repository / "rulesets")
    break_case(repository)
    well, printed = runner.run()
    assert not well and "conversion" in printed["rulecard test"]
    assert runner.run(test="false")[0] is True
    break_ruleset(repository)
    well, printed = runner.run(sarif="out.sarif")
    assert not well and list(printed) == ["rulecard validate"]
    assert "::error file=rulesets/small.yaml,line=" in printed["rulecard validate"]
    assert "RC301" in runner.summary.read_text(encoding="utf-8")
    (result,) = json.loads((repository / "out.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    assert result["ruleId"] == "RC301"

    known = run(BIN / "rulecard", "validate", "rulesets", "--baseline", "a b.json", "--update-baseline", cwd=repository)
    assert known.returncode == 0, known.stderr
    well, printed = runner.run(baseline="a b.json", test="false")
    assert well and "No problems in 2 files (1 hidden by the baseline)" in printed["rulecard validate"]
    commit(repository)
    well, printed = runner.run(**{"changed-since": "HEAD", "test": "false"})
    assert well and "No problems in 0 of 2 files" in printed["rulecard validate"]


# -- GitLab ------------------------------------------------------------------------------------------------------


def test_the_gitlab_template_writes_the_reports_that_it_names(project: Path, repository: Path, tmp_path: Path) -> None:
    template = yaml.safe_load((ROOT / GITLAB).read_text(encoding="utf-8"))
    job = template["rulecard"]
    quality, cases = (repository / job["artifacts"]["reports"][kind] for kind in ("codequality", "junit"))
    variables = template["variables"] | {"RULECARD_PACKAGE": str(project), "CI_PROJECT_DIR": str(repository)}
    variables["RULECARD_COVER_AT_LEAST"] = "10%"
    runner = Runner(project, repository, tmp_path / "runner")
    variables["PATH"] = f"{runner.folder}{os.pathsep}/usr/bin{os.pathsep}/bin"

    def tried(script: list[str]) -> subprocess.CompletedProcess[str]:
        for report in (quality, cases):
            report.unlink(missing_ok=True)
        return run("bash", "-e", "-o", "pipefail", "-c", "\n".join(script), cwd=repository, environment=variables)

    done = tried(job["script"])
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(quality.read_text(encoding="utf-8")) == []
    assert JUnitXml.fromfile(str(cases)).failures == 0
    installed = job["script"][2:]
    assert all(line.startswith(".rulecard/bin/rulecard ") for line in installed)
    break_case(repository)
    assert tried(installed).returncode == 1
    assert JUnitXml.fromfile(str(cases)).failures == 1
    break_ruleset(repository)
    assert tried(installed).returncode == 1
    (problem,) = json.loads(quality.read_text(encoding="utf-8"))
    assert problem["check_name"] == "RC301" and problem["location"]["path"] == "rulesets/small.yaml"
