"""Measures: how often a pattern is looked up or really compiled, which should not depend on the number of turns."""
import re
import unittest.mock

from _runner import run, shape

try:
    from re import _compiler as compiler
except ImportError:  # before 3.11
    import sre_compile as compiler


def lookups(grep):
    """Calls of re.compile: even a hit of its cache builds a key and asks a dictionary."""

    def count(n):
        with unittest.mock.patch("re.compile", wraps=re.compile) as compile_spy:
            grep([f"line {number}" for number in range(n)], "line")
            return compile_spy.call_count

    return count


def in_the_loop(lines, needle):
    return [line for line in lines if re.compile(rf"\b{needle}\b").search(line)]


def before_the_loop(lines, needle):
    pattern = re.compile(rf"\b{needle}\b")
    return [line for line in lines if pattern.search(line)]


# grep_leaks: the needle is the same in every turn.
shape("pattern that no turn changes", "python/regex-in-loop/basic.py:grep_leaks", lookups(in_the_loop), lookups(before_the_loop))

WORDS = [f"word{number}" for number in range(600)]


def compilations(search):
    """Real compilations: 600 words are more than the module's cache holds."""

    def count(n):
        re.purge()
        with unittest.mock.patch.object(compiler, "compile", wraps=compiler.compile) as compile_spy:
            search(["nothing here"] * n)
            return compile_spy.call_count

    return count


def words_by_lines(lines):
    return [line for line in lines for word in WORDS if re.compile(rf"\b{word}\b").search(line)]


def words_once(lines):
    patterns = [re.compile(rf"\b{word}\b") for word in WORDS]
    return [line for line in lines for pattern in patterns if pattern.search(line)]


# words_by_lines_leaks: every word is compiled again for every line.
shape("words by lines", "python/regex-in-loop/basic.py:words_by_lines_leaks",
      compilations(words_by_lines), compilations(words_once), n=2, each=len(WORDS))

run()
