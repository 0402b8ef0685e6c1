"""Stand-ins for callers that a machine may lack, so that their rules are run for real.

Each notes how it was called, and writes the VCF that it was given.
"""

import gzip
import json
import os
import stat
from pathlib import Path

import pysam
import yaml
from toy_calls import CONTIGS, fasta

from builders import panel_data, row, workspace, write_bam
from dugnad.small_variants.proposals import write_proposals

HOME = "results/C1/small_variants/C1"

# each notes its name and arguments; what it prints or writes is enough for the next in the pipe
_STANDINS = {
    "vardict-java": "print('row')",
    "testsomatic.R": "sys.stdout.write(sys.stdin.read())",
    "teststrandbias.R": "sys.stdout.write(sys.stdin.read())",
    "var2vcf_paired.pl": "assert sys.stdin.read() == 'row\\n'; print(given('vardict'), end='')",
    "var2vcf_valid.pl": "assert sys.stdin.read() == 'row\\n'; print(given('vardict'), end='')",
    "lofreq": """
what = argv[0]
if what == 'version':
    print('version: 2.1.5\\ncommit: unknown\\nbuild-date: Nov  1 2024')
elif what == 'indelqual':
    assert sys.stdin.buffer.read(2) == bytes.fromhex('1f8b')
    print('reads')
elif what == 'call':
    assert sys.stdin.read() == 'reads\\n'
    open(value('--out'), 'w').write(given('lofreq'))
else:
    print(open(value('--in')).read(), end='')
""",
    "gatk": """
tool, out = argv[2], value('--output') or value('--OUTPUT')
if tool == 'FilterMutectCalls':
    for option in ('--variant', '--stats', '--contamination-table', '--tumor-segmentation'):
        assert open(value(option)).read(), option
    open(out, 'w').write(given('mutect2'))
else:
    extra = [value(o) for o in ('--f1r2-tar-gz', '--tumor-segmentation') if value(o)]
    if tool == 'Mutect2':
        extra += [out + '.tbi', out + '.stats']
    for path in [out, *extra]:
        open(path, 'w').write(tool)
""",
}
_FRAME = """\
#!/usr/bin/env python3
import json, os, sys
argv, home = sys.argv[1:], os.path.dirname(os.path.abspath(__file__))
with open(home + '/called.jsonl', 'a') as notes:
    notes.write(json.dumps([os.path.basename(__file__), *argv]) + chr(10))
def value(option):
    return argv[argv.index(option) + 1] if option in argv else None
def given(caller):
    return open(home + '/' + caller + '.vcf').read()
"""


class Callers:
    """A folder of stand-ins, put first on the PATH by the test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        for name, body in _STANDINS.items():
            path = folder / name
            path.write_text(f"{_FRAME}{body}\n")
            path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def give(self, caller: str, text: str) -> None:
        """What the caller is to write."""
        (self.folder / f"{caller}.vcf").write_text(text)

    def called(self, name: str) -> list[list[str]]:
        """The arguments of each call."""
        notes = self.folder / "called.jsonl"
        lines = notes.read_text().splitlines() if notes.exists() else []
        return [words[1:] for words in map(json.loads, lines) if words[0] == name]


def deployment(folder: Path, normal: bool = True, active: bool = True, **changes: object) -> Path:
    """A run whose callers are mutect2, vardict and lofreq, with what comes before them made."""
    samples = ["C1-T", "C1-N"][: 1 + normal]
    workspace(folder, [row("C1-T"), row("C1-N", "normal")][: 1 + normal])
    callers = ["pileup", "mutect2", "vardict", "lofreq"]
    panel = yaml.safe_dump(panel_data(callers=callers, **changes), sort_keys=False)
    (folder / "config/panels/tiny/panel.yaml").write_text(panel)
    config = yaml.safe_load((folder / "config/config.yaml").read_text())
    known = known_sites(folder / "known")
    config["mutect2"] = {key: f"known/{path.name}" for key, path in known.items()}
    (folder / "config/config.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    (folder / "genome/tiny.fa").write_text(fasta())
    _made(folder, samples, "chr1\t500\t600\n" if active else "")
    return folder


def known_sites(folder: Path) -> dict[str, Path]:
    """What the config's ``mutect2`` names: indexed VCF with one SNP in the targets."""
    folder.mkdir()
    contigs = "".join(f"##contig=<ID={n},length={len(s)}>\n" for n, s in CONTIGS.items())
    text = (
        f"##fileformat=VCFv4.2\n{contigs}"
        '##INFO=<ID=AF,Number=A,Type=Float,Description="x">\n'
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
        "chr1\t600\t.\tA\tG\t.\t.\tAF=0.1\n"
    )
    found = {}
    for key in ("germline_resource", "common_sites", "panel_of_normals"):
        (folder / f"{key}.vcf").write_text(text)
        index = pysam.tabix_index(str(folder / f"{key}.vcf"), preset="vcf", force=True)
        found[key] = Path(index)
    return found


def _made(folder: Path, samples: list[str], active: str) -> None:
    genome, home = folder / "results/run/genome/tiny-1.fa", folder / HOME
    genome.parent.mkdir(parents=True)
    home.parent.mkdir(parents=True)
    genome.write_text((folder / "genome/tiny.fa").read_text())
    pysam.faidx(str(genome))
    genome.with_suffix(".dict").write_text("@HD\tVN:1.0\n")
    (folder / "results/run/targets").mkdir()
    (folder / "results/run/targets/tiny.bed").write_text("chr1\t400\t700\n")
    for sample in samples:
        depth = folder / f"results/C1/qc/{sample}.regions.bed.gz"
        depth.parent.mkdir(exist_ok=True)
        depth.write_bytes(gzip.compress(b"chr1\t400\t700\t50.00\n"))
        bam = folder / f"results/C1/alignment/{sample}.bam"
        write_bam(bam, {name: len(bases) for name, bases in CONTIGS.items()})
        pysam.index(str(bam))
    with pysam.FastaFile(str(genome)) as sequences:
        for chunk in (0, 1):
            (home.parent / f"C1.{chunk}.bed").write_text("chr1\t400\t700\n")
            (home.parent / f"C1.active.{chunk}.bed").write_text(active)
            write_proposals(home.parent / f"C1.pileup.{chunk}.bcf", [], samples, sequences)


def path_with(folder: Path) -> str:
    """The PATH with a folder first."""
    return f"{folder}{os.pathsep}{os.environ['PATH']}"
