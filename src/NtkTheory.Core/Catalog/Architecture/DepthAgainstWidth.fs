/// Limits of depth and of width (lecture of 12/7).
module NtkTheory.Catalog.Architecture.DepthAgainstWidth

open FsCheck
open FsCheck.FSharp
open NtkTheory.Numerics
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Catalog.Architecture.Notes

/// A deep linear net of equal widths, and whether its depth or its width grows.
type Growth = {
    Layers: int
    Width: int
    InDepth: bool
}

/// The drift of ln |theta| grows like the depth and falls like the inverse width.
let limitsOfWidthAndDepthDoNotCommute =
    let instances =
        gen {
            let! layers = Gen.choose (1, 6)
            let! width = Gen.choose (2, 20)
            let! depth = Gen.elements [ true; false ]

            return {
                Layers = layers
                Width = width
                InDepth = depth
            }
        }

    let shrink i =
        seq {
            for layers in Shapes.smaller 1 i.Layers do
                yield { i with Layers = layers }

            for width in Shapes.smaller 2 i.Width do
                yield { i with Width = width }
        }

    let ladder = {
        Scales = [ 64.0; 128.0; 256.0; 512.0; 1024.0 ]
        At =
            fun i scale ->
                if i.InDepth then
                    { i with Layers = int scale }
                else
                    { i with Width = int scale }
        Replicates = 1
    }

    let drift i _ =
        let struct (mean, _) = DeepLinear.logNormMoments (List.replicate i.Layers i.Width)
        Estimate.exact -mean

    let order depth width i =
        Estimate.within 0.02 (if i.InDepth then depth else width)

    let claim = {
        Claim.rate ladder Equals (Arb.fromGenShrink (instances, shrink)) drift (order 1.0 -1.0) with
            Effort = { Instances = 3.0; Draws = 1.0 }
    }

    let growing inDepth = {
        claim with
            Instances = claim.Instances |> Arb.filter (fun i -> i.InDepth = inDepth)
    }

    {
        Entry = {
            page
                "bayesian-linear/noncommuting-limits"
                "Depth and width limits of a deep linear net do not commute"
                @"$|\theta| \to 1$ in probability as $n \to \infty$ at fixed $L$, and $|\theta| \to 0$ almost surely as $L \to \infty$ at fixed $n: -E\ln|\theta|$ is $(L+1)/(2n)$ to leading order, growing linearly in depth and falling like the inverse width."
                (orf "12/7" "Ex 2")
                "Left: the order of the exact -E ln |theta| (digamma sums) in depth or in width over 64 .. 1024. Right: 1 in depth, -1 in width." with
                Remark =
                    "The log-norm is a sum of independent terms, so its law of large numbers carries the drift to the norm itself."
        }
        Claim = claim
        Controls = [
            Control.bound "the same limit in both directions" (order -1.0 -1.0) (growing true)
            Control.bound "a drift free of the width" (order 1.0 0.0) (growing false)
        ]
    }

/// Every line of the topic.
let all = [ Theorem.pack limitsOfWidthAndDepthDoNotCommute ]
