# rearrangements: fusions, splice variants, structural variants
DOMAINS = f"{workflow.basedir}/resources/knowledge/fusion_domains.tsv"


# DNA: around the panel's fusion genes, exact to the base
rule search_fusions:
    input:
        fasta=GENOME,
        fai=f"{GENOME}.fai",
        bams=PLAN.of_samples("results/{case}/alignment/{sample}.bam"),
        bais=PLAN.of_samples("results/{case}/alignment/{sample}.bam.bai"),
        annotation=PLAN.annotation,
        panel=PLAN.panel_file,
        genes=PLAN.fusion_genes,
    output:
        "results/{case}/rearrangements/{case}.search.junctions.parquet",
    log:
        "logs/search_fusions/{case}.log",
    benchmark:
        "benchmarks/search_fusions/{case}.tsv"
    resources:
        mem_mb=memory(250, 0.3, of="bams"),
        runtime=lambda wildcards, attempt: 60 * attempt,
    params:
        bams=PLAN.search_options,
        annotation=PLAN.annotation_option,
        code=CODE,
    shell:
        "dugnad search-fusions --fasta {input.fasta} {params.bams} --panel {input.panel}"
        " {params.annotation} --output {output} > {log} 2>&1"


# tumour and normal together; delly stops where a sample has too few reads to learn what a usual
# pair is: then the tumour alone is read, and if it is the tumour, a header says so
rule call_delly:
    input:
        fasta=GENOME,
        fai=f"{GENOME}.fai",
        bams=PLAN.of_samples("results/{case}/alignment/{sample}.bam"),
        bais=PLAN.of_samples("results/{case}/alignment/{sample}.bam.bai"),
    output:
        calls="results/{case}/rearrangements/{case}.delly.vcf.gz",
        junctions="results/{case}/rearrangements/{case}.delly.junctions.parquet",
        notes="results/{case}/rearrangements/{case}.delly.notes.json",
    log:
        "logs/call_delly/{case}.log",
    benchmark:
        "benchmarks/call_delly/{case}.tsv"
    conda:
        "../../envs/delly.yaml"
    threads: 2
    resources:
        mem_mb=memory(120, 0.5),
        runtime=lambda wildcards, attempt: 240 * attempt,
    params:
        samples=PLAN.pair_options,
        code=CODE,
    shell:
        "(work=$(mktemp -d {resources.tmpdir}/delly.XXXXXX); trap 'rm -rf $work' EXIT;"
        " export OMP_NUM_THREADS={threads};"
        " version=$(delly --version 2>&1 | sed -n 's/^Delly version: v*//p');"
        ' call() {{ delly call -g {input.fasta} -o $work/calls.bcf "$@" > $work/log 2>&1; }};'
        " few() {{ cat $work/log; grep -q 'not enough data' $work/log; }};"
        " if call {input.bams} || {{ few && call {input.bams[0]}; }};"
        " then cat $work/log; bcftools view $work/calls.bcf"
        ' | sed "1a ##source=delly $version"'
        " | bcftools view --output-type z --output {output.calls};"
        " else few; printf '##fileformat=VCFv4.2\\n##source=delly %s\\n##not_called=too few reads\\n"
        "#CHROM\\tPOS\\tID\\tREF\\tALT\\tQUAL\\tFILTER\\tINFO\\n' $version"
        " | bcftools view --output-type z --output {output.calls}; fi;"
        " dugnad import-junctions --caller delly --calls {output.calls} {params.samples}"
        " --output {output.junctions} --notes {output.notes}) > {log} 2>&1"


# its own way through the whole genome; --exome: depth says nothing of a captured place
rule call_manta:
    input:
        fasta=GENOME,
        fai=f"{GENOME}.fai",
        bams=PLAN.of_samples("results/{case}/alignment/{sample}.bam"),
        bais=PLAN.of_samples("results/{case}/alignment/{sample}.bam.bai"),
    output:
        calls="results/{case}/rearrangements/{case}.manta.vcf.gz",
        junctions="results/{case}/rearrangements/{case}.manta.junctions.parquet",
        notes="results/{case}/rearrangements/{case}.manta.notes.json",
    log:
        "logs/call_manta/{case}.log",
    benchmark:
        "benchmarks/call_manta/{case}.tsv"
    conda:
        "../../envs/manta.yaml"
    threads: 4
    resources:
        mem_mb=memory(4000),
        runtime=lambda wildcards, attempt: 240 * attempt,
    params:
        bams=PLAN.manta_bams,
        result=PLAN.manta_result,
        samples=PLAN.pair_options,
        code=CODE,
    shell:
        "(work=$(mktemp -d {resources.tmpdir}/manta.XXXXXX); trap 'rm -rf $work' EXIT;"
        " configManta.py {params.bams} --referenceFasta {input.fasta} --exome --runDir $work/run;"
        " $work/run/runWorkflow.py -m local -j {threads};"
        " mv $work/run/results/variants/{params.result}.vcf.gz {output.calls};"
        " dugnad import-junctions --caller manta --calls {output.calls} {params.samples}"
        " --output {output.junctions} --notes {output.notes}) > {log} 2>&1"


# what all methods see, of DNA and RNA, in one table
rule join_rearrangements:
    input:
        junctions=PLAN.junctions,
        splice=PLAN.splice_variants,
        events=PLAN.splice_events,
        notes=PLAN.rearrangement_notes,
        variants="results/{case}/annotation/{case}.variants.parquet",
        rna=PLAN.rna_reads,
        gate="results/{case}/qc/{case}.gate.json",
        annotation=PLAN.annotation,
        panel=PLAN.panel_file,
        genes=PLAN.fusion_genes,
        domains=DOMAINS,
    output:
        table="results/{case}/rearrangements/{case}.rearrangements.parquet",
        record="results/{case}/rearrangements/{case}.rearrangements.json",
    log:
        "logs/join_rearrangements/{case}.log",
    benchmark:
        "benchmarks/join_rearrangements/{case}.tsv"
    group:
        "case"
    resources:
        mem_mb=memory(300, 2, of="annotation"),
        runtime=lambda wildcards, attempt: 20 * attempt,
    params:
        options=PLAN.join_options,
        code=CODE,
    shell:
        "dugnad join-rearrangements --junctions {input.junctions} --variants {input.variants}"
        " --gate {input.gate} --panel {input.panel} --domains {input.domains} {params.options}"
        " --output {output.table} --record {output.record} > {log} 2>&1"


# RNA: the transcripts of the annotation, for the tools that align to these
rule extract_transcripts:
    input:
        fasta=GENOME,
        fai=f"{GENOME}.fai",
        annotation=PLAN.annotation,
    output:
        sequences=f"{PLAN.transcripts}.fa",
        gtf=f"{PLAN.transcripts}.gtf",
        pizzly=f"{PLAN.transcripts}.pizzly.gtf",
    log:
        "logs/extract_transcripts/run.log",
    benchmark:
        "benchmarks/extract_transcripts/run.tsv"
    resources:
        mem_mb=memory(150, 0.5, of="fasta"),
        runtime=lambda wildcards, attempt: 60 * attempt,
    params:
        code=CODE,
    shell:
        "dugnad extract-transcripts --fasta {input.fasta} --annotation {input.annotation:q}"
        " --sequences {output.sequences} --gtf {output.gtf} --pizzly-gtf {output.pizzly}"
        " > {log} 2>&1"


rule index_transcripts:
    input:
        f"{PLAN.transcripts}.fa",
    output:
        f"{PLAN.transcripts}.kallisto",
    log:
        "logs/index_transcripts/run.log",
    benchmark:
        "benchmarks/index_transcripts/run.tsv"
    conda:
        "../../envs/pizzly.yaml"
    resources:
        mem_mb=memory(40, 30),
        runtime=lambda wildcards, attempt: 60 * attempt,
    shell:
        "kallisto index --index {output} {input} > {log} 2>&1"


# the interleaved reads are parted on the way; lengths of fragments are learnt from the pairs. Where
# no read fits a transcript, kallisto writes its files and ends in error: that is a result too. On a
# full disk it leaves half of them and ends well: their ends are looked at. -k is of kallisto's
# index; two mismatches and fragments up to 400 bases are pizzly's own choice
rule call_pizzly:
    input:
        index=f"{PLAN.transcripts}.kallisto",
        reads=PLAN.rna_lanes,
        sequences=f"{PLAN.transcripts}.fa",
        gtf=f"{PLAN.transcripts}.pizzly.gtf",
        bam=PLAN.of_rna("results/{case}/alignment/{sample}.bam"),
        bai=PLAN.of_rna("results/{case}/alignment/{sample}.bam.bai"),
        fasta=GENOME,
        fai=f"{GENOME}.fai",
        annotation=PLAN.annotation,
        panel=PLAN.panel_file,
        known=PLAN.known_fusions,
    output:
        junctions="results/{case}/rearrangements/{case}.pizzly.junctions.parquet",
        fusions="results/{case}/rearrangements/{case}.pizzly.json",
        unfiltered="results/{case}/rearrangements/{case}.pizzly.unfiltered.json",
        kallisto="results/{case}/rearrangements/{case}.kallisto.version.txt",
        pizzly="results/{case}/rearrangements/{case}.pizzly.version.txt",
    log:
        "logs/call_pizzly/{case}.log",
    benchmark:
        "benchmarks/call_pizzly/{case}.tsv"
    group:
        "case"
    conda:
        "../../envs/pizzly.yaml"
    threads: 2
    resources:
        mem_mb=memory(250, 2, of="index"),
        runtime=lambda wildcards, attempt: 120 * attempt,
    params:
        code=CODE,
    shell:
        "(work=$(mktemp -d {resources.tmpdir}/pizzly.XXXXXX); trap 'rm -rf $work' EXIT;"
        " if kallisto quant --fusion --threads {threads} --index {input.index} --output-dir $work"
        " <(gzip -dc {input.reads} | awk 'NR % 8 > 0 && NR % 8 < 5')"
        " <(gzip -dc {input.reads} | awk 'NR % 8 == 0 || NR % 8 > 4');"
        " then [ $(tail -qc 1 $work/abundance.tsv $work/fusion.txt $work/run_info.json | wc -l) = 3 ]"
        " || {{ echo 'kallisto did not write its files to the end: is {resources.tmpdir} full?' >&2;"
        " exit 1; }};"
        " else grep -q '\"n_pseudoaligned\": 0,' $work/run_info.json; fi;"
        " kallisto version | sed 's/, version//' > {output.kallisto};"
        " pizzly -k 31 --align-score 2 --insert-size 400 --version-check OFF --gtf {input.gtf}"
        " --fasta {input.sequences} --output $work/pizzly $work/fusion.txt;"
        " pizzly --version 2>&1 | sed -n 's/^pizzly version:/pizzly/p' > {output.pizzly};"
        " mv $work/pizzly.unfiltered.json {output.unfiltered};"
        " mv $work/pizzly.json {output.fusions};"
        " dugnad import-pizzly --fusions {output.fusions} --unfiltered {output.unfiltered}"
        " --bam {input.bam} --fasta {input.fasta} --annotation {input.annotation:q}"
        " --panel {input.panel} --output {output.junctions}) > {log} 2>&1"


# two questions to one alignment, where the panel asks both
rule find_rna_fusions:
    input:
        chimeric=PLAN.of_rna("results/{case}/alignment/{sample}.Chimeric.out.junction"),
        junctions=PLAN.of_rna("results/{case}/alignment/{sample}.SJ.out.tab"),
        bam=PLAN.of_rna("results/{case}/alignment/{sample}.bam"),
        bai=PLAN.of_rna("results/{case}/alignment/{sample}.bam.bai"),
        fasta=GENOME,
        fai=f"{GENOME}.fai",
        gate="results/{case}/qc/{case}.gate.json",
        annotation=PLAN.annotation,
        panel=PLAN.panel_file,
        known=PLAN.known_fusions,
        events=PLAN.splice_events,
    output:
        junctions="results/{case}/rearrangements/{case}.star.junctions.parquet",
        splice="results/{case}/rearrangements/{case}.splice_variants.parquet",
        notes="results/{case}/rearrangements/{case}.rna_notes.json",
    log:
        "logs/find_rna_fusions/{case}.log",
    benchmark:
        "benchmarks/find_rna_fusions/{case}.tsv"
    wildcard_constraints:
        case=PLAN.cases_by_star(is_asked=True),
    group:
        "case"
    resources:
        mem_mb=memory(250, 0.5, of="fasta"),
        runtime=lambda wildcards, attempt: 60 * attempt,
    params:
        sample=PLAN.rna_sample,
        code=CODE,
    shell:
        "dugnad find-rna-fusions --chimeric {input.chimeric} --junctions {input.junctions}"
        " --bam {input.bam} --fasta {input.fasta} --annotation {input.annotation:q} --panel {input.panel}"
        " --output {output.junctions}"
        " --then find-splice-variants --sample {params.sample} --bam {input.bam}"
        " --junctions {input.junctions} --annotation {input.annotation:q} --gate {input.gate}"
        " --panel {input.panel} --output {output.splice} --notes {output.notes} > {log} 2>&1"


# Arriba's own lists of recurrent artefacts are of one genome each and are not used here (-f
# blacklist); duplicates are those that the alignment marks (-u)
rule call_arriba:
    input:
        bam=PLAN.of_rna("results/{case}/alignment/{sample}.bam"),
        bai=PLAN.of_rna("results/{case}/alignment/{sample}.bam.bai"),
        fasta=GENOME,
        fai=f"{GENOME}.fai",
        gtf=f"{PLAN.transcripts}.gtf",
        annotation=PLAN.annotation,
        panel=PLAN.panel_file,
        known=PLAN.known_fusions,
    output:
        junctions="results/{case}/rearrangements/{case}.arriba.junctions.parquet",
        fusions="results/{case}/rearrangements/{case}.arriba.tsv",
        discarded=temp("results/{case}/rearrangements/{case}.arriba.discarded.tsv"),
        version="results/{case}/rearrangements/{case}.arriba.version.txt",
    log:
        "logs/call_arriba/{case}.log",
    benchmark:
        "benchmarks/call_arriba/{case}.tsv"
    group:
        "case"
    conda:
        "../../envs/arriba.yaml"
    resources:
        mem_mb=memory(500, 1.2),
        runtime=lambda wildcards, attempt: 120 * attempt,
    params:
        code=CODE,
    shell:
        "(arriba -h | sed -n 's/^Version:/arriba/p' > {output.version};"
        " arriba -x {input.bam} -a {input.fasta} -g {input.gtf} -f blacklist -u"
        " -o {output.fusions} -O {output.discarded};"
        " dugnad import-arriba --fusions {output.fusions} --bam {input.bam} --fasta {input.fasta}"
        " --annotation {input.annotation:q} --panel {input.panel} --output {output.junctions})"
        " > {log} 2>&1"


# where STAR's chimeric reads are not asked for fusions
rule find_splice_variants:
    input:
        bam=PLAN.of_rna("results/{case}/alignment/{sample}.bam"),
        bai=PLAN.of_rna("results/{case}/alignment/{sample}.bam.bai"),
        junctions=PLAN.of_rna("results/{case}/alignment/{sample}.SJ.out.tab"),
        gate="results/{case}/qc/{case}.gate.json",
        annotation=PLAN.annotation,
        panel=PLAN.panel_file,
        events=PLAN.splice_events,
    output:
        splice="results/{case}/rearrangements/{case}.splice_variants.parquet",
        notes="results/{case}/rearrangements/{case}.rna_notes.json",
    log:
        "logs/find_splice_variants/{case}.log",
    benchmark:
        "benchmarks/find_splice_variants/{case}.tsv"
    wildcard_constraints:
        case=PLAN.cases_by_star(is_asked=False),
    group:
        "case"
    resources:
        mem_mb=memory(250, 2, of="annotation"),
        runtime=lambda wildcards, attempt: 30 * attempt,
    params:
        sample=PLAN.rna_sample,
        code=CODE,
    shell:
        "dugnad find-splice-variants --sample {params.sample} --bam {input.bam}"
        " --junctions {input.junctions} --annotation {input.annotation:q} --gate {input.gate}"
        " --panel {input.panel} --output {output.splice} --notes {output.notes} > {log} 2>&1"
