#pragma once

namespace numeral {

/// The style sheet of the report. It goes into an element of XML: no `<` and no `&`.
inline constexpr const char* kReportStyle = R"css(
:root {
  color-scheme: light dark;
  --background: #f3f1ea;
  --paper: #fffefa;
  --text: #262b3a;
  --quiet: #5d6274;
  --line: #d9d5c8;
  --accent: #2447a8;
  --second: #b3541e;
  --right: 36 71 168;
  --wrong: 208 48 48;
}
@media (prefers-color-scheme: dark) {
  :root {
    --background: #12141b;
    --paper: #1b1e28;
    --text: #e3e5ee;
    --quiet: #9aa0b4;
    --line: #333848;
    --accent: #9db4ff;
    --second: #ffb27a;
    --right: 125 155 255;
    --wrong: 255 90 90;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto;
  max-width: 70rem;
  padding: 1.5rem 1rem 4rem;
  background: var(--background);
  color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif;
  overflow-wrap: break-word;
}
h1 { margin: 0 0 .5rem; font-size: 1.75rem; line-height: 1.2; }
h2 { margin: 0 0 .75rem; font-size: 1.25rem; line-height: 1.3; }
h3 { margin: 0 0 .25rem; font-size: 1rem; }
time { white-space: nowrap; }
p { margin: 0 0 .75rem; max-width: 46rem; }
a { color: var(--accent); }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 1rem 0 0; padding: 0; }
nav li { list-style: none; }
section {
  margin-top: 1.25rem;
  padding: 1.25rem;
  border: 1px solid var(--line);
  border-radius: .5rem;
  background: var(--paper);
}
.quiet, dd small, figcaption small { color: var(--quiet); }
.key { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: .75rem;
  margin: 1rem 0 0; }
.key div { padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .5rem;
  background: var(--paper); }
dt { color: var(--quiet); font-size: .875rem; }
dd { margin: 0; font-size: 1.5rem; line-height: 1.3; font-variant-numeric: tabular-nums; }
dd small { display: block; font-size: .875rem; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr));
  gap: 1.25rem 2rem; }
figure { margin: 0; min-width: 0; }
.chart { display: block; width: 100%; max-width: 36rem; height: auto; }
.chart text { fill: var(--text); font-size: 12.5px; }
.chart .name, .chart .small { fill: var(--quiet); }
.chart .small { font-size: 9.5px; }
.chart .best { fill: var(--quiet); font-size: 11.5px; }
.chart line { stroke: var(--line); }
.chart .axis { stroke: var(--quiet); }
.chart .mark { stroke: var(--quiet); stroke-dasharray: 2 3; }
.chart polyline { fill: none; stroke-width: 2; stroke-linejoin: round; }
.chart .series-0, .chart .series-0 polyline { stroke: var(--accent); }
.chart .series-1, .chart .series-1 polyline { stroke: var(--second); }
.chart line.series-0, .chart line.series-1 { stroke-width: 2; }
.chart .series-1 polyline, .chart line.series-1 { stroke-dasharray: 6 3; }
.chart circle { stroke: none; }
.chart .series-0 circle { fill: var(--accent); }
.chart .series-1 circle { fill: var(--second); }
.chart .bar { fill: rgb(var(--right) / .55); }
.chart .count { fill: rgb(var(--right) / .3); }
.chart .diagonal { stroke: var(--text); stroke-dasharray: 5 4; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .75rem .2rem 0; text-align: right; vertical-align: baseline; }
td { white-space: nowrap; }
th { font-weight: 600; }
thead th { color: var(--quiet); font-size: .875rem; font-weight: 400; vertical-align: bottom; }
.plain tbody th { font-weight: 400; white-space: nowrap; }
.words tbody th { min-width: 8rem; }
.words th:first-child, .words .bar { text-align: left; }
.words tbody tr, .settings tr { border-top: 1px solid var(--line); }
.settings th { font-weight: 400; color: var(--quiet); }
.settings th, .settings td { text-align: left; }
caption { padding-bottom: .25rem; color: var(--quiet); font-size: .875rem; text-align: left; }
.meter { display: inline-block; width: 7rem; height: .6rem; border-radius: .2rem;
  background: rgb(var(--right) / .15); }
.meter i { display: block; height: 100%; border-radius: .2rem; background: rgb(var(--right) / .7); }
.meter.bad { background: none; }
.meter.bad i { background: rgb(var(--wrong) / .7); }
.confusion th, .confusion td { min-width: 2.3rem; padding: .3rem; border: 1px solid var(--line);
  text-align: center; vertical-align: middle; }
.confusion thead th { color: var(--text); font-size: 1rem; font-weight: 600; }
.confusion .apply_orientation { writing-mode: vertical-rl; transform: rotate(180deg); padding: .3rem; }
.confusion .same { background: rgb(var(--right) / var(--shade)); }
.confusion .other { background: rgb(var(--wrong) / var(--shade)); font-weight: 600; }
.confusion .none { color: var(--quiet); }
.misclassified { display: grid; grid-template-columns: repeat(auto-fill, minmax(6.5rem, 1fr));
  gap: 1rem .75rem; margin: 0; padding: 0; }
.misclassified li { list-style: none; }
.misclassified img { display: block; width: 84px; height: 84px; margin-bottom: .25rem;
  border: 1px solid var(--line); image-rendering: pixelated; background: #000; }
.misclassified figcaption { font-size: .875rem; line-height: 1.35; }
.misclassified small { display: block; }
.beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr));
  gap: 1.25rem 2rem; align-items: start; }
details { margin-top: 1rem; }
summary { cursor: pointer; color: var(--accent); }
@media (max-width: 40rem) {
  body { padding: 1rem .5rem 3rem; }
  section { padding: 1rem .75rem; }
  .key { grid-template-columns: 1fr 1fr; }
  .key div { padding: .5rem .75rem; }
  dd { font-size: 1.25rem; }
  .confusion th, .confusion td, .confusion thead th { min-width: 0; padding: .25rem .15rem;
    font-size: .75rem; }
  .confusion.numbers th, .confusion.numbers td { padding: .25rem .05rem; font-size: .6875rem; }
  .words tbody th { min-width: 6rem; }
  .words th, .words td { padding-right: .5rem; font-size: .8125rem; }
  .words .bar { display: none; }
}
@media print {
  section { break-inside: avoid; border: 0; padding: 0; }
  nav { display: none; }
}
)css";

}  // namespace numeral
