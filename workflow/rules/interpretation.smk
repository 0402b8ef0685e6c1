# interpretation: what do the variants mean for this patient?
rule interpret_variants:
    input:
        variants="results/{case}/annotation/{case}.variants.parquet",
        panel=PLAN.panel_file,
        hotspots=PLAN.hotspots,
        gate="results/{case}/qc/{case}.gate.json",
        local_copies=PLAN.local_copies,
    output:
        "results/{case}/interpretation/{case}.findings.parquet",
    log:
        "logs/interpret_variants/{case}.log",
    benchmark:
        "benchmarks/interpret_variants/{case}.tsv"
    group:
        "case"
    resources:
        mem_mb=memory(250),
        runtime=lambda wildcards, attempt: 20 * attempt,
    params:
        normal=PLAN.normal_option,
        purity=PLAN.purity_option,
        local_copies=PLAN.local_copy_options,
        code=CODE,
    shell:
        "dugnad interpret-variants --variants {input.variants} --panel {input.panel}"
        " {params.normal} {params.purity} {params.local_copies} --gate {input.gate}"
        " --output {output} > {log} 2>&1"


rule record_case:
    input:
        run=ancient(PLAN.asked_in),
        panel=PLAN.panel_file,
        findings="results/{case}/interpretation/{case}.findings.parquet",
        calls="results/{case}/small_variants/{case}.calls.vcf.gz",
        gate="results/{case}/qc/{case}.gate.json",
        metrics="results/{case}/qc/{case}.metrics.parquet",
        sex="results/{case}/qc/{case}.sex.json",
        coverage=PLAN.of_samples("results/{case}/qc/{sample}.coverage.parquet"),
        mosdepth=PLAN.of_samples("results/{case}/qc/{sample}.mosdepth.version.txt"),
        alignments=PLAN.all_of_case("results/{case}/alignment/{sample}.bam"),
        fastp=PLAN.reports_of_case,
        copy_number=PLAN.copy_number_part,
        rearrangements=PLAN.rearrangements,
        sv_calls=PLAN.sv_calls,
        rna_versions=PLAN.rna_versions,
        msi=PLAN.msi,
        biomarkers=PLAN.biomarkers,
    output:
        "results/{case}/interpretation/{case}.evidence.json",
    log:
        "logs/record_case/{case}.log",
    benchmark:
        "benchmarks/record_case/{case}.tsv"
    group:
        "case"
    resources:
        mem_mb=memory(250),
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        config=RUN.files[0],
        asked=PLAN.asked,
        copy_number=PLAN.copy_number_option,
        rearrangements=PLAN.rearrangements_option,
        sv_calls=PLAN.sv_calls_option,
        rna_versions=PLAN.rna_versions_option,
        msi=PLAN.msi_option,
        biomarkers=PLAN.biomarker_options,
        code=CODE,
    shell:
        "dugnad record-case --config {params.config:q} --case {wildcards.case}"
        " --gate {input.gate} --sex {input.sex} --findings {input.findings} --calls {input.calls}"
        " --metrics {input.metrics}"
        " --coverage {input.coverage} --mosdepth {input.mosdepth} --fastp {input.fastp}"
        " {params.copy_number} {params.rearrangements} {params.sv_calls} {params.rna_versions}"
        " {params.msi} {params.biomarkers}"
        " --alignments {input.alignments} --output {output} > {log} 2>&1"


rule classify_case:
    input:
        record="results/{case}/interpretation/{case}.evidence.json",
        knowledge=PLAN.knowledge_files,
        curation=PLAN.curation,
    output:
        "results/{case}/report/{case}.case.json",
    log:
        "logs/classify_case/{case}.log",
    benchmark:
        "benchmarks/classify_case/{case}.tsv"
    group:
        "case"
    resources:
        mem_mb=memory(120, 10, of="knowledge"),
        runtime=lambda wildcards, attempt: 20 * attempt,
    params:
        knowledge=PLAN.knowledge,
        options=PLAN.classify_options(),
        curation=PLAN.curation_option,
        code=CODE,
    shell:
        "dugnad classify-case --record {input.record} --knowledge {params.knowledge:q}"
        " {params.options} {params.curation} --output {output} > {log} 2>&1"
