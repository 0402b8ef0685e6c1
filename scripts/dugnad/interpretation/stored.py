"""What a store of resources adds to our own knowledge: CIViC, OncoTree and cancer hotspots."""

from dataclasses import dataclass, replace
from pathlib import Path

from dugnad.interpretation.oncogenicity import OncogenicityBase
from dugnad.knowledge.loaders.civic import load_civic
from dugnad.knowledge.loaders.hotspots import Hotspots, load_hotspots
from dugnad.knowledge.loaders.oncotree import load_oncotree
from dugnad.knowledge.therapies import Therapy
from dugnad.knowledge.tumour_types import TumourTypes
from dugnad.record_interpretation import Knowledge
from dugnad.resources.store import Installed, installed

CIVIC, CIVIC_NIGHTLY, ONCOTREE, HOTSPOTS = "civic", "civic-nightly", "oncotree", "cancer-hotspots"


@dataclass(frozen=True)
class Stored:
    """What the store has; None or empty where it lacks a resource."""

    types: TumourTypes | None
    therapies: tuple[Therapy, ...]
    hotspots: Hotspots | None
    consulted: tuple[Knowledge, ...]

    def with_hotspots(self, base: OncogenicityBase) -> OncogenicityBase:
        """The tables with the store's hotspots in the place of ours, if it has them."""
        if self.hotspots is None:
            return base
        found = self.hotspots
        tables = replace(base.tables, hotspots=found.residues, inframe=found.indels)
        return replace(base, tables=tables)


def read_stored(store: Path) -> Stored:
    """The newest of each resource that interpretation uses.

    Of CIViC the monthly release is used, or else a nightly one. Raises UserError for a file that
    is not what it should be.
    """
    newest = {one.id: one for one in installed(store)}
    civic = newest.get(CIVIC) or newest.get(CIVIC_NIGHTLY)
    oncotree, hotspots = newest.get(ONCOTREE), newest.get(HOTSPOTS)
    return Stored(
        types=load_oncotree(_files(oncotree)[0]) if oncotree else None,
        therapies=load_civic(civic.folder).therapies if civic else (),
        hotspots=load_hotspots(*_files(hotspots)) if hotspots else None,
        consulted=tuple(_consulted(one) for one in (civic, oncotree, hotspots) if one),
    )


def _files(one: Installed) -> list[Path]:
    return [one.folder / name for name in one.files]


def _consulted(one: Installed) -> Knowledge:
    return Knowledge(
        id=one.id, release=one.release, date=one.date, sha256=one.sha256, licence=one.licence
    )
