# Reference values of inlav's statistics, computed by R. Run in this directory: Rscript reference.R
suppressMessages(library(survival))
options(digits = 17)

number <- function(x) ifelse(is.na(x) | is.nan(x), "NA", trimws(formatC(x, digits = 17, format = "g")))

# -- Survival: the lung data by sex, and small groups at the edges.
lung_rows <- data.frame(group = paste0("lung", lung$sex), days = lung$time, event = lung$status - 1)
edge <- read.csv("survival_edge.csv")
all_rows <- rbind(lung_rows, edge)
write.csv(all_rows, "survival_input.csv", row.names = FALSE, quote = FALSE)

curves <- data.frame()
medians <- data.frame()
for (g in unique(all_rows$group)) {
  d <- all_rows[all_rows$group == g, ]
  fit <- survfit(Surv(days, event) ~ 1, data = d, conf.type = "log-log")
  s <- summary(fit)
  curves <- rbind(curves, data.frame(
    group = g, days = s$time, at_risk = s$n.risk, events = s$n.event,
    survival = number(s$surv), standard_error = number(s$std.err),
    lower = number(s$lower), upper = number(s$upper)))
  m <- s$table
  medians <- rbind(medians, data.frame(
    group = g, units = m[["records"]], events = m[["events"]], median = number(m[["median"]]),
    lower = number(m[["0.95LCL"]]), upper = number(m[["0.95UCL"]])))
}
write.csv(curves, "survival_curves_r.csv", row.names = FALSE, quote = FALSE)
write.csv(medians, "survival_medians_r.csv", row.names = FALSE, quote = FALSE)

# -- Wilson: prop.test without continuity correction gives the score interval.
wilson <- data.frame()
for (level in c(0.8, 0.95, 0.99)) {
  for (p in list(c(0, 12), c(1, 10), c(7, 40), c(10, 20), c(31, 33), c(12, 12), c(50, 997),
                 c(1, 1), c(0, 1), c(480, 1200), c(1199, 1200), c(123456, 1000000))) {
    ci <- suppressWarnings(prop.test(p[1], p[2], conf.level = level, correct = FALSE))$conf.int
    wilson <- rbind(wilson, data.frame(successes = p[1], trials = p[2], level = level,
                                       lower = number(ci[1]), upper = number(ci[2])))
  }
}
wilson$trials <- format(wilson$trials, scientific = FALSE, trim = TRUE)
write.csv(wilson, "wilson_r.csv", row.names = FALSE, quote = FALSE)

# -- Normal quantiles.
p <- c(1e-300, 1e-100, 1e-20, 1e-10, 1e-5, 0.001, 0.005, 0.025, 0.05, 0.074, 0.075, 0.076, 0.1,
       0.3, 0.5, 0.7, 0.9, 0.925, 0.975, 0.995, 0.99999)
write.csv(data.frame(p = number(p), z = number(qnorm(p))), "normal_quantile_r.csv",
          row.names = FALSE, quote = FALSE)
