# annotation: what do the variants do, and who has seen them?
rule predict_consequences:
    input:
        calls="results/{case}/small_variants/{case}.calls.vcf.gz",
        fasta=GENOME,
        annotation=PLAN.annotation,
    output:
        temp("results/{case}/annotation/{case}.consequences.vcf.gz"),
    log:
        "logs/predict_consequences/{case}.log",
    benchmark:
        "benchmarks/predict_consequences/{case}.tsv"
    conda:
        "../../envs/bcftools.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=60,
    shell:
        "bcftools csq --local-csq --samples - --trim-protein-seq 20 --fasta-ref {input.fasta}"
        " --gff-annot {input.annotation} --output-type z --output {output} {input.calls} 2> {log}"


rule annotate_variants:
    input:
        calls=PLAN.annotated_calls,
        fasta=GENOME,
        annotation=PLAN.annotation,
        panel=PLAN.panel_file,
        sources=[source.path for source in RUN.config.sources],
        recurrence=PLAN.recurrence,
    output:
        "results/{case}/annotation/{case}.variants.parquet",
    log:
        "logs/annotate_variants/{case}.log",
    benchmark:
        "benchmarks/annotate_variants/{case}.tsv"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=60,
    params:
        tumour=lambda wildcards: PLAN.case(wildcards).tumour.id,
        normal=PLAN.normal_option,
        annotation=lambda wildcards, input: (
            f"--annotation {input.annotation}" if input.annotation else ""
        ),
        sources=PLAN.source_options(),
        recurrence=PLAN.recurrence_option,
        rna=PLAN.rna_option,
        code=CODE,
    shell:
        "dugnad annotate-variants --calls {input.calls} --tumour {params.tumour} {params.normal}"
        " {params.rna} --fasta {input.fasta} {params.annotation}"
        " --panel {input.panel} {params.sources} {params.recurrence}"
        " --output {output} > {log} 2>&1"
