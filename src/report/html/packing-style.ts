/** Style of the panels that the script draws. */
export const PACKING_STYLE = `
.broad{--wide:min(1480px,100vw - 48px);width:var(--wide);margin-left:calc((100% - var(--wide))/2)}
.controls{display:flex;flex-wrap:wrap;gap:8px 14px;align-items:center;margin-bottom:14px;font-size:13px}
.controls input[type=range]{flex:1 1 260px;accent-color:var(--ink);min-width:0}
.controls input[type=search]{flex:0 1 320px}
.controls .now{font-weight:600;min-width:10.5em}
.steps{display:inline-flex;flex-wrap:wrap;gap:8px}
button,select,input[type=search]{font:inherit;font-size:13px;color:inherit;background:var(--sunken);border:1px solid var(--line);border-radius:6px;padding:5px 11px;max-width:100%}
button{cursor:pointer}button:hover{border-color:var(--muted)}
button.link{background:none;border:0;padding:0;text-decoration:underline;text-decoration-color:var(--line);text-underline-offset:3px}
button.link:hover{text-decoration-color:currentColor}
.keys{flex-basis:100%;font-size:12px}
kbd{font:11.5px ui-monospace,SFMono-Regular,Menlo,monospace;border:1px solid var(--line);border-radius:4px;padding:1px 5px;background:var(--sunken)}
.lost{color:var(--bad);font-weight:700;margin-right:7px}
.key-row{margin-bottom:18px;gap:6px 18px}
.dot.neutral{--series:var(--muted)}
.dot.heat{--series:var(--series-0)}
.dot.reserved{background:var(--muted)}
.dot.free{background:repeating-linear-gradient(135deg,var(--muted) 0 1px,transparent 1px 4px);outline:1px solid var(--line)}
.dot.stranded{background:repeating-linear-gradient(45deg,var(--bad) 0 1.5px,transparent 1.5px 4px);outline:1px solid var(--bad)}
.dot.draining{background:repeating-linear-gradient(0deg,var(--series-4) 0 1.5px,transparent 1.5px 4px);outline:1.5px dashed var(--series-4)}
.dot.booting{background:none;outline:1px dashed var(--muted)}
.dot.gpu{background:var(--sunken);outline:1px solid var(--muted);height:5px;width:14px;border-radius:0}
.boards{display:grid;gap:24px}.boards.c2{grid-template-columns:repeat(2,minmax(0,1fr))}.boards.c3{grid-template-columns:repeat(3,minmax(0,1fr))}.boards.c4{grid-template-columns:repeat(4,minmax(0,1fr))}.boards.c5{grid-template-columns:repeat(5,minmax(0,1fr))}
.board{margin:0!important;min-width:0}
.board canvas{display:block;width:100%;cursor:pointer;touch-action:manipulation}
.numbers{display:flex;flex-wrap:wrap;gap:0 14px;font-size:12.5px;color:var(--muted);margin-bottom:10px;min-height:3em;align-content:flex-start}
.numbers b{color:var(--ink)}.numbers .bad,.numbers .bad b{color:var(--bad)}
.hint{margin-top:16px;font-size:13.5px}
.inspector{display:grid;grid-template-columns:264px minmax(0,1fr);gap:28px;margin-top:20px;padding-top:20px;border-top:1px solid var(--line)}
.inspector h3 .unit,.task-card h3 .unit,.why .unit{color:var(--muted);font-weight:400;font-size:12.5px}
.enlarged{width:262px;height:262px;margin-top:10px}
.box-back{fill:var(--panel);stroke:var(--muted)}.box-used{fill:var(--sunken)}.box-free{fill:none;stroke:var(--muted);stroke-dasharray:3 3}.box-reserved{fill:var(--muted)}
.box-task{fill:var(--series);stroke:var(--panel);stroke-width:1;cursor:pointer}.box-task.neutral{--series:var(--muted)}.box-task.chosen{stroke:var(--ink);stroke-width:2.5}
.task-list{columns:260px;list-style:none;margin:0;padding:0;font-size:13px}
.task-card h4{font-size:13.5px;font-weight:600;margin:16px 0 4px}
.task-card>p{margin:10px 0}.task-card .facts{margin-top:8px;gap:2px 20px}
.task-card .scroll,.decisions .scroll{margin:0;padding:0}
.task-card code{overflow-wrap:anywhere}
.command{margin-top:14px}.command p{margin:4px 0}.command button{padding:1px 7px;font-size:11.5px;color:var(--muted)}
.inspector.one{grid-template-columns:minmax(0,1fr)}
.why>p{font-size:13.5px;margin-bottom:8px}
.why .scroll+.scroll{margin-top:14px}
.decisions{display:grid;grid-template-columns:minmax(0,2fr) minmax(0,3fr);gap:28px}
.decisions .list{max-height:460px;overflow:auto}
.decisions .list thead th{position:sticky;top:0;background:var(--panel)}
.time-canvas{position:relative}
.time-canvas canvas{display:block;width:100%;cursor:crosshair}
.now-line{position:absolute;top:0;width:1.5px;background:var(--ink);pointer-events:none}
.copies{display:flex;gap:6px;justify-content:flex-end;margin-top:-22px;float:right}
.curve{min-width:560px;width:100%;height:auto;overflow:visible}.curve text{font-size:12px;fill:var(--muted)}
.copies.below{float:none;margin-top:8px}
.copies~details summary,details:has(~.copies) summary{max-width:calc(100% - 104px);overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.copies button{padding:1px 7px;font-size:11.5px;color:var(--muted);background:none}
.scope{font-size:13px;font-weight:500;letter-spacing:0;color:var(--muted);margin-left:8px}
.chip{position:fixed;left:0;right:0;bottom:18px;display:flex;justify-content:center;pointer-events:none;z-index:3}
.chip p{display:flex;align-items:center;gap:12px;background:var(--ink);color:var(--panel);border-radius:999px;padding:7px 8px 7px 18px;font-size:13.5px;box-shadow:0 4px 18px #0004;pointer-events:auto}
.chip button{background:none;color:inherit;border-color:var(--muted);border-radius:999px;padding:3px 12px}.chip kbd{background:none;border-color:var(--muted);margin-left:5px}
@media(max-width:860px){.inspector,.decisions{grid-template-columns:minmax(0,1fr)}.broad{--wide:100%}}
@media print{.controls,.copies,.hint,.chip button{display:none}.chip{position:static}}
`;
