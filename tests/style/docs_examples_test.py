"""The examples in README.md and docs/ print what they show; docs_examples.py says how they are written.

    docs_examples_test.py ROOT PROGRAM [--write]

With --write the outputs that differ are replaced in the documents by what was printed.
"""
import os
import sys
import tempfile

import docs_examples
import rules


def main():
    write = "--write" in sys.argv
    root, program = [a for a in sys.argv[1:] if a != "--write"]
    count = wrong = 0
    for path in rules.text_files(root):
        if path.endswith(".md"):
            ran, differed = check_document(root, path, program, write)
            count, wrong = count + ran, wrong + differed
    print(f"{count} examples, {wrong} differ" + (" (written)" if write and wrong else ""))
    return 1 if wrong and not write else 0


def check_document(root, path, program, write):
    """(examples, how many differ)"""
    full = os.path.join(root, path)
    with open(full, encoding="utf-8") as file:
        text = file.read()
    examples = docs_examples.parse(text)
    if not examples:
        return 0, 0
    lines, wrong = text.splitlines(), []
    with tempfile.TemporaryDirectory(prefix="tenure-docs-") as folder:
        place = docs_examples.Workplace(folder, root, program)
        for example in examples:
            for name in example.files:
                place.add(name)
            code, printed = place.run(example.command)
            if code not in example.exit_codes() or not docs_examples.matches(example.output(), printed):
                wrong.append((example, printed + ([f"[exit {code}]"] if code > 1 else [])))
                show_difference(path, example, code, printed)
    for example, shown in reversed(wrong):
        lines[example.first:example.last] = shown
    if write and wrong:
        with open(full, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
    return len(examples), len(wrong)


def show_difference(path, example, code, printed):
    print(f"{path}:{example.line}: $ {example.command}")
    print("  shown:\n    " + "\n    ".join(example.expected))
    print(f"  printed (exit {code}):\n    " + "\n    ".join(printed))


if __name__ == "__main__":
    sys.exit(main())
