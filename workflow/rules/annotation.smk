# annotation: what do the variants do, and who has seen them?
def annotated_calls(wildcards):
    """Calls with consequences; without a gene annotation the calls as they are."""
    kind = "consequences" if RUN.config.genome.annotation else "calls"
    folder = "annotation" if RUN.config.genome.annotation else "small_variants"
    return f"results/{wildcards.case}/{folder}/{wildcards.case}.{kind}.vcf.gz"


def normal_option(wildcards):
    normal = case_of(wildcards).normal
    return option("normal", normal and normal.id)


def source_options(_wildcards):
    return " ".join(
        f"--source {s.id} {s.kind} {s.frequency or s.significance} {s.path}"
        for s in RUN.config.sources
    )


rule predict_consequences:
    input:
        calls="results/{case}/small_variants/{case}.calls.vcf.gz",
        fasta=GENOME,
        annotation=RUN.config.genome.annotation or [],
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
        "bcftools csq --local-csq --samples - --trim-protein-seq 20 --fasta-ref {input.fasta} --gff-annot {input.annotation}"
        " --output-type z --output {output} {input.calls} 2> {log}"


rule annotate_variants:
    input:
        calls=annotated_calls,
        fasta=GENOME,
        annotation=RUN.config.genome.annotation or [],
        panel=panel_file,
        sources=[source.path for source in RUN.config.sources],
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
        tumour=lambda wildcards: case_of(wildcards).tumour.id,
        normal=normal_option,
        annotation=option("annotation", RUN.config.genome.annotation),
        sources=source_options,
        called_by=lambda wildcards: ("freebayes" if case_of(wildcards).has_reads else "imported"),
        code=CODE,
    shell:
        "dugnad annotate-variants --calls {input.calls} --tumour {params.tumour} {params.normal}"
        " --called-by {params.called_by} --fasta {input.fasta} {params.annotation}"
        " --panel {input.panel} {params.sources} --output {output} > {log} 2>&1"
