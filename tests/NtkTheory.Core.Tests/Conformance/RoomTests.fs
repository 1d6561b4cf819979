module NtkTheory.Core.Tests.Conformance.RoomTests

open System.IO
open System.Text.RegularExpressions
open NtkTheory.Core.Tests.Conformance
open Xunit

let private rooms = [
    "Numerics"
    "Sampling"
    "Statistics"
    "Claims"
    "Verification"
    "Reporting"
    "Models"
    "Catalog"
    "Analysis"
]

/// The rooms of this project that a file opens or names.
let private opened (lines: string[]) =
    lines
    |> Seq.collect (fun line ->
        Regex.Matches(line, @"\bNtkTheory\.(\w+)")
        |> Seq.map (fun found -> found.Groups[1].Value))
    |> Seq.filter (fun name -> List.contains name rooms)
    |> Set.ofSeq

let private assertOpensOnly name allowed =
    for path, lines in Sources.room name do
        let foreign = opened lines - Set.ofList (name :: allowed)
        Assert.True(foreign.IsEmpty, $"{path} opens %A{Set.toList foreign}")

[<Fact>]
let ``models are a plain library`` () =
    assertOpensOnly "Models" [ "Numerics"; "Sampling" ]

[<Fact>]
let ``statistics know no sampling`` () =
    assertOpensOnly "Statistics" [ "Numerics" ]

[<Fact>]
let ``numerics stand alone`` () =
    assertOpensOnly "Numerics" [ "Sampling" ]

[<Fact>]
let ``the engine knows no network and no theorem`` () =
    assertOpensOnly "Verification" [ "Numerics"; "Sampling"; "Statistics"; "Claims" ]

[<Fact>]
let ``no file is named after nothing`` () =
    let nameless = Regex @"(Util|Helper|Common|Misc)"

    for path in
        Sources.files "src" ".fs"
        @ Sources.files "src" ".cs"
        @ Sources.files "tests" ".fs" do
        Assert.False(nameless.IsMatch(Path.GetFileName path |> string), Sources.relative path)

[<Fact>]
let ``files stay short`` () =
    for path in Sources.files "src" ".fs" @ Sources.files "src" ".cs" do
        let limit = if path.Contains "/Catalog/" then 400 else 300
        let length = File.ReadAllLines(path).Length
        Assert.True(length <= limit, $"{Sources.relative path} has {length} lines")

/// Whether a line stands inside a module of a namespace, rather than inside a type.
let private insideModule (lines: string[]) index =
    lines[..index]
    |> Array.tryFindBack (fun line -> Regex.IsMatch(line, "^[a-z]"))
    |> Option.exists (fun line -> line.StartsWith "module")

/// A definition that others can see: not indented in a file that is one module, else one level in.
let private isPublicValue (lines: string[]) index =
    let isModule =
        lines
        |> Array.exists (fun l -> Regex.IsMatch(l, @"^module (rec |internal )?[\w.]+\s*$"))

    let indent = if isModule then "" else "    "

    Regex.IsMatch(lines[index], $@"^{indent}let (?!private|rec private|inline private)[a-z(|\w]")
    && (isModule || insideModule lines index)

let private hasDoc (lines: string[]) index =
    let rec above k =
        if k < 0 then false
        elif lines[k].TrimStart().StartsWith "[<" then above (k - 1)
        else lines[k].TrimStart().StartsWith "///"

    above (index - 1)

[<Fact>]
let ``public values are documented`` () =
    for room in rooms do
        for path, lines in Sources.room room do
            for index in 0 .. lines.Length - 1 do
                if
                    isPublicValue lines index
                    && not (path.Contains "Catalog/" && path.Split('/').Length > 4)
                then
                    Assert.True(hasDoc lines index, $"{path}:{index + 1} {lines[index]}")

[<Fact>]
let ``the core neither prints nor reads its surroundings`` () =
    let impure =
        Regex
            @"\b(printf|printfn|Console\.|DateTime\.|Stopwatch|Environment\.GetEnv|System\.Random\(|Random\(\))"

    for path in Sources.files "src/NtkTheory.Core" ".fs" do
        for line in File.ReadAllLines path do
            Assert.False(impure.IsMatch line, $"{Sources.relative path}: {line}")
