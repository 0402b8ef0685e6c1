# reads: are the reads clean?
# fastp works in one thread: with more, version 0.23 writes the reads in an order that varies
rule trim_reads:
    input:
        fastq_1=lambda wildcards: PLAN.lane(wildcards).fastq_1,
        fastq_2=lambda wildcards: PLAN.lane(wildcards).fastq_2,
    output:
        fastq=temp("results/{case}/reads/{sample}.{lane}.fastq.gz"),
        json="results/{case}/reads/{sample}.{lane}.fastp.json",
    log:
        "logs/trim_reads/{case}.{sample}.{lane}.log",
    benchmark:
        "benchmarks/trim_reads/{case}.{sample}.{lane}.tsv"
    wildcard_constraints:
        sample=PLAN.samples_by("fastq", ("dna", "rna")),
    conda:
        "../../envs/fastp.yaml"
    threads: 2
    resources:
        mem_mb=lambda wildcards, attempt: 2500 * attempt,
        runtime=lambda wildcards, attempt: 120 * attempt,
    params:
        read_group="{sample}.{lane}",
        umi_in_name=PLAN.umi_in_name,
        umi_to_name=PLAN.umi_to_name,
        code=CODE,
    shell:
        "(dugnad pair-reads --fastq-1 {input.fastq_1:q} --fastq-2 {input.fastq_2:q}"
        " --read-group {params.read_group} {params.umi_in_name}"
        " | fastp --stdin --interleaved_in --stdout --thread 1 {params.umi_to_name}"
        " --report_title {params.read_group} --json {output.json} --html /dev/null"
        " | gzip -1 > {output.fastq}) 2> {log}"
