# report: tell it
rule render_report:
    input:
        "results/{case}/report/{case}.case.json",
    output:
        "results/{case}/report/{case}.html",
    log:
        "logs/render_report/{case}.log",
    benchmark:
        "benchmarks/render_report/{case}.tsv"
    localrule: True
    resources:
        mem_mb=500,
        runtime=10,
    params:
        code=CODE,
    shell:
        "dugnad render-report --record {input} --output {output} > {log} 2>&1"


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
