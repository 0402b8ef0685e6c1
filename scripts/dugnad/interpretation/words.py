"""The words with which findings are written by hand: what is said beside the change, and synonyms.

Letters may be of either case; a hyphen, an underline and a space are the same within a phrase.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from dugnad.knowledge.alteration import VariantClass
from dugnad.knowledge.protein import ProteinChange, protein_change_of

_BESIDE = re.compile(
    r"(?<!\S)(?:(?P<origin>germline|somatic)"
    r"|(?:population )?frequency (?P<frequency>\d*\.?\d+(?:e-\d+)?)"
    r"|vaf[ =]?(?P<vaf>\d*\.?\d+)(?P<percent> ?%)?"
    r"|clinvar (?P<clinvar>(?:likely[ _-])?(?:pathogenic|benign)|uncertain[ _]significance)"
    r"|splice[ -](?P<splice>donor|acceptor)(?:[ _]variant)?"
    r"|exon (?P<exon>\d+))(?!\S)",
    re.IGNORECASE,
)
_EXON = re.compile(r"(?<= )ex(?:on)?[ -]?(\d+)[ -]?(?=[a-z]|\b)(?!,|-?\d)", re.IGNORECASE)
_DASHES = str.maketrans({"\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2212": "-"})
_TMB = re.compile(
    r"tmb[ :=-]*(\d+(?:\.\d+)?) ?(?:(?:mut(?:ation)?s?)? ?(?:/|per) ?mb)?", re.IGNORECASE
)
_HIGH = {
    "MSI": re.compile(r"msi[ -]?(?:h|high)|microsatellite instab(?:le|ility)(?:[ -]high)?", re.I),
    "TMB": re.compile(r"tmb[ -]?(?:h|high)", re.I),
    "HRD": re.compile(r"hrd(?:[ -]?(?:high|pos|positive)|\+)", re.I),
}
_MMR = re.compile(r"d-?mmr|mmr-?d|mmr[ -]deficien(?:t|cy)|mismatch repair deficien(?:t|cy)", re.I)
_MARKER = re.compile(r"(?:msi|mss|tmb|hrd|hrp|[dp]?mmr|microsatellite)\b.*", re.I)
RESIDUE = "ala|arg|asn|asp|cys|gln|glu|gly|his|ile|leu|lys|met|phe|pro|ser|thr|trp|tyr|val|ter|sec"
_KEYWORD = "delins|del|dup|ins|fs|ext"

SYNONYMS: dict[str, tuple[str, ...]] = {
    "amplification": ("amplified", "amp", "ampl", "high level amplification"),
    "homozygous_deletion": (
        "homozygous del", "homozygously deleted", "homdel", "hom del", "deep deletion",
        "biallelic deletion", "biallelic loss", "homozygous loss",
    ),
    "loss": ("deletion", "deleted", "del", "copy number loss"),
    "fusion": ("fused", "gene fusion", "fusion gene", "fusion positive"),
    "rearrangement": ("rearranged", "rearr", "translocation", "translocated", "break apart"),
    "skipping": ("skip", "skipped", "skipping mutation"),
    "insertion": ("ins", "dup", "duplication"),
    "mutation": ("mutated", "mutant", "mut", "variant"),
    "oncogenic": ("activating", "driver"),
    "truncating": ("truncation", "truncated", "nonsense", "frameshift", "stop gained"),
    "loss_of_function": ("lof", "inactivating"),
    "missense": (),
    "inframe_deletion": ("in frame deletion", "inframe del", "in frame del"),
    "inframe_insertion": (
        "in frame insertion", "inframe ins", "in frame ins", "inframe duplication",
    ),
    "pathogenic": (),
    "likely_pathogenic": (),
}  # fmt: skip
"""What a finding is, when it is not a change by name, and how else it is said."""
_SAID = {
    other: name for name, more in SYNONYMS.items() for other in (name.replace("_", " "), *more)
}
CLASSES: dict[str, VariantClass] = {
    "mutation": "mutation",
    "oncogenic": "oncogenic",
    "truncating": "truncating",
    "loss_of_function": "loss_of_function",
    "missense": "missense",
    "inframe_deletion": "inframe_deletion",
    "inframe_insertion": "inframe_insertion",
    "pathogenic": "mutation",
    "likely_pathogenic": "mutation",
}
"""The class of small variants that a phrase stands for."""


@dataclass(frozen=True)
class Beside:
    """What is said beside the change; ``frequency`` (of a population) and ``vaf`` from 0 to 1."""

    origin: str | None = None
    exon: int | None = None
    frequency: float | None = None
    vaf: float | None = None
    clinvar: str | None = None
    splice: str | None = None

    @property
    def of_variants(self) -> str | None:
        """A word that only a small variant can have, if there is one."""
        said = {"frequency": self.frequency, "vaf": self.vaf, "clinvar": self.clinvar}
        words = [*(said | {"splice": self.splice, "exon": self.exon}).items()]
        return next((name for name, value in words if value is not None), None)


def tidy(text: str) -> str:
    """One space between words, plain hyphens, and ``exon 19`` for ``ex19``."""
    words = " ".join(text.translate(_DASHES).replace(", ", " ").split())
    words = re.sub(r"(?<= )\(([^()]* [^()]*)\)", r"\1", words)
    words = re.sub(r"(?<= )(del|ins)[ -]?(\d\d?)(?!\S)", r"exon \2 \1", words, flags=re.I)
    return " ".join(_EXON.sub(r"exon \1 ", words).split())


def beside(words: str) -> tuple[str, Beside]:
    """The words without those beside the change, and these; ValueError for what cannot be."""
    found: dict[str, str] = {}
    for match in _BESIDE.finditer(words):
        for name, value in match.groupdict().items():
            if value and found.setdefault(name, value).lower() != value.lower():
                raise ValueError(f"is said to be both {found[name]} and {value} ({name})")
    scale = 100 if "percent" in found else 1
    frequency = float(found["frequency"]) if "frequency" in found else None
    vaf = float(found["vaf"]) / scale if "vaf" in found else None
    for name, value in (("frequency", frequency), ("vaf", vaf)):
        if value is not None and value > 1:
            raise ValueError(f"{name} is above 1; write a share such as 0.31")
    said = {name: value.lower() for name, value in found.items()}
    clinvar = said.get("clinvar")
    return " ".join(_BESIDE.sub("", words).split()), Beside(
        origin=said.get("origin"),
        exon=int(said["exon"]) if "exon" in said else None,
        frequency=frequency,
        vaf=vaf,
        clinvar=re.sub("[_-]", " ", clinvar).capitalize() if clinvar else None,
        splice=said.get("splice"),
    )


def biomarker(words: str) -> tuple[str, float | None, str | None] | None:
    """A biomarker that is high: its name, its value if given, and a caution; None for others.

    ValueError for what is said of a biomarker that is not one finding.
    """
    if found := _TMB.fullmatch(words):
        return "TMB", float(found[1]), None
    for name, form in _HIGH.items():
        if form.fullmatch(words):
            asks = "the value was not given: taken as what the rows ask for; write e.g. TMB 17"
            return name, None, asks if name == "TMB" else None
    if _MMR.fullmatch(words):
        return "MSI", None, "deficient mismatch repair is taken as MSI high"
    if _MARKER.fullmatch(words):
        raise ValueError(
            f"'{words}' is not a biomarker that is high; write MSI high, TMB 17, TMB high or HRD "
            "high, and leave out what is low, stable or not known"
        )
    return None


def phrase(words: str) -> str | None:
    """What a phrase such as ``amplified`` or ``frameshift variant`` stands for, of SYNONYMS."""
    plain = re.sub("[-_]", " ", words.lower()).strip()
    if found := _SAID.get(plain) or _SAID.get(plain.removesuffix("s")):
        return found
    return _SAID.get(re.sub(r" (?:mutation|variant|change)s?$", "", plain))


def protein(text: str) -> ProteinChange | None:
    """A protein change, with or without p. and parentheses, letters of either case."""
    plain = text.strip("()")
    plain = re.sub(r"^p\.", "", plain, flags=re.IGNORECASE).strip("()")
    cased: tuple[Callable[[str], str], ...] = (str, _one_letter, _three_letters)
    return next(filter(None, (protein_change_of(change(plain)) for change in cased)), None)


def _one_letter(text: str) -> str:
    form = rf"({_KEYWORD})|([a-z])"
    return re.sub(form, lambda m: m[1] or m[2].upper(), text.lower())


def _three_letters(text: str) -> str:
    form = rf"({RESIDUE})|({_KEYWORD})"
    return re.sub(form, lambda m: m[1].title() if m[1] else m[2], text.lower())
