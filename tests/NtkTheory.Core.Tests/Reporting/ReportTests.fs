module NtkTheory.Core.Tests.Reporting.ReportTests

open System.Text.Json
open System.Threading
open System.Xml.Linq
open NtkTheory.Claims
open NtkTheory.Core.Tests.Verification.Synthetic
open NtkTheory.Reporting
open NtkTheory.Sampling
open NtkTheory.Verification
open Xunit

let private items = [
    Theorem.pack (theorem "synthetic/holds" (below float) [ Control.scaled 0.5 (below float) ])
    Theorem.pack {
        theorem "synthetic/false" (below (fun _ -> 100.0)) [] with
            Entry = {
                entry "synthetic/false" (FalseAsStated "x") with
                    Statement = "$n$ is at most 100 & <less>"
            }
    }
    Stated(entry "synthetic/said" Cited, "nothing to compute")
    Observed(
        entry "synthetic/seen" Empirical,
        {
            Figure = "the answer"
            Run = fun _ -> NtkTheory.Numerics.Estimate.exact 42.0
        }
    )
]

let private report = Run.verify (options 1) ignore CancellationToken.None items

let private origin = {
    Version = "1.2.3"
    Backend = "managed"
}

[<Fact>]
let ``the JSON has the documented properties in their order`` () =
    use document = JsonDocument.Parse(Json.report origin report)
    let names (element: JsonElement) = [ for property in element.EnumerateObject() -> property.Name ]
    let root = document.RootElement

    Assert.Equal<string list>(
        [
            "version"
            "seed"
            "backend"
            "workers"
            "budget"
            "falseAlarmRate"
            "partial"
            "data"
            "theorems"
        ],
        names root
    )

    Assert.Equal<string list>(
        [
            "id"
            "topic"
            "title"
            "kind"
            "status"
            "expected"
            "verdict"
            "reason"
            "instances"
            "discards"
            "evaluations"
            "slack"
            "radius"
            "tightness"
            "seconds"
            "controls"
            "counterexample"
        ],
        names (root.GetProperty("theorems").[0])
    )

    let example = (root.GetProperty("theorems").[1]).GetProperty "counterexample"
    Assert.Equal<string list>([ "instance"; "measured"; "bound"; "slack"; "replay" ], names example)
    Assert.Equal("101", example.GetProperty("instance").GetString())
    Assert.Equal(JsonValueKind.Null, (root.GetProperty("theorems").[2]).GetProperty("slack").ValueKind)

[<Fact>]
let ``the Markdown tells of every statement and how to see the counterexample again`` () =
    let text = Markdown.report origin items report

    for item in items do
        Assert.Contains((Theorem.entry item).Id, text)

    Assert.Contains("ntk replay synthetic/false~1~", text)
    Assert.Contains("the answer = 42", text)
    Assert.DoesNotContain("partial", text)

[<Fact>]
let ``the page is well formed and needs no other host`` () =
    let page = HtmlReport.report origin items report
    Assert.DoesNotContain("http", page)

    let body =
        page.Substring(page.IndexOf "<main>", page.IndexOf "</main>" + 7 - page.IndexOf "<main>")
    // XML has none of HTML's lone tags; the one that the page uses is closed for the parser.
    let closed =
        System.Text.RegularExpressions.Regex.Replace(body, "<(input[^>]*|wbr)>", "<$1/>")

    Assert.Equal("main", XElement.Parse(closed).Name.LocalName)

[<Fact>]
let ``pages for terminals keep the width`` () =
    for item in items do
        let page = PlainText.page 60 (Theorem.facts item)
        Assert.All(page.Split '\n', fun line -> Assert.True(line.Length <= 60, line))

[<Theory>]
[<InlineData(0.0, 0.0)>]
[<InlineData(-3.0, 5.0)>]
[<InlineData(1e-9, 1e9)>]
let ``ticks lie on their axis`` low high =
    for scale in [ Linear; Logarithmic ] do
        let axis = Axis.over scale [ low; high ]
        Assert.NotEmpty(Axis.ticks axis)
        Assert.All(Axis.ticks axis, fun tick -> Assert.InRange(Axis.position axis tick, -1e-6, 1.0 + 1e-6))

[<Fact>]
let ``a plot of nothing is a plot`` () =
    let empty = {
        Title = "t"
        XLabel = "x"
        YLabel = "y"
        XScale = Logarithmic
        YScale = Linear
        Series = []
        Levels = []
    }

    let figure = XElement.Parse(Svg.render empty)

    Assert.Equal<string list>(
        [ "figcaption"; "svg"; "svg" ],
        [ for part in figure.Elements() -> part.Name.LocalName ]
    )

    let one = {
        empty with
            Series = [
                {
                    Name = "s"
                    Mark = Line
                    Points = [ 0.0, nan; 1.0, 2.0 ]
                    Hover = []
                }
            ]
    }

    Assert.DoesNotContain("NaN", Svg.render one)

[<Theory>]
[<InlineData(0.0, "0")>]
[<InlineData(16384.0, "16384")>]
[<InlineData(0.25, "0.25")>]
[<InlineData(12345.6, "12346")>]
[<InlineData(1.2397e29, "1.24×10²⁹")>]
[<InlineData(-1e-12, "-10⁻¹²")>]
[<InlineData(9.99996e8, "10⁹")>]
[<InlineData(System.Double.NaN, "–")>]
[<InlineData(System.Double.PositiveInfinity, "∞")>]
let ``numbers are short`` (value: float) words =
    Assert.Equal(words, Numeral.short value)

[<Fact>]
let ``counterexamples in the plane are drawn, others are not`` () =
    let drawn = Plane.render "z = (1, 0) and (-0.5, 1e-3), w(0) = 0"
    Assert.Equal("svg", XElement.Parse(drawn).Name.LocalName)

    Assert.Equal<(float * float) list>(
        [ 1.0, 0.0; -0.5, 1e-3 ],
        Plane.points "z = (1, 0) and (-0.5, 1e-3)" |> List.map snd
    )

    for words in
        [
            "cos on (-1), (1)"
            "x = (1, 2)"
            "(1, 2, 3) and (4, 5)"
            "nothing (at all)"
            ""
        ] do
        Assert.Equal("", Plane.render words)

[<Fact>]
let ``ranges show what they have`` () =
    let ranges = {
        Title = "t"
        Quantity = "q"
        LowName = "low"
        OpenName = "open"
        HighName = "high"
        Rows = [
            {
                Name = "a & b"
                Low = nan
                LowIsOpen = false
                High = 1e20
            }
            {
                Name = "c"
                Low = 4.0
                LowIsOpen = true
                High = 1e3
            }
        ]
    }

    let figure = XElement.Parse(Ranges.render ranges)
    // three dots in each of two drawings
    Assert.Equal(6, figure.Descendants(XName.Get "circle") |> Seq.length)
    Assert.Equal("", Ranges.render { ranges with Rows = [] })

[<Fact>]
let ``the page counts the verdicts, and every row leads to a card that its filter can hide`` () =
    let page = HtmlReport.report origin items report
    Assert.Contains("4 statements: 1 holds, 1 refuted, 1 not checkable, 1 reported. All as expected.", page)
    Assert.Contains("<option value=\"NotCheckable\">Not checkable</option>", page)

    for item in items do
        let anchor = Entry.anchor (Theorem.entry item)
        Assert.Contains($"href=\"#{anchor}\"", page)
        Assert.Contains($"id=\"{anchor}\"", page)

[<Fact>]
let ``one thing stands in the singular`` () =
    Assert.Equal<string list>(
        [ "0 points"; "1 point"; "2 points" ],
        [ 0; 1; 2 ] |> List.map (fun n -> Plural.count n "point")
    )

[<Fact>]
let ``an instance of one point says so`` () =
    let one = {
        Count = 1
        Dimension = 3
        Geometry = Sphere
        Seed = 5
    }

    Assert.Equal("1 point in R^3, sphere, seed 5", Points.describe one)
    Assert.StartsWith("2 points", Points.describe { one with Count = 2 })
