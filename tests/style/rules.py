"""What the sources of tenure keep to, as code. `findings(root)` yields one line for each thing that breaks a rule.

The table of folders is the one of docs/structure.md. Used by include_direction_test.py and style_test.py.
"""
import os
import re

# A folder includes only itself, include/tenure and folders before it.
FOLDERS = ["event", "log", "history", "projection", "authority", "governance", "investigation", "connect", "library", "wire", "http", "cli"]

# Third-party headers (by the beginning of their name) and the folders of src/ that may include them.
THIRD_PARTY = {
    "tl/": FOLDERS + ["include"],
    "fmt/": FOLDERS,
    "nlohmann/": ["event"],
    "simdjson.h": ["event"],
    "valijson/": ["event"],
    "openssl/": ["event", "wire", "http"],
    "librdkafka/": ["log"],
    "rocksdb/": ["log", "history"],
    "zlib.h": ["connect"],
    "zip.h": ["library"],
    "boost/": ["wire", "http"],
    "prometheus/": ["http"],
    "CLI/": ["cli"],
    "spdlog/": ["cli"],
    "gtest/": [],
    "gmock/": [],
    "rapidcheck": [],
    "benchmark/": [],
    "libpq-fe.h": [],
}
POSIX = re.compile(r"arpa/inet\.h|sys/\w+\.h|unistd\.h|fcntl\.h|signal\.h|poll\.h|termios\.h|dirent\.h|spawn\.h|dlfcn\.h")
STANDARD = re.compile(r"[a-z0-9_]+")

# The reference model is naive on purpose, and worth nothing if it shares code with what it judges.
NOT_FOR_REFERENCE = {"history", "projection", "authority", "governance", "investigation", "library"}

LINES_MAX = 500
TEXT_SUFFIXES = (".h", ".cc", ".py", ".sh", ".md", ".txt", ".cmake", ".json", ".yaml", ".yml", ".mjs", ".ndjson")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
EMPTY_NAMES = re.compile(r"(^|[/_-])(utils?|helpers?|common|misc|core)([._/-]|$)", re.IGNORECASE)
PROMISES = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")  # style: allow
ELSEWHERE = re.compile(  # words about how the text came to be; the project speaks of itself alone
    r"\bissues? #?\d|/work/\w|\b(DESIGN|MISSION|ENGINE|STYLE)\.md\b|\b(this|last|previous|next|earlier|later|my|our) session\b"
    r"|\bsub-?agent|\bCEO\b",  # style: allow
    re.IGNORECASE)
ALLOWED = "style: allow"


def text_files(root):
    """Paths of the project's text files, relative to root."""
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(f for f in folders if f not in (".git", ".cache", "build", "node_modules", "__pycache__"))
        for name in sorted(files):
            path = os.path.relpath(os.path.join(folder, name), root)
            if name.endswith(TEXT_SUFFIXES) or path in ("x", ".ci/run", "NOTICE"):
                yield path


def lines_of(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read().splitlines()


def is_source(path):
    return path.endswith((".h", ".cc")) and path.startswith(("include/", "src/", "tests/"))


# --- includes

def include_findings(root):
    for path in filter(is_source, text_files(root)):
        for number, line in enumerate(lines_of(root, path), 1):
            match = INCLUDE.match(line)
            if match:
                quoted, name = match[1] == '"', match[2]
                why = wrong_quoted(path, name) if quoted else wrong_angled(path, name)
                if why:
                    yield f"{path}:{number}: {line.strip()}: {why}"


def wrong_quoted(path, name):
    """Why a file may not include one of our own headers, or None."""
    if ".." in name.split("/"):
        return "name the header from include/, src/ or tests/, never with .."
    target = name.split("/")[0]
    if path.startswith("include/"):
        return None if target == "tenure" else "the public headers include only each other"
    if path.startswith("tests/"):
        if path.startswith("tests/reference/") and target in NOT_FOR_REFERENCE:
            return f"the reference model includes nothing of src/{target}"
        return None
    own = path.split("/")[1]
    if target in ("tenure", own):
        return None
    if target == name and name.endswith(".inc"):
        return None  # generated below build/
    if target not in FOLDERS:
        return f"no folder of ours is called {target}"
    if own not in FOLDERS:
        return f"src/{own} is not in the table of docs/structure.md"
    if FOLDERS.index(target) > FOLDERS.index(own):
        return f"src/{own} lies above src/{target} in the table and must not know it"
    return None


def wrong_angled(path, name):
    """Why a file may not include a header of others, or None."""
    for beginning, folders in THIRD_PARTY.items():
        if name.startswith(beginning):
            own = path.split("/")[1] if path.startswith("src/") else path.split("/")[0]
            if own == "tests" or own in folders:
                return None
            return "only in " + (", ".join(f"src/{f}" for f in folders) + " and tests" if folders else "tests")
    if STANDARD.fullmatch(name) or POSIX.fullmatch(name):
        return None
    return "neither standard, nor POSIX, nor a third party of docs/structure.md"


# --- names, sizes, words

def name_findings(root):
    for path in text_files(root):
        if EMPTY_NAMES.search(path):
            yield f"{path}: a name that says nothing; call it by what it holds"


def size_findings(root):
    for path in filter(is_source, text_files(root)):
        count = len(lines_of(root, path))
        if count > LINES_MAX:
            yield f"{path}: {count} lines, and {LINES_MAX} is the most; it may hold two ideas"


def word_findings(root):
    for path in text_files(root):
        for number, line in enumerate(lines_of(root, path), 1):
            if ALLOWED in line:
                continue
            if PROMISES.search(line):
                yield f"{path}:{number}: a promise in the code: {line.strip()}"
            if ELSEWHERE.search(line):
                yield f"{path}:{number}: speaks of something that is no part of the project: {line.strip()}"


def readme_findings(root):
    source = os.path.join(root, "src")
    for folder in sorted(os.listdir(source)) if os.path.isdir(source) else []:
        inside = os.path.join(source, folder)
        if os.path.isdir(inside) and os.listdir(inside) and not os.path.exists(os.path.join(inside, "README.md")):
            yield f"src/{folder}: no README.md (purpose, contract, what may enter)"


LINK = re.compile(r"\]\(([^)#\s]+)(#[^)\s]*)?\)")


def link_findings(root):
    for path in text_files(root):
        if not path.endswith(".md"):
            continue
        for number, line in enumerate(lines_of(root, path), 1):
            for target in (match[1] for match in LINK.finditer(line)):
                if not re.match(r"[a-z]+:", target):
                    if not os.path.exists(os.path.join(root, os.path.dirname(path), target)):
                        yield f"{path}:{number}: a link to {target}, which is not there"


def index_findings(root):
    """Pages below docs/ that the README.md beside them doesn't link."""
    for path in text_files(root):
        folder, name = os.path.split(path)
        if folder.startswith("docs/") and name.endswith(".md") and name != "README.md":
            index = os.path.join(folder, "README.md")
            linked = os.path.exists(os.path.join(root, index)) and {m[1] for l in lines_of(root, index) for m in LINK.finditer(l)}
            if not linked or name not in linked:
                yield f"{path}: no link in {index}"


def unbuilt_findings(root, compiled):
    """Sources that no build target compiles. `compiled`: absolute paths from compile_commands.json."""
    for path in filter(is_source, text_files(root)):
        if path.endswith(".cc") and not path.startswith("tests/fuzz/") and os.path.join(root, path) not in compiled:
            yield f"{path}: no target builds it"


STYLE_RULES = [name_findings, size_findings, word_findings, readme_findings, link_findings, index_findings]
