"""The programs that a rule's shell command calls, read from the rule files without running them."""

import ast
import inspect
import re
import shlex
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from dugnad.plan import Plan

_RESERVED = {"if", "then", "else", "elif", "fi", "do", "done", "while", "until", "{", "}", "!"}
_REDIRECTIONS = {">", ">>", "<", ">&", "<&"}
_PUNCTUATION = "();<>|&"
_OPERATOR = re.compile(r"<\(|>\(|;;|\|\||&&|>>|>&|<&|[();<>|&]")
_SUM = re.compile(r"\$\(\(.*?\)\)")
_ASSIGNMENT = re.compile(r"\w+\+?=")
_PLACE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class Rule:
    """A rule's directives as written, and the constants of its file."""

    name: str
    file: Path
    directives: dict[str, str]
    constants: dict[str, str]

    @property
    def environment(self) -> str | None:
        """Name of the file in envs/, without its suffix."""
        text = self.directives.get("conda")
        return Path(ast.literal_eval(text.strip())).stem if text else None

    @property
    def shell(self) -> str:
        """The command, its parts joined; empty for a rule that only names its input."""
        text = self.directives.get("shell")
        return "".join(strings(ast.parse(f"({text.strip()})", mode="eval"), {})) if text else ""

    def chosen(self, param: str) -> list[str]:
        """What `params` may put in, as far as it is written in the rule or its file's constants."""
        text = f"dict({self.directives.get('params', '').strip()})"
        for keyword in ast.parse(text, mode="eval").body.keywords:  # type: ignore[attr-defined]
            if keyword.arg == param:
                return list(strings(keyword.value, self.constants))
        return []


def strings(node: ast.AST, constants: dict[str, str]) -> Iterator[str]:
    """All texts below a node: names by the constants, methods of the plan by what they return."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node.value
    elif isinstance(node, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else "{x}" for part in node.values)
        yield "".join(map(str, parts))
    elif isinstance(node, ast.IfExp):
        yield from strings(node.body, constants)
        yield from strings(node.orelse, constants)
    elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "PLAN":
        yield from _returned(getattr(Plan, node.attr, None))
    elif isinstance(node, ast.Name):
        if node.id in constants:
            yield constants[node.id]
    else:
        for child in ast.iter_child_nodes(node):
            yield from strings(child, constants)


def _returned(method: object) -> Iterator[str]:
    """The texts that a method chooses from."""
    source = textwrap.dedent(inspect.getsource(method)) if inspect.isfunction(method) else ""
    for step in ast.walk(ast.parse(source)):
        if isinstance(step, ast.Return) and isinstance(step.value, ast.Constant | ast.IfExp):
            yield from strings(step.value, {})


def rules(files: list[Path]) -> list[Rule]:
    """All rules of the files, in order."""
    found = []
    for file in files:
        text = file.read_text()
        parts = re.split(r"^rule (\w+):$", text, flags=re.MULTILINE)[1:]
        constants = _constants(text)
        for name, body in zip(parts[::2], parts[1::2], strict=True):
            lines = re.match(r"(?:(?:[ ].*)?\n)*", body)
            inside = re.split(r"^    (\w+):", lines[0] if lines else "", flags=re.MULTILINE)
            directives = dict(zip(inside[1::2], inside[2::2], strict=True))
            found.append(Rule(name, file, directives, constants))
    return found


def _constants(text: str) -> dict[str, str]:
    """Texts that a rule file gives a name."""
    found = {}
    given = re.findall(r"^([A-Z_]+) = (\(\n.*?^\)|.*?)$", text, re.DOTALL | re.MULTILINE)
    for name, value in given:
        found[name] = "".join(strings(ast.parse(value, mode="eval"), {}))
    return found


def words(text: str) -> list[str]:
    """Words and operators of a command, quotes kept, sums as 0, operators one by one."""
    text = text.replace("{{", "\x01").replace("}}", "\x02")
    text = _PLACE.sub(lambda place: f"@{place[1].partition(':')[0]}@".replace(" ", ""), text)
    text = text.replace("\x01", "{").replace("\x02", "}").replace("\n", " ; ")
    lexer = shlex.shlex(_SUM.sub("0", text), posix=False, punctuation_chars=_PUNCTUATION)
    lexer.whitespace_split = True
    lexer.commenters = ""
    found = []
    for token in lexer:
        found += _OPERATOR.findall(token) if set(token) <= set(_PUNCTUATION) else [token]
    return found


def commands(text: str) -> list[list[str]]:
    """Each simple command of a shell text, as its words: the program first.

    Known: pipes, lists, groups, functions, if, while, case, $( ), <( ), sums and redirections.
    """
    reader = _Reader()
    tokens = words(text)
    for before, token in pairwise(["", *tokens, ";"]):
        reader.take(token, before)
        if token.startswith('"') or '="' in token:
            for inner in re.findall(r"\$\(([^()]*)\)", token):
                reader.found += commands(inner)
    functions = {word for place, word in enumerate(tokens) if tokens[place + 1 :][:2] == ["(", ")"]}
    return [command for command in reader.found if command[0] not in functions]


class _Reader:
    """Takes one word or operator after the other."""

    def __init__(self) -> None:
        self.found: list[list[str]] = []
        self.command: list[str] = []
        self.outer: list[list[str]] = []
        self.redirected = self.in_pattern = self.in_case = False

    def take(self, token: str, before: str) -> None:
        if self.in_pattern:
            self.in_pattern = token not in (")", "esac")
        elif token in ("(", "<(", ">("):  # what stands in $( ) is part of the command around it
            self.outer.append(self.command if token != "(" or before.endswith("$") else [])
            self.command = []
        elif token in _REDIRECTIONS:
            self.redirected = True
            if self.command and self.command[-1].isdigit():
                self.command = self.command[:-1]
        elif _OPERATOR.fullmatch(token):
            self._end(token)
        elif self.redirected:
            self.redirected = False
        else:
            self._word(token)

    def _end(self, operator: str) -> None:
        if self.command:
            self.found.append(self.command)
        self.command = self.outer.pop() if operator == ")" and self.outer else []
        self.redirected, self.in_pattern = False, self.in_case and operator == ";;"

    def _word(self, token: str) -> None:
        if not self.command and token in ("case", "esac"):
            self.in_case = token == "case"
        elif self.in_case and token == "in" and len(self.command) == 1:
            self.command, self.in_pattern = [], True
        elif self.command or not (token in _RESERVED or _ASSIGNMENT.match(token)):
            self.command = [*self.command, token]
