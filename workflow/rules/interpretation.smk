# interpretation: what do the variants mean for this patient?
rule interpret_variants:
    input:
        variants="results/{case}/annotation/{case}.variants.parquet",
        panel=PLAN.panel_file,
        hotspots=PLAN.hotspots,
        gate="results/{case}/qc/{case}.gate.json",
        local_copies=PLAN.local_copies,
    output:
        "results/{case}/interpretation/{case}.findings.parquet",
    log:
        "logs/interpret_variants/{case}.log",
    benchmark:
        "benchmarks/interpret_variants/{case}.tsv"
    localrule: True
    resources:
        mem_mb=1000,
        runtime=20,
    params:
        normal=PLAN.normal_option,
        purity=PLAN.purity_option,
        local_copies=PLAN.local_copy_options,
        code=CODE,
    shell:
        "dugnad interpret-variants --variants {input.variants} --panel {input.panel}"
        " {params.normal} {params.purity} {params.local_copies} --gate {input.gate}"
        " --output {output} > {log} 2>&1"
