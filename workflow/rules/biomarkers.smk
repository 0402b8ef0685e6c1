# biomarkers: TMB, MSI, HRD, signatures
SIGNATURES = f"{workflow.basedir}/resources/knowledge/signatures.tsv"  # and what causes them


# once for each panel: what mutations are counted over, as far as a sample's depth reaches
rule locate_coding:
    input:
        panel=lambda wildcards: RUN.config.panels / wildcards.panel / "panel.yaml",
        targets=lambda wildcards: RUN.panels[wildcards.panel].targets,
        annotation=PLAN.annotation,
    output:
        "results/run/targets/{panel}.coding.bed",
    log:
        "logs/locate_coding/{panel}.log",
    benchmark:
        "benchmarks/locate_coding/{panel}.tsv"
    resources:
        mem_mb=memory(250, 2, of="annotation"),
        runtime=lambda wildcards, attempt: 20 * attempt,
    params:
        code=CODE,
    shell:
        "dugnad locate-coding --panel {input.panel} --annotation {input.annotation:q}"
        " --output {output} > {log} 2>&1"


rule measure_tmb:
    input:
        findings="results/{case}/interpretation/{case}.findings.parquet",
        panel=PLAN.panel_file,
        coding=lambda wildcards: f"results/run/targets/{PLAN.panel(wildcards).id}.coding.bed",
        depth=PLAN.tumour_depth,
        gate="results/{case}/qc/{case}.gate.json",
        copies=PLAN.local_copies,
    output:
        "results/{case}/biomarkers/{case}.tmb.json",
    log:
        "logs/measure_tmb/{case}.log",
    benchmark:
        "benchmarks/measure_tmb/{case}.tsv"
    group:
        "case"
    resources:
        mem_mb=memory(350, 1, of="depth"),
        runtime=lambda wildcards, attempt: 20 * attempt,
    params:
        depth=lambda wildcards, input: f"--per-base {input.depth}" if input.depth else "",
        normal=PLAN.normal_option,
        purity=PLAN.purity_option,
        copies=PLAN.local_copy_options,
        code=CODE,
    shell:
        "dugnad measure-tmb --findings {input.findings} --panel {input.panel}"
        " --coding {input.coding} {params.depth} {params.normal} --gate {input.gate}"
        " {params.purity} {params.copies} --output {output} > {log} 2>&1"


rule measure_hrd:
    input:
        segments="results/{case}/copy_number/{case}.segments.parquet",
        baf="results/{case}/copy_number/{case}.baf.parquet",
        fit="results/{case}/copy_number/{case}.purity.json",
        panel=PLAN.panel_file,
        arms=PLAN.arms,
    output:
        "results/{case}/biomarkers/{case}.hrd.json",
    log:
        "logs/measure_hrd/{case}.log",
    benchmark:
        "benchmarks/measure_hrd/{case}.tsv"
    group:
        "case"
    resources:
        mem_mb=memory(200),
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        code=CODE,
    shell:
        "dugnad measure-hrd --segments {input.segments} --baf {input.baf} --fit {input.fit}"
        " --panel {input.panel} --output {output} > {log} 2>&1"


# once for each panel: how much more often than the genome its targets offer a context
rule count_contexts:
    input:
        fasta=GENOME,
        fai=f"{GENOME}.fai",
        targets=lambda wildcards: RUN.panels[wildcards.panel].targets,
    output:
        "results/run/targets/{panel}.contexts.tsv",
    log:
        "logs/count_contexts/{panel}.log",
    benchmark:
        "benchmarks/count_contexts/{panel}.tsv"
    resources:
        mem_mb=memory(100, 0.1, of="fasta"),
        runtime=lambda wildcards, attempt: 30 * attempt,
    params:
        code=CODE,
    shell:
        "dugnad count-contexts --fasta {input.fasta} --targets {input.targets}"
        " --output {output} > {log} 2>&1"


rule assign_signatures:
    input:
        findings="results/{case}/interpretation/{case}.findings.parquet",
        panel=PLAN.panel_file,
        fasta=GENOME,
        fai=f"{GENOME}.fai",
        contexts=lambda wildcards: f"results/run/targets/{PLAN.panel(wildcards).id}.contexts.tsv",
        aetiology=SIGNATURES,
    output:
        "results/{case}/biomarkers/{case}.signatures.json",
    log:
        "logs/assign_signatures/{case}.log",
    benchmark:
        "benchmarks/assign_signatures/{case}.tsv"
    group:
        "case"
    resources:
        mem_mb=memory(500),
        runtime=lambda wildcards, attempt: 20 * attempt,
    params:
        code=CODE,
    shell:
        "dugnad assign-signatures --findings {input.findings} --panel {input.panel}"
        " --fasta {input.fasta} --contexts {input.contexts} --aetiology {input.aetiology:q}"
        " --output {output} > {log} 2>&1"


# microsatellites: lengths in each of the case's samples, then the verdict on the tumour
rule measure_msi:
    input:
        fasta=GENOME,
        fai=f"{GENOME}.fai",
        bams=PLAN.of_samples("results/{case}/alignment/{sample}.bam"),
        bais=PLAN.of_samples("results/{case}/alignment/{sample}.bam.bai"),
        panel=PLAN.panel_file,
        targets=lambda wildcards: PLAN.panel(wildcards).targets,
        loci=PLAN.msi_loci,
        normals=PLAN.msi_normals,
        gate="results/{case}/qc/{case}.gate.json",
        findings="results/{case}/interpretation/{case}.findings.parquet",
        coverage=PLAN.tumour_coverage,
        fit=PLAN.msi_purity,
        msisensor_pro=PLAN.msisensor_pro,
    output:
        lengths="results/{case}/biomarkers/{case}.microsatellites.parquet",
        verdict="results/{case}/biomarkers/{case}.msi.json",
    log:
        "logs/measure_msi/{case}.log",
    benchmark:
        "benchmarks/measure_msi/{case}.tsv"
    group:
        "case"
    resources:
        mem_mb=memory(300),
        runtime=lambda wildcards, attempt: 30 * attempt,
    params:
        bams=PLAN.msi_bams,
        counting=PLAN.msi_counting,
        samples=PLAN.pair_options,
        purity=PLAN.purity_option,
        fit=lambda wildcards, input: f"--fit {input.fit}" if input.fit else "",
        msisensor_pro=lambda wildcards, input: (
            f"--msisensor-pro {input.msisensor_pro}" if input.msisensor_pro else ""
        ),
        code=CODE,
    shell:
        "dugnad count-microsatellites {params.bams} --fasta {input.fasta} --loci {input.loci}"
        " {params.counting} --output {output.lengths}"
        " --then measure-msi --lengths {output.lengths} {params.samples} --gate {input.gate}"
        " --panel {input.panel} --findings {input.findings} --coverage {input.coverage}"
        " {params.purity} {params.fit} {params.msisensor_pro} --output {output.verdict}"
        " > {log} 2>&1"


# the genome's microsatellites as MSIsensor-pro lists them
rule scan_microsatellites:
    input:
        GENOME,
    output:
        f"{GENOME}.microsatellites.list",
    log:
        "logs/scan_microsatellites/run.log",
    benchmark:
        "benchmarks/scan_microsatellites/run.tsv"
    conda:
        "../../envs/msisensor_pro.yaml"
    resources:
        mem_mb=memory(500, 1),
        runtime=lambda wildcards, attempt: 120 * attempt,
    shell:
        "msisensor-pro scan -d {input} -o {output} > {log} 2>&1"


# only where the panel asks for it: beside a normal its "msi", of a tumour alone its "pro", with its
# fixed limit; at the panel's loci
rule run_msisensor_pro:
    input:
        scan=f"{GENOME}.microsatellites.list",
        loci=PLAN.msi_loci,
        bams=PLAN.of_samples("results/{case}/alignment/{sample}.bam"),
        bais=PLAN.of_samples("results/{case}/alignment/{sample}.bam.bai"),
    output:
        "results/{case}/biomarkers/{case}.msisensor_pro.tsv",
    log:
        "logs/run_msisensor_pro/{case}.log",
    benchmark:
        "benchmarks/run_msisensor_pro/{case}.tsv"
    group:
        "case"
    conda:
        "../../envs/msisensor_pro.yaml"
    resources:
        mem_mb=memory(2000),
        runtime=lambda wildcards, attempt: 60 * attempt,
    params:
        command=PLAN.msisensor_pro_options,
    shell:
        "(work=$(mktemp -d {resources.tmpdir}/msisensor.XXXXXX); trap 'rm -rf $work' EXIT;"
        " msisensor-pro {params.command} -d {input.scan} -e {input.loci} -o $work/msi;"
        " msisensor-pro --version 2>&1 | sed -n 's/^Version: v/# version /p' > $work/result;"
        " cat $work/msi >> $work/result; cp $work/result {output}) > {log} 2>&1"
