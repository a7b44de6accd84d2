"""The report: view model, charts, HTML and PDF. It sees sums per group and never loops over rows."""
