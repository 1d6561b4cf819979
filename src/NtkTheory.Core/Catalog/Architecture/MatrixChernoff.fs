/// The matrix Chernoff bound for the tangent kernel (lecture of 11/30).
module NtkTheory.Catalog.Architecture.MatrixChernoff

open FsCheck
open FsCheck.FSharp
open NtkTheory.Numerics
open NtkTheory.Claims
open NtkTheory.Catalog.Architecture.Notes

/// The smallest case in which the law of the kernel is explicit: n_0 = n_1 = L = m = 1, Theta = 4 xi chi^2_2 x^2, with
/// delta in hundredths and the excess epsilon in tenths.
type OneNeuron = { Percent: int; TenthsEpsilon: int }

let private oneNeuron low high =
    let generator =
        gen {
            let! percent = Gen.choose (10, 90)
            let! epsilon = Gen.choose (low, high)

            return {
                Percent = percent
                TenthsEpsilon = epsilon
            }
        }

    Arb.fromGenShrink (
        generator,
        (fun i ->
            Shapes.smaller low i.TenthsEpsilon
            |> Seq.map (fun e -> { i with TenthsEpsilon = e }))
    )

let private epsilon i = float i.TenthsEpsilon / 10.0

/// P(Theta >= (1 + epsilon) 4) = e^{-(1 + epsilon)/2} / 2.
let private logTrueTail i = log 0.5 - (1.0 + epsilon i) / 2.0

/// mu_max / R = 1 / (1 + sqrt(3 / delta)), as E Theta^2 = 4 (E Theta)^2 here.
let private logChernoff i =
    let e, ratio = epsilon i, 1.0 / (1.0 + sqrt (300.0 / float i.Percent))
    ratio * (e - (1.0 + e) * log (1.0 + e))

/// The tail itself; the error of the exponent enters its relative error.
let private exactTail i =
    let tail = exp (logTrueTail i)
    Estimate.rounded (20 + 2 * i.TenthsEpsilon) tail tail

let private chernoffMethod =
    "One input and one neuron, where Theta = 4 xi chi^2_2: the exact tail e^{-(1+eps)/2}/2 against the bound, with R from the smallest valid C_1 e^beta = 4."

/// The matrix Chernoff bound as printed, with a R that holds only with probability 1 - delta.
let kernelTailObeysMatrixChernoff =
    let claim =
        Claim.atMost (oneNeuron 1 1000) exactTail (fun i ->
            Estimate.rounded (200 + 100 * i.TenthsEpsilon) (exp (logChernoff i)) (exp (logChernoff i)))

    {
        Entry = {
            page
                "paths/matrix-chernoff"
                "The largest eigenvalue by the matrix Chernoff bound, as printed"
                @"P(\lambda_{max}(K) \ge (1 + \varepsilon) \mu_{max}) \le m (e^\varepsilon/(1+\varepsilon)^{1+\varepsilon})^{\mu_{max}/R}, R = (1 + \sqrt{m/\delta}\sqrt{C_1 e^\beta - 1}) 2d \sum|x_a|^2/n_0."
                (orf "11/30" "Matrix Chernoff step")
                chernoffMethod with
                Status = FalseAsStated "paths/matrix-chernoff/repaired"
                Remark =
                    "Chernoff's bound needs lambda_max <= R almost surely; here R holds with probability 1 - delta only and the kernel is unbounded. The tail is exponential in epsilon, the bound smaller by a logarithm: violated from about epsilon = 15 on."
        }
        Claim = claim
        Controls = [
            Control.bound
                "the exponent 1 in place of mu_max / R"
                (fun i -> Estimate.exact (exp (logChernoff i * (1.0 + sqrt (300.0 / float i.Percent)))))
                claim
            Control.scaled 0.1 claim
        ]
    }

/// With + delta it holds.
let kernelTailObeysTruncatedMatrixChernoff =
    let bound share i =
        Estimate.rounded 40 1.0 (exp (logChernoff i) + share * float i.Percent / 100.0)

    let claim = Claim.atMost (oneNeuron 1 1000) exactTail (bound 1.0)

    {
        Entry = {
            page
                "paths/matrix-chernoff/repaired"
                "The matrix Chernoff bound with the truncation's probability added"
                @"P(\lambda_{max}(K) \ge (1+\varepsilon)\mu) \le \delta + m (e^\varepsilon/(1+\varepsilon)^{1+\varepsilon})^{\mu/R} for every \mu \ge \mu_{max}, where P(\lambda_{max} > R) \le \delta."
                (added "11/30")
                chernoffMethod with
                Status = Repairs "paths/matrix-chernoff"
                Sharpness = Loose
                Remark =
                    "As mu_max / R is at most 1 the bound is often vacuous; paths/trace-tail is the useful statement."
        }
        Claim = claim
        Controls = [
            Control.bound "the printed form without delta" (bound 0.0) {
                claim with
                    Instances = oneNeuron 150 600
            }
            Control.scaled 0.1 {
                claim with
                    Instances = oneNeuron 1 10
            }
        ]
    }

/// Every theorem of the topic.
let all = [
    Theorem.pack kernelTailObeysMatrixChernoff
    Theorem.pack kernelTailObeysTruncatedMatrixChernoff
]
