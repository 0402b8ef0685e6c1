# annotation: what do the variants do, and who has seen them?
rule select_genes:
    input:
        annotation=PLAN.annotation,
        calls="results/{case}/small_variants/{case}.calls.vcf.gz",
        panel=PLAN.panel_file,
        fasta=GENOME,
    output:
        temp("results/{case}/annotation/{case}.genes.gff3"),
    log:
        "logs/select_genes/{case}.log",
    benchmark:
        "benchmarks/select_genes/{case}.tsv"
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=20,
    params:
        code=CODE,
    shell:
        "dugnad select-genes --annotation {input.annotation} --calls {input.calls}"
        " --panel {input.panel} --fasta {input.fasta} --output {output} > {log} 2>&1"


rule predict_consequences:
    input:
        calls="results/{case}/small_variants/{case}.calls.vcf.gz",
        fasta=GENOME,
        annotation="results/{case}/annotation/{case}.genes.gff3",
    output:
        temp("results/{case}/annotation/{case}.csq.vcf.gz"),
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


rule predict_vep_consequences:
    input:
        calls="results/{case}/small_variants/{case}.calls.vcf.gz",
        fasta=GENOME,
        cache=PLAN.vep_cache,
    output:
        temp("results/{case}/annotation/{case}.vep.vcf.gz"),
    log:
        "logs/predict_vep_consequences/{case}.log",
    benchmark:
        "benchmarks/predict_vep_consequences/{case}.tsv"
    conda:
        "../../envs/vep.yaml"
    threads: 2
    resources:
        mem_mb=lambda wildcards, attempt: 4000 * attempt,
        runtime=240,
    shell:
        "vep --offline --cache --dir_cache {input.cache} --fasta {input.fasta} --format vcf"
        " --input_file {input.calls} --vcf --compress_output bgzip --output_file {output}"
        " --hgvs --mane --no_stats --fork {threads} 2> {log}"


rule annotate_variants:
    input:
        calls=PLAN.annotated_calls,
        fasta=GENOME,
        annotation=PLAN.case_genes,
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
        engine=PLAN.engine_options,
        sources=PLAN.source_options(),
        recurrence=PLAN.recurrence_option,
        rna=PLAN.rna_option,
        code=CODE,
    shell:
        "dugnad annotate-variants --calls {input.calls} --tumour {params.tumour} {params.normal}"
        " {params.rna} --fasta {input.fasta} {params.annotation} {params.engine}"
        " --panel {input.panel} {params.sources} {params.recurrence}"
        " --output {output} > {log} 2>&1"
