/// What the law of the outer weights does to the kernel and to the output at the start.
module NtkTheory.Catalog.Kernels.OuterWeights

open FsCheck.FSharp
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

/// Two unit points, a width and a law of the outer weights.
type Pair = {
    Cosine: float
    Width: int
    Law: OuterLaw
}

let private pairs =
    let make =
        gen {
            let! cosine = Gen.choose (30, 100) |> Gen.map (fun k -> float k / 100.0)
            let! width = Gen.elements [ 16; 32; 64 ]
            let! law = Gen.elements [ OuterLaw.Signs; OuterLaw.Uniform ]

            return {
                Cosine = cosine
                Width = width
                Law = law
            }
        }

    make |> Shrinking.towards (fun pair -> [ { pair with Cosine = 1.0 } ])

/// The second moment of the outer weights multiplies the kernel.
let outerSecondMomentScalesTheKernel: Theorem<Pair> =
    let measured pair seed =
        let outer = Initialization.draw pair.Law (Seed.split "outer" seed) pair.Width
        let z = Draw.normals (Seed.split "hidden" seed) (2 * pair.Width)
        let sine = sqrt (1.0 - pair.Cosine * pair.Cosine)

        let active j =
            z[2 * j] >= 0.0 && pair.Cosine * z[2 * j] + sine * z[2 * j + 1] >= 0.0

        let value =
            Seq.sum (seq { for j in 0 .. pair.Width - 1 -> if active j then outer[j] * outer[j] else 0.0 })

        let value = pair.Cosine * value / float pair.Width
        Estimate.rounded (pair.Width + 8) value value

    let p pair =
        ArcCosine.degreeZero (Angle.ofCosine pair.Cosine)

    let bound factor pair =
        Estimate.exact (factor pair.Law * pair.Cosine * p pair)

    let spread pair =
        let second = Initialization.secondMoment pair.Law

        let variance =
            Initialization.fourthMoment pair.Law * p pair - (second * p pair) ** 2.0

        {
            Variance = pair.Cosine ** 2.0 * variance / float pair.Width
            Tail = Tail.Bounded pair.Cosine
            Resolution = 0.2
        }

    let claim =
        Claim.expectation spread pairs measured (bound Initialization.secondMoment)

    let uniform =
        Arb.fromGen (pairs.Generator |> Gen.map (fun pair -> { pair with Law = OuterLaw.Uniform }))

    {
        Entry = {
            Id = "initialization/second-layer-scale"
            Title = "The second moment of the outer weights multiplies the tangent kernel"
            Statement =
                @"E\,k_m(x,x') = E[a^2]\,(x\cdot x')\,\frac{\pi-\arccos(x\cdot x')}{2\pi},\quad E[a^2] = 1\ (\text{signs}),\ \tfrac13\ (\mathrm{Unif}[-1,1])"
            Source = Sources.lecture5 "Remark (Initialization)"
            Status = Proved
            Sharpness = Exact
            Method =
                "Means of the finite-width kernel over draws; exact variance (x.x')^2 (E[a^4] p - E[a^2]^2 p^2) / m, values in [0, x.x'] (Bernstein)."
            Remark =
                "Lecture 5 prints a_j ~ Unif(-1, 1), lecture 7 drops a_j^2 and so means signs: with the uniform law every kernel of these notes is a third of what is printed."
        }
        Claim = claim
        Controls = [
            Control.create "a_j^2 dropped for the uniform law" {
                claim with
                    Instances = uniform
                    Vary = (fun _ -> uniform.Generator)
                    Bound = bound (fun _ -> 1.0)
            }
            Control.create "E a^2 = 1/2 for the uniform law" {
                claim with
                    Instances = uniform
                    Vary = (fun _ -> uniform.Generator)
                    Bound = bound (fun _ -> 0.5)
            }
        ]
    }

/// Paired neurons of opposite signs.
let pairedNeuronsStartAtZero: Theorem<Setting> =
    let ranges = {
        Setting.usual with
            Widths = 2, 64
            Activations = [ Relu; Tanh; Gelu ]
    }

    let initialLoss make (setting: Setting) =
        let network =
            make (Setting.seed setting) setting.Activation (2 * (setting.Width / 2)) setting.Points.Dimension

        let points = Setting.points setting
        let value = TwoLayer.loss network points (Setting.labels setting)
        let size = 1.0 + Spectrum.frobenius network.Hidden + value
        Estimate.rounded (8 * setting.Width + 64) (size * size) value

    let half factor (setting: Setting) =
        let value = factor * Array.sumBy (fun y -> y * y) (Setting.labels setting)
        Estimate.rounded 16 value value

    let claim =
        Setting.over ranges (fun instances ->
            Claim.identity instances (initialLoss TwoLayer.symmetrised) (half 0.5))

    {
        Entry = {
            Id = "initialization/symmetrised-zero"
            Title = "Paired neurons of opposite signs make the network vanish at the start"
            Statement =
                @"(w_j,+1),(w_j,-1)\ \text{in pairs}:\quad f(\cdot;W_0)=0,\ \text{so}\ L(0)=\tfrac12\|y\|^2;\quad k_m\ \text{is the kernel of the}\ m/2\ \text{distinct neurons}"
            Source = Sources.lecture5 "Remark (Initialization), choice 6"
            Status = Proved
            Sharpness = Exact
            Method =
                "The loss of the paired network at the start against half the squared norm of the labels."
            Remark = ""
        }
        Claim = claim
        Controls = [
            Control.create "independent signs" {
                claim with
                    Measured = fun setting _ -> initialLoss TwoLayer.random setting
            }
            Control.bound "the loss without its factor 1/2" (half 1.0) claim
        ]
    }

/// The statements of this file.
let all = [
    Theorem.pack outerSecondMomentScalesTheKernel
    Theorem.pack pairedNeuronsStartAtZero
]
