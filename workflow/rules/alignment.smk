# alignment: where do the reads belong?
INDEX = (".amb", ".ann", ".bwt", ".pac", ".sa")
# interleaved FASTQ as unaligned SAM, in which STAR keeps each read's RG tag
TO_SAM = (
    r"paste - - - - | awk -F '[ \t]' -v OFS='\t' '"
    r'{print substr($1, 2), NR % 2 ? 77 : 141, "*", 0, 0, "*", "*", 0, 0, $3, $5, $2}'
    "'"
)


rule prepare_genome:
    input:
        fasta=RUN.config.genome.fasta,
    output:
        fasta=GENOME,
        fai=f"{GENOME}.fai",
    log:
        "logs/prepare_genome/run.log",
    benchmark:
        "benchmarks/prepare_genome/run.tsv"
    conda:
        "../../envs/samtools.yaml"
    resources:
        mem_mb=memory(100),
        runtime=lambda wildcards, attempt: 30 * attempt,
    shell:
        "(case {input.fasta:q} in"
        " *.gz) bgzip -dc {input.fasta:q} > {output.fasta} ;;"
        ' *) ln -sf "$(realpath {input.fasta:q})" {output.fasta} ;;'
        " esac && samtools faidx {output.fasta}) 2> {log}"


# "is" took 56 s for 81 Mb where the default took 272 s; it wants 5.4 bytes a base, below 2 Gb
rule index_genome:
    input:
        GENOME,
    output:
        multiext(GENOME, *INDEX),
    log:
        "logs/index_genome/run.log",
    benchmark:
        "benchmarks/index_genome/run.tsv"
    conda:
        "../../envs/bwa.yaml"
    resources:
        mem_mb=memory(85, 6),
        runtime=lambda wildcards, attempt: 180 * attempt,
    shell:
        "(algorithm=is; [ $(stat -Lc %s {input}) -lt 2000000000 ] || algorithm=bwtsw;"
        " bwa index -a $algorithm {input}) 2> {log}"


# One stream from all lanes of a sample to the BAM: each read carries its lane as RG tag. Memory: the
# index and batches of bwa, a gigabyte of fastp and its waiting reads, what is sorted. What fails or
# is killed leaves no half BAM: on a full disk there would be no room to say so
rule align_reads:
    input:
        index=multiext(PLAN.bwa_prefix, *INDEX),
        fastq=PLAN.fastq,
    output:
        bam="results/{case}/alignment/{sample}.bam",
        bai="results/{case}/alignment/{sample}.bam.bai",
        reports=directory("results/{case}/reads/{sample}.fastp"),
    log:
        "logs/align_reads/{case}.{sample}.log",
    benchmark:
        "benchmarks/align_reads/{case}.{sample}.tsv"
    wildcard_constraints:
        sample=PLAN.samples_by("fastq"),
    group:
        "sample"
    conda:
        "../../envs/bwa.yaml"
    threads: 4
    resources:
        mem_mb=memory(3300, 1.8),
        runtime=lambda wildcards, attempt: 480 * attempt,
    params:
        lanes=PLAN.lane_options,
        umi=PLAN.umi_option,
        prefix=lambda wildcards, input: input.index[0].removesuffix(INDEX[0]),
        read_groups=PLAN.read_groups,
        duplicates=lambda wildcards: (
            f"samtools markdup -@ 1 -u {PLAN.umi_of_duplicates(wildcards)} - -"
            if PLAN.marks_duplicates(wildcards)
            else "cat"
        ),
        code=CODE,
    shell:
        "(work=$(mktemp -d {resources.tmpdir}/bwa.XXXXXX); whole=;"
        " trap 'test $whole || rm -rf {output}; rm -rf $work' EXIT;"
        " dugnad trim-reads {params.lanes:q} {params.umi}"
        " | bwa mem -t {threads} -p -C -K 100000000 -H {params.read_groups:q} {params.prefix} -"
        " | samtools fixmate -@ 1 -u -m - -"
        " | samtools sort -@ 1 -m 512M -u -T $work/sort -"
        " | {params.duplicates}"
        " | samtools view -@ 1 --write-index -b -o {output.bam}##idx##{output.bai} -;"
        " whole=yes) 2> {log}"


# the BAM or CRAM door: the reads as they are, under the sample's own name
rule import_alignment:
    input:
        fasta=GENOME,
        alignment=lambda wildcards: PLAN.sample(wildcards).bam,
    output:
        bam="results/{case}/alignment/{sample}.bam",
        bai="results/{case}/alignment/{sample}.bam.bai",
    log:
        "logs/import_alignment/{case}.{sample}.log",
    benchmark:
        "benchmarks/import_alignment/{case}.{sample}.tsv"
    wildcard_constraints:
        sample=PLAN.samples_by("bam"),
    group:
        "sample"
    conda:
        "../../envs/samtools.yaml"
    threads: 2
    resources:
        mem_mb=memory(100, 0.1, of="fasta"),
        runtime=lambda wildcards, attempt: 120 * attempt,
    params:
        read_group=r"@RG\tID:{sample}\tSM:{sample}\tLB:{sample}\tPL:ILLUMINA",
    shell:
        "(whole=; trap 'test $whole || rm -f {output}' EXIT;"
        " samtools view -u -T {input.fasta} {input.alignment:q}"
        " | samtools reheader -c 'grep -v ^@RG' -"
        " | samtools addreplacerg -@ 1 -m overwrite_all -r {params.read_group:q} -u -"
        " | samtools view -@ 1 --write-index -b -o {output.bam}##idx##{output.bai} -;"
        " whole=yes) 2> {log}"


# STAR's index, with the annotation's splice junctions if there is an annotation
rule index_rna_genome:
    input:
        fasta=GENOME,
        fai=f"{GENOME}.fai",
        annotation=PLAN.annotation,
    output:
        directory(PLAN.star_index),
    log:
        "logs/index_rna_genome/run.log",
    benchmark:
        "benchmarks/index_rna_genome/run.tsv"
    conda:
        "../../envs/star.yaml"
    threads: 4
    resources:
        mem_mb=memory(150, 12, of="fasta"),
        runtime=lambda wildcards, attempt: 180 * attempt,
    params:
        junctions=lambda wildcards, input: (
            "--sjdbGTFfile $work/annotation.gff3 --sjdbGTFtagExonParentTranscript Parent"
            if input.annotation
            else ""
        ),
    shell:
        "(work=$(mktemp -d {resources.tmpdir}/star.XXXXXX); trap 'rm -rf $work' EXIT;"
        " cat {input.annotation:q} /dev/null | gzip -dcf > $work/annotation.gff3;"
        " bases=$(awk '{{n += $2}} END {{n = int(log(n) / log(2) / 2 - 1);"
        " print n < 14 ? n : 14}}' {input.fai});"
        " STAR --runMode genomeGenerate --runThreadN {threads} --genomeDir {output}"
        " --genomeFastaFiles {input.fasta} --genomeSAindexNbases $bases {params.junctions}"
        " --limitGenomeGenerateRAM $(({resources.mem_mb} * 9 / 10))000000 --outTmpDir $work/tmp"
        " --outFileNamePrefix $work/) > {log} 2>&1"


# as DNA, one stream for all lanes; chimeric reads in the BAM and in a table, after Arriba's settings.
# STAR ends well where it could not write its tables, and leaves them empty: their ends are looked at
rule align_rna:
    input:
        fasta=GENOME,
        index=PLAN.star_index,
        reads="results/{case}/reads/{sample}.fastq.gz",
    output:
        bam="results/{case}/alignment/{sample}.bam",
        bai="results/{case}/alignment/{sample}.bam.bai",
        junctions="results/{case}/alignment/{sample}.SJ.out.tab",
        chimeric="results/{case}/alignment/{sample}.Chimeric.out.junction",
        counts="results/{case}/alignment/{sample}.Log.final.out",
    log:
        "logs/align_rna/{case}.{sample}.log",
    benchmark:
        "benchmarks/align_rna/{case}.{sample}.tsv"
    wildcard_constraints:
        sample=PLAN.samples_by("fastq", ("rna",)),
    group:
        "sample"
    conda:
        "../../envs/star.yaml"
    threads: 4
    resources:
        mem_mb=memory(600, 11, of="fasta"),
        runtime=lambda wildcards, attempt: 240 * attempt,
    params:
        to_sam=TO_SAM,
        read_groups=PLAN.read_groups,
        duplicates=lambda wildcards: (
            "samtools markdup -@ 1 -u - -" if PLAN.marks_duplicates(wildcards) else "cat"
        ),
    shell:
        "(work=$(mktemp -d {resources.tmpdir}/star.XXXXXX); whole=;"
        " trap 'test $whole || rm -f {output}; rm -rf $work' EXIT;"
        " gzip -dc {input.reads} | {params.to_sam}"
        " | STAR --runThreadN {threads} --genomeDir {input.index}"
        " --readFilesType SAM PE --readFilesIn /dev/stdin"
        " --outFileNamePrefix $work/ --outTmpDir $work/tmp"
        " --outSAMtype BAM Unsorted --outStd BAM_Unsorted --outBAMcompression 0"
        " --outSAMunmapped Within --outSAMattributes NH HI AS nM NM ch"
        " --chimSegmentMin 12 --chimJunctionOverhangMin 10 --chimOutJunctionFormat 1"
        " --chimOutType Junctions WithinBAM SoftClip --chimScoreMin 1 --chimScoreDropMax 30"
        " --chimScoreJunctionNonGTAG 0 --chimScoreSeparation 1 --chimSegmentReadGapMax 3"
        " --alignSJstitchMismatchNmax 5 -1 5 5"
        " | samtools reheader -c \"cat; printf '{params.read_groups}\\n'\" -"
        " | samtools fixmate -@ 1 -u -m - -"
        " | samtools sort -@ 1 -m 512M -u -T $work/sort -"
        " | {params.duplicates}"
        " | samtools view -@ 1 --write-index -b -o {output.bam}##idx##{output.bai} -;"
        " (tail -n 1 $work/Log.final.out | grep -q 'chimeric reads'"
        " && tail -n 1 $work/Chimeric.out.junction | grep -q '^# Nreads'"
        " && tail -n 1 $work/SJ.out.tab | awk 'NF != 9 {{exit 1}}')"
        " || {{ echo 'STAR did not write its tables to the end: is {resources.tmpdir} full?' >&2;"
        " exit 1; }};"
        " mv $work/SJ.out.tab {output.junctions}; mv $work/Chimeric.out.junction {output.chimeric};"
        " mv $work/Log.final.out {output.counts}; whole=yes) 2> {log}"
