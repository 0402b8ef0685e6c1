"""The report's texts are whole in each language, and no template or section holds text itself."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from dugnad.report import words
from dugnad.report.words import LANGUAGES, words_of

REPORT = Path(words.__file__).parent
TEMPLATES = sorted((REPORT / "templates").glob("*.html"))
# names that are the same in every language
NAMES = {"DUGNAD", "DNA", "RNA", "VAF", "LOH", "Mb", "log", "z"}
ATTRIBUTES = re.compile(r'\b(?:aria-label|title|alt|placeholder|content)="([^"]*)"')
# of the content security policy and the viewport
POLICY = set(
    re.findall(
        r"\w+",
        """
    width device initial scale charset utf default src none base uri form action style script sha
    img data no referrer self unsafe inline connect font
""",
    )
)
# of addresses and of units
KEPT = {"base64"}
MODULES = sorted(
    [
        *REPORT.glob("*_section.py"),
        REPORT / "key_events.py",
        REPORT / "caution.py",
        *(REPORT / "page").glob("*.py"),
        *(REPORT / "pictures").glob("*.py"),
    ]
)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_texts_and_placeholders() -> None:
    first, second = (words_of(language).texts for language in LANGUAGES)
    assert first.keys() == second.keys()
    for key in first:
        assert placeholders(first[key]) == placeholders(second[key]), key
        assert first[key].strip() and second[key].strip(), key


def test_a_number_of_one_has_its_own_words() -> None:
    texts = words_of("en").texts
    for key in texts:
        if key.endswith((".one", ".many")):
            stem = key.rpartition(".")[0]
            assert {f"{stem}.one", f"{stem}.many"} <= texts.keys()


def bare_text(source: str) -> Iterator[str]:
    """Words between tags, and in attributes that a reader meets, that stand in a template."""
    source = re.sub(r"<(style|script)\b[^>]*>.*?</\1>", "", source, flags=re.S)
    tree = Environment(trim_blocks=True).parse(source)
    data = "\0".join(one.data for one in tree.find_all(nodes.TemplateData))
    values = [value for value in ATTRIBUTES.findall(data) if "\0" not in value]
    text = re.sub(r"<[^>]*>", " ", data)
    # pieces of tags that a block or an expression cuts
    text = re.sub(r"<[^>]*|[^<]*\">", " ", text.replace("\0", "\0 "))
    for piece in (text, *values):
        yield from re.findall(r"[^\W\d_]{2,}", re.sub(r"&\w+;", " ", piece))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_bare_text(path: Path) -> None:
    found = set(bare_text(path.read_text(encoding="utf-8"))) - NAMES
    assert found - POLICY == set()


def test_bare_text_would_be_found() -> None:
    found = set(
        bare_text('<p class="x">{{ t("a") }} seen</p><img alt="A logo">{% if x %}y z{% endif %}')
    )
    assert {"seen", "logo"} <= found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_no_section_writes_english(path: Path) -> None:
    """F-strings hold no words: those belong in the locale."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    raised = {id(node) for r in ast.walk(tree) if isinstance(r, ast.Raise) for node in ast.walk(r)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.JoinedStr) or id(node) in raised:
            continue
        for part in node.values:
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                found = re.findall(r"(?<![\w.\-#])[a-z]{3,}(?![\w.(:\-])", part.value)
                assert set(found) <= KEPT, (path.name, part.value)
