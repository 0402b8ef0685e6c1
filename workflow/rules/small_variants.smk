# small_variants: which SNVs, MNVs, indels?
CHUNKS = range(RUN.config.chunks)


rule split_targets:
    input:
        targets=lambda wildcards: RUN.panels[wildcards.panel].targets,
    output:
        merged="results/run/targets/{panel}.bed",
        chunks=expand("results/run/targets/{{panel}}.{chunk}.bed", chunk=CHUNKS),
    log:
        "logs/split_targets/{panel}.log",
    benchmark:
        "benchmarks/split_targets/{panel}.tsv"
    localrule: True
    resources:
        mem_mb=500,
        runtime=10,
    params:
        code=CODE,
    shell:
        "dugnad split-targets --targets {input.targets} --merged {output.merged} {output.chunks}"
        " > {log} 2>&1"


# freebayes' QUAL is near 0 below 20 % VAF in pooled calling, and its last digits differ from run
# to run: it is taken out, so that nothing is filtered on it and the same reads give the same calls
rule call_small_variants:
    input:
        fasta=GENOME,
        fai=f"{GENOME}.fai",
        bams=PLAN.of_samples("results/{case}/alignment/{sample}.bam"),
        bais=PLAN.of_samples("results/{case}/alignment/{sample}.bam.bai"),
        targets=PLAN.chunk,
    output:
        temp("results/{case}/small_variants/{case}.freebayes.{chunk}.bcf"),
    log:
        "logs/call_small_variants/{case}.{chunk}.log",
    benchmark:
        "benchmarks/call_small_variants/{case}.{chunk}.tsv"
    conda:
        "../../envs/freebayes.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 240 * attempt,
    params:
        min_vaf=PLAN.calling("min_vaf"),
        min_alt_reads=PLAN.calling("min_alt_reads"),
        min_base_quality=PLAN.calling("min_base_quality"),
        min_mapping_quality=PLAN.calling("min_mapping_quality"),
        duplicates=lambda wildcards: (
            "" if PLAN.marks_duplicates(wildcards) else "--use-duplicate-reads"
        ),
    shell:
        "(freebayes --fasta-reference {input.fasta} --targets {input.targets} --pooled-continuous"
        " --min-alternate-fraction {params.min_vaf} --min-alternate-count {params.min_alt_reads}"
        " --min-base-quality {params.min_base_quality}"
        " --min-mapping-quality {params.min_mapping_quality} {params.duplicates} {input.bams}"
        " | bcftools norm --fasta-ref {input.fasta} --multiallelics -any --output-type u"
        " | bcftools annotate --remove QUAL --output-type b --output {output}) 2> {log}"


rule gather_small_variants:
    input:
        expand("results/{{case}}/small_variants/{{case}}.freebayes.{chunk}.bcf", chunk=CHUNKS),
    output:
        "results/{case}/small_variants/{case}.calls.vcf.gz",
    log:
        "logs/gather_small_variants/{case}.log",
    benchmark:
        "benchmarks/gather_small_variants/{case}.tsv"
    wildcard_constraints:
        case=PLAN.cases_by(has_reads=True),
    conda:
        "../../envs/bcftools.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=20,
    shell:
        "(bcftools concat {input} --output-type u"
        " | bcftools sort --output-type u --temp-dir {resources.tmpdir}/{wildcards.case}."
        " | bcftools norm --rm-dup exact --output-type z --output {output}) 2> {log}"


# the VCF door: somebody else's calls, in the form of ours; fields per allele are declared so where
# the header leaves their number open, since alleles are split by it
rule import_small_variants:
    input:
        fasta=GENOME,
        fai=f"{GENOME}.fai",
        vcf=lambda wildcards: PLAN.case(wildcards).tumour.vcf,
    output:
        "results/{case}/small_variants/{case}.calls.vcf.gz",
    log:
        "logs/import_small_variants/{case}.log",
    benchmark:
        "benchmarks/import_small_variants/{case}.tsv"
    wildcard_constraints:
        case=PLAN.cases_by(has_reads=False),
    conda:
        "../../envs/bcftools.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=60,
    shell:
        "(bcftools reheader --fai {input.fai} {input.vcf:q}"
        " | bcftools view --output-type v"
        " | sed -E '/^##FORMAT=<ID=AD,/s/Number=[.]/Number=R/;"
        " /^##FORMAT=<ID=(AF|VF|AO|QA),/s/Number=[.]/Number=A/'"
        " | bcftools norm --fasta-ref {input.fasta} --multiallelics -any --old-rec-tag OLD_REC"
        " --output-type u"
        " | bcftools sort --output-type z --temp-dir {resources.tmpdir}/{wildcards.case}."
        " --output {output}) 2> {log}"
