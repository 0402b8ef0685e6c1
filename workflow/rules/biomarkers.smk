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
        mem_mb=lambda wildcards, attempt: 4000 * attempt,
        runtime=20,
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
    localrule: True
    resources:
        mem_mb=1000,
        runtime=10,
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
    localrule: True
    resources:
        mem_mb=500,
        runtime=10,
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
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
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
    threads: 2
    resources:
        mem_mb=lambda wildcards, attempt: 1500 * attempt,
        runtime=lambda wildcards, attempt: 20 * attempt,
    params:
        code=CODE,
    shell:
        "dugnad assign-signatures --findings {input.findings} --panel {input.panel}"
        " --fasta {input.fasta} --contexts {input.contexts} --aetiology {input.aetiology:q}"
        " --threads {threads} --output {output} > {log} 2>&1"


# microsatellites: lengths of each sample, then the verdict on the tumour
rule count_microsatellites:
    input:
        fasta=GENOME,
        fai=f"{GENOME}.fai",
        bam="results/{case}/alignment/{sample}.bam",
        bai="results/{case}/alignment/{sample}.bam.bai",
        loci=PLAN.msi_loci,
    output:
        "results/{case}/biomarkers/{sample}.microsatellites.parquet",
    log:
        "logs/count_microsatellites/{case}.{sample}.log",
    benchmark:
        "benchmarks/count_microsatellites/{case}.{sample}.tsv"
    resources:
        mem_mb=lambda wildcards, attempt: 500 * attempt,
        runtime=lambda wildcards, attempt: 20 * attempt,
    params:
        counting=PLAN.msi_counting,
        code=CODE,
    shell:
        "dugnad count-microsatellites --sample {wildcards.sample} --bam {input.bam}"
        " --fasta {input.fasta} --loci {input.loci} {params.counting}"
        " --output {output} > {log} 2>&1"


rule measure_msi:
    input:
        tumour=PLAN.tumour_lengths,
        normal=PLAN.normal_lengths,
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
        "results/{case}/biomarkers/{case}.msi.json",
    log:
        "logs/measure_msi/{case}.log",
    benchmark:
        "benchmarks/measure_msi/{case}.tsv"
    localrule: True
    resources:
        mem_mb=500,
        runtime=10,
    params:
        purity=PLAN.purity_option,
        normal=PLAN.normal_option,
        lengths=lambda wildcards, input: (
            f"--normal-lengths {input.normal} --gate {input.gate}" if input.normal else ""
        ),
        fit=lambda wildcards, input: f"--fit {input.fit}" if input.fit else "",
        msisensor_pro=lambda wildcards, input: (
            f"--msisensor-pro {input.msisensor_pro}" if input.msisensor_pro else ""
        ),
        code=CODE,
    shell:
        "dugnad measure-msi --tumour {input.tumour} {params.normal} {params.lengths}"
        " --panel {input.panel} --findings {input.findings} --coverage {input.coverage}"
        " {params.purity} {params.fit} {params.msisensor_pro} --output {output} > {log} 2>&1"


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
        mem_mb=lambda wildcards, attempt: 4000 * attempt,
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
    conda:
        "../../envs/msisensor_pro.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 60 * attempt,
    params:
        command=PLAN.msisensor_pro_options,
    shell:
        "(work=$(mktemp -d {resources.tmpdir}/msisensor.XXXXXX); trap 'rm -rf $work' EXIT;"
        " msisensor-pro {params.command} -d {input.scan} -e {input.loci} -o $work/msi;"
        " msisensor-pro --version 2>&1 | sed -n 's/^Version: v/# version /p' > $work/result;"
        " cat $work/msi >> $work/result; cp $work/result {output}) > {log} 2>&1"
