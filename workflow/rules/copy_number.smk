# copy_number: gains, losses, LOH and purity
rule measure_bins:
    input:
        per_base="results/{case}/qc/{sample}.per-base.bed.gz",
        index="results/{case}/qc/{sample}.per-base.bed.gz.csi",
        panel=PLAN.panel_file,
        targets=lambda wildcards: PLAN.panel(wildcards).targets,
        normals=PLAN.copy_normals,
        sex=PLAN.sex_of_tumour,
        fasta=GENOME,
        fai=f"{GENOME}.fai",
    output:
        "results/{case}/copy_number/{sample}.bins.parquet",
    log:
        "logs/measure_bins/{case}.{sample}.log",
    benchmark:
        "benchmarks/measure_bins/{case}.{sample}.tsv"
    resources:
        mem_mb=lambda wildcards, attempt: 1500 * attempt,
        runtime=lambda wildcards, attempt: 20 * attempt,
    params:
        par=PLAN.par_option(),
        code=CODE,
    shell:
        "dugnad measure-bins --per-base {input.per_base} --panel {input.panel}"
        " --fasta {input.fasta} --sex {input.sex} {params.par} --output {output} > {log} 2>&1"


# depth and the alleles' shares together: segments, purity, genes
rule call_copy_numbers:
    input:
        bins=PLAN.of_samples("results/{case}/copy_number/{sample}.bins.parquet"),
        sites=PLAN.of_samples("results/{case}/qc/{sample}.sites.parquet"),
        calls="results/{case}/small_variants/{case}.calls.vcf.gz",
        panel=PLAN.panel_file,
        exons=lambda wildcards: f"results/run/targets/{PLAN.panel(wildcards).id}.exons.tsv",
        sex=PLAN.sex_of_tumour,
    output:
        baf="results/{case}/copy_number/{case}.baf.parquet",
        segments="results/{case}/copy_number/{case}.segments.parquet",
        genes="results/{case}/copy_number/{case}.copy_numbers.parquet",
        fit="results/{case}/copy_number/{case}.purity.json",
        record="results/{case}/copy_number/{case}.copy_number.json",
    log:
        "logs/call_copy_numbers/{case}.log",
    benchmark:
        "benchmarks/call_copy_numbers/{case}.tsv"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 20 * attempt,
    params:
        tumour=lambda wildcards: PLAN.case(wildcards).tumour.id,
        normal=PLAN.normal_option,
        purity=PLAN.purity_option,
        par=PLAN.par_option(),
        code=CODE,
    shell:
        "dugnad call-copy-numbers --tumour {params.tumour} {params.normal} --bins {input.bins}"
        " --sites {input.sites} --calls {input.calls} --panel {input.panel}"
        " --exons {input.exons} --sex {input.sex} {params.par} {params.purity}"
        " --baf {output.baf} --segments {output.segments} --copy-numbers {output.genes}"
        " --fit {output.fit} --record {output.record} > {log} 2>&1"
