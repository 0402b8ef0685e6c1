# reads: are the reads clean?
# of RNA, whose reads several programs read; those of DNA are trimmed as they are aligned
rule trim_reads:
    input:
        fastq=PLAN.fastq,
    output:
        fastq=temp("results/{case}/reads/{sample}.fastq.gz"),
        reports=directory("results/{case}/reads/{sample}.fastp"),
    log:
        "logs/trim_reads/{case}.{sample}.log",
    benchmark:
        "benchmarks/trim_reads/{case}.{sample}.tsv"
    wildcard_constraints:
        sample=PLAN.samples_by("fastq", ("rna",)),
    group:
        "sample"
    conda:
        "../../envs/fastp.yaml"
    threads: 2
    resources:
        mem_mb=memory(2000, 0.5, of="fastq"),
        runtime=lambda wildcards, attempt: 120 * attempt,
    params:
        lanes=PLAN.lane_options,
        umi=PLAN.umi_option,
        code=CODE,
    shell:
        "(dugnad trim-reads {params.lanes:q} {params.umi} | gzip -1 > {output.fastq}) 2> {log}"
