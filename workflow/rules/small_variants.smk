# small_variants: which SNVs, MNVs, indels?
# A JVM's heap (-Xmx) is four fifths of the job's memory: the JVM needs more than its heap, and on a
# cluster the job's own Snakemake (memory.apart) has its part.
CHUNKS = range(RUN.config.chunks)
GENOME_DICT = GENOME.removesuffix("fa") + "dict"  # where GATK looks for it
# header lines of the contigs, for callers that write none
ADD_CONTIGS = (
    r"""awk -F '\t' 'NR == FNR {c = c "##contig=<ID=" $1 ",length=" $2 ">\n"; next} """
    r"""$1 == "#CHROM" {printf "%s", c} 1'"""
)
# GATK parts alleles by "|" and the filters of one by ","; bcftools parts alleles by ",": to , and /
ALLELE_FILTERS = (
    r"-e ':a' -e 's/([;\t]AS_FilterStatus=[^;\t]*),/\1\//' -e 'ta'"
    r" -e ':b' -e 's/([;\t]AS_FilterStatus=[^;\t|]*)[|]/\1,/' -e 'tb'"
)


rule merge_targets:
    input:
        targets=lambda wildcards: RUN.panels[wildcards.panel].targets,
    output:
        "results/run/targets/{panel}.bed",
    log:
        "logs/merge_targets/{panel}.log",
    benchmark:
        "benchmarks/merge_targets/{panel}.tsv"
    localrule: True
    resources:
        mem_mb=memory(100),
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        code=CODE,
    shell:
        "dugnad merge-targets --targets {input.targets} --output {output} > {log} 2>&1"


# proposes what enough reads of its chunk of the targets show, and says where the callers that cost
# more are to look
rule call_pileup:
    input:
        fasta=GENOME,
        fai=f"{GENOME}.fai",
        bams=PLAN.of_samples("results/{case}/alignment/{sample}.bam"),
        bais=PLAN.of_samples("results/{case}/alignment/{sample}.bam.bai"),
        targets=PLAN.merged_targets,
        depth=PLAN.of_samples("results/{case}/qc/{sample}.regions.bed.gz"),
    output:
        targets=temp("results/{case}/small_variants/{case}.{chunk}.bed"),
        calls=temp("results/{case}/small_variants/{case}.pileup.{chunk}.bcf"),
        active=temp("results/{case}/small_variants/{case}.active.{chunk}.bed"),
    log:
        "logs/call_pileup/{case}.{chunk}.log",
    benchmark:
        "benchmarks/call_pileup/{case}.{chunk}.tsv"
    group:
        "calls"
    resources:
        # a batch of aligned bases, and the clipped ends of a stretch's reads
        mem_mb=memory(300, 0.15, of="bams"),
        runtime=lambda wildcards, attempt: 120 * attempt,
    params:
        chunks=len(CHUNKS),
        samples=PLAN.sample_names,
        proposals=PLAN.proposals,
        counting=PLAN.counting,
        code=CODE,
    shell:
        "dugnad split-targets --targets {input.targets} --depth {input.depth}"
        " --chunk {wildcards.chunk} --chunks {params.chunks} --output {output.targets}"
        " --then call-pileup --bam {input.bams} --sample {params.samples} --fasta {input.fasta}"
        " --targets {output.targets} {params.proposals} {params.counting}"
        " --active {output.active} --output {output.calls} > {log} 2>&1"


# freebayes' QUAL is near 0 below 20 % VAF in pooled calling, and its last digits differ from run
# to run: it is taken out, so that nothing is filtered on it and the same reads give the same
# calls. No callers below are run on an empty BED, which they would take for the whole genome.
rule call_freebayes:
    input:
        fasta=GENOME,
        fai=f"{GENOME}.fai",
        bams=PLAN.of_samples("results/{case}/alignment/{sample}.bam"),
        bais=PLAN.of_samples("results/{case}/alignment/{sample}.bam.bai"),
        active="results/{case}/small_variants/{case}.active.{chunk}.bed",
        pileup="results/{case}/small_variants/{case}.pileup.{chunk}.bcf",
    output:
        temp("results/{case}/small_variants/{case}.freebayes.{chunk}.bcf"),
    log:
        "logs/call_freebayes/{case}.{chunk}.log",
    benchmark:
        "benchmarks/call_freebayes/{case}.{chunk}.tsv"
    group:
        "calls"
    conda:
        "../../envs/freebayes.yaml"
    resources:
        # the reads of a window, and their haplotypes
        mem_mb=memory(60, 0.2, of="bams"),
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
        "(if [ -s {input.active} ]; then"
        " freebayes --fasta-reference {input.fasta} --targets {input.active} --pooled-continuous"
        " --min-alternate-fraction {params.min_vaf} --min-alternate-count {params.min_alt_reads}"
        " --min-base-quality {params.min_base_quality}"
        " --min-mapping-quality {params.min_mapping_quality} {params.duplicates} {input.bams};"
        " else bcftools view --header-only {input.pileup}; fi"
        " | bcftools norm --fasta-ref {input.fasta} --multiallelics -any --output-type u"
        " | bcftools annotate --remove QUAL --output-type b --output {output}) 2> {log}"


# germline genotypes, of the normal where there is one; depth is not capped
rule call_bcftools:
    input:
        fasta=GENOME,
        fai=f"{GENOME}.fai",
        bams=PLAN.of_samples("results/{case}/alignment/{sample}.bam"),
        bais=PLAN.of_samples("results/{case}/alignment/{sample}.bam.bai"),
        active="results/{case}/small_variants/{case}.active.{chunk}.bed",
        pileup="results/{case}/small_variants/{case}.pileup.{chunk}.bcf",
    output:
        temp("results/{case}/small_variants/{case}.bcftools.{chunk}.bcf"),
    log:
        "logs/call_bcftools/{case}.{chunk}.log",
    benchmark:
        "benchmarks/call_bcftools/{case}.{chunk}.tsv"
    group:
        "calls"
    conda:
        "../../envs/bcftools.yaml"
    resources:
        mem_mb=memory(100, 0.2, of="bams"),
        runtime=lambda wildcards, attempt: 120 * attempt,
    params:
        min_base_quality=PLAN.calling("min_base_quality"),
        min_mapping_quality=PLAN.calling("min_mapping_quality"),
        flags=PLAN.uncounted_flags,
        bam=lambda wildcards, input: input.bams[-1],
    shell:
        "(if [ -s {input.active} ]; then"
        " bcftools mpileup --fasta-ref {input.fasta} --regions-file {input.active}"
        " --max-depth 1000000 --max-idepth 1000000 --annotate FORMAT/AD,FORMAT/DP"
        " --min-BQ {params.min_base_quality} --min-MQ {params.min_mapping_quality}"
        " --skip-any-set {params.flags} --output-type u {params.bam}"
        " | bcftools call --multiallelic-caller --variants-only --output-type u;"
        " else bcftools view --header-only {input.pileup}; fi"
        " | bcftools norm --fasta-ref {input.fasta} --multiallelics -any"
        " --output-type b --output {output}) 2> {log}"


# VarDict takes a variant's allele out of soft clips too, and spells duplications out up to 1000
# bases: its search for structural variants stays on, and what it writes as <DEL>, <DUP> or <INV>
# is passed over. -A: all alleles of a place, not only the most frequent. Where the FASTA has an
# ambiguous base, VarDict's REF differs from it: that is told in the log and does not end the job.
rule call_vardict:
    input:
        fasta=GENOME,
        fai=f"{GENOME}.fai",
        bams=PLAN.of_samples("results/{case}/alignment/{sample}.bam"),
        bais=PLAN.of_samples("results/{case}/alignment/{sample}.bam.bai"),
        active="results/{case}/small_variants/{case}.active.{chunk}.bed",
        pileup="results/{case}/small_variants/{case}.pileup.{chunk}.bcf",
    output:
        temp("results/{case}/small_variants/{case}.vardict.{chunk}.bcf"),
    log:
        "logs/call_vardict/{case}.{chunk}.log",
    benchmark:
        "benchmarks/call_vardict/{case}.{chunk}.tsv"
    group:
        "calls"
    conda:
        "../../envs/vardict.yaml"
    resources:
        mem_mb=memory(4000),
        runtime=lambda wildcards, attempt: 240 * attempt,
    params:
        apart=lambda wildcards: memory.apart,
        min_vaf=PLAN.calling("min_vaf"),
        min_alt_reads=PLAN.calling("min_alt_reads"),
        min_base_quality=PLAN.calling("min_base_quality"),
        min_mapping_quality=PLAN.calling("min_mapping_quality"),
        flags=lambda wildcards: f"{PLAN.uncounted_flags(wildcards):#x}",
        bams=lambda wildcards, input: "|".join(input.bams),
        tumour=lambda wildcards: PLAN.case(wildcards).tumour.id,
        samples=lambda wildcards: PLAN.sample_names(wildcards).replace(" ", "|"),
        statistics=PLAN.vardict_test,
        to_vcf=PLAN.vardict_to_vcf,
        add_contigs=ADD_CONTIGS,
    shell:
        "(if [ -s {input.active} ]; then"
        " JAVA_OPTS=-Xmx$(({resources.mem_mb} * 4 / 5 - {params.apart}))m"
        " vardict-java -G {input.fasta} -b {params.bams:q} -N {params.tumour}"
        " -f {params.min_vaf} -r {params.min_alt_reads}"
        " -q {params.min_base_quality} -Q {params.min_mapping_quality} -F {params.flags}"
        " -z 1 -c 1 -S 2 -E 3 {input.active}"
        " | {params.statistics}"
        " | {params.to_vcf} -A -N {params.samples:q} -f {params.min_vaf}"
        " | {params.add_contigs} {input.fai} -"
        " | bcftools view --exclude 'ALT ~ \"<\"' --output-type u"
        " | bcftools sort --output-type u --temp-dir {resources.tmpdir}/{wildcards.case}.;"
        " else bcftools view --header-only {input.pileup}; fi"
        " | bcftools norm --fasta-ref {input.fasta} --check-ref w --multiallelics -any"
        " --output-type b --output {output}) 2> {log}"


# the tumour alone, and all of its calls with their filters: "lofreq somatic" leaves out what it
# sees in the normal, which is judged later, by counts that are the same for all callers. Reads get
# the quality of their indels as they pass; no reads are written. The header says which version.
rule call_lofreq:
    input:
        fasta=GENOME,
        fai=f"{GENOME}.fai",
        bams=PLAN.of_samples("results/{case}/alignment/{sample}.bam"),
        bais=PLAN.of_samples("results/{case}/alignment/{sample}.bam.bai"),
        active="results/{case}/small_variants/{case}.active.{chunk}.bed",
        pileup="results/{case}/small_variants/{case}.pileup.{chunk}.bcf",
    output:
        temp("results/{case}/small_variants/{case}.lofreq.{chunk}.bcf"),
    log:
        "logs/call_lofreq/{case}.{chunk}.log",
    benchmark:
        "benchmarks/call_lofreq/{case}.{chunk}.tsv"
    group:
        "calls"
    conda:
        "../../envs/lofreq.yaml"
    resources:
        mem_mb=memory(500, 0.2, of="bams"),
        runtime=lambda wildcards, attempt: 240 * attempt,
    params:
        min_base_quality=PLAN.calling("min_base_quality"),
        min_mapping_quality=PLAN.calling("min_mapping_quality"),
        flags=PLAN.uncounted_flags,
        bam=lambda wildcards, input: input.bams[0],
        add_contigs=ADD_CONTIGS,
    shell:
        "(if [ -s {input.active} ]; then"
        " work=$(mktemp -d {resources.tmpdir}/lofreq.XXXXXX); trap 'rm -rf $work' EXIT;"
        " version=$(lofreq version | sed -n 's/^version: //p');"
        " samtools view -u --use-index --targets-file {input.active} --excl-flags {params.flags}"
        " --remove-flags DUP {params.bam}"
        " | lofreq indelqual --dindel --ref {input.fasta} -"
        " | lofreq call --ref {input.fasta} --bed {input.active} --call-indels"
        " --min-bq {params.min_base_quality} --min-alt-bq {params.min_base_quality}"
        " --min-mq {params.min_mapping_quality} --no-default-filter --out $work/calls.vcf -;"
        " lofreq filter --in $work/calls.vcf --print-all"
        ' | sed "s/^##source=lofreq .*/##source=lofreq $version/"'
        " | {params.add_contigs} {input.fai} -"
        " | bcftools sort --output-type u --temp-dir {resources.tmpdir}/{wildcards.case}.;"
        " else bcftools view --header-only {input.pileup}; fi"
        " | bcftools norm --fasta-ref {input.fasta} --check-ref w --multiallelics -any"
        " --output-type b --output {output}) 2> {log}"


rule describe_genome:
    input:
        GENOME,
    output:
        GENOME_DICT,
    log:
        "logs/describe_genome/run.log",
    benchmark:
        "benchmarks/describe_genome/run.tsv"
    conda:
        "../../envs/samtools.yaml"
    resources:
        mem_mb=memory(100, 0.2),
        runtime=lambda wildcards, attempt: 30 * attempt,
    shell:
        "samtools dict --output {output} {input} 2> {log}"


# all targets of its chunk, not only where the pileup sees something: the model of read orientation
# learns from places without variants. No reads are left out for depth; sites of the panel of
# normals are called, and flagged by it.
rule call_mutect2:
    input:
        fasta=GENOME,
        fai=f"{GENOME}.fai",
        dictionary=GENOME_DICT,
        bams=PLAN.of_samples("results/{case}/alignment/{sample}.bam"),
        bais=PLAN.of_samples("results/{case}/alignment/{sample}.bam.bai"),
        targets=PLAN.merged_targets,
        depth=PLAN.of_samples("results/{case}/qc/{sample}.regions.bed.gz"),
        germline=PLAN.mutect2("germline_resource"),
        normals=PLAN.mutect2("panel_of_normals"),
    output:
        targets=temp("results/{case}/small_variants/{case}.mutect2.{chunk}.bed"),
        calls=temp("results/{case}/small_variants/{case}.mutect2.{chunk}.vcf.gz"),
        tbi=temp("results/{case}/small_variants/{case}.mutect2.{chunk}.vcf.gz.tbi"),
        stats=temp("results/{case}/small_variants/{case}.mutect2.{chunk}.vcf.gz.stats"),
        orientation=temp("results/{case}/small_variants/{case}.mutect2.{chunk}.f1r2.tar.gz"),
    log:
        "logs/call_mutect2/{case}.{chunk}.log",
    benchmark:
        "benchmarks/call_mutect2/{case}.{chunk}.tsv"
    group:
        "mutect2"
    conda:
        "../../envs/gatk.yaml"
    threads: 2
    resources:
        mem_mb=memory(6000),
        runtime=lambda wildcards, attempt: 480 * attempt,
    params:
        apart=lambda wildcards: memory.apart,
        chunks=len(CHUNKS),
        bams=lambda wildcards, input: " ".join(f"--input {bam}" for bam in input.bams),
        normal=PLAN.gatk_normal,
        normals=lambda wildcards, input: (
            f"--panel-of-normals {input.normals}" if input.normals else ""
        ),
        duplicates=PLAN.gatk_duplicates,
        min_base_quality=PLAN.calling("min_base_quality"),
        min_mapping_quality=PLAN.calling("min_mapping_quality"),
        code=CODE,
    shell:
        "(dugnad split-targets --targets {input.targets} --depth {input.depth}"
        " --chunk {wildcards.chunk} --chunks {params.chunks} --output {output.targets};"
        " gatk --java-options -Xmx$(({resources.mem_mb} * 4 / 5 - {params.apart}))m Mutect2"
        " --reference {input.fasta} {params.bams} {params.normal} --intervals {output.targets}"
        " --germline-resource {input.germline} {params.normals} --genotype-pon-sites true"
        " --max-reads-per-alignment-start 0 --min-base-quality-score {params.min_base_quality}"
        " --minimum-mapping-quality {params.min_mapping_quality} {params.duplicates}"
        " --f1r2-tar-gz {output.orientation} --native-pair-hmm-threads {threads}"
        " --tmp-dir {resources.tmpdir} --output {output.calls}) > {log} 2>&1"


rule learn_orientation:
    input:
        PLAN.mutect2_chunks("f1r2.tar.gz"),
    output:
        temp("results/{case}/small_variants/{case}.orientation.tar.gz"),
    log:
        "logs/learn_orientation/{case}.log",
    benchmark:
        "benchmarks/learn_orientation/{case}.tsv"
    group:
        "mutect2"
    conda:
        "../../envs/gatk.yaml"
    resources:
        mem_mb=memory(4000),
        runtime=lambda wildcards, attempt: 120 * attempt,
    params:
        apart=lambda wildcards: memory.apart,
        counts=lambda wildcards, input: " ".join(f"--input {path}" for path in input),
    shell:
        "gatk --java-options -Xmx$(({resources.mem_mb} * 4 / 5 - {params.apart}))m"
        " LearnReadOrientationModel {params.counts} --tmp-dir {resources.tmpdir}"
        " --output {output} > {log} 2>&1"


# within the targets: places beside them have other depths, by which GATK would leave these out
rule count_common_sites:
    input:
        fasta=GENOME,
        fai=f"{GENOME}.fai",
        dictionary=GENOME_DICT,
        bam="results/{case}/alignment/{sample}.bam",
        bai="results/{case}/alignment/{sample}.bam.bai",
        sites=PLAN.mutect2("common_sites"),
        targets=PLAN.merged_targets,
    output:
        temp("results/{case}/small_variants/{sample}.common_sites.table"),
    log:
        "logs/count_common_sites/{case}.{sample}.log",
    benchmark:
        "benchmarks/count_common_sites/{case}.{sample}.tsv"
    group:
        "mutect2"
    conda:
        "../../envs/gatk.yaml"
    resources:
        mem_mb=memory(4000),
        runtime=lambda wildcards, attempt: 120 * attempt,
    params:
        apart=lambda wildcards: memory.apart,
        duplicates=PLAN.gatk_duplicates,
    shell:
        "gatk --java-options -Xmx$(({resources.mem_mb} * 4 / 5 - {params.apart}))m"
        " GetPileupSummaries --reference {input.fasta} --input {input.bam} --variant {input.sites}"
        " --intervals {input.sites} --intervals {input.targets} --interval-set-rule INTERSECTION"
        " {params.duplicates} --tmp-dir {resources.tmpdir} --output {output} > {log} 2>&1"


# all chunks together: GATK learns from the case's own calls what its errors look like
rule filter_mutect2:
    input:
        fasta=GENOME,
        fai=f"{GENOME}.fai",
        dictionary=GENOME_DICT,
        calls=PLAN.mutect2_chunks("vcf.gz"),
        tbis=PLAN.mutect2_chunks("vcf.gz.tbi"),
        stats=PLAN.mutect2_chunks("vcf.gz.stats"),
        orientation="results/{case}/small_variants/{case}.orientation.tar.gz",
        sites=PLAN.of_samples("results/{case}/small_variants/{sample}.common_sites.table"),
    output:
        temp("results/{case}/small_variants/{case}.mutect2.all.bcf"),
    log:
        "logs/filter_mutect2/{case}.log",
    benchmark:
        "benchmarks/filter_mutect2/{case}.tsv"
    group:
        "mutect2"
    conda:
        "../../envs/gatk.yaml"
    resources:
        mem_mb=memory(4000),
        runtime=lambda wildcards, attempt: 120 * attempt,
    params:
        apart=lambda wildcards: memory.apart,
        calls=lambda wildcards, input: " ".join(f"--INPUT {path}" for path in input.calls),
        stats=lambda wildcards, input: " ".join(f"--stats {path}" for path in input.stats),
        normal=lambda wildcards, input: " ".join(
            f"--matched-normal {path}" for path in input.sites[1:]
        ),
        allele_filters=ALLELE_FILTERS,
    shell:
        "(work=$(mktemp -d {resources.tmpdir}/mutect2.XXXXXX); trap 'rm -rf $work' EXIT;"
        " heap=-Xmx$(({resources.mem_mb} * 4 / 5 - {params.apart}))m;"
        " gatk --java-options $heap MergeVcfs {params.calls} --OUTPUT $work/merged.vcf.gz;"
        " gatk --java-options $heap MergeMutectStats {params.stats} --output $work/stats;"
        " gatk --java-options $heap CalculateContamination --input {input.sites[0]}"
        " {params.normal} --tumor-segmentation $work/segments --output $work/contamination;"
        " gatk --java-options $heap FilterMutectCalls --reference {input.fasta}"
        " --variant $work/merged.vcf.gz --stats $work/stats"
        " --contamination-table $work/contamination --tumor-segmentation $work/segments"
        " --ob-priors {input.orientation} --output $work/filtered.vcf;"
        " sed -E {params.allele_filters} $work/filtered.vcf"
        " | bcftools norm --fasta-ref {input.fasta} --multiallelics -any"
        " --output-type b --output {output}) > {log} 2>&1"


# every caller's variants, each event once, counted in all samples by the same rules
rule recount_variants:
    input:
        fasta=GENOME,
        fai=f"{GENOME}.fai",
        calls=PLAN.calls,
        bams=PLAN.all_of_case("results/{case}/alignment/{sample}.bam"),
        bais=PLAN.all_of_case("results/{case}/alignment/{sample}.bam.bai"),
        normals=PLAN.normals,
    output:
        "results/{case}/small_variants/{case}.calls.vcf.gz",
    log:
        "logs/recount_variants/{case}.log",
    benchmark:
        "benchmarks/recount_variants/{case}.tsv"
    wildcard_constraints:
        case=PLAN.cases_by(has_reads=True),
    group:
        "calls"
    resources:
        # the reads of a stretch of candidates, in all samples
        mem_mb=memory(100, 0.2, of="bams"),
        runtime=lambda wildcards, attempt: 60 * attempt,
    params:
        calls=PLAN.call_options,
        samples=PLAN.bam_options,
        normals=lambda wildcards, input: f"--normals {input.normals}" if input.normals else "",
        error_rate=PLAN.calling("error_rate"),
        families=lambda wildcards: "--families" if PLAN.panel(wildcards).library.umi else "",
        counting=PLAN.counting,
        code=CODE,
    shell:
        "dugnad recount-variants --fasta {input.fasta} {params.calls} {params.samples}"
        " {params.normals} --error-rate {params.error_rate} {params.families} {params.counting}"
        " --output {output} > {log} 2>&1"


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
    group:
        "case"
    conda:
        "../../envs/bcftools.yaml"
    resources:
        mem_mb=memory(150),
        runtime=lambda wildcards, attempt: 60 * attempt,
    params:
        allele_filters=ALLELE_FILTERS,
    shell:
        "(bcftools reheader --fai {input.fai} {input.vcf:q}"
        " | bcftools view --output-type v"
        " | sed -E {params.allele_filters} -e '/^##FORMAT=<ID=AD,/s/Number=[.]/Number=R/;"
        " /^##FORMAT=<ID=(AF|VF|AO|QA),/s/Number=[.]/Number=A/'"
        " | bcftools norm --fasta-ref {input.fasta} --multiallelics -any --old-rec-tag OLD_REC"
        " --output-type u"
        " | bcftools sort --max-mem 50M --output-type z"
        " --temp-dir {resources.tmpdir}/{wildcards.case}. --output {output}) 2> {log}"
