# One R process of benchmarks/estimation.py: Rscript estimation.R FOLDER ROWS TOOL REPEATS
# Reads the columns as raw numbers, times the estimation alone, prints one line of JSON.
suppressPackageStartupMessages(library(survey))
given <- commandArgs(trailingOnly = TRUE)
folder <- given[1]; n <- as.integer(given[2]); tool <- given[3]; repeats <- as.integer(given[4])
column <- function(name, what, size) readBin(file.path(folder, name), what, n, size = size)
data <- data.frame(
  agency = column("agency", "integer", 4), stratum = column("stratum", "integer", 4),
  satisfied = as.numeric(column("rating", "integer", 4) >= 4), weight = column("weight", "double", 8)
)
peak <- function() {  # the most the process has held, in MB
  status <- tryCatch(readLines("/proc/self/status"), error = function(e) "VmHWM: 0 kB")
  as.numeric(gsub("[^0-9]", "", grep("VmHWM", status, value = TRUE))) / 1024
}
before <- peak()
best <- Inf
for (k in seq_len(repeats)) {
  started <- proc.time()[["elapsed"]]
  design <- svydesign(ids = ~1, strata = ~stratum, weights = ~weight, data = data)
  nation <- svymean(~satisfied, design)
  seventh <- "null"
  if (tool == "agencies") {
    by <- svyby(~satisfied, ~agency, design, svymean)
    seventh <- sprintf("%.15g", SE(by)[8])
  }
  best <- min(best, proc.time()[["elapsed"]] - started)
  if (best > 20) break
}
cat(sprintf(
  '{"share": %.15g, "se": %.15g, "se of agency 7": %s, "seconds": %.6f, "peak MB": %.1f, "extra MB": %.1f}\n',
  coef(nation), SE(nation), seventh, best, peak(), peak() - before
))
