"""Small wrong edits of Python: a comparison, a sign, a number, an argument, a statement."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

_COMPARED = {
    ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">"), ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="), ast.Is: ("is", "is not"), ast.IsNot: ("is not", "is"), ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
}  # fmt: skip
_COMPUTED = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "//"),
    ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "//"),
}
_LARGEST = (
    8  # of numbers that are made one more or less: larger ones are sizes and limits, where one makes no difference
)
_SYMMETRIC = ("min", "max", "minimum", "maximum", "isclose", "array_equal")  # their arguments may change places
_NOT_WALKED = ("annotation", "returns", "decorator_list", "type_params")


@dataclass(frozen=True, slots=True)
class Edit:
    """`old` at a place of the text becomes `new`."""

    line: int
    at: int  # in characters
    old: str
    new: str
    decides: bool = False  # a comparison, a condition, or what a function returns


def edits_of_python(text: str) -> list[Edit]:
    """Every edit that is tried on a file; in functions only, for what runs with the import runs in every test."""
    finder = _Finder(text)
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.FunctionDef, ast.Lambda))]
    found = {edit for function in functions for edit in finder.find(function)}  # one in another is found twice
    return sorted(found, key=lambda edit: (edit.at, edit.old, edit.new))


class _Finder:
    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = [line.encode() for line in text.splitlines(keepends=True)]
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line.decode()))

    def find(self, node: ast.AST) -> Iterator[Edit]:
        """The edits of a node and of all below it; not of types, decorators, docstrings and formatted texts."""
        if isinstance(node, (ast.JoinedStr, ast.Import, ast.ImportFrom)):
            return
        yield from self._of(node)
        for name, value in ast.iter_fields(node):
            if name in _NOT_WALKED:
                continue
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, ast.AST):
                    yield from self.find(each)

    def _of(self, node: ast.AST) -> Iterator[Edit]:
        kind = f"_of_{type(node).__name__.lower()}"
        if hasattr(self, kind):
            yield from getattr(self, kind)(node)

    def _place(self, line: int, column: int) -> int:
        return self._starts[line - 1] + len(self._lines[line - 1][:column].decode())

    def _span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        assert node.end_lineno is not None and node.end_col_offset is not None
        return self._place(node.lineno, node.col_offset), self._place(node.end_lineno, node.end_col_offset)

    def _text_of(self, node: ast.expr | ast.stmt) -> str:
        start, end = self._span(node)
        return self._text[start:end]

    def _instead(self, node: ast.expr | ast.stmt, new: str, *, decides: bool = False) -> Iterator[Edit]:
        start, end = self._span(node)
        yield Edit(node.lineno, start, self._text[start:end], new, decides)

    def _between(self, left: ast.expr, right: ast.expr, old: str, new: str, *, decides: bool = False) -> Iterator[Edit]:
        """Another operator between two operands."""
        start, end = self._span(left)[1], self._span(right)[0]
        found = self._text.find(old, start, end)
        if found >= 0:
            yield Edit(self._text.count("\n", 0, found) + 1, found, old, new, decides)

    def _of_compare(self, node: ast.Compare) -> Iterator[Edit]:
        for left, operator, right in zip([node.left, *node.comparators], node.ops, node.comparators, strict=False):
            yield from self._between(left, right, *_COMPARED[type(operator)], decides=True)

    def _of_boolop(self, node: ast.BoolOp) -> Iterator[Edit]:
        old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        yield from self._between(node.values[0], node.values[1], old, new, decides=True)

    def _of_binop(self, node: ast.BinOp) -> Iterator[Edit]:
        if type(node.op) in _COMPUTED and not isinstance(node.left, (ast.JoinedStr, ast.List)):
            yield from self._between(node.left, node.right, *_COMPUTED[type(node.op)])

    def _of_unaryop(self, node: ast.UnaryOp) -> Iterator[Edit]:
        if isinstance(node.op, (ast.Not, ast.USub)):
            yield from self._instead(node, self._text_of(node.operand), decides=isinstance(node.op, ast.Not))

    def _of_if(self, node: ast.If) -> Iterator[Edit]:
        if not isinstance(node.test, (ast.Compare, ast.UnaryOp)):
            yield from self._instead(node.test, f"not ({self._text_of(node.test)})", decides=True)

    def _of_constant(self, node: ast.Constant) -> Iterator[Edit]:
        if isinstance(node.value, bool):
            yield from self._instead(node, str(not node.value))
        elif isinstance(node.value, int) and node.value <= _LARGEST:
            yield from self._instead(node, str(node.value + 1))
            if node.value:
                yield from self._instead(node, str(node.value - 1))

    def _of_return(self, node: ast.Return) -> Iterator[Edit]:
        if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
            yield from self._instead(node.value, "None", decides=True)

    def _of_expr(self, node: ast.Expr) -> Iterator[Edit]:
        if isinstance(node.value, ast.Call):
            yield from self._instead(node, "pass")

    def _of_call(self, node: ast.Call) -> Iterator[Edit]:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if (
            len(node.args) == 2
            and name not in _SYMMETRIC
            and not any(isinstance(each, (ast.Starred, ast.GeneratorExp)) for each in node.args)
        ):
            (start, middle), (other, end) = map(self._span, node.args)
            one, gap, two = self._text[start:middle], self._text[middle:other], self._text[other:end]
            yield Edit(node.args[0].lineno, start, one + gap + two, two + gap + one)

    def _of_augassign(self, node: ast.AugAssign) -> Iterator[Edit]:
        if isinstance(node.op, (ast.Add, ast.Sub)):
            old, new = ("+=", "-=") if isinstance(node.op, ast.Add) else ("-=", "+=")
            yield from self._between(node.target, node.value, old, new)

    def _of_break(self, node: ast.Break) -> Iterator[Edit]:
        yield from self._instead(node, "continue")

    def _of_continue(self, node: ast.Continue) -> Iterator[Edit]:
        yield from self._instead(node, "break")
