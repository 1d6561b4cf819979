namespace NtkTheory.Reporting

/// The look of all pages: light and dark, wide and narrow, on paper.
module StyleSheet =

    let private colours =
        """
:root{color-scheme:light dark;--bg:#fff;--fg:#1c2024;--dim:#5b636b;--rule:#d9dde1;--panel:#f5f7f9;--good:#1a7f37;--bad:#b42318;--odd:#8a5a00;
--s1:#1f6feb;--s2:#c9430a;--s3:#1a7f37;--s4:#8250df;--s5:#8a5a00;--s6:#bf3989}
@media screen and (prefers-color-scheme:dark){:root{--bg:#14171a;--fg:#e6e9ec;--dim:#9aa2aa;--rule:#343a40;--panel:#1d2125;--good:#4ac26b;--bad:#ff7b72;--odd:#d4a72c;
--s1:#6cb0ff;--s2:#ff9b5e;--s3:#56d373;--s4:#c297ff;--s5:#e3b341;--s6:#f778ba}}
@media print{:root{color-scheme:light}}
"""

    let private prose =
        """
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,sans-serif}
main{max-width:60rem;margin:0 auto;padding:1.5rem 1rem 4rem}h1{font-size:1.7rem;line-height:1.2;overflow-wrap:anywhere}h2{margin-top:2.5rem;border-bottom:1px solid var(--rule)}
h3{margin:1.6rem 0 .4rem}a{color:var(--s1)}code{font-size:.9em;overflow-wrap:anywhere}p,li{overflow-wrap:anywhere}
.dim{color:var(--dim)}.good{color:var(--good)}.bad{color:var(--bad)}.odd{color:var(--odd)}.surprise{outline:2px solid var(--bad);outline-offset:-2px}
.headline{font-size:1.25rem}.number{white-space:nowrap;font-variant-numeric:tabular-nums}.again{font-size:.92rem;color:var(--dim)}
math{font-family:"STIX Two Math","Latin Modern Math","Cambria Math","XITS Math",STIXGeneral,math}
.formula{overflow-x:auto;overflow-y:hidden;padding:.1em 0;line-height:1.9}.formula math{font-size:1.1em}
"""

    let private tables =
        """
table{border-collapse:collapse;width:100%;font-size:.92rem;margin:.8rem 0}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid var(--rule)}
th{background:var(--panel);vertical-align:bottom;position:sticky;top:0}td.n,th.n{text-align:right}td code{overflow-wrap:normal}
dl.facts{display:grid;grid-template-columns:minmax(7rem,14rem) minmax(0,1fr);gap:.2rem 1rem;align-items:baseline;margin:.8rem 0;padding:.6rem .8rem;background:var(--panel);border:1px solid var(--rule);border-radius:.4rem}
dl.facts dt{color:var(--dim)}dl.facts dd{margin:0;overflow-wrap:anywhere}dl.facts dd>p,dl.facts dd>ul{margin:0}dl.facts dd>ul{padding-left:1.1rem}
.card{border:1px solid var(--rule);border-radius:.4rem;padding:.2rem 1rem .6rem;margin:1rem 0}.card h3{margin:.6rem 0 .2rem}.card dl.facts{background:none;border:0;padding:0}
.filters{display:flex;flex-wrap:wrap;align-items:center;gap:.5rem;margin:1rem 0}.filters input{flex:1 1 12rem}.filters input,.filters select{font:inherit;padding:.3rem .5rem;background:var(--bg);color:var(--fg);border:1px solid var(--rule);border-radius:.3rem;min-width:0;max-width:100%}
[hidden]{display:none!important}
"""

    let private plots =
        """
figure{margin:1rem 0}figcaption{font-weight:600}.legend{display:flex;flex-wrap:wrap;gap:.1rem 1rem;font-size:.82rem;margin:.2rem 0}
.legend span::before{content:"";display:inline-block;width:1.1em;border-top:.2em solid;margin-right:.4em;vertical-align:.25em}.legend .dashed::before{border-top-style:dashed}.plot .dot.open{fill:var(--bg);stroke:currentColor;stroke-width:2}.legend .points::before{width:.6em;height:.6em;border:0;border-radius:50%;background:currentColor;vertical-align:0}.legend .points.open::before{background:none;border:2px solid}
.plot{width:100%;height:auto;display:block}.plot.narrow{display:none}.plot.plane{width:16rem;max-width:100%}.plot text{fill:var(--fg);font:12px system-ui,sans-serif}.plot .tick{fill:var(--dim);font-size:11px}
.plot .grid{stroke:var(--rule);stroke-width:.6}.plot .frame{fill:none;stroke:var(--dim);stroke-width:.8}.plot .level{stroke:var(--bad);stroke-dasharray:5 4}
.plot .line{fill:none;stroke-width:1.8;stroke:currentColor}.plot .dashed{stroke-dasharray:6 4}.plot .dot{fill:currentColor}.plot .ghost .dot{opacity:0}.plot .ghost .dot:hover{opacity:1}
.s1{color:var(--s1)}.s2{color:var(--s2)}.s3{color:var(--s3)}.s4{color:var(--s4)}.s5{color:var(--s5)}.s6{color:var(--s6)}.legend span{color:var(--fg)}
.legend .s1::before{color:var(--s1)}.legend .s2::before{color:var(--s2)}.legend .s3::before{color:var(--s3)}.legend .s4::before{color:var(--s4)}.legend .s5::before{color:var(--s5)}.legend .s6::before{color:var(--s6)}
"""

    let private narrow =
        """
@media print{.filters{display:none}main{max-width:none;padding:0}body{font-size:10.5pt}figure,tr,dl.facts>*{break-inside:avoid}h2,h3{break-after:avoid}th{position:static}a{color:inherit;text-decoration:none}}
@media screen and (max-width:600px){body{font-size:15px}main{padding:1rem .6rem}.plot.wide{display:none}.plot.narrow{display:block}
thead{display:none}table,tbody,tr{display:block}tr{border-bottom:1px solid var(--rule);padding:.35rem 0}td{display:grid;grid-template-columns:7.5rem minmax(0,1fr);gap:.6rem;border:0;padding:.08rem 0}
td::before{content:attr(data-label);color:var(--dim)}td.n{text-align:left}td>div{min-width:0;overflow-wrap:anywhere}td:first-child>div{font-weight:600}
dl.facts{grid-template-columns:minmax(0,1fr);gap:0}dl.facts dd{margin-bottom:.4rem}.card{padding:.2rem .6rem .6rem}}
"""

    /// The whole style sheet.
    let text = colours + prose + tables + plots + narrow
