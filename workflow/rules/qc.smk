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


# where the panel's genes have their exons, by the annotation; empty without one
rule locate_exons:
    input:
        panel=lambda wildcards: RUN.config.panels / wildcards.panel / "panel.yaml",
        annotation=PLAN.annotation,
    output:
        "results/run/targets/{panel}.exons.tsv",
    log:
        "logs/locate_exons/{panel}.log",
    benchmark:
        "benchmarks/locate_exons/{panel}.tsv"
    localrule: True
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        annotation=lambda wildcards, input: (
            f"--annotation {input.annotation}" if input.annotation else ""
        ),
        code=CODE,
    shell:
        "dugnad locate-exons --panel {input.panel} {params.annotation} --output {output}"
        " > {log} 2>&1"


# common SNPs inside the panel's targets: by them samples are told apart
rule pick_sites:
    input:
        targets="results/run/targets/{panel}.bed",
        fasta=GENOME,
        fai=f"{GENOME}.fai",
        sources=[source.path for source in RUN.config.sources],
    output:
        "results/run/targets/{panel}.sites.tsv",
    log:
        "logs/pick_sites/{panel}.log",
    benchmark:
        "benchmarks/pick_sites/{panel}.tsv"
    localrule: True
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        sources=PLAN.population_options(),
        par=PLAN.par_option(),
        code=CODE,
    shell:
        "dugnad pick-sites --targets {input.targets} {params.sources} --fasta {input.fasta}"
        " {params.par} --output {output} > {log} 2>&1"


rule count_sites:
    input:
        bam="results/{case}/alignment/{sample}.bam",
        bai="results/{case}/alignment/{sample}.bam.bai",
        sites=lambda wildcards: f"results/run/targets/{PLAN.panel(wildcards).id}.sites.tsv",
    output:
        "results/{case}/qc/{sample}.sites.parquet",
    log:
        "logs/count_sites/{case}.{sample}.log",
    benchmark:
        "benchmarks/count_sites/{case}.{sample}.tsv"
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 30 * attempt,
    params:
        role=lambda wildcards: PLAN.sample(wildcards).role,
        analyte=lambda wildcards: PLAN.sample(wildcards).analyte,
        mapping_quality=PLAN.calling("min_mapping_quality"),
        base_quality=PLAN.calling("min_base_quality"),
        code=CODE,
    shell:
        "dugnad count-sites --sample {wildcards.sample} --case {wildcards.case}"
        " --role {params.role} --analyte {params.analyte} --bam {input.bam}"
        " --sites {input.sites} --min-mapping-quality {params.mapping_quality}"
        " --min-base-quality {params.base_quality} --output {output} > {log} 2>&1"


# all samples of the run beside each other: a swap can be between any two
rule compare_samples:
    input:
        counts=PLAN.all_of_run("results/{case}/qc/{sample}.sites.parquet"),
    output:
        table="results/run/identity.parquet",
        measures=PLAN.all_of_run("results/{case}/qc/{sample}.identity.measures.json"),
    log:
        "logs/compare_samples/run.log",
    benchmark:
        "benchmarks/compare_samples/run.tsv"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=30,
    params:
        code=CODE,
    shell:
        "dugnad compare-samples --counts {input.counts} --measures {output.measures}"
        " --output {output.table} > {log} 2>&1"


rule estimate_contamination:
    input:
        counts="results/{case}/qc/{sample}.sites.parquet",
        normal=PLAN.of_normal("results/{case}/qc/{sample}.sites.parquet"),
    output:
        "results/{case}/qc/{sample}.contamination.measures.json",
    log:
        "logs/estimate_contamination/{case}.{sample}.log",
    benchmark:
        "benchmarks/estimate_contamination/{case}.{sample}.tsv"
    localrule: True
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        normal=lambda wildcards, input: f"--normal {input.normal}" if input.normal else "",
        code=CODE,
    shell:
        "dugnad estimate-contamination --counts {input.counts} {params.normal}"
        " --output {output} > {log} 2>&1"


rule infer_sex:
    input:
        counts="results/{case}/qc/{sample}.sites.parquet",
        coverage="results/{case}/qc/{sample}.coverage.parquet",
        normal=PLAN.of_normal("results/{case}/qc/{sample}.sex.json"),
    output:
        answer="results/{case}/qc/{sample}.sex.json",
        measures="results/{case}/qc/{sample}.sex.measures.json",
    log:
        "logs/infer_sex/{case}.{sample}.log",
    benchmark:
        "benchmarks/infer_sex/{case}.{sample}.tsv"
    localrule: True
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        stated=lambda wildcards: PLAN.sample(wildcards).sex,
        role=lambda wildcards: PLAN.sample(wildcards).role,
        normal=lambda wildcards, input: f"--normal {input.normal}" if input.normal else "",
        par=PLAN.par_option(),
        code=CODE,
    shell:
        "dugnad infer-sex --counts {input.counts} --coverage {input.coverage}"
        " --stated {params.stated} --role {params.role} {params.normal} {params.par}"
        " --output {output.answer} --measures {output.measures} > {log} 2>&1"


# the sample is the normal: what of the tumour's own variants it shows
rule estimate_tumour_in_normal:
    input:
        calls="results/{case}/small_variants/{case}.calls.vcf.gz",
        sources=[source.path for source in RUN.config.sources],
    output:
        "results/{case}/qc/{sample}.tumour_in_normal.measures.json",
    log:
        "logs/estimate_tumour_in_normal/{case}.{sample}.log",
    benchmark:
        "benchmarks/estimate_tumour_in_normal/{case}.{sample}.tsv"
    localrule: True
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        tumour=lambda wildcards: PLAN.case(wildcards).tumour.id,
        sources=PLAN.population_options(),
        code=CODE,
    shell:
        "dugnad tumour-in-normal --calls {input.calls} --tumour {params.tumour}"
        " --normal {wildcards.sample} {params.sources} --output {output} > {log} 2>&1"


rule measure_artefacts:
    input:
        bam="results/{case}/alignment/{sample}.bam",
        bai="results/{case}/alignment/{sample}.bam.bai",
        fasta=GENOME,
        fai=f"{GENOME}.fai",
        panel=PLAN.panel_file,
        targets=lambda wildcards: PLAN.panel(wildcards).targets,
    output:
        "results/{case}/qc/{sample}.artefacts.measures.json",
    log:
        "logs/measure_artefacts/{case}.{sample}.log",
    benchmark:
        "benchmarks/measure_artefacts/{case}.{sample}.tsv"
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 30 * attempt,
    params:
        code=CODE,
    shell:
        "dugnad measure-artefacts --bam {input.bam} --fasta {input.fasta} --panel {input.panel}"
        " --output {output} > {log} 2>&1"


rule measure_rna:
    input:
        bam="results/{case}/alignment/{sample}.bam",
        bai="results/{case}/alignment/{sample}.bam.bai",
        star_log="results/{case}/alignment/{sample}.Log.final.out",
        panel=PLAN.panel_file,
        annotation=PLAN.annotation,
    output:
        "results/{case}/qc/{sample}.rna.measures.json",
    log:
        "logs/measure_rna/{case}.{sample}.log",
    benchmark:
        "benchmarks/measure_rna/{case}.{sample}.tsv"
    threads: 2
    resources:
        mem_mb=lambda wildcards, attempt: 4000 * attempt,
        runtime=lambda wildcards, attempt: 60 * attempt,
    params:
        code=CODE,
    shell:
        "dugnad measure-rna --bam {input.bam} --star-log {input.star_log} --panel {input.panel}"
        " --annotation {input.annotation:q} --output {output} > {log} 2>&1"


rule assess_coverage:
    input:
        per_base="results/{case}/qc/{sample}.per-base.bed.gz",
        index="results/{case}/qc/{sample}.per-base.bed.gz.csi",
        summary="results/{case}/qc/{sample}.mosdepth.summary.txt",
        panel=PLAN.panel_file,
        targets=lambda wildcards: PLAN.panel(wildcards).targets,
        hotspots=PLAN.hotspots,
        exons=lambda wildcards: f"results/run/targets/{PLAN.panel(wildcards).id}.exons.tsv",
        fasta=GENOME,
        fai=f"{GENOME}.fai",
    output:
        table="results/{case}/qc/{sample}.coverage.parquet",
        measures="results/{case}/qc/{sample}.targets.measures.json",
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
        " --summary {input.summary} --panel {input.panel} --exons {input.exons}"
        " --fasta {input.fasta} --output {output.table} --measures {output.measures}"
        " > {log} 2>&1"


rule gather_metrics:
    input:
        fastp=PLAN.reports,
        stats="results/{case}/qc/{sample}.stats.txt",
        coverage=PLAN.coverage,
        measures=PLAN.measures,
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
        analyte=lambda wildcards: PLAN.sample(wildcards).analyte,
        coverage=lambda wildcards, input: f"--coverage {input.coverage}" if input.coverage else "",
        code=CODE,
    shell:
        "dugnad gather-metrics --sample {wildcards.sample} --role {params.role}"
        " --analyte {params.analyte} --fastp {input.fastp} --stats {input.stats}"
        " {params.coverage} --measures {input.measures} --panel {input.panel}"
        " --output {output} > {log} 2>&1"


rule gate_case:
    input:
        run=ancient(RUN.files),
        metrics=PLAN.all_of_case("results/{case}/qc/{sample}.metrics.parquet"),
    output:
        "results/{case}/qc/{case}.gate.json",
    log:
        "logs/gate_case/{case}.log",
    benchmark:
        "benchmarks/gate_case/{case}.tsv"
    localrule: True
    resources:
        mem_mb=500,
        runtime=10,
    params:
        config=RUN.files[0],
        asked=PLAN.asked,
        code=CODE,
    shell:
        "dugnad gate --config {params.config:q} --case {wildcards.case}"
        " --metrics {input.metrics} --output {output} > {log} 2>&1"


rule gather_run:
    input:
        run=ancient(RUN.files),
        tables=PLAN.all_of_run("results/{case}/qc/{sample}.metrics.parquet"),
    output:
        "results/run/qc.parquet",
    log:
        "logs/gather_run/run.log",
    benchmark:
        "benchmarks/gather_run/run.tsv"
    localrule: True
    resources:
        mem_mb=500,
        runtime=10,
    params:
        config=RUN.files[0],
        named=str(RUN.config.sequencing),
        code=CODE,
    shell:
        "dugnad gather-run --config {params.config:q} --output {output} {input.tables}"
        " > {log} 2>&1"


rule tabulate_metrics:
    input:
        PLAN.all_of_run("results/{case}/qc/{sample}.metrics.parquet"),
    output:
        whole="results/run/dugnad_mqc.json",
        general="results/run/dugnad_general_mqc.json",
    log:
        "logs/tabulate_metrics/run.log",
    benchmark:
        "benchmarks/tabulate_metrics/run.tsv"
    localrule: True
    resources:
        mem_mb=500,
        runtime=10,
    params:
        columns=" ".join(RUN.config.run_columns),
        code=CODE,
    shell:
        "dugnad tabulate-metrics --columns {params.columns} --output {output.whole}"
        " --general-output {output.general} {input} > {log} 2>&1"


rule tabulate_run:
    input:
        gates=expand("results/{case}/qc/{case}.gate.json", case=RUN.cases),
        identity="results/run/identity.parquet",
    output:
        gates="results/run/dugnad_gate_mqc.json",
        identity="results/run/dugnad_identity_mqc.json",
    log:
        "logs/tabulate_run/run.log",
    benchmark:
        "benchmarks/tabulate_run/run.tsv"
    localrule: True
    resources:
        mem_mb=500,
        runtime=10,
    params:
        code=CODE,
    shell:
        "dugnad tabulate-run --identity {input.identity} --gate-output {output.gates}"
        " --identity-output {output.identity} {input.gates} > {log} 2>&1"


rule summarise_run:
    input:
        "results/run/dugnad_gate_mqc.json",
        "results/run/dugnad_identity_mqc.json",
        "results/run/dugnad_mqc.json",
        "results/run/dugnad_general_mqc.json",
        PLAN.all_of_run("results/{case}/qc/{sample}.stats.txt"),
        PLAN.of_run("results/{case}/qc/{sample}.mosdepth.region.dist.txt"),
        PLAN.of_run("results/{case}/qc/{sample}.mosdepth.summary.txt"),
        PLAN.all_of_run("results/{case}/reads/{sample}.{lane}.fastp.json"),
        PLAN.rna_of_run("results/{case}/alignment/{sample}.Log.final.out"),
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


# the last job: all reports are there, and the run ends in error if a gate is not passed
rule release_run:
    input:
        reports=expand("results/{case}/report/{case}.html", case=RUN.cases),
        manifest="results/run/manifest.json",
        quality=PLAN.run_quality(),
        gates=expand("results/{case}/qc/{case}.gate.json", case=RUN.cases),
    output:
        "results/run/gates.tsv",
    log:
        "logs/release_run/run.log",
    benchmark:
        "benchmarks/release_run/run.tsv"
    localrule: True
    resources:
        mem_mb=500,
        runtime=10,
    params:
        config=RUN.files[0],
        code=CODE,
    shell:
        "dugnad release-run --config {params.config:q} --output {output} {input.gates} 2>&1"
        " | tee {log} >&2"
