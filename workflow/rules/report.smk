# report: tell it
rule record_case:
    input:
        run=ancient(RUN.files),
        panel=PLAN.panel_file,
        findings="results/{case}/interpretation/{case}.findings.parquet",
        calls="results/{case}/small_variants/{case}.calls.vcf.gz",
        gate="results/{case}/qc/{case}.gate.json",
        metrics=PLAN.all_of_case("results/{case}/qc/{sample}.metrics.parquet"),
        sex=PLAN.of_samples("results/{case}/qc/{sample}.sex.json"),
        coverage=PLAN.of_samples("results/{case}/qc/{sample}.coverage.parquet"),
        mosdepth=PLAN.of_samples("results/{case}/qc/{sample}.mosdepth.version.txt"),
        alignments=PLAN.all_of_case("results/{case}/alignment/{sample}.bam"),
        fastp=PLAN.all_of_case("results/{case}/reads/{sample}.{lane}.fastp.json"),
        copy_number=PLAN.copy_number_part,
        rearrangements=PLAN.rearrangements,
        sv_calls=PLAN.sv_calls,
        rna_versions=PLAN.rna_versions,
        msi=PLAN.msi,
        biomarkers=PLAN.biomarkers,
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
        asked=PLAN.asked,
        sex=PLAN.sex_options,
        copy_number=PLAN.copy_number_option,
        rearrangements=PLAN.rearrangements_option,
        sv_calls=PLAN.sv_calls_option,
        rna_versions=PLAN.rna_versions_option,
        msi=PLAN.msi_option,
        biomarkers=PLAN.biomarker_options,
        code=CODE,
    shell:
        "dugnad record-case --config {params.config:q} --case {wildcards.case}"
        " --gate {input.gate} {params.sex} --findings {input.findings} --calls {input.calls}"
        " --metrics {input.metrics}"
        " --coverage {input.coverage} --mosdepth {input.mosdepth} --fastp {input.fastp}"
        " {params.copy_number} {params.rearrangements} {params.sv_calls} {params.rna_versions}"
        " {params.msi} {params.biomarkers}"
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
        asked=RUN.inputs,
        reads=RUN.reads,
        records=expand("results/{case}/report/{case}.case.json", case=RUN.cases),
        results=[
            *expand("results/{case}/report/{case}.html", case=RUN.cases),
            *expand("results/{case}/interpretation/{case}.findings.parquet", case=RUN.cases),
            *expand("results/{case}/small_variants/{case}.calls.vcf.gz", case=RUN.cases),
            *PLAN.all_of_run("results/{case}/alignment/{sample}.bam"),
            *PLAN.all_of_run("results/{case}/qc/{sample}.metrics.parquet"),
            *PLAN.run_quality(),
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
        "dugnad write-manifest --config {params.config:q} --records {input.records}"
        " --results {input.results} --output {output} > {log} 2>&1"
