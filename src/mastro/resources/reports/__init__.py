"""Reports: figures of a company over a period, each as JSON, CSV, XLSX or PDF. Ours: the vendor has none in its API.

Figures are sums over indexed columns, bounded by their period and not by the company's history. In euro.
"""
