"""The files of each form of a report, by the site's choice of forms and languages."""

from collections.abc import Iterator

from dugnad.site import FORMS, Form, Language, Site

READS_PAGE = "{case}.{language}.reads.html"
OPENED_PAGE = "{case}.html"
"""Made of every case, whatever the site wants: the page in the first of the site's languages."""

# names beside {case}.case.json; one with {language} is made in each of the site's languages
FILES: dict[Form, tuple[str, ...]] = {
    "html": ("{case}.{language}.html",),
    "pdf": ("{case}.{language}.pdf",),
    "pptx": ("{case}.{language}.pptx",),
    "xlsx": ("{case}.{language}.xlsx",),
    "fhir": ("{case}.fhir.json",),
    "tsv": ("{case}.findings.tsv", "{case}.findings.parquet"),
    "reads": (READS_PAGE,),
}


def files_of(site: Site, case: str) -> Iterator[tuple[Form, Language | None, str]]:
    """Form, language and name of each file that the site wants of a case."""
    for form in FORMS:
        if form not in site.outputs:
            continue
        for pattern in FILES[form]:
            if "{language}" not in pattern:
                yield form, None, pattern.format(case=case)
                continue
            for language in site.languages:
                yield form, language, pattern.format(case=case, language=language)
