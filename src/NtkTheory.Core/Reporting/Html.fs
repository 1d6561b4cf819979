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

    /// A number in a cell; columns of nothing else stand at the right.
    let number content = element "span" "number" content

    let private isNumber (cell: string) =
        cell = "–" || cell.StartsWith "<span class=\"number\">"

    /// A table; headings and cells are HTML already. Rows may carry attributes of their own. On narrow screens each
    /// row becomes a block in which the names of the columns stand beside the cells.
    let table (headings: string list) (names: string list) (rows: (string * string list) list) =
        let style column =
            if
                not rows.IsEmpty
                && rows |> List.forall (fun (_, cells) -> isNumber (List.item column cells))
            then
                "n"
            else
                ""

        let styles = headings |> List.mapi (fun column _ -> style column)
        let head = List.map2 (element "th") styles headings |> String.concat ""

        let cell name style content =
            let attribute = if style = "" then "" else $" class=\"{style}\""
            $"<td{attribute} data-label=\"{text name}\"><div>{content}</div></td>"

        let row (attributes, cells) =
            $"<tr{attributes}>{List.map3 cell names styles cells |> String.concat System.String.Empty}</tr>"

        let body = rows |> List.map row |> String.concat "\n"
        $"<table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>"

    /// Names beside what they are; both are HTML already.
    let facts (items: (string * string) list) =
        items
        |> List.map (fun (name, value) -> $"<dt>{name}</dt><dd>{value}</dd>")
        |> String.concat "\n"
        |> element "dl" "facts"

    /// A whole page. The script, if any, is part of it.
    let page title script body =
        let scriptElement = if script = "" then "" else $"<script>{script}</script>"

        $"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>{text title}</title><style>{StyleSheet.text}</style></head>\n<body><main>\n{body}\n</main>{scriptElement}</body></html>\n"
