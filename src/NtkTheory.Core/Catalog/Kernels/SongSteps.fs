/// Bounds of the terms of one step of gradient descent.
module NtkTheory.Catalog.Kernels.SongSteps

open FsCheck.FSharp
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

let private song = Sources.song

let private stepRanges = {
    Setting.usual with
        Counts = 1, 4
        Dimensions = 1, 5
        Widths = 1, 64
        Sizes = 1e-3, 0.01
}

let private radiusOf (setting: Setting) = 20.0 * setting.Size

let private fragileCount (setting: Setting) =
    let t = TwoLayer.preactivations (Setting.network setting) (Setting.points setting)

    t.EnumerateColumns()
    |> Seq.map (Seq.filter (fun v -> abs v < radiusOf setting) >> Seq.length)
    |> Seq.max

let private fewFragile =
    Hypothesis.named "at most 4mR fragile neurons" (fun setting ->
        float (fragileCount setting) <= 4.0 * float setting.Width * radiusOf setting)

let private squareUnit (setting: Setting) =
    (TwoLayerGradients.decompose setting).Before

let private term k (setting: Setting) =
    let parts = TwoLayerGradients.decompose setting
    Estimate.rounded (64 * setting.Width + 256) (setting.Size * (1.0 + parts.Before)) (abs parts.Terms[k])

/// The two parts of claim 12: the chance of many fragile neurons, and a step on a start with few.
type ClaimTwelve =
    /// One point, and neurons that are fragile within the radius.
    | Chance of neurons: int * radius: float
    | Step of Setting

/// Claim 12, on the exact law of the count and on real steps.
let fewNeuronsAreFragile: Theorem<ClaimTwelve> =
    let chances neurons radii =
        gen {
            let! m = Setting.wholeSpread neurons
            let! radius = Setting.spread radii
            return Chance(m, radius)
        }

    let simpler one =
        match one with
        | Chance(m, radius) -> [ Chance(Shrinking.half 1 m, radius) ]
        | Step setting -> Setting.shrink setting |> Seq.map Step |> List.ofSeq

    let steps = Setting.generator stepRanges |> Gen.map Step

    let measured one =
        match one with
        | Chance(m, radius) ->
            let value = NearHyperplane.tail m radius (4.0 * float m * radius)
            Estimate.within (1e-11 * value) value
        | Step setting -> term 1 setting

    let bound rate power one =
        match one with
        | Chance(m, radius) -> Estimate.exact (exp (-rate * float m * radius))
        | Step setting ->
            Estimate.exact (
                8.0
                * setting.Size
                * float setting.Points.Count
                * radiusOf setting ** power
                * squareUnit setting
            )

    let onSteps name holds =
        Hypothesis.named name (fun one ->
            match one with
            | Chance _ -> true
            | Step setting -> holds setting)

    let claim = {
        Claim.atMost
            (Gen.oneof [ chances (1, 500) (0.002, 0.9); steps ] |> Shrinking.towards simpler)
            measured
            (bound 1.0 1.0) with
            Hypotheses = [
                onSteps Condition.unitInputs Condition.hasUnitInputs.Holds
                onSteps "at most 4mR fragile neurons" fewFragile.Holds
            ]
            Describe =
                fun one ->
                    match one with
                    | Chance(m, radius) -> $"{m} neurons, R = {radius}"
                    | Step setting -> Setting.describe setting
    }

    let on breaks instances bound =
        Control.create breaks {
            claim with
                Instances = Shrinking.towards simpler instances
                Vary = fun _ -> instances
                Bound = bound
        }

    {
        Entry = {
            Sources.exact
                (song "Claim 12")
                "convergence/claim12"
                "More than 4mR neurons within R of a hyperplane have probability at most exp(-mR), and otherwise C2 <= 8 eta n R ||r||^2"
                @"|\bar S_i|\sim\mathrm{Bin}(m,\mathrm{erf}(R/\sqrt2)):\quad P(|\bar S_i|>4mR)\le e^{-mR};\qquad |\bar S_i|\le4mR\ \forall i\ \Rightarrow\ C_2=2\eta\,r^\top H^\perp r\le8\eta nR\|y-u\|^2"
                "The exact binomial tail against exp(-mR); and C_2 of real steps with R = 20 eta, on starts that satisfy the event."
                "The largest ratio of tail and bound is 0.2535, at one neuron and R just below 1/4." with
                Sharpness = Loose
        }
        Claim = claim
        Controls = [
            on "a fifth of exp(-mR)" (chances (1, 1) (0.2, 0.2499)) (bound 1.0 1.0 >> Estimate.scale 0.2)
            on "exp(-8mR)" (chances (100, 400) (0.02, 0.1)) (bound 8.0 1.0)
            on "C2 <= 8 eta n R^2 ||r||^2" steps (bound 1.0 2.0)
        ]
    }

/// Claim 13.
let fragileNeuronsChangeTheOutputsLittle: Theorem<Setting> =
    let bound power (setting: Setting) =
        Estimate.exact (
            8.0
            * setting.Size
            * float setting.Points.Count
            * radiusOf setting ** power
            * squareUnit setting
        )

    let claim = {
        Setting.atMost stepRanges (term 2) (bound 1.0) with
            Hypotheses = [ Condition.hasUnitInputs; fewFragile ]
    }

    {
        Entry = {
            Sources.exact
                (song "Claim 13")
                "convergence/claim13"
                "If at most 4mR neurons are fragile, |C3| <= 8 eta n R ||r||^2"
                @"|\bar S_i|\le4mR\ \forall i\ \Rightarrow\ |C_3| = 2|(y-u)^\top v_2|\le8\eta nR\,\|y-u\|^2"
                "Real steps with R = 20 eta, on starts that satisfy the event (of probability at least 1 - n exp(-mR), claim 12)."
                "" with
                Sharpness = Loose
        }
        Claim = claim
        Controls = [
            Control.scaled 0.3 claim
            Control.bound "R^2 in place of R" (bound 2.0) claim
        ]
    }

/// Claim 14.
let outputsMoveByAtMostEtaNTimesTheResidual: Theorem<Setting> =
    let bound power (setting: Setting) =
        Estimate.exact (setting.Size ** 2.0 * float setting.Points.Count ** power * squareUnit setting)

    let claim = {
        Setting.atMost stepRanges (term 3) (bound 2.0) with
            Hypotheses = [ Condition.hasUnitInputs ]
            Data = Setting.onData stepRanges [ Condition.unitRows ]
    }

    {
        Entry = {
            Sources.exact
                (song "Claim 14")
                "convergence/claim14"
                "A step moves the outputs by at most eta n times the residual"
                @"\|x_i\|\le1,\ |a_r|=1:\quad C_4=\|u(k+1)-u(k)\|^2\le\eta^2n^2\|y-u(k)\|^2"
                "Real steps of random networks; attained where every neuron is active."
                "False without unit norms: n = 1, x = (2, 0), m = 2, one neuron active, eta = 0.01, |y - u| = 1 gives 4e-4 > 1e-4." with
                Sharpness = Tight
        }
        Claim = claim
        Controls = [
            Control.scaled 0.9 claim
            Control.without
                Condition.unitInputs
                (Setting.arbitrary {
                    stepRanges with
                        Geometries = [ Geometry.Gaussian ]
                        Dimensions = 6, 12
                })
                claim
        ]
    }

let private lambdaOf points =
    (GramMatrix.smallestEigenvalue (GramMatrix.tangent points)).Value

/// Claim 11.
let firstTermIsNegative: Theorem<Setting> =
    let ranges = {
        Setting.usual with
            Counts = 1, 3
            Dimensions = 2, 6
            Widths = 64, 600
            Sizes = 1e-4, 1e-3
    }

    let concentrated =
        Hypothesis.named "lambda_min(H) >= lambda/2" (fun setting ->
            let points = Setting.points setting
            let gram = GramMatrix.finite (Setting.network setting).Hidden points
            (Spectrum.smallest gram).Value >= 0.5 * lambdaOf points)

    let decrease (setting: Setting) =
        let parts = TwoLayerGradients.decompose setting
        Estimate.rounded (64 * setting.Width) (setting.Size * parts.Before) -parts.Terms[0]

    let bound factor (setting: Setting) =
        Estimate.exact (
            factor
            * setting.Size
            * lambdaOf (Setting.points setting)
            * (TwoLayerGradients.decompose setting).Before
        )

    let claim = {
        Setting.atLeast ranges decrease (bound 1.0) with
            Hypotheses = [ Condition.hasUnitInputs; Condition.hasDistinctInputs; concentrated ]
            Data = Setting.onData ranges [ Condition.unitRows; Condition.distinctRows ]
    }

    {
        Entry = {
            Sources.exact
                (Sources.song "Claim 11")
                "convergence/claim11"
                "While lambda_min(H) >= lambda/2 the first term of a step is at most -eta lambda ||r||^2"
                @"C_1=-2\eta\,r^\top H r\le-\eta\lambda\,\|y-u(k)\|^2"
                "Real steps on starts with lambda_min(H) >= lambda/2."
                "The claim's probability counts Lemma 2 only; Lemma 1 is needed too, but its failure is smaller by matrix Chernoff, n exp(-2.19 mR)." with
                Sharpness = Loose
        }
        Claim = claim
        Controls = [
            Control.bound "3 eta lambda" (bound 3.0) claim
            Control.bound
                "1/lambda in place of lambda"
                (fun s -> Estimate.scale (lambdaOf (Setting.points s) ** -2.0) (bound 1.0 s))
                claim
        ]
    }

/// The statements of this file.
let all = [
    Theorem.pack fewNeuronsAreFragile
    Theorem.pack fragileNeuronsChangeTheOutputsLittle
    Theorem.pack outputsMoveByAtMostEtaNTimesTheResidual
    Theorem.pack firstTermIsNegative
]
