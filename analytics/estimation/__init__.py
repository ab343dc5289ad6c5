"""Survey statistics as pure functions on frozen values: NumPy and SciPy, never Django.

Two ways in that agree: counts per cell (`cells`, at a cost that does not grow with the responses)
and single responses (`design`, `estimates`).

    values               Estimate, Interval
    cells, collapse      counts of ratings per cell; merging thin cells; coverage
    design, lonely       strata, stages, weights; strata with one PSU
    taylor, replicates   the two principles of variance
    statistics           means, totals, ratios as functions of the weights
    estimates            mean, total, ratio, distribution, domains, net promoter score
    quantiles            quantiles and their intervals; `quantile_rules` between observations
    deff                 design effects
    weighting            nonresponse, poststratification, raking, trimming
    calibration          linear, raking, logit
    intervals            the official interval, and those it is compared with
    verdict              MET, NOT_MET, INCONCLUSIVE
    multiplicity         lists of agencies: false discovery rate, ranks
    comparison           differences of domains and of waves
    confidence_sequence  while a wave runs
    small_areas          empirical Bayes for small offices, never the verdict
    drivers              what moves satisfaction
    standardisation      agencies at one channel mix
    funnel               funnel limits
    planning             sample sizes and allocation
    response_rates       AAPOR RR1 to RR4
"""
