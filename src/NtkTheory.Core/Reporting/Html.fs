namespace NtkTheory.Reporting

open System.Net

/// Pages that need no network, no script from elsewhere, and print decently.
module Html =

    /// Text made safe for a page.
    let text (value: string) : string = WebUtility.HtmlEncode value |> nonNull

    /// An element with a class.
    let element name style content =
        let attribute = if style = "" then "" else $" class=\"{style}\""
        $"<{name}{attribute}>{content}</{name}>"

    /// A table; the cells are HTML already. Rows may carry attributes of their own.
    let table (headings: string list) (rows: (string * string list) list) =
        let head = headings |> List.map (element "th" "") |> String.concat ""

        let row (attributes, cells) =
            $"<tr{attributes}>"
            + (cells |> List.map (element "td" "") |> String.concat "")
            + "</tr>"

        let body = rows |> List.map row |> String.concat "\n"
        $"<div class=\"scroll\"><table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table></div>"

    let private style =
        """
:root{color-scheme:light dark;--bg:#fff;--fg:#1c2024;--dim:#60666d;--rule:#d9dde1;--panel:#f5f7f9;--good:#1a7f37;--bad:#b42318;--odd:#9a6700;
--s1:#1f6feb;--s2:#d1480b;--s3:#1a7f37;--s4:#8250df;--s5:#9a6700;--s6:#bf3989}
@media (prefers-color-scheme:dark){:root{--bg:#14171a;--fg:#e6e9ec;--dim:#9aa2aa;--rule:#343a40;--panel:#1d2125;--good:#4ac26b;--bad:#ff7b72;--odd:#d4a72c;
--s1:#6cb0ff;--s2:#ff9b5e;--s3:#56d373;--s4:#c297ff;--s5:#e3b341;--s6:#f778ba}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,sans-serif}
main{max-width:60rem;margin:0 auto;padding:1.5rem 1rem 4rem}h1{font-size:1.7rem;line-height:1.2}h2{margin-top:2.5rem;border-bottom:1px solid var(--rule)}
h3{margin-top:2rem}a{color:var(--s1)}code{font-size:.9em;overflow-wrap:anywhere}p,li{overflow-wrap:anywhere}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.92rem}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid var(--rule)}
th{background:var(--panel);position:sticky;top:0}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
.dim{color:var(--dim)}.good{color:var(--good)}.bad{color:var(--bad)}.odd{color:var(--odd)}.surprise{outline:2px solid var(--bad);outline-offset:-2px}
.card{border:1px solid var(--rule);border-radius:.4rem;padding:.2rem 1rem 1rem;margin:1rem 0;background:var(--panel)}.headline{font-size:1.25rem}
.filters{display:flex;flex-wrap:wrap;gap:.5rem;margin:1rem 0}.filters input{flex:1 1 12rem}.filters input,.filters select{font:inherit;padding:.3rem .5rem;background:var(--bg);color:var(--fg);border:1px solid var(--rule);border-radius:.3rem}
td code{overflow-wrap:normal;white-space:normal}math{font-size:1.1em;overflow-x:auto;overflow-y:hidden;max-width:100%;padding:.15em 0}math[display=block]{margin:.6rem 0}
.plot{width:100%;height:auto;background:var(--bg);margin:.5rem 0}.plot text{fill:var(--fg);font:12px system-ui,sans-serif}.plot .title{font-size:14px;font-weight:600}.plot .tick{fill:var(--dim);font-size:11px}
.plot .legend{font-size:11px;paint-order:stroke;stroke:var(--bg);stroke-width:4px}.plot .grid{stroke:var(--rule);stroke-width:.6}.plot .frame{fill:none;stroke:var(--dim);stroke-width:.8}.plot .level{stroke:var(--bad);stroke-dasharray:5 4}
.plot .line{fill:none;stroke-width:1.8}.plot .dashed{stroke-dasharray:6 4}.plot .ghost .dot{opacity:0}.plot .ghost .dot:hover{opacity:1}
.plot .line.s1{stroke:var(--s1)}.plot .line.s2{stroke:var(--s2)}.plot .line.s3{stroke:var(--s3)}.plot .line.s4{stroke:var(--s4)}.plot .line.s5{stroke:var(--s5)}.plot .line.s6{stroke:var(--s6)}
.plot .dot.s1{fill:var(--s1)}.plot .dot.s2{fill:var(--s2)}.plot .dot.s3{fill:var(--s3)}.plot .dot.s4{fill:var(--s4)}.plot .dot.s5{fill:var(--s5)}.plot .dot.s6{fill:var(--s6)}
@media print{.filters{display:none}main{max-width:none}.card,.plot,tr{break-inside:avoid}th{position:static}a{color:inherit;text-decoration:none}}
@media (max-width:480px){body{font-size:15px}main{padding:1rem .6rem}th,td{padding:.25rem .4rem}}
"""

    /// A whole page. The script, if any, is part of it.
    let page title script body =
        let scriptElement = if script = "" then "" else $"<script>{script}</script>"

        $"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>{text title}</title><style>{style}</style></head>\n<body><main>\n{body}\n</main>{scriptElement}</body></html>\n"
