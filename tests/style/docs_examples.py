"""Examples in the documentation that are run: console blocks right after a comment that asks for it.

    <!-- run: three-events.ndjson -->
    ```console
    $ tenure what user:alice --as-of 2026-03-01T00:00:00Z
    …
    ```

- Each document has one working folder, with one data directory in it, shared by its blocks from the top down.
- A file named in the comment is copied into that folder from docs/examples/ and appended to the record before the block runs
  (once; several names are separated by spaces). `<!-- run -->` adds nothing.
- Lines that begin with `$ ` are commands for the shell; a line that ends with a backslash goes on in the next. What follows is
  their output, standard error included. `…` stands for any text within a line; a line that is `…` alone for any lines.
- `[exit 3]` as the last line of an output is the exit code; without it the command has to end with 0, or with 1 (a "no").
"""
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field

MARK = re.compile(r"^<!-- run(?::\s*(?P<files>[^>]*?))?\s*-->\s*$")
EXIT = re.compile(r"^\[exit (\d+)\]$")


@dataclass
class Example:
    line: int                 # of the command, counted from 1
    files: list               # to be appended before it
    command: str
    expected: list = field(default_factory=list)
    first: int = 0            # half-open range of the lines of the output, counted from 0
    last: int = 0

    def exit_codes(self):
        match = EXIT.match(self.expected[-1]) if self.expected else None
        return [int(match[1])] if match else [0, 1]

    def output(self):
        return self.expected[:-1] if self.expected and EXIT.match(self.expected[-1]) else self.expected


def parse(text):
    """The examples of one document, in order."""
    lines = text.splitlines()
    examples, index = [], 0
    while index < len(lines):
        mark = MARK.match(lines[index])
        index += 1
        if not mark:
            continue
        if index >= len(lines) or not lines[index].startswith("```console"):
            raise ValueError(f"line {index}: a run comment without a ```console block right after it")
        end = lines.index("```", index + 1)
        examples += parse_block(lines, index + 1, end, (mark["files"] or "").split())
        index = end + 1
    return examples


def parse_block(lines, begin, end, files):
    examples, index = [], begin
    while index < end:
        if not lines[index].startswith("$ "):
            raise ValueError(f"line {index + 1}: output before the first command of a block")
        number, command = index + 1, lines[index][2:]
        while command.endswith("\\") and index + 1 < end:
            index += 1
            command = command[:-1] + lines[index].strip()
        first = index + 1
        index = first
        while index < end and not lines[index].startswith("$ "):
            index += 1
        examples.append(Example(number, files, command, lines[first:index], first, index))
        files = []
    return examples


def matches(expected, actual):
    """Whether printed lines are those shown, `…` standing for anything."""
    if not expected:
        return not actual
    if expected[0].strip() == "…":
        return any(matches(expected[1:], actual[skipped:]) for skipped in range(len(actual) + 1))
    if not actual:
        return False
    pattern = ".*".join(re.escape(part) for part in expected[0].rstrip().split("…"))
    return re.fullmatch(pattern, actual[0].rstrip()) is not None and matches(expected[1:], actual[1:])


class Workplace:
    """The folder in which the examples of one document run."""

    def __init__(self, folder, root, program):
        self.folder, self.root = folder, root
        programs = os.path.join(folder, "programs")
        os.makedirs(programs)
        os.symlink(os.path.abspath(program), os.path.join(programs, "tenure"))
        self.here = os.path.join(folder, "here")
        os.makedirs(self.here)
        self.environment = {
            "PATH": programs + ":/usr/bin:/bin", "HOME": folder, "TZ": "UTC", "LC_ALL": "C.UTF-8", "COLUMNS": "80",
            "NO_COLOR": "1", "TENURE_DATA": os.path.join(folder, "data"),
        }

    def add(self, name):
        shutil.copy(os.path.join(self.root, "docs", "examples", name), self.here)
        code, lines = self.run(f"tenure append {name}")
        if code != 0:
            raise RuntimeError(f"docs/examples/{name} was not appended: " + "\n".join(lines))

    def run(self, command):
        done = subprocess.run(["bash", "-c", command], cwd=self.here, env=self.environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False)
        return done.returncode, done.stdout.decode("utf-8").rstrip("\n").split("\n") if done.stdout.strip() else []
