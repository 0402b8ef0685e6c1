# qc: can this sample be trusted, and where can we not see?
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
        mem_mb=memory(150, 2, of="annotation"),
        runtime=lambda wildcards, attempt: 20 * attempt,
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
        mem_mb=memory(150, 20, of="targets"),
        runtime=lambda wildcards, attempt: 30 * attempt,
    params:
        sources=PLAN.population_options(),
        par=PLAN.par_option(),
        code=CODE,
    shell:
        "dugnad pick-sites --targets {input.targets} {params.sources} --fasta {input.fasta}"
        " {params.par} --output {output} > {log} 2>&1"


# quickcheck: the other tools take a BAM that was cut off between two blocks for whole
rule measure_reads:
    input:
        bam="results/{case}/alignment/{sample}.bam",
        bai="results/{case}/alignment/{sample}.bam.bai",
        merged=PLAN.merged_targets,
        panel=PLAN.panel_file,
        targets=lambda wildcards: PLAN.panel(wildcards).targets,
        hotspots=PLAN.hotspots,
        exons=lambda wildcards: f"results/run/targets/{PLAN.panel(wildcards).id}.exons.tsv",
        sites=lambda wildcards: f"results/run/targets/{PLAN.panel(wildcards).id}.sites.tsv",
        fasta=GENOME,
        fai=f"{GENOME}.fai",
    output:
        stats="results/{case}/qc/{sample}.stats.txt",
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
        coverage="results/{case}/qc/{sample}.coverage.parquet",
        measures="results/{case}/qc/{sample}.targets.measures.json",
        counts="results/{case}/qc/{sample}.sites.parquet",
        artefacts="results/{case}/qc/{sample}.artefacts.measures.json",
    log:
        "logs/measure_reads/{case}.{sample}.log",
    benchmark:
        "benchmarks/measure_reads/{case}.{sample}.tsv"
    wildcard_constraints:
        sample=PLAN.samples_with_reads("dna"),
    group:
        "sample"
    conda:
        "../../envs/mosdepth.yaml"
    threads: 2
    resources:
        # mosdepth holds the depth of each base of a contig
        mem_mb=memory(250, 0.6, of="fasta"),
        runtime=lambda wildcards, attempt: 90 * attempt,
    params:
        prefix="results/{case}/qc/{sample}",
        flags=PLAN.uncounted_flags,
        role=lambda wildcards: PLAN.sample(wildcards).role,
        mapping_quality=PLAN.calling("min_mapping_quality"),
        base_quality=PLAN.calling("min_base_quality"),
        code=CODE,
    shell:
        "(samtools quickcheck -v {input.bam}"
        " && samtools stats -@ 1 {input.bam} > {output.stats}"
        " && mosdepth --version > {output.version}"
        " && mosdepth --threads 1 --by {input.merged} --flag {params.flags}"
        " --mapq {params.mapping_quality} {params.prefix} {input.bam}"
        " && dugnad assess-coverage --sample {wildcards.sample} --per-base {output.per_base}"
        " --summary {output.summary} --panel {input.panel} --exons {input.exons}"
        " --fasta {input.fasta} --output {output.coverage} --measures {output.measures}"
        " --then count-sites --sample {wildcards.sample} --case {wildcards.case}"
        " --role {params.role} --analyte dna --bam {input.bam} --sites {input.sites}"
        " --min-mapping-quality {params.mapping_quality}"
        " --min-base-quality {params.base_quality} --output {output.counts}"
        " --then measure-artefacts --sample {wildcards.sample} --bam {input.bam}"
        " --fasta {input.fasta} --panel {input.panel} --output {output.artefacts}) > {log} 2>&1"


rule measure_rna:
    input:
        bam="results/{case}/alignment/{sample}.bam",
        bai="results/{case}/alignment/{sample}.bam.bai",
        star_log="results/{case}/alignment/{sample}.Log.final.out",
        panel=PLAN.panel_file,
        sites=lambda wildcards: f"results/run/targets/{PLAN.panel(wildcards).id}.sites.tsv",
        annotation=PLAN.annotation,
    output:
        stats="results/{case}/qc/{sample}.stats.txt",
        counts="results/{case}/qc/{sample}.sites.parquet",
        measures="results/{case}/qc/{sample}.rna.measures.json",
    log:
        "logs/measure_rna/{case}.{sample}.log",
    benchmark:
        "benchmarks/measure_rna/{case}.{sample}.tsv"
    wildcard_constraints:
        sample=PLAN.samples_with_reads("rna"),
    group:
        "sample"
    conda:
        "../../envs/samtools.yaml"
    threads: 2
    resources:
        mem_mb=memory(250, 2, of="annotation"),
        runtime=lambda wildcards, attempt: 60 * attempt,
    params:
        role=lambda wildcards: PLAN.sample(wildcards).role,
        mapping_quality=PLAN.calling("min_mapping_quality"),
        base_quality=PLAN.calling("min_base_quality"),
        code=CODE,
    shell:
        "(samtools quickcheck -v {input.bam}"
        " && samtools stats -@ 1 {input.bam} > {output.stats}"
        " && dugnad count-sites --sample {wildcards.sample} --case {wildcards.case}"
        " --role {params.role} --analyte rna --bam {input.bam} --sites {input.sites}"
        " --min-mapping-quality {params.mapping_quality}"
        " --min-base-quality {params.base_quality} --output {output.counts}"
        " --then measure-rna --sample {wildcards.sample} --bam {input.bam}"
        " --star-log {input.star_log} --panel {input.panel}"
        " --annotation {input.annotation:q} --output {output.measures}) > {log} 2>&1"


# whose the samples are, what they measure, and whether they can be trusted; nothing of other cases
rule gate_case:
    input:
        run=ancient(PLAN.asked_in),
        panel=PLAN.panel_file,
        counts=PLAN.all_of_case("results/{case}/qc/{sample}.sites.parquet"),
        coverage=PLAN.of_samples("results/{case}/qc/{sample}.coverage.parquet"),
        stats=PLAN.all_of_case("results/{case}/qc/{sample}.stats.txt"),
        fastp=PLAN.reports_of_case,
        measures=PLAN.measures,
        calls=PLAN.calls_beside_normal,
        sources=[source.path for source in RUN.config.sources],
    output:
        identity=temp("results/{case}/qc/{case}.identity.measures.json"),
        contamination=temp("results/{case}/qc/{case}.contamination.measures.json"),
        sex_measures=temp("results/{case}/qc/{case}.sex.measures.json"),
        tumour_in_normal=temp("results/{case}/qc/{case}.tumour_in_normal.measures.json"),
        sex="results/{case}/qc/{case}.sex.json",
        metrics="results/{case}/qc/{case}.metrics.parquet",
        gate="results/{case}/qc/{case}.gate.json",
    log:
        "logs/gate_case/{case}.log",
    benchmark:
        "benchmarks/gate_case/{case}.tsv"
    group:
        "calls"
    resources:
        mem_mb=memory(300),
        runtime=lambda wildcards, attempt: 20 * attempt,
    params:
        config=RUN.files[0],
        asked=PLAN.asked,
        identity=PLAN.identity_options,
        contamination=PLAN.contamination_options,
        sex=PLAN.sex_options,
        par=PLAN.par_option(),
        tumour_in_normal=PLAN.tumour_in_normal_option,
        sources=PLAN.population_options(),
        stats=PLAN.stats_options,
        reports=PLAN.report_options,
        code=CODE,
    shell:
        "dugnad measure-identity {params.identity} --output {output.identity}"
        " --then estimate-contamination {params.contamination} --output {output.contamination}"
        " --then infer-sex {params.sex} {params.par} --output {output.sex}"
        " --measures {output.sex_measures}"
        " --then tumour-in-normal {params.tumour_in_normal} {params.sources}"
        " --output {output.tumour_in_normal}"
        " --then gather-metrics {params.stats} {params.reports} --coverage {input.coverage}"
        " --measures {input.measures} {output.identity} {output.contamination}"
        " {output.sex_measures} {output.tumour_in_normal} --panel {input.panel}"
        " --output {output.metrics}"
        " --then gate --config {params.config:q} --case {wildcards.case}"
        " --metrics {output.metrics} --output {output.gate} > {log} 2>&1"


# all samples of the run beside each other, at its end: a swap can be between any two
rule compare_samples:
    input:
        counts=PLAN.all_of_run("results/{case}/qc/{sample}.sites.parquet"),
    output:
        table="results/run/identity.parquet",
        measures="results/run/identity.measures.json",
    log:
        "logs/compare_samples/run.log",
    benchmark:
        "benchmarks/compare_samples/run.tsv"
    resources:
        mem_mb=memory(250, 40),
        runtime=lambda wildcards, attempt: 30 * attempt,
    params:
        code=CODE,
    shell:
        "dugnad compare-samples --counts {input.counts} --measures {output.measures}"
        " --output {output.table} > {log} 2>&1"


# what the cases and the comparison across the run say, for the trends and for MultiQC
rule gather_run:
    input:
        run=ancient(RUN.files),
        tables=PLAN.metrics_of_run,
        gates=expand("results/{case}/qc/{case}.gate.json", case=RUN.cases),
        identity="results/run/identity.parquet",
        measures="results/run/identity.measures.json",
    output:
        quality="results/run/qc.parquet",
        whole="results/run/dugnad_mqc.json",
        general="results/run/dugnad_general_mqc.json",
        gates="results/run/dugnad_gate_mqc.json",
        identity="results/run/dugnad_identity_mqc.json",
    log:
        "logs/gather_run/run.log",
    benchmark:
        "benchmarks/gather_run/run.tsv"
    localrule: True
    resources:
        mem_mb=memory(250, 40, of="tables"),
        runtime=lambda wildcards, attempt: 20 * attempt,
    params:
        config=RUN.files[0],
        named=str(RUN.config.sequencing),
        accepted=PLAN.accepted_of_run(),
        columns=" ".join(RUN.config.run_columns),
        code=CODE,
    shell:
        "dugnad gather-run --config {params.config:q} --measures {input.measures}"
        " --output {output.quality} {input.tables}"
        " --then tabulate-metrics --metrics {output.quality} --columns {params.columns}"
        " --output {output.whole} --general-output {output.general}"
        " --then tabulate-run --config {params.config:q} --identity {input.identity}"
        " --measures {input.measures} --gate-output {output.gates}"
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
        PLAN.reports_of_run(),
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
        mem_mb=memory(350, 2),
        runtime=lambda wildcards, attempt: 60 * attempt,
    shell:
        "multiqc --force --no-data-dir --strict --no-ai --no-version-check --no-megaqc-upload"
        " --filename $(basename {output}) --outdir $(dirname {output})"
        " --title 'Dugnad run quality' {input} > {log} 2>&1"


# the last job: all reports are there, and the run ends in error if a gate is not passed, or if a
# sample is like one of another case
rule release_run:
    input:
        reports=expand("results/{case}/report/{case}.html", case=RUN.cases),
        manifest="results/run/manifest.json",
        quality=PLAN.run_quality(),
        gates=expand("results/{case}/qc/{case}.gate.json", case=RUN.cases),
        measures=PLAN.with_reads("results/run/identity.measures.json"),
    output:
        "results/run/gates.tsv",
    log:
        "logs/release_run/run.log",
    benchmark:
        "benchmarks/release_run/run.tsv"
    retries: 0  # a gate that is not passed is not passed a second time
    localrule: True
    resources:
        mem_mb=memory(150),
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        config=RUN.files[0],
        accepted=PLAN.accepted_of_run(),
        measures=lambda wildcards, input: f"--measures {input.measures}" if input.measures else "",
        code=CODE,
    shell:
        "dugnad release-run --config {params.config:q} {params.measures} --output {output}"
        " {input.gates} 2>&1"
        " | tee {log} >&2"
