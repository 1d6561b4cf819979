/// Widths of Song's theorem 7, forms of the rate recap and the exact supremum of a tanh network, against golden values.
module NtkTheory.Core.Tests.Kernels.WidthGoldenTests

open NtkTheory.Core.Tests
open NtkTheory.Core.Tests.Kernels.KernelGoldenTests
open NtkTheory.Models
open Xunit

[<Fact>]
let ``widths of theorem 7 for one point`` () =
    let case = golden "two-layer/theorem7-thresholds-n1"
    let lambda = Golden.number (input "lambda" case)

    let check name value =
        close (Golden.number (output name case)) value

    check "eta" (WidthCondition.songLearningRate 1 lambda)
    check "R" (WidthCondition.songRadius 1 lambda)
    check "m_weights" (WidthCondition.songWeights 1 lambda (Golden.number (input "loss0_sq" case)))
    check "m_patterns" (WidthCondition.songPatterns 1 lambda (Golden.number (input "delta2" case)))

[<Fact>]
let ``the supremum over a ball of a tanh network`` () =
    let case = golden "linearization/smooth-exact-sup"
    let t, a = Golden.vector (input "W0x" case), Golden.vector (input "a" case)

    let sup sign =
        // the file's scale: 1/sqrt m
        snd (SmoothWorstCase.largest Tanh sign t a 1.0 2000) / sqrt 2.0

    // the tolerance is the file's
    Golden.close 0.0 1e-10 (Golden.number (output "sup_plus" case)) (sup 1.0)
    Golden.close 0.0 1e-10 (Golden.number (output "sup_minus" case)) (sup -1.0)
