module NtkTheory.Core.Tests.Analysis.DataAnalysisTests

open System.Threading
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Analysis
open NtkTheory.Core.Tests
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Reporting
open NtkTheory.Sampling
open Xunit

let private quiet = {
    Backend = Managed
    Progress = ignore
    Cancellation = CancellationToken.None
}

let private options = {
    DataAnalysis.usual with
        Runs = 2
        SamplePoints = 12
        LargestWidth = 512
        TrainingWidth = 128
        Steps = 40
}

let private dataset (points: Matrix<float>) (labels: float[]) = {
    Name = "points"
    Points = points
    Labels = labels
    Rows = Array.init labels.Length ((+) 1)
    Preparation = []
}

let private clusters count =
    let points = Draw.sphere (Seed.ofInt 5) count 4
    dataset points (Array.init count (fun i -> if points[i, 0] > 0.0 then 1.0 else 0.0))

[<Fact>]
let ``doubling and bisection end at the width from which it holds`` () =
    for least in [ 1; 2; 3; 17; 100; 1000 ] do
        match ObservedWidth.search 4096 (fun width -> width >= least) with
        | HeldFrom width -> Assert.InRange(width, least, least + max 1 (least / 14))
        | FailedUpTo width -> Assert.Fail $"failed up to {width}"

    Assert.Equal(FailedUpTo 64, ObservedWidth.search 100 (fun _ -> false))

[<Fact>]
let ``steps of descent are those of the model`` () =
    let points = Draw.sphere (Seed.ofInt 1) 7 3
    let labels = Draw.signs (Seed.ofInt 2) 7

    for activation in [ Relu; Tanh ] do
        let start = TwoLayer.random (Seed.ofInt 3) activation 33 3
        let run = GradientDescent.run (Execution.workers 2) 0.1 20 points labels start
        let expected = TwoLayer.descent 0.1 points labels 20 start |> List.ofSeq

        List.iteri
            (fun k network -> Golden.close 1e-13 1e-11 (TwoLayer.loss network points labels) run.Losses[k])
            expected

        Assert.True((run.End.Hidden - (List.last expected).Hidden).FrobeniusNorm() < 1e-11)

[<Fact>]
let ``folds left out in closed form are refits`` () =
    let subject = Subject.create (clusters 24)
    let gram = PredictionErrors.radialGram Execution.sequential subject.Data.Points
    let fit = KernelRegression.fit 0.01 (KernelSpectrum.ofGram gram) subject.Targets
    let folds = Array.init 24 (fun i -> i % 3)
    let residuals = PredictionErrors.foldResiduals Execution.sequential folds fit

    for fold in 0..2 do
        let inside = [|
            for i in 0..23 do
                if folds[i] <> fold then
                    i
        |]

        let outside = [|
            for i in 0..23 do
                if folds[i] = fold then
                    i
        |]

        let pick (rows: int[]) (columns: int[]) : Matrix<float> =
            Matrix<float>.Build.Dense(rows.Length, columns.Length, fun a b -> gram[rows[a], columns[b]])

        let targets =
            Matrix<float>.Build.DenseOfRowVectors(inside |> Array.map subject.Targets.Row)

        let ridged =
            pick inside inside
            + Matrix<float>.Build.DenseIdentity(inside.Length).Multiply 0.01

        let predicted: Matrix<float> = pick outside inside * ridged.Solve targets

        outside
        |> Array.iteri (fun at i ->
            let difference = subject.Targets.Row i - predicted.Row at - residuals.Row i
            Assert.True(difference.L2Norm() < 1e-9))

[<Fact>]
let ``an analysis is the same for any number of workers`` () =
    let json workers =
        DataAnalysis.run { options with Workers = workers } quiet (clusters 20)
        |> AnalysisJson.render { Version = ""; Backend = "" } ""

    Assert.Equal(json 1, json 3)

[<Fact>]
let ``certified bounds lie below the eigenvalue and repeated points have none`` () =
    let points = Draw.sphere (Seed.ofInt 5) 12 4
    points.SetRow(11, points.Row 0)

    let singular =
        DataAnalysis.run options quiet (dataset points (Draw.signs (Seed.ofInt 1) 12))

    for spectrum in singular.Spectra do
        Assert.Equal(None, spectrum.Certified)

    Assert.Equal<int list>([ 12 ], singular.Data.Repeated)

    for guarantee in singular.Guarantees |> List.filter (fun g -> g.Id.StartsWith "gram/") do
        Assert.Contains("distinct points: rows 12", guarantee.Failing)

    Assert.Contains("not certified", AnalysisText.render 80 "" singular)

    for spectrum in (DataAnalysis.run options quiet (clusters 14)).Spectra do
        match spectrum.Certified with
        | Some bound -> Assert.InRange(bound, 0.0, Array.last spectrum.Eigenvalues + spectrum.Smallest.Radius)
        | None -> Assert.Fail $"{spectrum.Kernel} is not certified"

[<Fact>]
let ``two points and one class are analyzed`` () =
    for labels in [ [| 0.0; 1.0 |]; [| 1.0; 1.0 |] ] do
        let points = Matrix<float>.Build.DenseOfRowArrays [ [| 1.0; 0.0 |]; [| 0.6; 0.8 |] ]
        let analysis = DataAnalysis.run options quiet (dataset points labels)
        Assert.DoesNotContain("NaN", AnalysisText.render 80 "" analysis)
        Assert.Equal(4, analysis.Predictions.Length)

[<Fact>]
let ``the page stands alone and its formulas need no script`` () =
    let page =
        DataAnalysis.run options quiet (clusters 16)
        |> AnalysisHtml.render { Version = "1"; Backend = "managed" } "ntk analyze <file>"

    Assert.Contains("<math", page)
    Assert.Contains("<svg", page)
    Assert.Contains("ntk analyze &lt;file&gt;", page)
    Assert.DoesNotContain("http", page.Replace("http://www.w3.org", ""))
    Assert.DoesNotContain("NaN", page)

[<Fact>]
let ``an analysis stops when it is told to`` () =
    use source = new CancellationTokenSource()

    let surroundings = {
        quiet with
            Cancellation = source.Token
            Progress =
                fun step ->
                    if step.StartsWith "checking" then
                        source.Cancel()
    }

    Assert.ThrowsAny<System.OperationCanceledException>(fun () ->
        DataAnalysis.run options surroundings (clusters 16) |> ignore)
    |> ignore

/// Integer points of fewer dimensions than points: their Gram matrix is singular, and with t added to its diagonal its
/// smallest eigenvalue is t. All entries are whole numbers of 2^-40 below 2^53, so that the matrix is exact.
let private exactly seed (t: float) : Matrix<float> =
    let points =
        (Draw.normalMatrix (Seed.ofInt seed) 12 5).Map(fun v -> System.Math.Round(3.0 * v))

    points * points.Transpose() + Matrix<float>.Build.DenseIdentity(12).Multiply t

[<Fact>]
let ``certified bounds are below the true eigenvalue of matrices that are singular or nearly so`` () =
    for seed in 1..20 do
        for exponent in [ -40; -36; -30; -20; -10; 0 ] do
            let t = 2.0 ** float exponent

            let spectrum =
                SpectrumSummary.create Execution.sequential Managed "" 0.0 (exactly seed t)

            match spectrum.Certified with
            | Some bound -> Assert.InRange(bound, 0.0, t)
            | None -> Assert.True(exponent <= -30, $"2^{exponent} is not certified")

        Assert.Equal(
            None,
            (SpectrumSummary.create Execution.sequential Managed "" 0.0 (exactly seed 0.0)).Certified
        )

        // an error of the entries may hide what is there
        let doubtful =
            SpectrumSummary.create Execution.sequential Managed "" 0.1 (exactly seed 1.0)

        Assert.Equal(None, doubtful.Certified)

[<Fact>]
let ``every width and rate theorem has a line, with the hypothesis that fails`` () =
    let analysis = DataAnalysis.run options quiet (clusters 20)

    for guarantee in analysis.Guarantees do
        Assert.True(Guarantee.applies guarantee || System.Double.IsNaN guarantee.Demanded)

        match guarantee.Observed with
        | Some(HeldFrom width) -> Assert.True(guarantee.Demanded >= float width, guarantee.Id)
        | _ -> ()

    let smooth =
        analysis.Guarantees |> List.find (fun g -> g.Id = "convergence/smooth-global")

    Assert.Contains("relu", List.exactlyOne smooth.Failing)

    let tanh = DataAnalysis.run { options with Activation = Tanh } quiet (clusters 20)

    Assert.True(
        tanh.Guarantees
        |> List.exists (fun g -> g.Id = "convergence/smooth-global" && Guarantee.applies g)
    )

[<Fact>]
let ``separable classes have the margin theorem, three classes do not`` () =
    let line labels =
        let points = Draw.sphere (Seed.ofInt 5) 12 4
        let analysis = DataAnalysis.run options quiet (dataset points (labels points))
        analysis.Guarantees |> List.find (fun g -> g.Id.StartsWith "margin/")

    let signs (points: Matrix<float>) =
        Array.init 12 (fun i -> if points[i, 0] > 0.0 then 1.0 else 0.0)

    Assert.Empty((line signs).Failing)

    Assert.Equal<string list>(
        [ "it wants two classes, and there are 3" ],
        (line (fun _ -> Array.init 12 (fun i -> float (i % 3)))).Failing
    )

[<Fact>]
let ``the headline prefers what was observed and says much`` () =
    let analysis = DataAnalysis.run options quiet (clusters 12)
    let one = analysis.Guarantees.Head

    let line name telling observed = {
        one with
            Id = name
            Part = ""
            Failing = []
            Demanded = 1e6
            Telling = telling
            Observed = Some observed
    }

    let headline guarantees =
        GuaranteeChapter.headline {
            analysis with
                Guarantees = guarantees
        }

    let held, failed, little =
        line "held" true (HeldFrom 100), line "failed" true (FailedUpTo 512), line "little" false (HeldFrom 1)

    Assert.StartsWith("held:", headline [ little; failed; held ])
    Assert.StartsWith("failed:", headline [ little; failed; { failed with Demanded = 1e9 } ])
    Assert.EndsWith("a factor below 2000.", headline [ failed ])
    Assert.EndsWith("says little.", headline [ little ])
    Assert.StartsWith("No width theorem", headline [])
