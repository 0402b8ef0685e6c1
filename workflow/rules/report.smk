# report: tell it
# all forms that the site wants, in all of its languages, by one process
rule write_report:
    input:
        record="results/{case}/report/{case}.case.json",
        site=PLAN.site_files,
    output:
        PLAN.report_files,
    log:
        "logs/write_report/{case}.log",
    benchmark:
        "benchmarks/write_report/{case}.tsv"
    group:
        "case"
    resources:
        mem_mb=memory(500),
        runtime=lambda wildcards, attempt: 20 * attempt,
    params:
        site=PLAN.site_option,
        reads=PLAN.reads_option,
        folder=lambda wildcards, output: Path(output[0]).parent,
        code=CODE,
    shell:
        "dugnad write-report --record {input.record} {params.site:q} {params.reads}"
        " --folder {params.folder} > {log} 2>&1"


# what the alignments show where a finding is: a page in each of the site's languages
rule show_reads:
    input:
        record="results/{case}/report/{case}.case.json",
        bams=PLAN.all_of_case("results/{case}/alignment/{sample}.bam"),
        bais=PLAN.all_of_case("results/{case}/alignment/{sample}.bam.bai"),
        fasta=GENOME,
        fai=f"{GENOME}.fai",
        annotation=PLAN.case_genes,
    output:
        pages=expand(
            "results/{{case}}/report/{{case}}.{language}.reads.html", language=RUN.site.languages
        ),
        igv="results/{case}/report/{case}.igv.xml",
    log:
        "logs/show_reads/{case}.log",
    benchmark:
        "benchmarks/show_reads/{case}.tsv"
    wildcard_constraints:
        case=PLAN.read_view_cases,
    group:
        "case"
    resources:
        mem_mb=memory(300),
        runtime=lambda wildcards, attempt: 30 * attempt,
    params:
        samples=PLAN.read_view_samples,
        pages=PLAN.read_view_pages,
        families=lambda wildcards: "--families" if PLAN.panel(wildcards).library.umi else "",
        annotation=lambda wildcards, input: (
            f"--annotation {input.annotation}" if input.annotation else ""
        ),
        counting=PLAN.counting,
        code=CODE,
    shell:
        "dugnad show-reads --record {input.record} {params.samples} --fasta {input.fasta}"
        " {params.annotation} {params.families} {params.counting} {params.pages}"
        " --igv {output.igv} > {log} 2>&1"


# the page that lists the run's cases, with links to all that was made of them
rule index_run:
    input:
        records=PLAN.records,
        identity=PLAN.with_reads("results/run/identity.parquet"),
        site=PLAN.site_files,
    output:
        "results/run/index.html",
    log:
        "logs/index_run/run.log",
    benchmark:
        "benchmarks/index_run/run.tsv"
    localrule: True
    resources:
        mem_mb=memory(200),
        runtime=lambda wildcards, attempt: 20 * attempt,
    params:
        config=RUN.files[0],
        identity=lambda wildcards, input: f"--identity {input.identity}" if input.identity else "",
        code=CODE,
    shell:
        "dugnad index-run --config {params.config:q} {params.identity} --output {output}"
        " > {log} 2>&1"


# every file is read once more, some side by side: what a disk gives, not what a core can
rule write_manifest:
    input:
        asked=RUN.inputs,
        reads=RUN.reads,
        results=PLAN.results,
    output:
        "results/run/manifest.json",
    log:
        "logs/write_manifest/run.log",
    benchmark:
        "benchmarks/write_manifest/run.tsv"
    threads: 4
    resources:
        mem_mb=memory(100),
        runtime=lambda wildcards, input, attempt: (20 + int(input.size_mb / 6000)) * attempt,
    params:
        config=RUN.files[0],
        code=CODE,
    shell:
        "dugnad write-manifest --config {params.config:q} --threads {threads} --output {output}"
        " > {log} 2>&1"


# last of all, and nothing waits for it: what the jobs before it cost
rule report_efficiency:
    input:
        "results/run/manifest.json",
        "results/run/index.html",
    output:
        page="results/run/efficiency.html",
        table="results/run/efficiency.tsv",
    log:
        "logs/report_efficiency/run.log",
    benchmark:
        "benchmarks/report_efficiency/run.tsv"
    localrule: True
    resources:
        mem_mb=memory(100),
        runtime=lambda wildcards, attempt: 20 * attempt,
    params:
        config=RUN.files[0],
        beside=lambda wildcards: memory.beside(),
        code=CODE,
    shell:
        "dugnad report-efficiency --config {params.config:q} --beside {params.beside}"
        " --output {output.page} --table {output.table} > {log} 2>&1"
