# qc: can this sample be trusted, and where can we not see?
rule measure_reads:
    input:
        bam="results/{case}/alignment/{sample}.bam",
    output:
        "results/{case}/qc/{sample}.stats.txt",
    log:
        "logs/measure_reads/{case}.{sample}.log",
    benchmark:
        "benchmarks/measure_reads/{case}.{sample}.tsv"
    conda:
        "../../envs/samtools.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 500 * attempt,
        runtime=lambda wildcards, attempt: 60 * attempt,
    shell:
        "samtools stats {input.bam} > {output} 2> {log}"


rule measure_depth:
    input:
        bam="results/{case}/alignment/{sample}.bam",
        bai="results/{case}/alignment/{sample}.bam.bai",
        targets=PLAN.merged_targets,
    output:
        per_base="results/{case}/qc/{sample}.per-base.bed.gz",
        index="results/{case}/qc/{sample}.per-base.bed.gz.csi",
        summary="results/{case}/qc/{sample}.mosdepth.summary.txt",
        distribution="results/{case}/qc/{sample}.mosdepth.region.dist.txt",
        version="results/{case}/qc/{sample}.mosdepth.version.txt",
        rest=temp(
            multiext(
                "results/{case}/qc/{sample}",
                ".mosdepth.global.dist.txt",
                ".regions.bed.gz",
                ".regions.bed.gz.csi",
            )
        ),
    log:
        "logs/measure_depth/{case}.{sample}.log",
    benchmark:
        "benchmarks/measure_depth/{case}.{sample}.tsv"
    conda:
        "../../envs/mosdepth.yaml"
    threads: 2
    resources:
        mem_mb=lambda wildcards, attempt: 2500 * attempt,
        runtime=lambda wildcards, attempt: 60 * attempt,
    params:
        prefix="results/{case}/qc/{sample}",
        flags=PLAN.uncounted_flags,
        mapping_quality=PLAN.calling("min_mapping_quality"),
    shell:
        "(mosdepth --version > {output.version} && mosdepth --threads 1 --by {input.targets}"
        " --flag {params.flags} --mapq {params.mapping_quality} {params.prefix} {input.bam})"
        " > {log} 2>&1"


rule assess_coverage:
    input:
        per_base="results/{case}/qc/{sample}.per-base.bed.gz",
        index="results/{case}/qc/{sample}.per-base.bed.gz.csi",
        panel=PLAN.panel_file,
        targets=lambda wildcards: PLAN.panel(wildcards).targets,
        hotspots=PLAN.hotspots,
    output:
        "results/{case}/qc/{sample}.coverage.parquet",
    log:
        "logs/assess_coverage/{case}.{sample}.log",
    benchmark:
        "benchmarks/assess_coverage/{case}.{sample}.tsv"
    localrule: True
    resources:
        mem_mb=500,
        runtime=20,
    params:
        code=CODE,
    shell:
        "dugnad assess-coverage --sample {wildcards.sample} --per-base {input.per_base}"
        " --panel {input.panel} --output {output} > {log} 2>&1"


rule gather_metrics:
    input:
        fastp=PLAN.lane_reports,
        stats="results/{case}/qc/{sample}.stats.txt",
        summary="results/{case}/qc/{sample}.mosdepth.summary.txt",
        coverage="results/{case}/qc/{sample}.coverage.parquet",
        panel=PLAN.panel_file,
    output:
        "results/{case}/qc/{sample}.metrics.parquet",
    log:
        "logs/gather_metrics/{case}.{sample}.log",
    benchmark:
        "benchmarks/gather_metrics/{case}.{sample}.tsv"
    localrule: True
    resources:
        mem_mb=500,
        runtime=10,
    params:
        role=lambda wildcards: PLAN.sample(wildcards).role,
        code=CODE,
    shell:
        "dugnad gather-metrics --sample {wildcards.sample} --role {params.role}"
        " --fastp {input.fastp} --stats {input.stats} --summary {input.summary}"
        " --coverage {input.coverage} --panel {input.panel} --output {output} > {log} 2>&1"


rule tabulate_metrics:
    input:
        PLAN.of_run("results/{case}/qc/{sample}.metrics.parquet"),
    output:
        "results/run/dugnad_mqc.json",
    log:
        "logs/tabulate_metrics/run.log",
    benchmark:
        "benchmarks/tabulate_metrics/run.tsv"
    localrule: True
    resources:
        mem_mb=500,
        runtime=10,
    params:
        code=CODE,
    shell:
        "dugnad tabulate-metrics --output {output} {input} > {log} 2>&1"


rule summarise_run:
    input:
        "results/run/dugnad_mqc.json",
        PLAN.of_run("results/{case}/qc/{sample}.stats.txt"),
        PLAN.of_run("results/{case}/qc/{sample}.mosdepth.region.dist.txt"),
        PLAN.of_run("results/{case}/qc/{sample}.mosdepth.summary.txt"),
        PLAN.of_run("results/{case}/reads/{sample}.{lane}.fastp.json"),
    output:
        "results/run/multiqc.html",
    log:
        "logs/summarise_run/run.log",
    benchmark:
        "benchmarks/summarise_run/run.tsv"
    conda:
        "../../envs/multiqc.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=30,
    shell:
        "multiqc --force --no-data-dir --strict --no-ai --no-version-check --no-megaqc-upload"
        " --filename $(basename {output}) --outdir $(dirname {output})"
        " --title 'Dugnad run quality' {input} > {log} 2>&1"
