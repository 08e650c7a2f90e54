"""Colours sample.cnn with the TextMate grammar and holds the result to expected.txt.

Usage: check_textmate.py GRAMMAR SAMPLE EXPECTED. Prints a line for each word that has another scope, and exits with 1 if
there is one.
"""

import json
import logging
import re
import sys

from textmate_grammar.parsers.base import LanguageParser


logging.disable(logging.CRITICAL)


def expectations(path):
    for line in open(path, encoding="utf-8"):
        if line.startswith("#") or not line.strip():
            continue
        number, word, scope, _ = line.split()
        yield int(number), word, scope


def column(line, word):
    """Where a word first stands with no letter beside it; a number's suffix has its digits there."""
    is_name = word.isidentifier() and word not in "KM"
    pattern = rf"(?<!\w){word}(?!\w)" if is_name else re.escape(word)
    return re.search(pattern, line).start()


def main(grammar_path, sample_path, expected_path):
    with open(grammar_path, encoding="utf-8") as file:
        grammar = json.load(file)
    with open(sample_path, encoding="utf-8") as file:
        text = file.read()
    element = LanguageParser(grammar).parse_string(text)
    scopes = {}
    for (line, start), found, names in element.flatten():
        for offset in range(len(found)):
            scopes[line, start + offset] = names
    failed = False
    for number, word, scope in expectations(expected_path):
        place = column(text.split("\n")[number - 1], word)
        names = [name for name in scopes.get((number - 1, place), []) if name != "source.cnn"]
        fits = not names if scope == "-" else bool(names) and names[-1].startswith(scope)
        if not fits:
            failed = True
            print(f"{number}: {word}: {names}, not {scope}")
    sys.exit(1 if failed else 0)


main(*sys.argv[1:])
