# small_variants: which SNVs, MNVs, indels?
CHUNKS = range(RUN.config.chunks)


def supplied_calls(wildcards):
    return case_of(wildcards).tumour.vcf


def duplicate_reads(wildcards):
    keep = case_of(wildcards).panel.library.duplicates == "keep"
    return "--use-duplicate-reads" if keep else ""


def calling(name):
    """A calling number of the case's panel, as a parameter of a rule."""

    def value(wildcards):
        number = getattr(case_of(wildcards).panel.calling, name).value
        return int(number) if number == int(number) else number

    return value


def cases_by(has_reads):
    return "|".join(c.id for c in RUN.cases.values() if c.has_reads == has_reads) or "none"


rule split_targets:
    input:
        targets=lambda wildcards: RUN.panels[wildcards.panel].targets,
    output:
        expand("results/run/targets/{{panel}}.{chunk}.bed", chunk=CHUNKS),
    log:
        "logs/split_targets/{panel}.log",
    benchmark:
        "benchmarks/split_targets/{panel}.tsv"
    localrule: True
    resources:
        mem_mb=500,
        runtime=10,
    params:
        code=CODE,
    shell:
        "dugnad split-targets --targets {input.targets} {output} > {log} 2>&1"


# freebayes' QUAL is near 0 below 20 % VAF in pooled calling, so nothing is filtered on it
rule call_small_variants:
    input:
        fasta=GENOME,
        fai=f"{GENOME}.fai",
        bams=alignments,
        bais=lambda wildcards: [f"{bam}.bai" for bam in alignments(wildcards)],
        targets=lambda wildcards: (
            f"results/run/targets/{case_of(wildcards).panel.id}.{wildcards.chunk}.bed"
        ),
    output:
        temp("results/{case}/small_variants/{case}.freebayes.{chunk}.bcf"),
    log:
        "logs/call_small_variants/{case}.{chunk}.log",
    benchmark:
        "benchmarks/call_small_variants/{case}.{chunk}.tsv"
    conda:
        "../../envs/freebayes.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 240 * attempt,
    params:
        min_vaf=calling("min_vaf"),
        min_alt_reads=calling("min_alt_reads"),
        min_base_quality=calling("min_base_quality"),
        min_mapping_quality=calling("min_mapping_quality"),
        duplicates=duplicate_reads,
    shell:
        "(freebayes --fasta-reference {input.fasta} --targets {input.targets} --pooled-continuous"
        " --min-alternate-fraction {params.min_vaf} --min-alternate-count {params.min_alt_reads}"
        " --min-base-quality {params.min_base_quality}"
        " --min-mapping-quality {params.min_mapping_quality} {params.duplicates} {input.bams}"
        " | bcftools norm --fasta-ref {input.fasta} --multiallelics -any"
        " --output-type b --output {output}) 2> {log}"


rule gather_small_variants:
    input:
        expand("results/{{case}}/small_variants/{{case}}.freebayes.{chunk}.bcf", chunk=CHUNKS),
    output:
        "results/{case}/small_variants/{case}.calls.vcf.gz",
    log:
        "logs/gather_small_variants/{case}.log",
    benchmark:
        "benchmarks/gather_small_variants/{case}.tsv"
    wildcard_constraints:
        case=cases_by(has_reads=True),
    conda:
        "../../envs/bcftools.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=20,
    shell:
        "(bcftools concat {input} --output-type u"
        " | bcftools sort --output-type u --temp-dir {resources.tmpdir}/{wildcards.case}."
        " | bcftools norm --rm-dup exact --output-type z --output {output}) 2> {log}"


# the VCF door: somebody else's calls, in the form of ours
rule import_small_variants:
    input:
        checked=CHECKED,
        fasta=GENOME,
        fai=f"{GENOME}.fai",
        vcf=supplied_calls,
    output:
        "results/{case}/small_variants/{case}.calls.vcf.gz",
    log:
        "logs/import_small_variants/{case}.log",
    benchmark:
        "benchmarks/import_small_variants/{case}.tsv"
    wildcard_constraints:
        case=cases_by(has_reads=False),
    conda:
        "../../envs/bcftools.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=60,
    shell:
        "(bcftools norm --fasta-ref {input.fasta} --multiallelics -any --output-type u {input.vcf:q}"
        " | bcftools sort --output-type u --temp-dir {resources.tmpdir}/{wildcards.case}."
        " | bcftools norm --rm-dup exact --output-type z --output {output}) 2> {log}"
