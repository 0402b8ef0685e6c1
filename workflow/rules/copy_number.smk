# copy_number: gains, losses, LOH and purity


# depth and the alleles' shares together: bins of all samples, then segments, purity, genes
rule call_copy_numbers:
    input:
        depths=PLAN.of_samples("results/{case}/qc/{sample}.per-base.bed.gz"),
        sites=PLAN.of_samples("results/{case}/qc/{sample}.sites.parquet"),
        calls="results/{case}/small_variants/{case}.calls.vcf.gz",
        panel=PLAN.panel_file,
        targets=lambda wildcards: PLAN.panel(wildcards).targets,
        normals=PLAN.copy_normals,
        exons=lambda wildcards: f"results/run/targets/{PLAN.panel(wildcards).id}.exons.tsv",
        sex="results/{case}/qc/{case}.sex.json",
        fasta=GENOME,
        fai=f"{GENOME}.fai",
    output:
        bins="results/{case}/copy_number/{case}.bins.parquet",
        baf="results/{case}/copy_number/{case}.baf.parquet",
        segments="results/{case}/copy_number/{case}.segments.parquet",
        genes="results/{case}/copy_number/{case}.copy_numbers.parquet",
        fit="results/{case}/copy_number/{case}.purity.json",
        record="results/{case}/copy_number/{case}.copy_number.json",
    log:
        "logs/call_copy_numbers/{case}.log",
    benchmark:
        "benchmarks/call_copy_numbers/{case}.tsv"
    group:
        "case"
    resources:
        # CNVkit itself, then the targets' bins
        mem_mb=memory(550, 200, of="targets"),
        runtime=lambda wildcards, attempt: 40 * attempt,
    params:
        depths=PLAN.depth_options,
        tumour=lambda wildcards: PLAN.case(wildcards).tumour.id,
        normal=PLAN.normal_option,
        purity=PLAN.purity_option,
        par=PLAN.par_option(),
        code=CODE,
    shell:
        "dugnad measure-bins {params.depths} --panel {input.panel} --fasta {input.fasta}"
        " --tumour {params.tumour} --sex {input.sex} {params.par} --output {output.bins}"
        " --then call-copy-numbers --tumour {params.tumour} {params.normal}"
        " --bins {output.bins} --sites {input.sites} --calls {input.calls}"
        " --panel {input.panel} --exons {input.exons} --sex {input.sex} {params.par}"
        " {params.purity} --baf {output.baf} --segments {output.segments}"
        " --copy-numbers {output.genes} --fit {output.fit} --record {output.record} > {log} 2>&1"
