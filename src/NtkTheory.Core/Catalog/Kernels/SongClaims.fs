/// The technical claims behind the linear rate of gradient descent.
module NtkTheory.Catalog.Kernels.SongClaims

open System
open FsCheck.FSharp
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

let private song = Sources.song

/// A number of points and an eigenvalue.
type Choice = {
    Count: int
    Lambda: float
    Delta: float
}

let private choices =
    let make =
        gen {
            let! count = Gen.choose (1, 50)
            let! lambda = Setting.spread (1e-3, 0.5)
            let! delta = Setting.spread (1e-3, 0.5)

            return {
                Count = count
                Lambda = lambda
                Delta = delta
            }
        }

    make |> Shrinking.towards (fun c -> [ { c with Count = 1 } ])

/// Equation (8).
let learningRateAndRadiusBalance: Theorem<Choice> =
    let left eta radius c =
        let n = float c.Count
        let eta: float = eta * WidthCondition.songLearningRate c.Count c.Lambda
        let radius: float = radius * WidthCondition.songRadius c.Count c.Lambda
        // the loss of rate in units of eta lambda, so that it is of order 1
        let value = (16.0 * eta * n * radius + eta * eta * n * n) / (eta * c.Lambda)
        Estimate.rounded 32 1.0 value

    let claim = Claim.identity choices (left 1.0 1.0) (fun _ -> Estimate.exact 0.5)

    {
        Entry =
            Sources.exact
                (song "eq. (8)")
                "convergence/eta-R-choice"
                "With eta = lambda/(4n^2) and R = lambda/(64n) the terms of a step sum to 1 - eta lambda / 2"
                @"16\eta nR = \tfrac{\eta\lambda}{4},\quad \eta^2n^2=\tfrac{\eta\lambda}{4}:\qquad 1-\eta\lambda+8\eta nR+8\eta nR+\eta^2n^2 = 1-\tfrac{\eta\lambda}{2}"
                "The two positive terms in units of eta lambda."
                ""
        Claim = claim
        Controls = [
            Control.create "R = lambda/(32n)" {
                claim with
                    Measured = fun c _ -> left 1.0 2.0 c
            }
            Control.create "eta = lambda/(2n^2)" {
                claim with
                    Measured = fun c _ -> left 2.0 1.0 c
            }
        ]
    }

/// The width for the patterns.
let patternWidthIsWhereTheFailureIsDelta: Theorem<Choice> =
    let failure factor c =
        let n = float c.Count
        let width = factor * WidthCondition.songPatterns c.Count c.Lambda c.Delta
        let value = 3.0 * n * n * exp (-width * (c.Lambda / (64.0 * n)) / 10.0)
        Estimate.within (1e-12 * value) value

    let claim = Claim.identity choices (failure 1.0) (fun c -> Estimate.exact c.Delta)

    {
        Entry =
            Sources.exact
                (song "end of section 1.5")
                "convergence/width-order"
                "3 n^2 exp(-mR/10) <= delta iff m >= (640 n / lambda) ln(3 n^2 / delta)"
                @"R=\tfrac{\lambda}{64n}:\quad 3n^2e^{-mR/10}\le\delta\iff m\ge\tfrac{640n}{\lambda}\ln\tfrac{3n^2}{\delta};\qquad D<R\iff m>\tfrac{65536\,n^3\|y-u(0)\|^2}{\lambda^4}"
                "The failure probability at the width of the model's condition equals delta."
                "Theorem 7 asks for m = Omega(lambda^-4 n^4 log(n/delta)); the proof ends with log(m/delta) log^2(n/delta), implicit in m. With the repaired claim 10 the theorem's logarithm is right."
        Claim = claim
        Controls = [
            Control.create "a tenth of the width" {
                claim with
                    Measured = fun c _ -> failure 0.1 c
            }
            Control.create "0.99 of the width" {
                claim with
                    Measured = fun c _ -> failure 0.99 c
            }
        ]
    }

let private deltaRanges = {
    Setting.usual with
        Counts = 1, 4
        Dimensions = 1, 4
        Widths = 1, 64
        Sizes = 0.02, 0.5
}

/// Claim 10 with explicit constants.
let outputsAtTheStartAreOfOrderRootN: Theorem<Setting> =
    let squared (setting: Setting) seed =
        let network = TwoLayer.random seed Relu setting.Width setting.Points.Dimension

        let value =
            TwoLayer.outputs network (Setting.points setting)
            |> Array.sumBy (fun u -> u * u)

        Estimate.within (1e-12 * (1.0 + value)) value

    let bound (setting: Setting) =
        let root = WidthCondition.initialResidual setting.Points.Count 0.0 setting.Size
        Estimate.exact (root * root)

    let claim = {
        Setting.over deltaRanges (fun instances -> Claim.probably _.Size instances squared bound) with
            Hypotheses = [ Condition.hasUnitInputs ]
            Data = Setting.onData deltaRanges [ Condition.unitRows ]
            Effort = { Instances = 0.25; Draws = 0.2 }
    }

    let broad =
        Setting.arbitrary {
            deltaRanges with
                Widths = 64, 96
                Sizes = 0.05, 0.1
        }

    let wide =
        Setting.arbitrary {
            deltaRanges with
                Widths = 16, 64
                Sizes = 0.02, 0.1
        }

    {
        Entry = {
            Sources.exact
                (song "Claim 10")
                "convergence/claim10"
                "At the start the squared residual is of order n ln(n/delta)"
                @"u_i(0)\mid K\sim N(0,K/m),\ K\sim\mathrm{Bin}(m,\tfrac12):\quad P\bigl(\|u(0)\|^2>2n\ln(2n/\delta)\bigr)\le\delta,\qquad E\|y-u(0)\|^2=\|y\|^2+\tfrac n2"
                "Random networks of 1 to 64 neurons; a violation is a start whose squared outputs sum to more than the bound."
                "The claim asks for n log(m/delta) log^2(n/delta): one logarithm and no m are enough." with
                Sharpness = Loose
        }
        Claim = claim
        Controls = [
            Control.failing 0.8 "bound multiplied by 0.002" {
                claim with
                    Instances = wide
                    Vary = (fun _ -> wide.Generator)
                    Bound = bound >> Estimate.scale 0.002
            }
            Control.failing 0.8 "1/m of it" {
                claim with
                    Instances = broad
                    Vary = (fun _ -> broad.Generator)
                    Bound = fun s -> Estimate.scale (1.0 / float s.Width) (bound s)
            }
        ]
    }

/// The statements of this file.
let all = [
    Theorem.pack learningRateAndRadiusBalance
    Theorem.pack patternWidthIsWhereTheFailureIsDelta
    Theorem.pack outputsAtTheStartAreOfOrderRootN
]
