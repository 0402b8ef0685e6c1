# annotation: what do the variants do, and who has seen them?
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
    group:
        "case"
    conda:
        "../../envs/vep.yaml"
    threads: 2
    resources:
        mem_mb=memory(4000),
        runtime=lambda wildcards, attempt: 240 * attempt,
    shell:
        "vep --offline --cache --dir_cache {input.cache} --fasta {input.fasta} --format vcf"
        " --input_file {input.calls} --vcf --compress_output bgzip --output_file {output}"
        " --hgvs --mane --no_stats --fork {threads} 2> {log}"


# the genes of the case, what bcftools csq says where it is the engine, then the table
rule annotate_variants:
    input:
        calls=PLAN.calls_to_annotate,
        fasta=GENOME,
        annotation=PLAN.annotation,
        panel=PLAN.panel_file,
        sources=[source.path for source in RUN.config.sources],
        recurrence=PLAN.recurrence,
    output:
        genes="results/{case}/annotation/{case}.genes.gff3",
        variants="results/{case}/annotation/{case}.variants.parquet",
    log:
        "logs/annotate_variants/{case}.log",
    benchmark:
        "benchmarks/annotate_variants/{case}.tsv"
    group:
        "case"
    conda:
        "../../envs/bcftools.yaml"
    resources:
        # an annotation is read in blocks, of which the case's genes stay
        mem_mb=memory(300, 0.6, of="annotation"),
        runtime=lambda wildcards, attempt: 80 * attempt,
    params:
        annotation=PLAN.annotation_option,
        genes=lambda wildcards, output: (f"--annotation {output.genes}" if PLAN.annotation else ""),
        engine=RUN.config.annotation.engine,
        step=lambda wildcards, input, output: (
            "csq --local-csq --samples - --trim-protein-seq 20"
            f" --fasta-ref {input.fasta} --gff-annot {output.genes}"
            if PLAN.annotation and RUN.config.annotation.engine == "csq"
            else "view"
        ),
        tumour=lambda wildcards: PLAN.case(wildcards).tumour.id,
        normal=PLAN.normal_option,
        rna=PLAN.rna_option,
        sources=PLAN.source_options(),
        recurrence=PLAN.recurrence_option,
        code=CODE,
    shell:
        "(work=$(mktemp -d {resources.tmpdir}/annotation.XXXXXX); trap 'rm -rf $work' EXIT;"
        " dugnad select-genes {params.annotation} --calls {input.calls} --panel {input.panel}"
        " --fasta {input.fasta} --output {output.genes};"
        " bcftools {params.step} --output-type z --output $work/calls.vcf.gz {input.calls};"
        " dugnad annotate-variants --calls $work/calls.vcf.gz --tumour {params.tumour}"
        " {params.normal} {params.rna} --fasta {input.fasta} {params.genes}"
        " --engine {params.engine} --panel {input.panel} {params.sources} {params.recurrence}"
        " --output {output.variants}) > {log} 2>&1"
