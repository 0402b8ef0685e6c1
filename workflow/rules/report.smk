# report: tell it
rule render_report:
    input:
        record="results/{case}/report/{case}.case.json",
        site=PLAN.site_files,
    output:
        "results/{case}/report/{case}.{language}.html",
    log:
        "logs/render_report/{case}.{language}.log",
    benchmark:
        "benchmarks/render_report/{case}.{language}.tsv"
    wildcard_constraints:
        language="nb|en",
    localrule: True
    resources:
        mem_mb=500,
        runtime=10,
    params:
        site=PLAN.site_option,
        reads=PLAN.reads_option,
        code=CODE,
    shell:
        "dugnad render-report --record {input.record} --language {wildcards.language}"
        " {params.site:q} {params.reads:q} --output {output} > {log} 2>&1"


# the page that is opened first: in the first of the site's languages
rule open_report:
    input:
        f"results/{{case}}/report/{{case}}.{RUN.site.language}.html",
    output:
        "results/{case}/report/{case}.html",
    log:
        "logs/open_report/{case}.log",
    benchmark:
        "benchmarks/open_report/{case}.tsv"
    localrule: True
    resources:
        mem_mb=100,
        runtime=1,
    params:
        code=CODE,
    shell:
        "cp {input} {output} > {log} 2>&1"


rule write_pdf:
    input:
        record="results/{case}/report/{case}.case.json",
        site=PLAN.site_files,
    output:
        "results/{case}/report/{case}.{language}.pdf",
    log:
        "logs/write_pdf/{case}.{language}.log",
    benchmark:
        "benchmarks/write_pdf/{case}.{language}.tsv"
    wildcard_constraints:
        language="nb|en",
    localrule: True
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        site=PLAN.site_option,
        code=CODE,
    shell:
        "dugnad write-pdf --record {input.record} --language {wildcards.language}"
        " {params.site:q} --output {output} > {log} 2>&1"


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
    localrule: True
    resources:
        mem_mb=1000,
        runtime=20,
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


# the deck for the board, all of it editable: one in each of the site's languages
rule write_deck:
    input:
        record="results/{case}/report/{case}.case.json",
        site=PLAN.site_files,
    output:
        "results/{case}/report/{case}.{language}.pptx",
    log:
        "logs/write_deck/{case}.{language}.log",
    benchmark:
        "benchmarks/write_deck/{case}.{language}.tsv"
    wildcard_constraints:
        language="nb|en",
    localrule: True
    resources:
        mem_mb=500,
        runtime=10,
    params:
        site=PLAN.site_option,
        code=CODE,
    shell:
        "dugnad write-deck --record {input.record} --language {wildcards.language}"
        " {params.site:q} --output {output} > {log} 2>&1"


# the workbook in which findings are judged; 'dugnad curate' reads it back
rule write_workbook:
    input:
        "results/{case}/report/{case}.case.json",
    output:
        "results/{case}/report/{case}.{language}.xlsx",
    log:
        "logs/write_workbook/{case}.{language}.log",
    benchmark:
        "benchmarks/write_workbook/{case}.{language}.tsv"
    wildcard_constraints:
        language="nb|en",
    localrule: True
    resources:
        mem_mb=500,
        runtime=10,
    params:
        code=CODE,
    shell:
        "dugnad write-workbook --record {input} --language {wildcards.language}"
        " --output {output} > {log} 2>&1"


# the case for electronic records, after HL7's guide to genomics reporting
rule write_fhir:
    input:
        record="results/{case}/report/{case}.case.json",
        site=PLAN.site_files,
    output:
        "results/{case}/report/{case}.fhir.json",
    log:
        "logs/write_fhir/{case}.log",
    benchmark:
        "benchmarks/write_fhir/{case}.tsv"
    localrule: True
    resources:
        mem_mb=500,
        runtime=10,
    params:
        site=PLAN.site_option,
        code=CODE,
    shell:
        "dugnad write-fhir --record {input.record} {params.site:q} --output {output} > {log} 2>&1"


rule tabulate_findings:
    input:
        "results/{case}/report/{case}.case.json",
    output:
        tsv="results/{case}/report/{case}.findings.tsv",
        parquet="results/{case}/report/{case}.findings.parquet",
    log:
        "logs/tabulate_findings/{case}.log",
    benchmark:
        "benchmarks/tabulate_findings/{case}.tsv"
    localrule: True
    resources:
        mem_mb=500,
        runtime=10,
    params:
        code=CODE,
    shell:
        "dugnad tabulate-findings --record {input} --tsv {output.tsv}"
        " --parquet {output.parquet} > {log} 2>&1"


# the page that lists the run's cases, with links to all that was made of them
rule index_run:
    input:
        records=expand("results/{case}/report/{case}.case.json", case=RUN.cases),
        site=PLAN.site_files,
    output:
        "results/run/index.html",
    log:
        "logs/index_run/run.log",
    benchmark:
        "benchmarks/index_run/run.tsv"
    localrule: True
    resources:
        mem_mb=500,
        runtime=10,
    params:
        site=PLAN.site_option,
        code=CODE,
    shell:
        "dugnad index-run --records {input.records} {params.site:q} --output {output} > {log} 2>&1"


rule write_manifest:
    input:
        asked=RUN.inputs,
        reads=RUN.reads,
        records=expand("results/{case}/report/{case}.case.json", case=RUN.cases),
        results=[
            *expand("results/{case}/report/{case}.html", case=RUN.cases),
            *expand("results/{case}/interpretation/{case}.findings.parquet", case=RUN.cases),
            *expand("results/{case}/small_variants/{case}.calls.vcf.gz", case=RUN.cases),
            *PLAN.all_of_run("results/{case}/alignment/{sample}.bam"),
            *PLAN.all_of_run("results/{case}/qc/{sample}.metrics.parquet"),
            *PLAN.run_quality(),
            *PLAN.pages,
            *PLAN.documents,
            *PLAN.read_views,
            *PLAN.decks,
            *PLAN.bundles,
            *PLAN.tables,
            *PLAN.workbooks,
        ],
    output:
        "results/run/manifest.json",
    log:
        "logs/write_manifest/run.log",
    benchmark:
        "benchmarks/write_manifest/run.tsv"
    resources:
        mem_mb=500,
        runtime=240,
    params:
        config=RUN.files[0],
        code=CODE,
    shell:
        "dugnad write-manifest --config {params.config:q} --records {input.records}"
        " --results {input.results} --output {output} > {log} 2>&1"
