# report: tell it
import json


def of_samples(pattern):
    """A file of each sample of the case; none when the case came as calls."""

    def paths(wildcards):
        case = case_of(wildcards)
        samples = case.samples if case.has_reads else ()
        return [pattern.format(case=case.id, sample=sample.id) for sample in samples]

    return paths


def case_lanes(wildcards):
    return [
        f"results/{sample.case}/reads/{sample.id}.{pair.lane}.fastp.json"
        for sample in case_of(wildcards).samples
        for pair in sample.lanes
    ]


def asked(wildcards):
    """What the sheet says of the case, so that a change of it, and of nothing else, counts."""
    case = case_of(wildcards)
    samples = [[s.id, s.role, s.sex, s.purity] for s in case.samples]
    sources = [[source.id, source.release] for source in RUN.config.sources]
    return json.dumps([case.tumour_type, case.consent, samples, sources])


rule record_case:
    input:
        run=ancient(RUN.files),
        panel=panel_file,
        findings="results/{case}/interpretation/{case}.findings.parquet",
        calls="results/{case}/small_variants/{case}.calls.vcf.gz",
        metrics=of_samples("results/{case}/qc/{sample}.metrics.parquet"),
        coverage=of_samples("results/{case}/qc/{sample}.coverage.parquet"),
        mosdepth=of_samples("results/{case}/qc/{sample}.mosdepth.version.txt"),
        alignments=of_samples("results/{case}/alignment/{sample}.bam"),
        fastp=case_lanes,
    output:
        "results/{case}/report/{case}.case.json",
    log:
        "logs/record_case/{case}.log",
    benchmark:
        "benchmarks/record_case/{case}.tsv"
    localrule: True
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        config=RUN.files[0],
        asked=asked,
        code=CODE,
    shell:
        "dugnad record-case --config {params.config} --case {wildcards.case}"
        " --findings {input.findings} --calls {input.calls} --metrics {input.metrics}"
        " --coverage {input.coverage} --mosdepth {input.mosdepth} --fastp {input.fastp}"
        " --alignments {input.alignments} --output {output} > {log} 2>&1"


rule render_report:
    input:
        "results/{case}/report/{case}.case.json",
    output:
        "results/{case}/report/{case}.html",
    log:
        "logs/render_report/{case}.log",
    benchmark:
        "benchmarks/render_report/{case}.tsv"
    localrule: True
    resources:
        mem_mb=500,
        runtime=10,
    params:
        code=CODE,
    shell:
        "dugnad render-report --record {input} --output {output} > {log} 2>&1"


rule write_manifest:
    input:
        run=RUN.files,
        records=expand("results/{case}/report/{case}.case.json", case=RUN.cases),
        results=[
            *expand("results/{case}/report/{case}.html", case=RUN.cases),
            *expand("results/{case}/interpretation/{case}.findings.parquet", case=RUN.cases),
            *expand("results/{case}/small_variants/{case}.calls.vcf.gz", case=RUN.cases),
            *with_reads("results/{case}/alignment/{sample}.bam"),
        ],
    output:
        "results/run/manifest.json",
    log:
        "logs/write_manifest/run.log",
    benchmark:
        "benchmarks/write_manifest/run.tsv"
    resources:
        mem_mb=500,
        runtime=240,
    params:
        config=RUN.files[0],
        code=CODE,
    shell:
        "dugnad write-manifest --config {params.config} --records {input.records}"
        " --results {input.results} --output {output} > {log} 2>&1"
