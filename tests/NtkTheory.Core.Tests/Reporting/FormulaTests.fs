module NtkTheory.Core.Tests.Reporting.FormulaTests

open System.Xml.Linq
open NtkTheory.Catalog
open NtkTheory.Claims
open NtkTheory.Reporting
open Xunit

[<Theory>]
[<InlineData(@"\frac{a}{b}", "a/b")>]
[<InlineData(@"\tfrac12 x", "(1/2)x")>]
[<InlineData(@"\frac{8n^2}{\lambda^2}\ln\frac{n(n+1)}{\delta}", "8n²/λ² ln (n(n + 1)/δ)")>]
[<InlineData(@"\sqrt{2\pi}\frac{a+b}{c}", "√(2π)(a + b)/c")>]
[<InlineData(@"\|y\|+\sqrt{2n}", "‖y‖ + √(2n)")>]
[<InlineData(@"x_{ij}^2", "x_ij²")>]
[<InlineData(@"\|W-W_0\|_F \le B", "‖W − W₀‖_F ≤ B")>]
[<InlineData(@"\mathbb{E}[X^\top X]", "𝔼[XᵀX]")>]
[<InlineData(@"\left(1+\frac{1}{n}\right)^n", "(1 + 1/n)^n")>]
[<InlineData(@"\unknown x", "unknown x")>]
[<InlineData(@"\sigma\text{not constant}", "σ not constant")>]
[<InlineData(@"n\lambda^{-2}\ln(n)", "nλ⁻² ln (n)")>]
[<InlineData(@"\frac{n}{2\lambda}+\frac{1}{n^2}", "n/(2λ) + 1/n²")>]
[<InlineData(@"e^{-x}", "e^(−x)")>]
[<InlineData(@"\sigma''(z)", "σ″(z)")>]
[<InlineData("", "")>]
[<InlineData("{", "")>]
[<InlineData("}", "}")>]
let ``formulas become lines`` latex line =
    Assert.Equal(line, PlainMath.render latex)

[<Theory>]
[<InlineData(@"\sum_{i=1}^n a_i < b & c")>]
[<InlineData(@"\begin{cases} 1 & x>0 \\ 0 & \text{else} \end{cases}")>]
[<InlineData(@"\sqrt{x_{1}^{2}}\hat w")>]
[<InlineData(@"\begin{pmatrix} 1 & 2")>]
[<InlineData("}}{{__^^")>]
let ``formulas become well-formed elements`` latex =
    let element = XElement.Parse(MathMl.display latex)
    Assert.All(element.Elements(), fun part -> Assert.Equal("math", part.Name.LocalName))

[<Theory>]
[<InlineData(@"a = b, c \le d \Rightarrow e", 5)>]
[<InlineData(@"f(a = b, c)", 1)>]
[<InlineData(@"\max\{a, b\}", 2)>]
[<InlineData(@"\left(a, b\right)", 1)>]
let ``lines break before relations and after commas, but not within brackets`` latex parts =
    let element = XElement.Parse(MathMl.display latex)
    Assert.Equal(parts, Seq.length (element.Elements()))

[<Fact>]
let ``sentences hold formulas and doubled dollar signs`` () =
    let text = Prose.verbatim "5 $" + @" and $\lambda_{\min}$"
    Assert.Equal("5 $ and λ_min", Prose.inlinePlain text)
    Assert.StartsWith("5 $ and <math>", Prose.inlineHtml text)
    Assert.StartsWith("<div", Prose.blockHtml "$x$")

[<Fact>]
let ``every statement of the catalog is shown in full`` () =
    for item in Catalog.items do
        let entry = Theorem.entry item
        XElement.Parse $"<p>{Prose.html entry.Statement}</p>" |> ignore
        Assert.False(System.String.IsNullOrWhiteSpace(Prose.plain entry.Statement), entry.Id)

/// Words of a formula that are no commands and stand in no \text or \mathrm: three in a row are a sentence that
/// wants to stand outside the dollar signs.
let private looksLikeSentence (latex: string) =
    let bare =
        System.Text.RegularExpressions.Regex.Replace(latex, @"\\[a-zA-Z]+\*?(\{[^{}]*\})?", " \\ ")

    System.Text.RegularExpressions.Regex.IsMatch(bare, @"(^|\s)[a-z]{2,}\s+[a-z]{1,}\s+[a-z]{2,}(\s|$)")

[<Fact>]
let ``sentences stand outside the formulas`` () =
    for item in Catalog.items do
        let entry = Theorem.entry item

        for piece in Prose.pieces entry.Statement do
            match piece with
            | Formula latex ->
                Assert.False(
                    looksLikeSentence latex,
                    $"{entry.Id}: put $ around the formulas of: {entry.Statement}"
                )
            | Said _ -> ()

[<Fact>]
let ``the formulas of the catalog use commands that are known`` () =
    let rec words formula =
        match formula with
        | Row items -> List.collect words items
        | Words text -> [ text ]
        | Fraction(a, b) -> words a @ words b
        | Root a
        | Accent(a, _) -> words a
        | Scripts(a, b, c) -> words a @ (List.choose id [ b; c ] |> List.collect words)
        | Table(_, rows, _) -> rows |> List.concat |> List.collect words
        | _ -> []

    for item in Catalog.items do
        let entry = Theorem.entry item

        for piece in Prose.pieces entry.Statement do
            match piece with
            | Formula latex ->
                for word in words (Latex.parse latex) do
                    Assert.False(
                        latex.Contains("\\" + word.Trim()) && word.Trim() <> "",
                        $"{entry.Id}: unknown command \\{word}"
                    )
            | Said _ -> ()

[<Fact>]
let ``a statement of words alone is a paragraph that can wrap`` () =
    Assert.Equal("<p>Width helps (a &lt; b).</p>", MathMl.display @"\text{Width helps (a < b).}")

[<Fact>]
let ``relations bring their own gaps`` () =
    let formula = MathMl.display "x = y"
    Assert.Contains("</math><math", formula)
    Assert.DoesNotContain("</math> <math", formula)
