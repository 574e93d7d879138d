import { seriesRules, themeVariables } from '../charts/palette.ts';
import { MARK_RULES } from '../svg.ts';
import { PACKING_STYLE } from './packing-style.ts';

/** The whole style sheet of the report. Static: its hash is in the page's content security policy. */
export const STYLE: string = `
:root{color-scheme:light dark;${themeVariables('light')}}
@media(prefers-color-scheme:dark){:root{${themeVariables('dark')}}}
@media print{:root{color-scheme:light;${themeVariables('light')}}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;font-variant-numeric:tabular-nums}
a{color:inherit;text-underline-offset:3px;text-decoration-color:var(--line)}
a:hover{text-decoration-color:currentColor}
:focus-visible{outline:2px solid var(--series-0);outline-offset:3px;border-radius:4px}
h1,h2,h3,p,figure,dl,dd,pre{margin:0}
svg{display:block}
.skip{position:absolute;left:-999px}.skip:focus{left:16px;top:8px;background:var(--panel);padding:8px 12px;z-index:2}
.page{max-width:1128px;margin:0 auto;padding:40px 24px 64px}

header{margin-bottom:36px}
.brand{display:flex;flex-wrap:wrap;gap:4px 16px;justify-content:space-between;font-size:13px;color:var(--muted);margin-bottom:28px}
.brand b{color:var(--ink);letter-spacing:.02em}
.brand nav{display:flex;flex-wrap:wrap;gap:4px 18px}
h1{font-size:15px;font-weight:600;letter-spacing:.005em}
.about{color:var(--muted);max-width:70ch}
.verdict{font-size:clamp(21px,2.55vw,29px);line-height:1.28;font-weight:600;letter-spacing:-.014em;text-wrap:pretty;margin:14px 0 16px;max-width:36em}
.setting{display:flex;flex-wrap:wrap;gap:2px 20px;color:var(--muted);font-size:13px}
.alert{margin-top:16px;padding:10px 14px;border-left:3px solid var(--bad);background:var(--panel);font-size:14px;border-radius:0 6px 6px 0}
.alert b{color:var(--bad)}

section{margin-top:48px}
h2{font-size:19px;font-weight:650;letter-spacing:-.01em;margin-bottom:4px}
h3{font-size:14px;font-weight:600}
.panel>h3{margin-bottom:12px}
.lead{color:var(--muted);font-size:14px;max-width:92ch;text-wrap:pretty;margin-bottom:18px}
.panel{background:var(--panel);border:1px solid var(--line);border-radius:10px;padding:20px}
.panel+.panel{margin-top:16px}
.dot{display:inline-block;width:10px;height:10px;border-radius:3px;background:var(--series);margin-right:8px;flex:none}
.dot.again{background:repeating-linear-gradient(90deg,var(--series) 0 3px,transparent 3px 5px)}
.name{display:inline-flex;align-items:baseline;white-space:nowrap}
.muted{color:var(--muted)}
.good{color:var(--good)}.bad{color:var(--bad)}
.mark{white-space:nowrap;font-size:12.5px}

.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(236px,1fr));gap:16px}
.card{background:var(--panel);border:1px solid var(--line);border-radius:10px;padding:18px 20px 16px;border-top:3px solid var(--series);display:flex;flex-direction:column}
.card.again{border-top-style:dashed}
.card h3{font-size:15px;overflow-wrap:anywhere}
.card .kind{font-size:12.5px;color:var(--muted);flex:1 0 auto}
.card .total{font-size:32px;line-height:1.15;font-weight:650;letter-spacing:-.025em;margin-top:14px}
.card .delta{font-size:13.5px;min-height:1.5em}
.card dl{display:grid;grid-template-columns:1fr auto;gap:5px 12px;margin-top:14px;padding-top:12px;border-top:1px solid var(--line);font-size:13.5px}
.card dt{color:var(--muted)}
.card dd{text-align:right;font-weight:550}.card dd.bad{font-weight:700}

.scroll{overflow-x:auto;margin:0 -20px;padding:0 20px}
table{border-collapse:collapse;width:100%;font-size:13.5px;line-height:1.4}
th,td{padding:7px 0 7px 24px;text-align:right;vertical-align:top;font-weight:400;white-space:nowrap}
th:first-child,td:first-child{padding-left:0;text-align:left}
th.text,td.text{text-align:left}
td.wrap{white-space:normal;min-width:18em}
thead th{color:var(--muted);font-size:12.5px;border-bottom:1px solid var(--line);padding-top:0;vertical-align:bottom}
tbody tr+tr>*{border-top:1px solid var(--grid)}
tbody+tbody tr:first-child>*{border-top:1px solid var(--line)}
tbody th[scope=rowgroup]{font-weight:600;padding-top:18px}
tbody:first-of-type th[scope=rowgroup]{padding-top:10px}
td.delta{text-align:left;padding-left:10px}
td .sub{display:block;font-size:12px;color:var(--muted)}
tr.total>*{font-weight:600}
.d1{padding-left:18px!important}.d2{padding-left:36px!important}.d3{padding-left:54px!important}.d4{padding-left:72px!important}

figure+figure{margin-top:28px}
figcaption{display:flex;flex-wrap:wrap;gap:2px 12px;align-items:baseline;justify-content:space-between;margin-bottom:10px}
figcaption .unit{color:var(--muted);font-weight:400;font-size:12.5px}
.reading{color:var(--muted);font-size:12.5px;margin-top:8px;max-width:80ch}
.legend{display:flex;flex-wrap:wrap;gap:2px 20px;font-size:12.5px;color:var(--muted);list-style:none;margin:0;padding:0}
.legend li{display:inline-flex;align-items:center;white-space:nowrap}
.legend .dot{margin-right:7px}
.legend output{color:var(--ink);font-weight:600;margin-left:6px;min-width:3.2em;text-align:right;display:inline-block}
.key{flex:none;margin-right:7px}
details{margin-top:10px;font-size:12.5px}
summary{color:var(--muted);cursor:pointer;width:max-content;max-width:100%}
summary:hover{color:var(--ink)}
details[open] summary{margin-bottom:10px}
details .scroll{max-height:340px;overflow:auto}
details thead th{position:sticky;top:0;background:var(--panel);padding-top:4px}

.bars{display:grid;grid-template-columns:minmax(90px,max-content) 1fr max-content;gap:14px 16px;align-items:center;font-size:13.5px}
.bars svg{width:100%;height:28px;overflow:visible}
.bars .value{text-align:right;font-weight:600}
.narrow{display:none}
.bars .small{font-weight:400;color:var(--muted);font-size:12.5px}

.plot{position:relative;margin:0 0 26px 56px;height:176px;touch-action:pan-y;cursor:crosshair}
.plot.low{height:128px;margin-left:44px}.low .line{stroke-width:1.5}
.plot svg{position:absolute;inset:0;width:100%;height:100%;overflow:visible}
.plot .axes text{font-size:11.5px;fill:var(--muted)}
.plot .data{overflow:hidden}
section{scroll-margin-top:12px}
.moment{stroke:var(--ink);stroke-width:1.5}.brush{fill:var(--ink);fill-opacity:.12}
.cross{stroke:var(--ink);stroke-width:1;stroke-dasharray:2 3}
.when{position:absolute;top:-8px;transform:translate(-50%,-100%);background:var(--ink);color:var(--panel);font-size:11.5px;line-height:1;padding:4px 7px;border-radius:4px;pointer-events:none;white-space:nowrap}
.when[hidden]{display:none}
.multiples{display:grid;grid-template-columns:repeat(auto-fit,minmax(280px,1fr));gap:24px 32px}
.multiples figure{margin:0;min-width:0}
.row-title{font-size:15px;font-weight:600;margin-bottom:14px}
.quantiles{overflow:visible}
.quantiles text{font-size:11.5px;fill:var(--muted)}
.span{stroke:var(--series);stroke-width:2;stroke-opacity:.45}
.q{fill:var(--panel);stroke:var(--series);stroke-width:2}.q.p99{fill:var(--series)}
.w0{fill:var(--wait-0)}.w1{fill:var(--wait-1)}.w2{fill:var(--wait-2)}.w3{fill:var(--wait-3)}.w4{fill:var(--ink)}
.gap{stroke:var(--panel);stroke-width:1}

pre{background:var(--sunken);border-radius:8px;padding:12px 14px;overflow-x:auto;font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:6px 24px;font-size:13.5px}
.facts dt{color:var(--muted)}.facts dd{overflow-wrap:anywhere;min-width:0}
code{font:12.5px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.notes{margin:0 0 20px;padding-left:18px;font-size:14px;max-width:84ch}.notes li+li{margin-top:4px}
footer{margin-top:48px;color:var(--muted);font-size:12.5px}
${MARK_RULES}${seriesRules()}
${PACKING_STYLE}
@media(max-width:640px){
.page{padding:24px 16px 48px}
.panel{padding:16px}.scroll{margin:0;padding:0}.scroll th:first-child,.scroll td:first-child{position:sticky;left:0;background:var(--panel);z-index:1}
section{margin-top:36px}
.minor{display:none}
.plot{margin-left:48px;height:150px}
.bars{display:block}.bars .line{display:flex;justify-content:space-between;gap:12px;margin-bottom:4px}.bars .bar{margin-bottom:14px}.narrow{display:inline}.wide{display:none}
.facts{grid-template-columns:1fr;gap:0}.facts dd{margin-bottom:10px}
th,td{padding-left:18px}
.low .line,.plot .line{stroke-width:1.25}
}
@media(prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
@media print{
body{background:none}.page{max-width:none;padding:0}
.panel,.card,figure,tr{break-inside:avoid}
.brand nav,.skip,summary{display:none}
h2{break-after:avoid}
.scroll{overflow:visible}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`;
