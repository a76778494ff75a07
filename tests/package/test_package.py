# SPDX-License-Identifier: Apache-2.0
"""The installed tree and the .deb serve a stranger: find_package, pkg-config
and the command itself, from wherever they were put."""
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

BUILD = Path(os.environ["OUTLIVE_BUILD"])
CC = os.environ.get("CC", "cc")
CONSUMER = Path(__file__).parent / "consumer"


def run(*command, **options):
    done = subprocess.run(
        [str(word) for word in command], text=True, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    assert done.returncode == 0, f"{command}\n{done.stdout}"
    return done.stdout


def one(folder: Path, pattern: str) -> Path:
    found = list(folder.rglob(pattern))
    assert len(found) == 1, f"{pattern} in {folder}: {found}"
    return found[0]


@pytest.fixture(scope="module", name="prefix")
def installed_prefix(tmp_path_factory):
    """Installed, then moved: nothing may remember where it was."""
    first = tmp_path_factory.mktemp("install") / "first"
    run("cmake", "--install", BUILD, "--prefix", first)
    return first.rename(first.with_name("moved"))


@pytest.fixture(scope="module", name="deb")
def debian_package(tmp_path_factory):
    folder = tmp_path_factory.mktemp("deb")
    run("cpack", "-G", "DEB", "--config", BUILD / "CPackConfig.cmake",
        "-B", folder, cwd=folder)
    found = list(folder.glob("outlive_*.deb"))
    assert len(found) == 1
    return found[0]


def check_leak_is_found(outlive: Path, program: Path, folder: Path):
    recording = folder / "consumer.olt"
    run(outlive, "run", "-o", recording, "--", program)
    done = subprocess.run(
        [outlive, "report", "--json", recording], check=False, text=True,
        stdout=subprocess.PIPE)
    assert done.returncode == 1
    findings = json.loads(done.stdout)["findings"]
    assert [(f["verdict"], f["kind"]) for f in findings
            if f["severity"] == "error"] == [("STEADY", "task")]


def test_a_cmake_project_finds_the_package_where_it_was_moved(
        prefix, tmp_path):
    run("cmake", "-S", CONSUMER, "-B", tmp_path,
        f"-DCMAKE_PREFIX_PATH={prefix}")
    run("cmake", "--build", tmp_path)
    check_leak_is_found(
        prefix / "bin/outlive", tmp_path / "consumer", tmp_path)
    run("ctest", "--test-dir", tmp_path)


def test_a_place_that_cannot_be_preloaded_from_is_named(prefix, tmp_path):
    elsewhere = tmp_path / "with space"
    shutil.copytree(prefix, elsewhere, symlinks=True)
    done = subprocess.run(
        [elsewhere / "bin/outlive", "run", "--", "true"], cwd=tmp_path,
        check=False, text=True, capture_output=True)
    assert done.returncode == 4
    assert "cannot name a path with a space" in done.stderr


def test_a_newer_version_than_there_is_is_refused(prefix, tmp_path):
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.21)\nproject(p LANGUAGES NONE)\n"
        "find_package(outlive 99 REQUIRED)\n")
    done = subprocess.run(
        ["cmake", "-S", tmp_path, "-B", tmp_path / "b",
         f"-DCMAKE_PREFIX_PATH={prefix}"], check=False, capture_output=True)
    assert done.returncode != 0


def test_pkg_config_gives_header_and_recorder(prefix, tmp_path):
    pkg_config = one(prefix, "outlive.pc").parent
    environment = dict(os.environ, PKG_CONFIG_PATH=str(pkg_config))
    query = ["pkg-config", "outlive"]
    flags = run(*query, "--cflags", env=environment).strip()
    preload = run(*query, "--variable=preload", env=environment).strip()
    assert Path(preload).is_file()

    program = tmp_path / "consumer"
    run("sh", "-c", f'{CC} {flags} "$1" -o "$2"', "sh",
        CONSUMER / "consumer.c", program)
    recording = tmp_path / "c.olt"
    run(program, env=dict(os.environ, LD_PRELOAD=preload,
                          OUTLIVE_OUTPUT=str(recording)))
    assert list(recording.glob("*.trace"))


def test_the_debian_package_says_what_it_needs(deb):
    depends = run("dpkg-deb", "-f", deb, "Depends")
    for library in ("libc6", "libdw1", "libelf1", "libjansson4"):
        assert library in depends


def test_the_debian_package_holds_what_it_should(deb):
    listing = run("dpkg-deb", "-c", deb)
    for path in ("usr/bin/outlive", "usr/bin/rt-run", "usr/bin/outlive-report",
                 "usr/lib/outlive/liboutlive-preload.so",
                 "usr/include/outlive/outlive.h",
                 "usr/share/man/man1/outlive.1",
                 "usr/share/bash-completion/completions/outlive"):
        assert path in listing
    assert "__pycache__" not in listing


def test_outlive_runs_from_the_unpacked_debian_package(deb, tmp_path):
    root = tmp_path / "root"
    run("dpkg-deb", "-x", deb, root)
    program = tmp_path / "consumer"
    run(CC, "-g", f"-I{root}/usr/include", CONSUMER / "consumer.c",
        "-o", program)
    check_leak_is_found(root / "usr/bin/outlive", program, tmp_path)


COMMANDS = ("run", "report", "growth", "live", "diff", "events", "export")


def test_the_manual_knows_every_command_and_option(prefix):
    page = one(prefix, "outlive.1").read_text(encoding="utf-8")
    page = page.replace("\\-", "-")
    outlive = prefix / "bin/outlive"
    named = set(re.findall(r"^  outlive ([a-z]+)", run(outlive, "--help"),
                           re.M))
    assert named == set(COMMANDS)
    for command in COMMANDS:
        assert f".B {command}\n" in page
        options = re.findall(r"^ +(?:-., )?(--[a-z]+)",
                             run(outlive, command, "--help"), re.M)
        assert "--json" in options
        assert [option for option in options if option not in page] == []


def test_the_completion_offers_what_a_command_takes(prefix):
    script = prefix / "share/bash-completion/completions/outlive"
    offered = run(
        "bash", "-c", 'source "$1"; COMP_WORDS=(outlive growth --f)'
        "; COMP_CWORD=2; compopt() { :; }; _outlive;"
        ' echo "${COMPREPLY[@]}"', "bash", script,
        env=dict(os.environ, PATH=f"{prefix}/bin:{os.environ['PATH']}"))
    assert offered == "--fingerprint\n"


def test_the_manual_is_clean(prefix):
    for page in prefix.rglob("*.1"):
        assert run("groff", "-man", "-ww", "-z", page) == ""
