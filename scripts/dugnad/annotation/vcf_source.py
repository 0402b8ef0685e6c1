"""Sources of known sites that are VCF: populations, clinical variants, identifiers, any other."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from dugnad.annotation.said import Said, unique
from dugnad.known_sites import KnownSites, Site, Wanted
from dugnad.source import Source

STARS = {
    "practice guideline": 4,
    "reviewed by expert panel": 3,
    "criteria provided, multiple submitters, no conflicts": 2,
    "criteria provided, multiple submitters": 2,
    "criteria provided, conflicting classifications": 1,
    "criteria provided, conflicting interpretations": 1,
    "criteria provided, single submitter": 1,
    "no assertion criteria provided": 0,
    "no assertion provided": 0,
    "no classification provided": 0,
    "no interpretation for the single variant": 0,
    "no classification for the single variant": 0,
    "no assertion for the individual variant": 0,
    "no classifications from unflagged records": 0,
}
"""ClinVar's review status in gold stars (www.ncbi.nlm.nih.gov/clinvar/docs/review_status), by its
words of today and of earlier releases."""


class VcfSource:
    """A VCF of any kind."""

    def __init__(self, source: Source, names: Mapping[str, str]) -> None:
        self._source = source
        self._sites = KnownSites(source.path, source.info_keys, names)
        self._groups = {key: key.replace("AF_", "", 1) for key in source.maximum}
        self._named_by: str | None = None
        if len(source.maximum) == 1:
            # the key beside AF_grpmax that names the group is grpmax
            label = self._groups[source.maximum[0]]
            self._named_by = label if self._sites.types.get(label) == "String" else None

    def covers(self, chrom: str) -> bool:
        """Whether it has any record on the contig."""
        return self._sites.covers(chrom)

    def say(self, wanted: Wanted) -> Said | None:
        """Its word on an allele; of several records, what they say together."""
        sites = list(self._sites.find(wanted))
        if not sites:
            return None
        ids = unique(name for site in sites for name in site.ids)
        kind = self._source.kind
        if kind == "population":
            return self._frequencies(sites, ids)
        if kind == "clinical":
            return self._clinical(sites, ids)
        shown = self._source.show if kind == "sites" else (self._source.count,)
        notes = unique(_notes(sites, [key for key in shown if key]))
        return Said(ids, notes=notes or (() if kind == "identifiers" else ("listed=yes",)))

    def _frequencies(self, sites: Sequence[Site], ids: tuple[str, ...]) -> Said:
        key = self._source.frequency or ""
        frequencies = [value for site in sites if (value := site.fraction(key)) is not None]
        frequency = max(frequencies, default=None)
        found = [item for site in sites for item in self._maxima(site)]
        maximum, group = max(found, key=lambda item: item[0], default=(None, None))
        if maximum is None and frequency == 0 and self._source.maximum:
            maximum = 0.0  # of what nobody has, no group has any
        filters = unique(name for site in sites for name in site.filters)
        return Said(ids, frequency, maximum, group, filters)

    def _maxima(self, site: Site) -> Iterator[tuple[float, str | None]]:
        keys = self._source.maximum
        for key in keys:
            if (value := site.fraction(key)) is None:
                continue
            if len(keys) > 1:
                yield value, self._groups[key]
            else:
                yield value, site.text(self._named_by) if self._named_by else None

    def _clinical(self, sites: Sequence[Site], ids: tuple[str, ...]) -> Said:
        source = self._source

        def texts(key: str | None) -> list[str]:
            found = (site.text(key) for site in sites) if key else ()
            return [_plain(text) for text in found if text]

        stars = [STARS.get(text.lower()) for text in texts(source.review)]
        known = [number for number in stars if number is not None]
        conditions = (name.strip() for text in texts(source.condition) for name in text.split("|"))
        return Said(
            ids,
            significance="; ".join(unique(texts(source.significance))) or None,
            # of a status that is not known, nothing is said; of several, the least sure
            stars=min(known) if len(known) == len(stars) and known else None,
            conditions=unique(name for name in conditions if name),
            oncogenicity="; ".join(unique(texts(source.oncogenicity))) or None,
            notes=unique(f"{source.somatic}={text}" for text in texts(source.somatic)),
        )


def _notes(sites: Iterable[Site], keys: Sequence[str]) -> Iterator[str]:
    for site in sites:
        for key in keys:
            if (text := site.text(key)) is not None:
                yield f"{key}={_plain(text)}"


def _plain(text: str) -> str:
    """A VCF's text, which has no spaces, as it is read."""
    return ", ".join(" ".join(part.replace("_", " ").split()) for part in text.split(","))
