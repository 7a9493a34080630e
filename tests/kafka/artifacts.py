"""What the tests need from outside, fetched with Maven and compiled with javac once, and kept outside the tree.

`${XDG_CACHE_HOME:-~/.cache}/tenure/kafka-4.1.0/` holds one folder for each version of a pom.xml and of the Java sources, named by
their hash. A folder is made under another name and renamed when it is whole, and then never changed. Deleting any of it is safe.
"""
import contextlib
import fcntl
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from process import wait_until

HERE = pathlib.Path(__file__).resolve().parent
VERSION = "4.1.0"
JAVA_LEAST = 17  # what the broker's classes are compiled for
STAMP = "whole"
FETCH_SECONDS_MAX = 900

# Made with the broker's own clients; every other program sees only the SDK's class path.
ON_BROKER_CLASS_PATH = ("AdminConsole",)


class Unavailable(Exception):
    """Java, Maven or what Maven fetches is not to be had here."""


def java():
    """The path of a Java that is new enough."""
    path = _tool("java")
    said = subprocess.run([path, "-version"], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
    found = re.search(r'version "(\d+)', said.stderr + said.stdout)
    if not found or int(found[1]) < JAVA_LEAST:
        raise Unavailable(f"{path} is no Java {JAVA_LEAST} or later: {said.stderr.strip()[:200]}")
    return path


def broker_libraries():
    """The folder of jars with which the broker runs; fetched if it isn't there."""
    java()
    return _kept("broker", [HERE / "pom.xml"], lambda folder: _fetch(HERE / "pom.xml", folder))


def programs():
    """The folder of the compiled programs of java/ (`sdk/`, `admin/`) and of the SDK's jars (`libs/`)."""
    broker = broker_libraries()
    sources = sorted((HERE / "java").glob("*.java"))

    def make(folder):
        _fetch(HERE / "java" / "pom.xml", folder / "libs")
        ours = [s for s in sources if s.stem not in ON_BROKER_CLASS_PATH]
        _compile(ours, f"{folder / 'libs'}/*", folder / "sdk")
        _compile([s for s in sources if s not in ours], f"{broker}/*", folder / "admin")

    return _kept("programs", [HERE / "pom.xml", HERE / "java" / "pom.xml", *sources], make)


# --- how they are kept

def cache():
    home = os.environ.get("XDG_CACHE_HOME", "")
    return pathlib.Path(home if os.path.isabs(home) else os.path.expanduser("~/.cache")) / "tenure" / f"kafka-{VERSION}"


def _kept(name, inputs, make):
    """The folder that make(folder) filled from these inputs, now or in an earlier run."""
    digest = hashlib.sha256(b"\0".join(p.name.encode() + b"\0" + p.read_bytes() for p in inputs)).hexdigest()[:12]
    folder = cache() / f"{name}-{digest}"
    if not (folder / STAMP).exists():
        with _only_one(name):
            if not (folder / STAMP).exists():
                _make_whole(folder, make)
    return folder


def _make_whole(folder, make):
    building = pathlib.Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        make(building)
        (building / STAMP).write_text("all that belongs here is here\n")
        shutil.rmtree(folder, ignore_errors=True)  # one without a stamp, left by another hand
        building.rename(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)


@contextlib.contextmanager
def _only_one(name):
    """Tests run side by side; the second waits for what the first fetches. The lock dies with its holder."""
    cache().mkdir(parents=True, exist_ok=True)
    with open(cache() / f".{name}.lock", "w", encoding="utf-8") as lock:
        wait_until(lambda: _locked(lock), FETCH_SECONDS_MAX, f"another process that makes {cache() / name}")
        yield


def _locked(file):
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False


# --- how they are made

def _tool(name):
    home = os.environ.get("JAVA_HOME")
    path = shutil.which(name, path=os.path.join(home, "bin")) if home and name != "mvn" else None
    path = path or shutil.which(name)
    if not path:
        raise Unavailable(f"there is no {name} (Debian: openjdk-17-jdk-headless, maven)")
    return path


def _fetch(pom, folder):
    print(f"== fetching the class path of {pom.relative_to(HERE)} with Maven", flush=True)
    _run([_tool("mvn"), "--batch-mode", "--quiet", "--file", pom, "dependency:copy-dependencies",
          f"-DoutputDirectory={folder}", "-DincludeScope=runtime"])
    if not list(folder.glob("*.jar")):
        raise Unavailable(f"Maven ended well and copied nothing from {pom}")


def _compile(sources, class_path, folder):
    _run([_tool("javac"), "--release", JAVA_LEAST, "-Xlint:all", "-proc:none", "-d", folder, "-cp", class_path, *sources],
         failure=RuntimeError)  # a mistake of ours, which nothing excuses


def _run(command, failure=Unavailable):
    try:
        done = subprocess.run([str(c) for c in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=FETCH_SECONDS_MAX)
    except subprocess.TimeoutExpired as late:
        raise failure(f"{command[0]} did not end within {FETCH_SECONDS_MAX} s") from late
    if done.returncode:
        tail = "\n".join(done.stdout.splitlines()[-20:])
        raise failure(f"{command[0]} ended with {done.returncode}:\n{tail}")
