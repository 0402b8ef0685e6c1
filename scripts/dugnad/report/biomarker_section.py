"""What the report's section on biomarkers shows, from the case record."""

from dataclasses import dataclass

from markupsafe import Markup

from dugnad.record_biomarkers import Biomarkers
from dugnad.report.pictures import microsatellites, spectrum, tmb_rules
from dugnad.report.words import Words


@dataclass(frozen=True)
class BiomarkerSection:
    """The pictures; None where there is nothing to draw."""

    tmb: Markup | None
    msi: Markup | None
    spectrum: Markup | None
    assigned: Markup | None

    @classmethod
    def of(cls, biomarkers: Biomarkers, t: Words) -> "BiomarkerSection":
        """Draw what was assessed."""
        tmb, msi, signatures = biomarkers.tmb, biomarkers.msi, biomarkers.signatures
        told = [rule.value is not None for rule in tmb.rules] if tmb else []
        counted = signatures if signatures and any(signatures.spectrum) else None
        assigned = counted if counted and counted.assigned else None
        return cls(
            tmb=tmb_rules.draw(tmb.rules, t) if tmb and any(told) else None,
            msi=microsatellites.draw(msi, t) if msi and msi.shown else None,
            spectrum=spectrum.draw(counted, t) if counted else None,
            assigned=spectrum.draw_assigned(assigned, t) if assigned else None,
        )
