"""VCF of the shape that each caller writes it in, by hand, on a small genome."""

# places that indels, ambiguous bases and lower case make hard; 1-based from 501 on chr1:
#         501       511       521
LAID = "TGCACACACAGTTTTTGCAMRANT"
CONTIGS = {
    "chr1": "ACGGT" * 100 + LAID + "CGTTA" * 400,
    "chr2": "GATTC" * 400,
    "chrM": "acgtacgtacgt" * 50,
}


def fasta() -> str:
    """The genome."""
    return "".join(f">{name}\n{bases}\n" for name, bases in CONTIGS.items())


_GATK_HEADER = """\
##fileformat=VCFv4.2
##FILTER=<ID=FAIL,Description="Fail the site if all alleles fail but for different reasons.">
##FILTER=<ID=base_qual,Description="alt median base quality">
##FILTER=<ID=germline,Description="Evidence indicates this site is germline, not somatic">
##FILTER=<ID=panel_of_normals,Description="Blacklisted site in panel of normals">
##FILTER=<ID=strand_bias,Description="Evidence for alt allele comes from one read direction only">
##FILTER=<ID=weak_evidence,Description="Mutation does not meet likelihood threshold">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Allelic depths">
##FORMAT=<ID=AF,Number=A,Type=Float,Description="Allele fractions in the tumor">
##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Approximate read depth">
##FORMAT=<ID=F1R2,Number=R,Type=Integer,Description="Reads in F1R2 pair orientation">
##FORMAT=<ID=F2R1,Number=R,Type=Integer,Description="Reads in F2R1 pair orientation">
##FORMAT=<ID=FAD,Number=R,Type=Integer,Description="Fragments supporting each allele.">
##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
##FORMAT=<ID=SB,Number=4,Type=Integer,Description="Strand bias table">
##GATKCommandLine=<ID=FilterMutectCalls,CommandLine="FilterMutectCalls --output /tmp/x.vcf",\
Version="4.6.1.0",Date="November 1, 2024 at 1:00:00 PM UTC">
##GATKCommandLine=<ID=Mutect2,CommandLine="Mutect2 --normal-sample C1-N --output /tmp/y.vcf.gz",\
Version="4.6.1.0",Date="November 1, 2024 at 1:00:00 PM UTC">
##INFO=<ID=AS_FilterStatus,Number=A,Type=String,Description="Filter status for each allele">
##INFO=<ID=AS_SB_TABLE,Number=1,Type=String,Description="Forward/reverse counts, parted by |.">
##INFO=<ID=DP,Number=1,Type=Integer,Description="Approximate read depth">
##INFO=<ID=MBQ,Number=R,Type=Integer,Description="median base quality by allele">
##INFO=<ID=MPOS,Number=A,Type=Integer,Description="median distance from end of read">
##INFO=<ID=RPA,Number=R,Type=Integer,Description="Times that the repeat unit is repeated">
##INFO=<ID=RU,Number=1,Type=String,Description="Tandem repeat unit (bases)">
##INFO=<ID=STR,Number=0,Type=Flag,Description="Variant is a short tandem repeat">
##INFO=<ID=TLOD,Number=A,Type=Float,Description="Log 10 likelihood ratio score">
##MutectVersion=2.2
##filtering_status=These calls have been filtered by FilterMutectCalls
##normal_sample=C1-N
##source=FilterMutectCalls
##source=Mutect2
##tumor_sample=C1-T
"""
_GATK_FORMAT = "GT:AD:AF:DP:F1R2:F2R1:FAD:SB"


def _gatk(place: str, filters: str, info: str, tumour: str, normal: str) -> str:
    chrom, pos, ref, alt = place.split()
    return "\t".join([chrom, pos, ".", ref, alt, ".", filters, info, _GATK_FORMAT, normal, tumour])


# columns are in the order of the samples' names, so that the normal comes first
_GATK_RECORDS = [
    _gatk(
        "chr1 505 C T,*",
        "PASS",
        "AS_FilterStatus=SITE|SITE;AS_SB_TABLE=20,20|5,5|2,1;DP=53;MBQ=30,30,30;MPOS=20,9;TLOD=20,3",
        "0/1/2:20,10,3:0.30,0.09:33:10,5,1:10,5,2:20,10,3:10,10,7,6",
        "0/0:20,0,0:0.03,0.03:20:10,0,0:10,0,0:20,0,0:10,10,0,0",
    ),
    # two alleles, of which one fails: FILTER is that of the better one
    _gatk(
        "chr1 511 G A,T",
        "PASS",
        "AS_FilterStatus=SITE|weak_evidence,base_qual;AS_SB_TABLE=40,42|20,18|2,1;DP=130;"
        "MBQ=30,31,20;MPOS=25,9;TLOD=60.1,3.2",
        "0/1/2:60,38,3:0.37,0.03:101:30,20,1:30,18,2:60,38,3:30,30,22,19",
        "0/0:29,0,0:0.03,0.03:29:15,0,0:14,0,0:29,0,0:10,19,0,0",
    ),
    # all alleles fail, for different reasons
    _gatk(
        "chr1 513 T A,C",
        "FAIL",
        "AS_FilterStatus=strand_bias|weak_evidence;AS_SB_TABLE=40,42|6,0|2,1;DP=95;"
        "MBQ=30,31,20;MPOS=25,9;TLOD=6.1,3.2",
        "0/1/2:60,6,3:0.09,0.04:69:30,3,1:30,3,2:60,6,3:30,30,8,1",
        "0/0:26,0,0:0.03,0.03:26:15,0,0:11,0,0:26,0,0:10,16,0,0",
    ),
    # a deletion, written at its right end
    _gatk(
        "chr1 515 TT T",
        "germline;strand_bias;weak_evidence",
        "AS_FilterStatus=weak_evidence,strand_bias;AS_SB_TABLE=40,42|4,0;DP=86;MBQ=30,31;MPOS=25;"
        "RPA=5,4;RU=T;STR;TLOD=3.3",
        "0/1:56,4:0.067:60:30,2:26,2:56,4:28,28,4,0",
        "0/0:26,0:0.03:26:15,0:11,0:26,0:10,16,0,0",
    ),
    # a substitution of two bases stays one
    _gatk(
        "chr1 517 GC TA",
        "panel_of_normals",
        "AS_FilterStatus=SITE;AS_SB_TABLE=40,42|20,18;DP=120;MBQ=30,31;MPOS=25;TLOD=60.1",
        "0|1:50,38:0.43:88:25,20:25,18:50,38:25,25,20,18",
        "0|0:32,0:0.03:32:15,0:17,0:32,0:10,22,0,0",
    ),
    _gatk(
        "chrM 5 a g",
        "PASS",
        "AS_FilterStatus=SITE;AS_SB_TABLE=40,42|20,18;DP=120;MBQ=30,31;MPOS=25;TLOD=60.1",
        "0/1:50,38:0.43:88:25,20:25,18:50,38:25,25,20,18",
        "0/0:32,0:0.03:32:15,0:17,0:32,0:10,22,0,0",
    ),
]

_VARDICT_HEADER = """\
##fileformat=VCFv4.2
##source=VarDict_v1.8.2
##INFO=<ID=STATUS,Number=1,Type=String,Description="Somatic or germline status">
##INFO=<ID=SAMPLE,Number=1,Type=String,Description="Sample name">
##INFO=<ID=TYPE,Number=1,Type=String,Description="Variant Type: SNV Insertion Deletion Complex">
##INFO=<ID=DP,Number=1,Type=Integer,Description="Total Depth">
##INFO=<ID=VD,Number=1,Type=Integer,Description="Variant Depth">
##INFO=<ID=AF,Number=A,Type=Float,Description="Allele Frequency">
##FILTER=<ID=q22.5,Description="Mean Base Quality Below 22.5">
##FILTER=<ID=p8,Description="Mean Position in Reads Less than 8">
##FILTER=<ID=pSTD,Description="Position in Reads has STD of 0">
##FILTER=<ID=NM5.25,Description="Mean mismatches in reads >= 5.25, thus likely false positive">
##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Total Depth">
##FORMAT=<ID=VD,Number=1,Type=Integer,Description="Variant Depth">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Allelic depths, reference and alternative">
##FORMAT=<ID=ALD,Number=2,Type=Integer,Description="Variant forward, reverse reads">
##FORMAT=<ID=RD,Number=2,Type=Integer,Description="Reference forward, reverse reads">
##FORMAT=<ID=AF,Number=A,Type=Float,Description="Allele Frequency">
"""


def _vardict(place: str, filters: str, kind: str, *counts: tuple[int, int]) -> str:
    chrom, pos, ref, alt = place.split()
    depth, reads = counts[0]
    info = f"SAMPLE=C1-T;TYPE={kind};DP={depth};VD={reads};AF={reads / depth:.4f}"
    info = (f"STATUS=StrongSomatic;{info}") if len(counts) > 1 else info
    columns = [
        f"{'0/1' if alts else '0/0'}:{n}:{alts}:{alts // 2},{alts - alts // 2}:{n - alts},0"
        f":{n - alts},{alts}:{alts / n:.4f}"
        for n, alts in counts
    ]
    names = "GT:DP:VD:ALD:RD:AD:AF"
    return "\t".join([chrom, pos, ".", ref, alt, "120", filters, info, names, *columns])


def vardict(samples: list[str]) -> str:
    """VCF of VarDict: one allele a record, no contig lines, symbolic and malformed alleles."""
    counts = [(100, 20), (50, 0)][: len(samples)]
    records = [
        _vardict("chr1 510 A ACA", "PASS", "Insertion", *counts),
        _vardict("chr1 511 G A", "q22.5;NM5.25", "SNV", *counts),
        _vardict("chr1 511 G T", "PASS", "SNV", *counts),
        _vardict("chr1 512 T <DUP>", "PASS", "DUP", *counts),
        _vardict("chr1 513 T TG<dup-8>A", "PASS", "Insertion", *counts),
        _vardict("chr1 514 T T", "PASS", "Complex", *counts),
        _vardict("chr1 516 TGC A", "p8;pSTD", "Complex", *counts),
        # M of the FASTA, which VCF writes A
        _vardict("chr1 520 A G", "PASS", "SNV", *counts),
        _vardict("chr1 522 A N", "PASS", "SNV", *counts),
        _vardict("chr1 525 C <DEL>", "PASS", "DEL", *counts),
        _vardict("chr2 10 C .", "PASS", "REF", *counts),
        # the order of VarDict is not that of the FASTA
        _vardict("chrM 9 A G", "PASS", "SNV", *counts),
        _vardict("chr2 11 G T", "PASS", "SNV", *counts),
    ]
    return _VARDICT_HEADER + _table(["FORMAT", *samples], records)


LOFREQ = """\
##fileformat=VCFv4.0
##fileDate=20241101
##source=lofreq call --ref g.fa --bed active.bed --call-indels --out /tmp/lofreq.Xy/calls.vcf -\x20
##reference=g.fa
##INFO=<ID=DP,Number=1,Type=Integer,Description="Raw Depth">
##INFO=<ID=AF,Number=1,Type=Float,Description="Allele Frequency">
##INFO=<ID=SB,Number=1,Type=Integer,Description="Phred-scaled strand bias at this position">
##INFO=<ID=DP4,Number=4,Type=Integer,Description="ref-forward, ref-reverse, alt-forward, -reverse">
##INFO=<ID=INDEL,Number=0,Type=Flag,Description="Indicates that the variant is an INDEL.">
##INFO=<ID=HRUN,Number=1,Type=Integer,Description="Homopolymer length to the right of the indel">
##FILTER=<ID=min_snvqual_48,Description="Minimum SNV Quality (Phred) 48">
##FILTER=<ID=min_dp_10,Description="Minimum Coverage 10">
##FILTER=<ID=sb_fdr,Description="Strand-Bias Multiple Testing Correction: fdr corr. pvalue > 0.001">
"""
_LOFREQ_RECORDS = [
    "chr1 502 . GCA G 80 PASS DP=100;AF=0.110000;SB=0;DP4=44,45,6,5;INDEL;HRUN=1",
    "chr1 511 . G A 200 sb_fdr DP=100;AF=0.200000;SB=60;DP4=40,40,20,0",
    "chr1 511 . G T 66 PASS DP=100;AF=0.030000;SB=0;DP4=40,40,2,1",
    "chrM 5 . A G 400 min_dp_10;sb_fdr DP=9;AF=0.500000;SB=60;DP4=2,2,5,0",
]


def _table(columns: list[str], records: list[str]) -> str:
    names = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", *columns]
    return "".join(f"{line}\n" for line in ["\t".join(names), *records])


def mutect2() -> str:
    """VCF of FilterMutectCalls."""
    contigs = "".join(f"##contig=<ID={n},length={len(s)}>\n" for n, s in CONTIGS.items())
    return _GATK_HEADER + contigs + _table(["FORMAT", "C1-N", "C1-T"], _GATK_RECORDS)


def lofreq() -> str:
    """VCF of LoFreq: no sample columns, no contig lines, no version."""
    return LOFREQ + _table([], [line.replace(" ", "\t") for line in _LOFREQ_RECORDS])
